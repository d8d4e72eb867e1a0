import ArgumentParser
import ModelStore
import RiskEngineTables

/// `riskengine verify`: whether a stored model is what was written.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks every byte of a model, and that its tables fit together.",
    discussion: """
      Reads every file that the model's manifest lists and compares its SHA-256, looks for files that are not listed, \
      and checks that the covariances are positive semidefinite and that the dates of the tables go together. Exits \
      with 65 where anything is wrong.

      Example:
        riskengine verify model
      """)

  @Argument(help: ArgumentHelp("The model: a folder that riskengine estimate wrote.", valueName: "model"))
  var model: String
  @Flag(help: "Print the faults as JSON.")
  var json = false
  @OptionGroup var log: LogOptions

  mutating func run() throws {
    let report = try ModelVerification(path: model).run()
    if json {
      print(String(decoding: try JSONText.encode(report), as: UTF8.self))
    } else if report.faults.isEmpty {
      print("\(model): \(report.fileCount) files, \(TextTable.grouped(report.byteCount)) bytes: as they were written")
    }
    guard !report.faults.isEmpty else {
      EventLog.done("\(model) is as it was written", counts: ["files": report.fileCount, "bytes": report.byteCount])
      return
    }
    throw ModelError.faults(path: model, faults: report.faults.map { "\($0)" })
  }
}
