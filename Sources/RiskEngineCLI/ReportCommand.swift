import ArgumentParser
import ModelStore
import RiskEngineConfiguration
import RiskEngineTables

/// `riskengine report`: one page that shows a model.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Writes one page that shows a model: what it is, whether it is calibrated, what needs attention.",
    discussion: """
      The page is one HTML file that needs no network and no other file: a summary in words, then calibration, data and \
      universe, factors, regressions and idio risk in charts and tables that can be sorted. It can be printed, and read \
      on a phone.

      Forecasts are evaluated for it as riskengine evaluate does, unless --evaluation names a folder that it wrote, or \
      --no-evaluation is given. With --portfolio the risk of its portfolios is shown at their last date, and what made \
      their returns; weights without dates are held over the model's last year. The same model gives the same bytes. A report that stands at --out is replaced, any \
      other file is not.

      Example:
        riskengine report model --out report.html
      """)

  @Argument(help: ArgumentHelp("The model: a folder that riskengine estimate wrote.", valueName: "model"))
  var model: String
  @Option(help: ArgumentHelp("The page to write.", valueName: "file"))
  var out: String
  @Option(help: ArgumentHelp("A folder that riskengine evaluate --out wrote of this model.", valueName: "dir"))
  var evaluation: String?
  @Flag(help: "Leave out the calibration of forecasts, which takes most of the time.")
  var noEvaluation = false
  @Option(
    help: ArgumentHelp(
      "A table of asset and weight, with or without portfolio and date, whose risk and returns are shown.",
      valueName: "file"))
  var portfolio: String?
  @Option(
    help: ArgumentHelp(
      "Such a table of one benchmark, or universe: the estimation universe by capitalization.", valueName: "file"))
  var benchmark: String?
  @OptionGroup var options: ModelRunOptions

  mutating func validate() throws {
    if evaluation != nil, noEvaluation {
      throw ValidationError("--evaluation and --no-evaluation are both given; expected one of them")
    }
    if benchmark != nil, portfolio == nil {
      throw ValidationError("--benchmark is given without --portfolio; expected both")
    }
  }

  mutating func run() throws {
    let stored = try StoredModel(path: model)
    let output = try ReportJob.output(path: out)
    let line = ProgressLine()
    let job = ReportJob(
      model: model, evaluation: try evaluation(of: stored), portfolio: portfolio,
      benchmark: benchmark.map { PortfolioBenchmark($0) }, threads: options.threads)
    let summary = try job.run(output: output) { line.update($0, periodCount: $1, detail: "") }
    line.clear()
    try show(summary)
    EventLog.done("\(model) is shown in \(out)", counts: EventCounts.of(summary))
  }

  private func show(_ summary: ReportJob.Summary) throws {
    if options.json {
      print(String(decoding: try JSONText.encode(summary), as: UTF8.self))
      return
    }
    print(
      "\(model) -> \(out): \(TextTable.grouped(summary.bytes)) bytes, \(summary.charts.count) charts, "
        + "\(summary.firstDate) to \(summary.lastDate)")
    for finding in summary.findings where finding.level != .good {
      print("  \(finding.level.rawValue): \(finding.text)")
    }
  }

  private func evaluation(of stored: StoredModel) throws -> ReportJob.Evaluation {
    if noEvaluation { return .none }
    if let evaluation { return .folder(evaluation) }
    let plan = try UpdateCommand.configuration(of: stored).evaluation
    return .made(EvaluationJob(model: model, settings: plan.settings, warmup: plan.warmup, threads: options.threads))
  }
}
