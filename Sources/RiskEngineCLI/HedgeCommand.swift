import ArgumentParser
import Foundation
import ModelStore
import RiskEngine
import RiskEngineTables

/// `riskengine hedge`: trades that take risk out of portfolios.
struct HedgeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hedge",
    abstract: "Hedges portfolios with factor-mimicking portfolios or with given instruments.",
    discussion: """
      Without --instruments the loadings on all factors, or on those of --factors, are neutralized by trading the \
      portfolios that mimic the factors; their idio risk comes in for the factor risk that goes. With --instruments, a \
      table of asset and weight with a portfolio for each instrument, as much is bought of each as makes the variance \
      least. Volatilities are a year's. With --out the hedged holdings, the trades, the ratios and the loadings before \
      and after are written.

      Example:
        riskengine hedge model --portfolio book.csv --factors momentum,size --out out
      """)

  @Argument(help: ArgumentHelp("The model: a folder that riskengine estimate wrote.", valueName: "model"))
  var model: String
  @OptionGroup var holdings: HoldingOptions
  @Option(help: ArgumentHelp("The factors to neutralize, separated by commas; all are usual.", valueName: "names"))
  var factors: NameList?
  @Option(
    help: ArgumentHelp("A table of the instruments to hedge with: portfolio, asset and weight.", valueName: "file"))
  var instruments: String?
  @Option(
    help: ArgumentHelp("A folder to write tables into; replaced as a whole where it is one of ours.", valueName: "dir"))
  var out: String?
  @OptionGroup var options: RunOptions

  mutating func validate() throws {
    if factors != nil, instruments != nil {
      throw ValidationError("--factors and --instruments are both given; expected one of them")
    }
  }

  mutating func run() throws {
    let job = HedgeJob(
      model: model, portfolio: .file(holdings.portfolio),
      means: instruments.map { .instruments(.file($0)) } ?? .factors(factors?.names),
      date: try holdings.chosenDate, dateRule: holdings.dates, threads: options.threads)
    let output = try out.map { try OutputFolder(path: $0) }
    let tables = try output.map { try HedgeTables(job, output: $0, format: options.format) }
    var summaries: [HedgeSummary] = []
    try job.run { report in
      try tables?.append(report)
      summaries.append(HedgeSummary(report))
    }
    var arguments = holdings.arguments
    for (name, value) in [
      ("instruments", instruments), ("factors", factors?.names.joined(separator: ",")),
    ] {
      if let value { arguments[name] = value }
    }
    try tables?.commit(summaries, options: arguments)
    if options.json {
      print(String(decoding: try JSONText.encode(summaries), as: UTF8.self))
    } else {
      print(summaries.map(text).joined(separator: "\n\n"))
    }
  }

  private func text(_ summary: HedgeSummary) -> String {
    var lines = [
      "\(summary.portfolio) at \(summary.date): \(percent(summary.coveredShare)) of the absolute weight covered by \(model)"
        + (summary.modelDate == summary.date ? "" : " at \(summary.modelDate)")
    ]
    if !summary.uncovered.isEmpty {
      lines.append(
        "  not covered: "
          + summary.uncovered.prefix(10).map { "\($0.asset) \(percent($0.weight))" }.joined(separator: ", ")
          + (summary.uncovered.count > 10 ? ", ... \(summary.uncovered.count) in all" : ""))
    }
    lines += TextTable(
      header: ["a year", "before", "after"], rightAligned: [1, 2],
      rows: [
        ["volatility", percent(summary.volatilityBefore), percent(summary.volatilityAfter)],
        ["  of factors", percent(summary.factorVolatilityBefore), percent(summary.factorVolatilityAfter)],
        ["  idio", percent(summary.idioVolatilityBefore), percent(summary.idioVolatilityAfter)],
      ]
    ).lines.map { "  " + $0 }
    lines.append("  \(percent(summary.tradedGrossWeight)) of absolute weight is traded")
    if summary.uncoveredTradedWeight > 0 {
      lines.append("  \(percent(summary.uncoveredTradedWeight)) of it is not covered, and its risk in no figure")
    }
    if !summary.unhedgedFactors.isEmpty {
      lines.append(
        "  without a mimicking portfolio, left as they are: " + summary.unhedgedFactors.joined(separator: ", "))
    }
    let bought = summary.ratios.filter { $0.ratio != 0 }
    lines += TextTable(
      header: [instruments == nil ? "factor" : "instrument", "bought"], rightAligned: [1],
      rows: bought.map { [$0.name, String(format: "%.4f", $0.ratio)] }
    ).lines.map { "  " + $0 }
    return lines.joined(separator: "\n")
  }

  private func percent(_ value: Double) -> String { String(format: "%.2f %%", 100 * value) }
}
