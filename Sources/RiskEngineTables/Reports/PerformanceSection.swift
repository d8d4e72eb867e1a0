internal import RiskEngine

/// The part of a report on what the factors earned for their risk.
struct PerformanceSection {
  let source: ReportSource
  let report: PerformanceReport

  /// The part.
  var section: ReportSection {
    ReportSection(id: "performance", title: "Performance of factors", word: "Performance", blocks: [.table(table)])
  }

  private var table: DataTable {
    let volatilities = source.lastVolatilities
    let inflation = meanInflation
    let hasTurnover = report.rows.contains { $0["turnover"].isFinite }
    var columns: [DataTable.Column] = [
      DataTable.Column(title: "factor", isNumeric: false), DataTable.Column(title: "kind", isNumeric: false),
      DataTable.Column(title: "mean", explanation: "mean return a year, arithmetic"),
      DataTable.Column(title: "volatility", explanation: "realized volatility a year"),
      DataTable.Column(title: "forecast", explanation: "forecast volatility a year at the last date"),
      DataTable.Column(title: "Sharpe", explanation: "mean over volatility, a year"),
      DataTable.Column(title: "±", explanation: "standard error of the Sharpe ratio"),
      DataTable.Column(title: "t", explanation: "t-statistic of the mean with Newey-West errors"),
      DataTable.Column(title: "drawdown", explanation: "largest loss from a peak"),
      DataTable.Column(title: "hit rate", explanation: "share of periods with a positive return"),
      DataTable.Column(title: "|t| > 2", explanation: "share of regressions in which the return is significant"),
      DataTable.Column(title: "VIF", explanation: "mean variance inflation"),
      DataTable.Column(title: "IC", explanation: "mean rank correlation of the style's loadings with later returns"),
      DataTable.Column(title: "periods", explanation: "periods with a return"),
    ]
    if hasTurnover {
      columns.append(DataTable.Column(title: "turnover", explanation: "mean turnover of the factor portfolio a year"))
    }
    return DataTable(
      caption: "Returns of the factor portfolios, \(report.firstDate) to \(report.lastDate), "
        + "\(Shown.count(report.periodCount, "period")), a year's where nothing else is said. The level of the market's and "
        + "of labels' returns depends on the constraint that tells them apart; that of styles does not. Choose a heading to "
        + "sort. Tables: performance, factor_statistics.",
      columns: columns,
      rows: report.rows.map { row in
        let t = row["newey_west_t_statistic"]
        return [
          .text(row.factor), .text(row.kind), .percent(row["annual_mean"]), .percent(row["annual_volatility"]),
          .percent(volatilities[row.factor] ?? .nan), .number(row["sharpe"]), .number(row["sharpe_error"]),
          DataTable.Cell(text: Shown.number(t), value: t, mark: abs(t) > 2 ? "strong" : ""),
          .percent(row["max_drawdown"], 1), .percent(row["hit_rate"], 1), .percent(row["share_significant"], 1),
          .number(inflation[row.factor] ?? .nan), .number(row["information_coefficient"], 3), .count(row.periods),
        ] + (hasTurnover ? [.percent(row["turnover"], 1)] : [])
      })
  }

  private var meanInflation: [String: Double] {
    var sums: [String: (sum: Double, count: Double)] = [:]
    for (name, value) in zip(source.inflation.texts("factor"), source.inflation["vif"]) where value.isFinite {
      let known = sums[name] ?? (0, 0)
      sums[name] = (known.sum + value, known.count + 1)
    }
    return sums.mapValues { $0.sum / $0.count }
  }
}
