import ArgumentParser
import Foundation
import ModelStore
import RiskEngineConfiguration
import RiskEngineTables

/// `riskengine estimate`: a risk model.
struct EstimateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "estimate",
    abstract: "Estimates a risk model: loadings, factor and idio returns, idio risk and factor covariance.",
    discussion: """
      Does everything that the configuration asks for: from vendors' tables (data.sources) or a panel of loadings \
      (data.panel) through the regressions, whose weights are inverse idio variances, to forecasts of risk at the close \
      of every date. Nothing is used before it was known, but in the first part of the sample, which estimates the first \
      idio variances and is marked in-sample.

      Writes a model under --out: tables as folders of Parquet files, which pandas, polars and DuckDB read as they are, \
      and what riskengine update goes on from.

      Example:
        riskengine estimate --config config.yaml --out model
      """)

  @OptionGroup var files: ConfigurationOptions
  @OptionGroup var options: ModelRunOptions

  mutating func run() throws {
    let configuration = try Configuration(path: files.config)
    let output = try OutputFolder(path: files.out)
    let job = EstimationJob(
      plan: ConfigurationOptions.estimationPlan(configuration), threads: options.threads,
      options: PanelFile.Options(
        threads: options.threads, memoryLimit: files.sortMemory.bytes, temporaryFolder: options.temp))
    let line = ProgressLine()
    let summary = try job.run(output: output) { progress in
      line.update(progress.stage.rawValue, periodCount: progress.done, of: progress.total, detail: "")
    }
    line.clear()
    if options.json {
      print(String(decoding: try JSONText.encode(summary), as: UTF8.self))
    } else {
      print(ModelText(summary: summary, source: files.config, model: files.out).text)
    }
    ModelEvents.tell(summary, "\(files.config) -> \(files.out)")
  }
}
