import ArgumentParser
import Foundation

/// The options of verbs that write models, whose tables are Parquet.
struct ModelRunOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The number of threads; the results do not depend on it.", valueName: "n"))
  var threads: Int?

  @Option(help: ArgumentHelp("Where temporary files may be written.", valueName: "dir"))
  var temp: String = NSTemporaryDirectory()

  @Flag(help: "Print the summary as JSON.")
  var json = false

  @OptionGroup var log: LogOptions

  mutating func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads is \(threads); expected 1 or more") }
  }
}
