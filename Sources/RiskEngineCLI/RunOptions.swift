import ArgumentParser
import Foundation
import RiskEngineTables

/// The options that every verb has.
struct RunOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The number of threads; the results do not depend on it.", valueName: "n"))
  var threads: Int?

  @Option(help: ArgumentHelp("The format of tables: parquet, csv or feather.", valueName: "format"))
  var format: TableFormat = .parquet

  @Option(help: ArgumentHelp("Where temporary files may be written.", valueName: "dir"))
  var temp: String = NSTemporaryDirectory()

  @Flag(help: "Print the summary as JSON.")
  var json = false

  mutating func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads is \(threads); expected 1 or more") }
  }
}
