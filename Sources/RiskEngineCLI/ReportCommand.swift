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
      --no-evaluation is given. The same model gives the same bytes. A report that stands at --out is replaced, any \
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
  @OptionGroup var options: ModelRunOptions

  mutating func validate() throws {
    if evaluation != nil, noEvaluation {
      throw ValidationError("--evaluation and --no-evaluation are both given; expected one of them")
    }
  }

  mutating func run() throws {
    let stored = try StoredModel(path: model)
    let output = try ReportJob.output(path: out)
    let line = ProgressLine()
    let summary = try ReportJob(model: model, evaluation: try evaluation(of: stored)).run(output: output) {
      line.update($0, periodCount: $1, detail: "")
    }
    line.clear()
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
