internal import LinAlg
internal import RiskEngine

/// The part of a report on the factors: their returns, their risk, and how they correlate.
struct FactorSection {
  let source: ReportSource
  /// The lines that are shown at first.
  static let shownFactors = 8

  /// The part.
  var section: ReportSection {
    var blocks: [ReportSection.Block] = [.chart(cumulative)]
    if let volatilities { blocks.append(.chart(volatilities)) }
    if let correlations { blocks.append(.chart(correlations)) }
    if source.lastCovariance == nil {
      blocks.append(.paragraph("There is no forecast of factor risk: the model has too few periods."))
    }
    return ReportSection(id: "factors", title: "Factors", word: "Factors", blocks: blocks)
  }

  /// The market and the styles of the largest risk, or, without any, the labels of the largest.
  static func picked(_ source: ReportSource) -> [String] {
    let risks = source.lastVolatilities
    let core = source.factors.filter { ["market", "style"].contains($0.kind) && $0.label == nil }
    let candidates = core.isEmpty ? source.factors : core
    let largest = candidates.enumerated().sorted { left, right in
      let (a, b) = (risks[left.element.name] ?? -1, risks[right.element.name] ?? -1)
      return a == b ? left.offset < right.offset : a > b
    }.prefix(shownFactors).map(\.element.name)
    return source.factors.map(\.name).filter { largest.contains($0) }
  }

  private var cumulative: Chart {
    let shown = ShownDates(source.returns.dates)
    let series = source.factors.map { factor -> LineChart.Series in
      var sum = 0.0
      var hasBegun = false
      let sums = source.returns[factor.name, .factorReturn].map { value -> Double in
        if value.isFinite {
          hasBegun = true
          sum += value
        }
        return hasBegun ? sum : .nan
      }
      let all = sums.isEmpty ? source.returns.dates.map { _ in Double.nan } : sums
      return LineChart.Series(
        name: factor.name, group: ReportSource.title(ofKind: factor.kind), values: shown.picked(all))
    }
    return LineChart(
      dates: shown.dates, series: series, picked: Self.picked(source), valueTitle: "sum of returns", axisFormat: ".0%",
      format: "+.2%", rule: 0, height: 320
    ).chart(
      id: "cumulative", title: "Cumulative factor returns",
      caption: "Excess returns of the factor portfolios, added up without compounding, \(source.firstDate) to "
        + "\(source.lastDate); a \(source.periodName) without an estimate adds nothing.\(shown.remark) Table: "
        + "factor_statistics.")
  }

  private var volatilities: Chart? {
    let table = source.factorRisk
    guard table.rowCount > 0 else { return nil }
    let dates = Set(table.dates).sorted()
    let shown = ShownDates(dates)
    let places = Dictionary(uniqueKeysWithValues: shown.dates.enumerated().map { ($1, $0) })
    var lines = [String: [Double]]()
    let (names, risks) = (table.texts("factor"), table["risk"])
    for row in 0..<table.rowCount {
      guard let place = places[table.dates[row]] else { continue }
      lines[names[row], default: Array(repeating: .nan, count: shown.dates.count)][place] = source.annual * risks[row]
    }
    let series = source.factors.compactMap { factor in
      lines[factor.name].map {
        LineChart.Series(name: factor.name, group: ReportSource.title(ofKind: factor.kind), values: $0)
      }
    }
    return LineChart(
      dates: shown.dates, series: series, picked: Self.picked(source), valueTitle: "volatility a year",
      axisFormat: ".0%",
      format: ".2%", height: 320
    ).chart(
      id: "volatilities", title: "Forecast factor volatilities",
      caption: "Forecast volatility of each factor over \(horizonText), as a year's, by date of forecast, "
        + "\(dates[0]) to \(dates[dates.count - 1]).\(shown.remark) Table: factor_risk.")
  }

  private var horizonText: String {
    let horizon = source.horizon
    let text = horizon == horizon.rounded() ? Shown.count(Int(horizon)) : Shown.number(horizon)
    return "\(text) \(source.periodName)\(horizon == 1 ? "" : "s")"
  }

  private var correlations: Chart? {
    guard let entry = source.lastCovariance else { return nil }
    let names = entry.factors
    let deviations = names.indices.map { max(0, entry.covariance[$0, $0]).squareRoot() }
    let rows: [JSONValue] = names.enumerated().map { row, name in
      let values = names.indices.map { other -> Double in
        let scale = deviations[row] * deviations[other]
        return scale > 0 ? entry.covariance[max(row, other), min(row, other)] / scale : .nan
      }
      return ["s": .text(name), "v": .numbers(values, digits: 3)]
    }
    let columns: [JSONValue] = names.enumerated().map { ["i": .number(Double($0 + 1)), "o": .text($1)] }
    let size = min(680, max(240, 60 + 22 * names.count))
    let font = Double(max(6, min(11, 560 / max(1, names.count))))
    func axis(_ field: String, _ more: [String: JSONValue]) -> JSONValue {
      [
        "field": .text(field), "type": "nominal", "title": nil, "scale": ["domain": .texts(names)],
        "axis": JSONValue.named(more).adding(["labelFontSize": .number(font), "labelLimit": 90, "labelOverlap": true]),
      ]
    }
    let specification = Chart.frame(height: size).adding([
      "datasets": ["columns": .list(columns)],
      "data": ["values": .list(rows)],
      "transform": [
        ["flatten": ["v"]],
        ["window": [["op": "row_number", "as": "i"]], "groupby": ["s"]],
        ["lookup": "i", "from": ["data": ["name": "columns"], "key": "i", "fields": ["o"]]],
      ],
      "mark": ["type": "rect"],
      "encoding": [
        "x": axis("o", ["labelAngle": -90]), "y": axis("s", [:]),
        "color": [
          "field": "v", "type": "quantitative", "scale": ["scheme": "blueorange", "domain": [-1, 1], "reverse": true],
          "legend": ["title": "correlation", "orient": "top", "gradientLength": 160, "format": ".1f"],
        ],
        "tooltip": [
          ["field": "s", "type": "nominal", "title": "factor"], ["field": "o", "type": "nominal", "title": "with"],
          ["field": "v", "type": "quantitative", "title": "correlation", "format": ".3f"],
        ],
      ],
    ])
    return Chart(
      id: "correlations", title: "Factor correlations at the last date",
      caption:
        "Correlations of the forecast factor covariance of \(entry.date), \(Shown.count(names.count, "factor")) in "
        + "the order of the model: market, labels, styles. Table: factor_covariance.",
      specification: specification)
  }
}
