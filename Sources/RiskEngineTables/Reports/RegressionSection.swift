internal import RiskEngine

/// The part of a report on the regressions: how much they explain, how sure of it they are, how well they are posed.
struct RegressionSection {
  let source: ReportSource

  /// The part.
  var section: ReportSection {
    var blocks: [ReportSection.Block] = [.chart(explained), .chart(significance), .chart(condition)]
    if outcomes.count > 1 { blocks.append(.table(outcomeTable)) }
    return ReportSection(id: "regressions", title: "Regressions", word: "Regressions", blocks: blocks)
  }

  /// The periods of a smooth line: a quarter of a year.
  private var window: Int { max(2, Int(source.periodsPerYear) / 4) }

  private var explained: Chart {
    let table = source.periods
    let shown = ShownDates(table.dates)
    let values = table["r2"]
    let means = shown.gathered(values) { $0.reduce(0, +) / Double($0.count) }
    let smooth = shown.picked(Self.trailingMeans(values, window))
    let each = shown.step == 1 ? "each \(source.periodName)" : "mean of \(shown.step) \(source.periodName)s"
    let bands =
      shown.step == 1
      ? []
      : [
        LineChart.Band(
          name: "range", lower: shown.gathered(values) { $0.min() ?? .nan },
          upper: shown.gathered(values) { $0.max() ?? .nan }, opacity: 0.18)
      ]
    return LineChart(
      dates: shown.dates,
      series: [
        LineChart.Series(name: each, group: "", values: means, isFaint: true),
        LineChart.Series(name: "mean of the last \(window)", group: "", values: smooth),
      ], bands: bands, valueTitle: "r²", axisFormat: ".0%", format: ".1%", seriesTitle: "line"
    ).chart(
      id: "r2", title: "Share of returns explained",
      caption: "Weighted r² of the cross-sectional regressions, \(table.dates.first?.description ?? "") to "
        + "\(source.lastDate)."
        + (bands.isEmpty ? "" : " The area is from the lowest to the highest of the \(shown.step).")
        + " Table: periods.")
  }

  private var significance: Chart {
    // About a month each, or longer so that there are not too many.
    let dates = source.returns.dates
    let span = max(1, Int(source.periodsPerYear) / 12)
    let most = max(1, min(160, dates.count / span))
    let shown = ShownDates(dates, most: most)
    let series = source.factors.map { factor -> LineChart.Series in
      let known = source.returns[factor.name, .tStatistic]
      let all = known.isEmpty ? dates.map { _ in Double.nan } : known.map { abs($0) }
      return LineChart.Series(
        name: factor.name, group: ReportSource.title(ofKind: factor.kind),
        values: shown.gathered(all) { $0.reduce(0, +) / Double($0.count) })
    }
    return LineChart(
      dates: shown.dates, series: series, picked: FactorSection.picked(source), valueTitle: "mean |t|",
      axisFormat: "~g",
      format: ".2f", rule: Self.meanOfNothing, height: 300
    ).chart(
      id: "significance", title: "t-statistics of factor returns",
      caption:
        "Mean absolute t-statistic of a factor's return over \(Shown.count(shown.step, source.periodName)) up to "
        + "each point; the dashed line, 0.80, is that of a factor that explains nothing. Table: factor_statistics.")
  }

  /// `E |t|` of a factor without returns: √(2/π).
  private static let meanOfNothing = (2 / Double.pi).squareRoot()

  private var condition: Chart {
    let table = source.periods
    let shown = ShownDates(table.dates)
    return LineChart(
      dates: shown.dates,
      series: [
        LineChart.Series(
          name: "condition", group: "", values: shown.gathered(table["condition"]) { $0.max() ?? .nan })
      ], valueTitle: "condition number", axisFormat: "~g", format: ".3g", isLogarithmic: true, height: 200,
      seriesTitle: "number"
    ).chart(
      id: "condition", title: "Condition of the regressions",
      caption:
        "Estimated 1-norm condition number of the scaled normal equations, logarithmic; above a million estimates "
        + "lose digits.\(shown.remark("the largest")) Table: periods.")
  }

  /// The periods by outcome, the most frequent first, with the last date of each.
  var outcomes: [(outcome: String, count: Int, last: CalendarDate)] {
    var counts: [String: (count: Int, last: CalendarDate)] = [:]
    for (outcome, date) in zip(source.periods.texts("outcome"), source.periods.dates) {
      counts[outcome] = ((counts[outcome]?.count ?? 0) + 1, date)
    }
    return counts.map { ($0.key, $0.value.count, $0.value.last) }
      .sorted { ($1.count, $0.outcome) < ($0.count, $1.outcome) }
  }

  private var outcomeTable: DataTable {
    DataTable(
      caption: "Periods by what became of their regression. Table: periods.",
      columns: [
        DataTable.Column(title: "outcome", isNumeric: false), DataTable.Column(title: "periods"),
        DataTable.Column(title: "last on", isNumeric: false),
      ],
      rows: outcomes.map {
        [
          .text($0.outcome, mark: $0.outcome == "estimated" ? "" : "bad"), .count($0.count), .text($0.last.description),
        ]
      })
  }

  /// The mean of the known values of a window that ends at each place; NaN of fewer than half a window.
  static func trailingMeans(_ values: [Double], _ window: Int) -> [Double] {
    values.indices.map { place in
      let known = values[max(0, place + 1 - window)...place].filter(\.isFinite)
      return 2 * known.count < window ? .nan : known.reduce(0, +) / Double(known.count)
    }
  }
}
