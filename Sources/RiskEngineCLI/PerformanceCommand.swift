import ArgumentParser
import Foundation
import ModelStore
import RiskEngine
import RiskEngineTables

/// `riskengine performance`: the risk-adjusted performance of factor returns.
struct PerformanceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "performance",
    abstract: "Shows the risk-adjusted performance of a model's factor returns, with standard errors.",
    discussion: """
      Means and volatilities are a year's, of arithmetic returns; the periods of a year are those of the model. The \
      level of the returns of the market and of a group's labels depends on the constraint that tells them apart; those \
      of styles do not. With --out the whole table is written: the statistics that do not fit the terminal, too.

      Example:
        riskengine performance model
      """)

  @Argument(help: ArgumentHelp("The model: a folder that riskengine estimate wrote.", valueName: "model"))
  var model: String
  @Option(
    help: ArgumentHelp("The first date that counts; all of them are usual. (such as 2015-01-01)", valueName: "date"))
  var from: String?
  @Option(help: ArgumentHelp("The last date that counts.", valueName: "date"))
  var through: String?
  @Option(help: ArgumentHelp("A table to write: Parquet, CSV or Feather, by its ending.", valueName: "file"))
  var out: String?
  @Flag(help: "Print the table as JSON.")
  var json = false
  @OptionGroup var log: LogOptions

  mutating func run() throws {
    let report = try PerformanceReport(
      path: model, from: try from.map { try DateOption.parse($0, "--from") },
      through: try through.map { try DateOption.parse($0, "--through") })
    if let out { try report.write(to: out) }
    if json {
      print(String(decoding: try JSONText.encode(report.rows), as: UTF8.self))
      return
    }
    print("\(model): \(report.periodCount) periods from \(report.firstDate) to \(report.lastDate)")
    let hasTurnover = report.rows.contains { $0["turnover"].isFinite }
    let lines = TextTable(
      header: [
        "factor", "kind", "mean", "volatility", "Sharpe", "+-", "t (Newey-West)", "drawdown", "hit rate", "|t| > 2",
      ] + (hasTurnover ? ["turnover"] : []), rightAligned: [2, 3, 4, 5, 6, 7, 8, 9, 10],
      rows: report.rows.map { row in
        [
          row.factor, row.kind, percent(row["annual_mean"]), percent(row["annual_volatility"]), number(row["sharpe"]),
          number(row["sharpe_error"]), number(row["newey_west_t_statistic"]), percent(row["max_drawdown"]),
          percent(row["hit_rate"]), percent(row["share_significant"]),
        ] + (hasTurnover ? [percent(row["turnover"])] : [])
      }
    ).lines
    for line in lines { print("  " + line) }
  }

  private func percent(_ value: Double) -> String { value.isFinite ? String(format: "%.2f %%", 100 * value) : "" }
  private func number(_ value: Double) -> String { value.isFinite ? String(format: "%.2f", value) : "" }
}
