import ArgumentParser
import Foundation
import RiskEngineTables

/// The options that every verb has.
struct RunOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The number of threads; the results do not depend on it.", valueName: "n"))
  var threads: Int?

  @Option(
    name: .customLong("format"),
    help: ArgumentHelp(
      "The format of tables: parquet, csv or feather. (default: what the configuration names, else parquet)",
      valueName: "format"))
  var chosenFormat: TableFormat?

  @Option(help: ArgumentHelp("Where temporary files may be written.", valueName: "dir"))
  var temp: String = NSTemporaryDirectory()

  @Flag(help: "Print the summary as JSON.")
  var json = false

  /// The format of tables where no configuration names one.
  var format: TableFormat { chosenFormat ?? .parquet }

  @OptionGroup var log: LogOptions

  mutating func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads is \(threads); expected 1 or more") }
  }
}
