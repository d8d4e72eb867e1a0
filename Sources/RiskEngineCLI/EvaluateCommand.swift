import ArgumentParser
import Foundation
import ModelStore
import RiskEngine
import RiskEngineConfiguration
import RiskEngineTables

/// `riskengine evaluate`: out-of-sample tests of a model's forecasts of risk.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Tests a model's forecasts of risk against the returns that came: where it is calibrated and where not.",
    discussion: """
      Each forecast is held against the returns of the next date, for factors, assets, indices, industries, random, \
      eigen- and optimized portfolios. A bias statistic above its interval says that risk was forecast too low. \
      Forecasts whose idio variances come from the iterated part of the sample are left out, for that part is in-sample.

      Forecasts are of the volatility over a month, divided down to a date; with --horizon 21 they are held against a \
      month's returns instead.

      With --against another model's forecasts are judged on the same dates, and the losses compared by the test of \
      Diebold and Mariano. With --out the statistics of each portfolio, family and date are written.

      Example:
        riskengine evaluate model --out evaluation
      """)

  @Argument(help: ArgumentHelp("The model: a folder that riskengine estimate wrote.", valueName: "model"))
  var model: String
  @Option(help: ArgumentHelp("Another model to compare losses with.", valueName: "model"))
  var against: String?
  @Option(help: ArgumentHelp("The first date of a judged return. (such as 2015-01-01)", valueName: "date"))
  var from: String?
  @Option(help: ArgumentHelp("The last date of a judged return.", valueName: "date"))
  var through: String?
  @Option(
    help: ArgumentHelp(
      "The dates before the first judged forecast; the configuration's, or 504 but at most half of them.",
      valueName: "n"))
  var warmup: Int?
  @Option(
    help: ArgumentHelp(
      "The dates over which the returns of a forecast are added, in windows that do not overlap; the configuration's, "
        + "or 1.", valueName: "n"))
  var horizon: Int?
  @Flag(help: "Judge forecasts of the iterated part of the sample, too.")
  var inSample = false
  @Option(
    help: ArgumentHelp("A folder to write tables into; replaced as a whole where it is one of ours.", valueName: "dir"))
  var out: String?
  @OptionGroup var options: RunOptions

  mutating func run() throws {
    let stored = try StoredModel(path: model)
    var plan = try UpdateCommand.configuration(of: stored).evaluation
    plan.settings.horizon = horizon ?? plan.settings.horizon
    let output = try out.map { try OutputFolder(path: $0) }
    let line = ProgressLine()
    let judged = plan
    func evaluate(_ path: String) throws -> EvaluationJob.Outcome {
      try EvaluationJob(
        model: path, settings: judged.settings, warmup: warmup ?? judged.warmup, includesInSample: inSample,
        from: try from.map { try DateOption.parse($0, "--from") },
        through: try through.map { try DateOption.parse($0, "--through") }, threads: options.threads
      ).run { line.update("evaluate", periodCount: $0, detail: "") }
    }
    let outcome = try evaluate(model)
    let other = try against.map { try evaluate($0) }
    line.clear()
    let summary = EvaluationSummary(outcome, against: other)
    if let output {
      try EvaluationTables(outcome, format: options.format).write(
        to: output, summary: summary, arguments: ["model": model, "against": against ?? ""])
    }
    if options.json {
      print(String(decoding: try JSONText.encode(summary), as: UTF8.self))
    } else {
      print(EvaluationText(summary: summary, model: model, against: against).text)
    }
    EventLog.done(summary.verdict.first ?? "", counts: EventCounts.of(summary))
  }
}
