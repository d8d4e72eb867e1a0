import ArgumentParser
import ModelStore
import RiskEngine
import RiskEngineConfiguration
import RiskEngineTables

/// `riskengine risk`: the risk of portfolios and where it comes from.
struct RiskCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "risk",
    abstract: "Shows the risk of portfolios, where it comes from, and how it stands to a benchmark.",
    discussion: """
      The portfolio is a table of asset and weight, with portfolio and date where there are several; weights are \
      fractions of its value. Each date is judged by the model of that date. Holdings that the model does not cover are \
      listed with their weights, and all figures are those of the rest, whose share comes first.

      Volatilities and contributions are a year's; contributions by factor and idio, by block, and by asset each sum to \
      the volatility. With --benchmark the same is shown of the difference, with tracking error and beta. With --out all \
      factors, labels and assets are written. Scenarios are described in docs/portfolio.md.

      Example:
        riskengine risk model --portfolio book.csv --benchmark universe --out risk
      """)

  @Argument(help: ArgumentHelp("The model: a folder that riskengine estimate wrote.", valueName: "model"))
  var model: String
  @OptionGroup var holdings: HoldingOptions
  @Option(
    help: ArgumentHelp(
      "Such a table of one benchmark, or universe: the estimation universe by capitalization.", valueName: "file"))
  var benchmark: String?
  @Option(help: ArgumentHelp("A file of scenarios: shocks, replays of the past, stresses.", valueName: "file"))
  var scenarios: String?
  @Option(help: ArgumentHelp("How many of the largest factors, labels and assets are shown.", valueName: "n"))
  var top = 10
  @Option(
    help: ArgumentHelp("A folder to write tables into; replaced as a whole where it is one of ours.", valueName: "dir"))
  var out: String?
  @OptionGroup var options: RunOptions

  mutating func validate() throws {
    if top < 0 { throw ValidationError("--top is \(top); expected 0 or more") }
  }

  mutating func run() throws {
    let job = RiskJob(
      model: model, portfolio: .file(holdings.portfolio), benchmark: benchmark.map { PortfolioBenchmark($0) },
      date: try holdings.chosenDate, dateRule: holdings.dates,
      scenarios: (scenarios ?? "", try scenarios.map { try ScenarioFile(path: $0).scenarios } ?? []),
      threads: options.threads)
    let output = try out.map { try OutputFolder(path: $0) }
    let tables = try output.map { try RiskTables(job, output: $0, format: options.format) }
    var summaries: [RiskSummary] = []
    let line = ProgressLine()
    try job.run { report in
      try tables?.append(report)
      summaries.append(RiskSummary(report, listing: top))
      line.update("risk", periodCount: summaries.count, detail: "")
    }
    line.clear()
    var arguments = holdings.arguments
    if let benchmark { arguments["benchmark"] = benchmark }
    try tables?.commit(summaries, options: arguments)
    if options.json {
      print(String(decoding: try JSONText.encode(summaries), as: UTF8.self))
    } else {
      print(RiskText(summaries: summaries, model: model).text)
    }
  }
}
