import ArgumentParser
import Foundation
import ModelStore
import RiskEngine
import RiskEngineConfiguration
import RiskEngineTables

/// `riskengine loadings`: style loadings of vendors' data.
struct LoadingsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "loadings",
    abstract: "Makes style loadings of vendors' data: a panel that regress takes as it is.",
    discussion: """
      Checks and reconciles the sources that the configuration names, selects the estimation universe, computes \
      descriptors, and winsorizes, standardizes and combines them into styles. A row of the panel dated t holds what \
      was known at t's close.

      Writes panel, universe, universe_changes, market, style_statistics, style_correlations, clipped, imputed, the \
      tables of riskengine check, and manifest.json under --out.

      Example:
        riskengine loadings --config config.yaml --out loadings
      """)

  @OptionGroup var files: ConfigurationOptions
  @OptionGroup var options: RunOptions

  mutating func run() throws {
    let configuration = try Configuration(path: files.config)
    let format = files.format(configuration, options)
    let output = try OutputFolder(path: files.out)
    let line = ProgressLine()
    let job = LoadingJob(
      plan: ConfigurationOptions.plan(configuration), format: format, threads: options.threads,
      options: PanelFile.Options(
        threads: options.threads, memoryLimit: files.sortMemory.bytes, temporaryFolder: options.temp),
      arguments: ["config": files.config, "format": format.rawValue])
    let summary = try job.run(output: output) { done, all in
      line.update("loadings", periodCount: done, of: all, detail: "")
    }
    line.clear()
    if options.json {
      print(String(decoding: try JSONText.encode(summary), as: UTF8.self))
    } else {
      print(
        LoadingsText(
          summary: summary, config: files.config, out: files.out, format: format, lag: configuration.model.lag,
          memberships: configuration.memberships
        ).text)
    }
    EventLog.done("\(files.config) -> \(files.out)", counts: EventCounts.of(summary.quality))
  }
}
