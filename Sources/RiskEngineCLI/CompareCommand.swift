import ArgumentParser
import Foundation
import ModelStore
import RiskEngineTables

/// `riskengine compare`: why two models differ for a portfolio.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Explains why two models, or two dates of one, differ in the risk of a portfolio.",
    discussion: """
      Splits the difference of the variances into what loadings, factor covariance and idio risk make of it, and shows \
      the factors whose contribution changed most. The portfolio is a table of asset and weight; with a column \
      portfolio, each is compared.

      Example:
        riskengine compare model --date 2024-03-28 --other-date 2024-06-28 --portfolio book.csv
        riskengine compare model_short model_long --portfolio book.csv
      """)

  @Argument(help: ArgumentHelp("The model: a folder that riskengine estimate wrote.", valueName: "model"))
  var model: String
  @Argument(help: ArgumentHelp("Another model; the same one is usual.", valueName: "other"))
  var other: String?
  @Option(help: ArgumentHelp("A table of asset and weight, with or without portfolio.", valueName: "file"))
  var portfolio: String
  @Option(help: ArgumentHelp("The date of the first model; the last with a forecast is usual.", valueName: "date"))
  var date: String?
  @Option(help: ArgumentHelp("The date of the other model; the last with a forecast is usual.", valueName: "date"))
  var otherDate: String?
  @Flag(help: "Print the comparison as JSON.")
  var json = false
  @OptionGroup var log: LogOptions

  private static let shownFactors = 10

  mutating func run() throws {
    if other == nil, date == otherDate {
      throw ValidationError("one model and one date to compare; expected another model or --other-date")
    }
    let first = try DatedModel(path: model, date: try date.map { try DateOption.parse($0, "--date") })
    let second = try DatedModel(
      path: other ?? model, date: try otherDate.map { try DateOption.parse($0, "--other-date") })
    var comparisons: [ModelComparison] = []
    for entry in try PortfolioFile(path: portfolio).portfolios {
      comparisons.append(try ModelComparison(first, second, portfolio: entry, path: portfolio))
    }
    if json {
      print(String(decoding: try JSONText.encode(comparisons), as: UTF8.self))
      return
    }
    for comparison in comparisons { show(comparison) }
  }

  private func show(_ comparison: ModelComparison) {
    let names = [model, other ?? model]
    print(comparison.portfolio.isEmpty ? portfolio : comparison.portfolio)
    let sides = (0..<2).map { "\(names[$0]) at \(comparison.dates[$0])" }
    func row(_ title: String, _ values: [Double]) -> [String] { [title] + values.map(percent) }
    var lines = TextTable(
      header: ["a year"] + sides, rightAligned: [1, 2],
      rows: [
        row("weight covered", comparison.covered), row("volatility", comparison.volatilities),
        row("  of factors", comparison.factorVolatilities), row("  idio", comparison.idioVolatilities),
      ]
    ).lines
    let scale = comparison.difference == 0 ? 1 : comparison.difference
    lines.append(
      "variance \(number(comparison.difference)): loadings \(number(comparison.fromLoadings)) "
        + "(\(percent(comparison.fromLoadings / scale))), factor covariance "
        + "\(number(comparison.fromFactorCovariance)) (\(percent(comparison.fromFactorCovariance / scale))), idio "
        + "\(number(comparison.fromIdioRisk)) (\(percent(comparison.fromIdioRisk / scale)))")
    lines +=
      TextTable(
        header: ["factor", "loading", "then", "volatility", "then", "variance", "then"],
        rightAligned: [1, 2, 3, 4, 5, 6],
        rows: comparison.factors.prefix(Self.shownFactors).map { factor in
          [factor.name] + factor.loadings.map { String(format: "%.3f", $0) } + factor.volatilities.map(percent)
            + factor.contributions.map(number)
        }
      ).lines
    for line in lines { print("  " + line) }
    for side in 0..<2 where !comparison.uncovered[side].isEmpty {
      print(
        "  not covered by \(sides[side]): " + comparison.uncovered[side].prefix(5).joined(separator: ", ")
          + (comparison.uncovered[side].count > 5 ? ", ... (\(comparison.uncovered[side].count))" : ""))
    }
  }

  private func percent(_ value: Double) -> String { String(format: "%.2f %%", 100 * value) }
  private func number(_ value: Double) -> String { String(format: "%+.6f", value) }
}
