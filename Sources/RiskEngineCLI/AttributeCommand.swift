import ArgumentParser
import ModelStore
import RiskEngine
import RiskEngineTables

/// `riskengine attribute`: where the returns of portfolios came from.
struct AttributeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attribute",
    abstract: "Attributes the returns of portfolios to factors and idio returns, period by period and linked.",
    discussion: """
      Holdings of a date are the weights at its close: they earn the returns of the periods after it, until the next \
      holdings of the portfolio, and the last ones those of one period more, or up to --through. In between weights \
      drift with returns, or stay with --weights constant. Each period's contributions of factors, idio returns and \
      unmodelled holdings sum to the return; with --returns what the portfolio really made beyond that is the \
      transaction part. Returns are of the kind that the model was estimated from, excess returns for example.

      Periods are linked so that effects sum to the compounded return, or to the difference of both: compounding; \
      carino, of logarithmic weights; menchero, of optimized ones.

      Example:
        riskengine attribute model --positions book.csv --from 2024-05-01 --out out
      """)

  @Argument(help: ArgumentHelp("The model: a folder that riskengine estimate wrote.", valueName: "model"))
  var model: String
  @Option(help: ArgumentHelp("A table of asset and weight, with or without portfolio and date.", valueName: "file"))
  var positions: String
  @Option(
    help: ArgumentHelp(
      "Such a table of one benchmark, or universe: the estimation universe by capitalization.", valueName: "file"))
  var benchmark: String?
  @Option(
    help: ArgumentHelp(
      "A table of date and return, with or without portfolio: what the portfolios really made.", valueName: "file"))
  var returns: String?
  @Option(
    help: ArgumentHelp(
      "How periods are linked: compounding, carino or menchero. (default: compounding, carino against a benchmark)",
      valueName: "method"))
  var linking: LinkingMethod?
  @Option(
    help: ArgumentHelp("How weights go on between dates of holdings: drift or constant.", valueName: "rule"))
  var weights = WeightRule.drift
  @Option(
    help: ArgumentHelp(
      "The model's date for one of holdings: exact, or the last that is not later.", valueName: "rule"))
  var dates = DateRule.exact
  @Option(
    help: ArgumentHelp(
      "The start of the first period, and the date of holdings without dates.", valueName: "date"))
  var from: String?
  @Option(help: ArgumentHelp("The end of the last period.", valueName: "date"))
  var through: String?
  @Option(help: ArgumentHelp("How many of the largest factors are shown.", valueName: "n"))
  var top = 10
  @Option(
    help: ArgumentHelp("A folder to write tables into; replaced as a whole where it is one of ours.", valueName: "dir"))
  var out: String?
  @OptionGroup var options: RunOptions

  mutating func validate() throws {
    if top < 0 { throw ValidationError("--top is \(top); expected 0 or more") }
  }

  mutating func run() throws {
    let job = AttributionJob(
      model: model, positions: .file(positions), benchmark: benchmark.map { PortfolioBenchmark($0) }, returns: returns,
      linking: linking, weights: weights, dateRule: dates,
      from: try from.map { try DateOption.parse($0, "--from") },
      through: try through.map { try DateOption.parse($0, "--through") }, threads: options.threads)
    let output = try out.map { try OutputFolder(path: $0) }
    let tables = try output.map { try AttributionTables(job, output: $0, format: options.format) }
    let line = ProgressLine()
    var count = 0
    let reports = try job.run { period in
      try tables?.append(period)
      count += 1
      line.update("attribute", periodCount: count, detail: "")
    }
    line.clear()
    var arguments = ["linking": job.usedLinking.rawValue, "weights": weights.rawValue, "dates": dates.rawValue]
    for (name, value) in [("benchmark", benchmark), ("from", from), ("through", through)] {
      if let value { arguments[name] = value }
    }
    try tables?.commit(reports, options: arguments)
    let summaries = reports.map { AttributionSummary($0, linking: job.usedLinking) }
    if options.json {
      print(String(decoding: try JSONText.encode(summaries), as: UTF8.self))
    } else {
      print(AttributionText(summaries: summaries, model: model, top: top).text)
    }
  }
}
