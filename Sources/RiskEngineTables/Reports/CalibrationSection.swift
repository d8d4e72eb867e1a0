internal import RiskEngine

/// The part of a report on how forecasts of risk did out of sample.
struct CalibrationSection {
  let source: ReportSource
  let evaluation: ReportEvaluation
  /// The portfolios of a family that a chart has room for.
  private static let mostPortfolios = 120
  /// The QLIKE of right forecasts of normal returns: minus the mean of ln χ² of one degree of freedom.
  private static let qlikeOfNormal = 1.2704

  /// The part.
  var section: ReportSection {
    var blocks: [ReportSection.Block] = [
      .paragraph(
        "Each forecast is held against the return of \(span). The bias statistic is the standard "
          + "deviation of returns over their forecast risk: 1 where risk is forecast right, above 1 where it is forecast "
          + "too low. QLIKE is a loss: the lower the better, \(Shown.number(Self.qlikeOfNormal)) for right forecasts of "
          + "normal returns, and more where returns have heavy tails."),
      .chart(families), .table(familyTable),
    ]
    if let factors { blocks.append(.chart(factors)) }
    if let rolling {
      blocks.append(.chart(rolling))
    } else {
      blocks.append(
        .paragraph("There are too few forecasts for bias statistics over time: fewer than two windows of a year."))
    }
    blocks.append(.chart(losses))
    return ReportSection(id: "calibration", title: "Calibration of risk forecasts", word: "Calibration", blocks: blocks)
  }

  /// What a forecast is held against.
  private var span: String {
    let horizon = evaluation.summary.horizon
    return horizon > 1 ? "the next \(Shown.count(horizon)) \(source.periodName)s" : "the next \(source.periodName)"
  }

  private var datesText: String {
    let summary = evaluation.summary
    return "\(Shown.count(summary.periods, "forecast")), returns from \(summary.firstDate) to \(summary.lastDate)"
  }

  /// The colours of judgements; the legend has those that occur.
  private func colour(of found: [String]) -> JSONValue {
    let shown = Chart.judgements.filter { found.contains($0.name) }
    return [
      "field": "j", "type": "nominal",
      "scale": ["domain": .texts(shown.map(\.name)), "range": .texts(shown.map(\.colour))],
      "legend": ["columns": 1, "symbolOpacity": 1, "symbolType": "circle"],
    ]
  }

  private func names(_ field: String, _ domain: [String]) -> JSONValue {
    ["field": .text(field), "type": "nominal", "title": nil, "scale": ["domain": .texts(domain)]]
  }

  private func bias(_ field: String) -> JSONValue {
    [
      "field": .text(field), "type": "quantitative", "title": "bias statistic", "scale": ["zero": false],
      "axis": ["format": ".2f", "tickCount": 8],
    ]
  }

  /// A vertical line at 1.
  private func unit(at value: Double) -> JSONValue {
    [
      "data": ["values": [["x": .number(value)]]], "mark": ["type": "rule", "strokeDash": [4, 3], "opacity": 0.7],
      "encoding": ["x": ["field": "x", "type": "quantitative"]],
    ]
  }

  private var families: Chart {
    let families = evaluation.summary.families
    let rows: [JSONValue] = families.map { family in
      let values = evaluation.portfolios.filter {
        $0.family == family.name && $0.judgement != BiasStatistic.Judgement.notJudged.rawValue && $0.bias.isFinite
      }.map(\.bias).sorted()
      func quantile(_ probability: Double) -> JSONValue {
        values.isEmpty ? .null : .rounded(Quantile.interpolated(probability, ofSorted: values), digits: 4)
      }
      return [
        "s": .text(family.name), "j": .text(family.judgement), "b": .rounded(family.meanBias, digits: 4),
        "lo": quantile(0.05), "hi": quantile(0.95), "n": .number(Double(family.judged)),
        "o": .number(Double(family.outside)),
      ]
    }
    let tooltip: JSONValue = [
      ["field": "s", "type": "nominal", "title": "portfolios"],
      ["field": "j", "type": "nominal", "title": "judgement"],
      ["field": "b", "type": "quantitative", "title": "mean bias statistic", "format": ".3f"],
      ["field": "lo", "type": "quantitative", "title": "5 % of portfolios below", "format": ".3f"],
      ["field": "hi", "type": "quantitative", "title": "95 % of portfolios below", "format": ".3f"],
      ["field": "n", "type": "quantitative", "title": "judged"],
      ["field": "o", "type": "quantitative", "title": "outside their intervals"],
    ]
    let y = names("s", families.map(\.name)).adding(["axis": ["labelLimit": 170]])
    let colour = colour(of: families.map(\.judgement))
    let specification = Chart.frame(height: 40 + 24 * families.count).adding([
      "data": ["values": .list(rows)],
      "layer": [
        unit(at: 1),
        [
          "mark": ["type": "rule", "strokeWidth": 4, "opacity": 0.35],
          "encoding": ["y": y, "x": bias("lo"), "x2": ["field": "hi"], "color": colour, "tooltip": tooltip],
        ],
        [
          "mark": ["type": "point", "filled": true, "size": 90, "opacity": 1],
          "encoding": ["y": y, "x": bias("b"), "color": colour, "tooltip": tooltip],
        ],
      ],
    ])
    return Chart(
      id: "families", title: "Bias statistics by family of test portfolios",
      caption:
        "Mean bias statistic of each family (dot) and the range of nine tenths of its portfolios (bar); right: 1. "
        + "\(datesText). Tables of the evaluation: families, portfolios.",
      specification: specification)
  }

  private var familyTable: DataTable {
    DataTable(
      caption:
        "A family is calibrated when no more of its portfolios than chance allows are outside their 95 % intervals, "
        + "which allow for the kurtosis of the series. \(datesText). Table of the evaluation: families.",
      columns: [
        DataTable.Column(title: "test portfolios", isNumeric: false),
        DataTable.Column(title: "judgement", isNumeric: false),
        DataTable.Column(title: "mean bias", explanation: "1 where forecasts are right"),
        DataTable.Column(title: "outside", explanation: "share of portfolios outside their 95 % intervals"),
        DataTable.Column(title: "too low", explanation: "portfolios of which risk was forecast too low"),
        DataTable.Column(title: "judged", explanation: "portfolios with enough forecasts"),
        DataTable.Column(title: "QLIKE", explanation: "1.27 for right forecasts of normal returns"),
      ],
      rows: evaluation.summary.families.map { family in
        let share = family.judged > 0 ? Double(family.outside) / Double(family.judged) : .nan
        let isOff = family.judgement.hasPrefix("risk ")
        return [
          .text(family.name), .text(family.judgement, mark: isOff ? "bad" : family.judged > 0 ? "good" : ""),
          .number(family.meanBias, 3), .percent(share, 1), .count(family.underForecast), .count(family.judged),
          .number(family.qlike, 3),
        ]
      })
  }

  /// The bias statistics of the factors themselves, each with its interval.
  private var factors: Chart? {
    let family = TestFamily.factorReturns.rawValue
    let all = evaluation.portfolios.filter { $0.family == family && $0.bias.isFinite && $0.lower.isFinite }
    // Those that are furthest from 1, beside what they may be.
    let furthest = all.enumerated().sorted { left, right in
      let (a, b) = (Self.excess(left.element), Self.excess(right.element))
      return a == b ? left.offset < right.offset : a > b
    }.prefix(Self.mostPortfolios).map(\.element)
    let shown = furthest.sorted { ($1.bias, $0.name) < ($0.bias, $1.name) }
    guard !shown.isEmpty else { return nil }
    let rows: [JSONValue] = shown.map {
      [
        "s": .text($0.name), "j": .text($0.judgement), "b": .rounded($0.bias, digits: 4),
        "lo": .rounded($0.lower, digits: 4), "hi": .rounded($0.upper, digits: 4), "n": .number($0.count),
        "q": .rounded($0.qlike, digits: 4),
      ]
    }
    let tooltip: JSONValue = [
      ["field": "s", "type": "nominal", "title": "factor"], ["field": "j", "type": "nominal", "title": "judgement"],
      ["field": "b", "type": "quantitative", "title": "bias statistic", "format": ".3f"],
      ["field": "lo", "type": "quantitative", "title": "interval from", "format": ".3f"],
      ["field": "hi", "type": "quantitative", "title": "to", "format": ".3f"],
      ["field": "q", "type": "quantitative", "title": "QLIKE", "format": ".3f"],
      ["field": "n", "type": "quantitative", "title": "forecasts", "format": ",d"],
    ]
    let colour = colour(of: shown.map(\.judgement))
    let y = names("s", shown.map(\.name)).adding(["axis": ["labelFontSize": 10, "labelLimit": 110]])
    let specification = Chart.frame(height: 40 + 13 * shown.count).adding([
      "data": ["values": .list(rows)],
      "layer": [
        unit(at: 1),
        [
          "mark": ["type": "bar", "height": 9, "opacity": 0.22, "color": "#7d7d7d"],
          "encoding": ["y": y, "x": bias("lo"), "x2": ["field": "hi"], "tooltip": tooltip],
        ],
        [
          "mark": ["type": "point", "filled": true, "size": 60, "opacity": 1],
          "encoding": ["y": y, "x": bias("b"), "color": colour, "tooltip": tooltip],
        ],
      ],
    ])
    let part =
      shown.count < all.count ? " The \(shown.count) of \(all.count) factors furthest from their intervals." : ""
    return Chart(
      id: "factorbias", title: "Bias statistics of factor returns",
      caption:
        "Bias statistic of each factor's forecast (dot) and the 95 % interval of a right one (bar), which allows for "
        + "kurtosis.\(part) \(datesText). Table of the evaluation: portfolios.",
      specification: specification)
  }

  /// How far a bias statistic is from 1, in half-widths of its interval.
  private static func excess(_ portfolio: ReportEvaluation.Portfolio) -> Double {
    abs(portfolio.bias - 1) / max(portfolio.upper - 1, .leastNormalMagnitude)
  }

  private var rolling: Chart? {
    let dates = Set(evaluation.rolling.map(\.date)).sorted()
    guard dates.count > 1 else { return nil }
    let places = Dictionary(uniqueKeysWithValues: dates.enumerated().map { ($1, $0) })
    var lines: [String: [Double]] = [:]
    for entry in evaluation.rolling {
      guard let place = places[entry.date] else { continue }
      lines[entry.family, default: Array(repeating: .nan, count: dates.count)][place] = entry.mean
    }
    let names = evaluation.summary.families.map(\.name).filter { lines[$0] != nil }
    let shown = ShownDates(dates)
    return LineChart(
      dates: shown.dates,
      series: names.map { LineChart.Series(name: $0, group: "", values: shown.picked(lines[$0] ?? [])) },
      picked: Array(names.prefix(FactorSection.shownFactors)), valueTitle: "mean bias statistic", axisFormat: ".2f",
      format: ".3f", rule: 1, seriesTitle: "portfolios"
    ).chart(
      id: "rolling", title: "Bias statistics over time",
      caption: "Mean over each family's portfolios of the bias statistic of the year up to each date; right: 1."
        + "\(shown.remark) \(datesText). Table of the evaluation: rolling.")
  }

  private var losses: Chart {
    let families = evaluation.summary.families
    let rows: [JSONValue] = families.map { family in
      ["s": .text(family.name), "q": .rounded(family.qlike, digits: 4)]
    }
    let specification = Chart.frame(height: 30 + 22 * families.count).adding([
      "data": ["values": .list(rows)],
      "layer": [
        unit(at: Self.qlikeOfNormal),
        [
          "mark": ["type": "point", "filled": true, "size": 80, "opacity": 1, "color": .text(Chart.colours[0])],
          "encoding": [
            "y": names("s", families.map(\.name)).adding(["axis": ["labelLimit": 170]]),
            "x": [
              "field": "q", "type": "quantitative", "title": "mean QLIKE", "scale": ["zero": false],
              "axis": ["format": ".2f", "tickCount": 8],
            ],
            "tooltip": [
              ["field": "s", "type": "nominal", "title": "portfolios"],
              ["field": "q", "type": "quantitative", "title": "mean QLIKE", "format": ".4f"],
            ],
          ],
        ],
      ],
    ])
    return Chart(
      id: "qlike", title: "QLIKE by family of test portfolios",
      caption: "Mean loss of the variance forecasts; the dashed line is that of right forecasts of normal returns. "
        + "\(datesText). Table of the evaluation: families.",
      specification: specification)
  }
}
