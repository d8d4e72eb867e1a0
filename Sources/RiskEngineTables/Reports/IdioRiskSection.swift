internal import ModelStore
internal import RiskEngine

/// The part of a report on idio risk: its distribution over assets, at the last date and over time, and the regime.
struct IdioRiskSection {
  let source: ReportSource
  let history: IdioRiskHistory
  private static let barCount = 40

  /// The part; `nil` where there is no forecast.
  var section: ReportSection? {
    guard let date = history.dates.dates.last, !history.last.isEmpty else { return nil }
    return ReportSection(
      id: "idio", title: "Idio risk", word: "Idio risk",
      blocks: [.chart(distribution(date)), .chart(fan), .chart(regimes)])
  }

  /// The median idio volatility a year at the last date; NaN where there is none.
  var lastMedian: Double {
    history.last.isEmpty ? .nan : source.idioAnnual * Quantile.interpolated(0.5, ofSorted: history.last)
  }

  private func distribution(_ date: CalendarDate) -> Chart {
    let values = history.last.map { source.idioAnnual * $0 }
    // The few largest would leave no room for the others.
    let top = max(Quantile.interpolated(0.99, ofSorted: values), .leastNormalMagnitude)
    let width = Self.niceStep(top / Double(Self.barCount))
    let barCount = Int((top / width).rounded(.up))
    var counts = [Int](repeating: 0, count: barCount + 1)
    for value in values { counts[min(barCount, Int(value / width))] += 1 }
    let rows: [JSONValue] = counts.enumerated().map { place, count in
      let (low, high) = (Double(place) * width, Double(place + 1) * width)
      let text =
        place == barCount
        ? "\(Shown.percent(low, 1)) and more" : "\(Shown.percent(low, 1)) to \(Shown.percent(high, 1))"
      return [
        "lo": .rounded(low), "hi": .rounded(high), "n": .number(Double(count)), "t": .text(text),
      ]
    }
    let specification = Chart.frame(height: 240).adding([
      "data": ["values": .list(rows)],
      "mark": ["type": "bar", "binSpacing": 1, "color": .text(Chart.colours[0])],
      "encoding": [
        "x": [
          "field": "lo", "type": "quantitative", "bin": ["binned": true], "title": "idio volatility a year",
          "axis": ["format": ".0%", "grid": false],
        ],
        "x2": ["field": "hi"],
        "y": ["field": "n", "type": "quantitative", "axis": Chart.topAxis("assets", format: ",d")],
        "tooltip": [
          ["field": "t", "type": "nominal", "title": "volatility a year"],
          ["field": "n", "type": "quantitative", "title": "assets", "format": ",d"],
        ],
      ],
    ])
    return Chart(
      id: "idio", title: "Idio volatility of the assets",
      caption:
        "Number of assets by forecast idio volatility a year, \(Shown.count(values.count)) assets on \(date); the "
        + "last bar has all that are above. Table: idio_risk.",
      specification: specification)
  }

  private var fan: Chart {
    let lines = history.quantiles.map { $0.map { source.idioAnnual * $0 } }
    let dates = history.dates.dates
    return LineChart(
      dates: dates, series: [LineChart.Series(name: "median asset", group: "", values: lines[2])],
      bands: [
        LineChart.Band(name: "5 to 95 %", lower: lines[0], upper: lines[4], opacity: 0.14),
        LineChart.Band(name: "25 to 75 %", lower: lines[1], upper: lines[3], opacity: 0.24),
      ], valueTitle: "volatility a year", axisFormat: ".0%", format: ".1%", seriesTitle: "assets"
    ).chart(
      id: "idiofan", title: "Idio volatility over time",
      caption:
        "Forecast idio volatility a year: the median asset, half of the assets (dark area) and nine tenths of them "
        + "(light area), \(dates.first?.description ?? "") to \(dates.last?.description ?? "")."
        + "\(history.dates.remark) Table: idio_risk.")
  }

  private var regimes: Chart {
    let table = source.forecasts
    let shown = ShownDates(table.dates)
    return LineChart(
      dates: shown.dates,
      series: [
        LineChart.Series(name: "factors", group: "", values: shown.picked(table["factor_regime"])),
        LineChart.Series(name: "idio", group: "", values: shown.picked(table["idio_regime"])),
      ], valueTitle: "multiplier", axisFormat: ".2f", format: ".3f", rule: 1, height: 220, seriesTitle: "volatilities"
    ).chart(
      id: "regimes", title: "Volatility regime",
      caption: "What volatilities are multiplied by because recent returns were larger, above 1, or smaller than "
        + "forecast.\(shown.remark) Table: forecasts.")
  }

  /// The step 1, 2 or 5 times a power of ten that is not below a value.
  static func niceStep(_ value: Double) -> Double {
    var power = 1.0
    while power > value { power /= 10 }
    while power * 10 <= value { power *= 10 }
    for factor in [1.0, 2, 5] where factor * power >= value { return factor * power }
    return 10 * power
  }
}
