import ArgumentParser
import Foundation
import ModelStore
import RiskEngineConfiguration
import RiskEngineTables

/// `riskengine update`: new periods of a model.
struct UpdateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "update",
    abstract: "Takes new dates into a model: the same rows and bits as estimating all at once.",
    discussion: """
      The new data are a file in place of the only source or panel, or a folder in which each source's path is looked \
      up as the configuration has it; without --data the configuration's own paths are read again. Dates that the model \
      has are compared with what it was made from: a correction is refused, unless --restate estimates the model again \
      from all data that the configuration names, with the same split date. Where the model has all dates already, \
      nothing is written.

      Safe to kill at any moment: the model is then the old one or the new one. Exits with 75 where another process is \
      writing the model.

      Example:
        riskengine update model --data raw/2024-06-03.parquet
      """)

  @Argument(help: ArgumentHelp("The model: a folder that riskengine estimate wrote.", valueName: "model"))
  var model: String
  @Option(help: ArgumentHelp("The new data: a file or a folder.", valueName: "path"))
  var data: String?
  @Flag(help: "Estimate the model again from all data.")
  var restate = false
  @Option(
    help: ArgumentHelp("Memory to sort a source in whose rows come in no date order, such as 64MB.", valueName: "size"))
  var sortMemory = ByteCountArgument(megabytes: 512)
  @OptionGroup var options: ModelRunOptions

  mutating func run() throws {
    let stored = try StoredModel(path: model)
    let configuration = try Self.configuration(of: stored)
    let reading = PanelFile.Options(
      threads: options.threads, memoryLimit: sortMemory.bytes, temporaryFolder: options.temp)
    let line = ProgressLine()
    let job = UpdateJob(
      model: model, plan: ConfigurationOptions.estimationPlan(configuration), data: data, isRestating: restate,
      threads: options.threads, options: reading)
    let summary = try job.run { progress in
      line.update(progress.stage.rawValue, periodCount: progress.done, of: progress.total, detail: "")
    }
    line.clear()
    if options.json {
      print(String(decoding: try JSONText.encode(summary), as: UTF8.self))
    } else {
      print(ModelText(summary: summary, source: data ?? "the configuration's data", model: model).text)
    }
    ModelEvents.tell(summary, "\(data ?? "the configuration's data") -> \(model)")
  }

  /// The configuration that a model keeps.
  static func configuration(of stored: StoredModel) throws -> Configuration { try Configuration(of: stored) }
}
