import ArgumentParser
import Foundation
import ModelStore
import RiskEngine
import RiskEngineConfiguration
import RiskEngineTables

/// `riskengine check`: the quality of vendors' data.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Checks vendors' data, and says what is wrong with which value.",
    discussion: """
      Reads the sources that the configuration names, runs every check and reconciles vendors. Prints what was found, \
      and writes quality (one row a finding: what, where, before, after, and what was done), quality_counts, missing, \
      summary.json and manifest.json under --out.

      Exits with 65 where a finding is fatal, after everything is written.

      Example:
        riskengine check --config config.yaml --out checked
      """)

  @OptionGroup var files: ConfigurationOptions
  @OptionGroup var options: RunOptions

  mutating func run() throws {
    let configuration = try Configuration(path: files.config)
    let format = files.format(configuration, options)
    let output = try OutputFolder(path: files.out)
    let line = ProgressLine()
    let job = CheckJob(
      plan: ConfigurationOptions.plan(configuration), format: format,
      options: PanelFile.Options(
        threads: options.threads, memoryLimit: files.sortMemory.bytes, temporaryFolder: options.temp),
      arguments: ["config": files.config, "format": format.rawValue])
    let summary = try job.run(output: output) { done, all in
      line.update("check", periodCount: done, of: all, detail: "")
    }
    line.clear()
    if options.json {
      print(String(decoding: try JSONText.encode(summary), as: UTF8.self))
    } else {
      print(QualityText(summary: summary.quality, config: files.config, out: files.out).text)
      print("  \(String(format: "%.2f", summary.seconds["total"] ?? 0)) s, \(summary.peakBytes / 1_000_000) MB at most")
    }
    if summary.quality.fatalCount > 0 {
      EventLog.info("check", "findings are fatal", counts: EventCounts.of(summary.quality))
      throw MarketError.fatalFindings(first: summary.quality.fatal[0], count: summary.quality.fatalCount)
    }
    EventLog.done("\(files.config) -> \(files.out)", counts: EventCounts.of(summary.quality))
  }
}
