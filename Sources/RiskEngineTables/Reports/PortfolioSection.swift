internal import RiskEngine

/// The part of a report on portfolios: how much risk they have, where it comes from, and what made their returns.
struct PortfolioSection {
  let portfolios: ReportPortfolios
  /// The portfolios that are shown one by one; all are in the table.
  private static let shownPortfolios = 4
  /// The factors and the assets that are listed of each.
  static let listed = 15

  /// The part.
  var section: ReportSection {
    var blocks: [ReportSection.Block] = [.table(overview)]
    if portfolios.risks.count > Self.shownPortfolios {
      blocks.append(
        .paragraph(
          "The first \(Self.shownPortfolios) of \(portfolios.risks.count) portfolios are shown one by one; riskengine risk "
            + "and riskengine attribute show all."))
    }
    for (place, risk) in portfolios.risks.prefix(Self.shownPortfolios).enumerated() {
      blocks.append(.chart(contributions(risk, place + 1)))
      blocks.append(.table(assets(risk)))
      if let track = portfolios.tracks[risk.portfolio],
        let linked = portfolios.linked.first(where: { $0.portfolio == risk.portfolio })
      {
        blocks.append(.chart(attribution(risk, track, place + 1)))
        blocks.append(.table(effects(linked)))
      }
    }
    if portfolios.linked.isEmpty {
      blocks.append(.paragraph("No period of the model follows the holdings, so that there is no return to attribute."))
    }
    return ReportSection(id: "portfolios", title: "Portfolios", word: "Portfolios", blocks: blocks)
  }

  /// What needs attention.
  var findings: [ReportFinding] {
    portfolios.risks.filter { !$0.uncovered.isEmpty }.map { risk in
      ReportFinding(
        level: .attention,
        text: "The model covers \(Shown.percent(risk.coveredShare, 1)) of portfolio \(risk.portfolio): "
          + "\(Shown.count(risk.uncovered.count, "holding")) \(risk.uncovered.count == 1 ? "is" : "are") not in it, such as "
          + "\(risk.uncovered[0].asset) (\(risk.uncovered[0].reason)).", section: "portfolios")
    }
  }

  private var overview: DataTable {
    let relative: [DataTable.Column] =
      portfolios.hasBenchmark
      ? [
        DataTable.Column(title: "tracking error"), DataTable.Column(title: "beta"),
      ] : []
    return DataTable(
      caption: "Forecast risk a year of the covered holdings at their last date"
        + (portfolios.hasBenchmark ? ", and against the benchmark" : "") + ". As riskengine risk tells it.",
      columns: [
        DataTable.Column(title: "portfolio", isNumeric: false), DataTable.Column(title: "date", isNumeric: false),
        DataTable.Column(title: "volatility"), DataTable.Column(title: "of factors"), DataTable.Column(title: "idio"),
        DataTable.Column(title: "factor share", explanation: "share of the variance that factors make"),
      ] + relative + [
        DataTable.Column(title: "assets"), DataTable.Column(title: "net"), DataTable.Column(title: "gross"),
        DataTable.Column(title: "covered", explanation: "share of absolute weight that the model covers"),
      ],
      rows: portfolios.risks.map { risk in
        var row: [DataTable.Cell] = [
          .text(risk.portfolio), .text(risk.modelDate), .percent(risk.volatility), .percent(risk.factorVolatility),
          .percent(risk.idioVolatility), .percent(risk.factorShare, 1),
        ]
        if portfolios.hasBenchmark {
          row += [.percent(risk.relative?.trackingError ?? .nan), .number(risk.relative?.beta ?? .nan)]
        }
        return row + [
          .count(risk.coveredAssets), .percent(risk.netWeight, 1), .percent(risk.grossWeight, 1),
          .percent(risk.coveredShare, 1),
        ]
      })
  }

  private func contributions(_ risk: RiskSummary, _ number: Int) -> Chart {
    let parts = risk.relative?.largestFactors ?? risk.largestFactors
    let idio = (risk.relative?.blocks ?? risk.blocks).filter { $0.name == "idio" }
    // The idio part may have the name of a factor; places tell rows apart, names are labels.
    let all = (idio + parts).filter { $0.contribution != 0 }.sorted {
      (abs($1.contribution), $0.name) < (abs($0.contribution), $1.name)
    }
    let rows: [JSONValue] = all.map {
      [
        "s": .text($0.name),
        "k": .text($0.kind == "block" ? "idio" : $0.kind == "market" || $0.kind == "style" ? $0.kind : "label"),
        "v": .rounded($0.contribution), "w": .rounded($0.size), "u": .rounded($0.volatility),
      ]
    }
    let what = risk.relative == nil ? "volatility" : "tracking error"
    let specification = Chart.frame(height: 40 + 20 * all.count).adding([
      "data": ["values": .list(rows)],
      "mark": ["type": "bar"],
      "encoding": [
        "y": [
          "field": "s", "type": "nominal", "title": nil, "scale": ["domain": .texts(all.map(\.name))],
          "axis": ["labelLimit": 120],
        ],
        "x": [
          "field": "v", "type": "quantitative", "title": .text("contribution to \(what) a year"),
          "axis": ["format": ".1%", "tickCount": 8],
        ],
        "color": [
          "field": "k", "type": "nominal",
          "scale": [
            "domain": ["market", "style", "label", "idio"],
            "range": .texts(["#0072b2", "#d55e00", "#009e73", "#7d7d7d"]),
          ],
        ],
        "tooltip": [
          ["field": "s", "type": "nominal", "title": "source"],
          ["field": "v", "type": "quantitative", "title": "contribution", "format": "+.2%"],
          ["field": "w", "type": "quantitative", "title": "loading", "format": ".3f"],
          ["field": "u", "type": "quantitative", "title": "volatility a year", "format": ".2%"],
        ],
      ],
    ])
    let total = risk.relative?.trackingError ?? risk.volatility
    return Chart(
      id: "risk\(number)", title: "Where the \(what) of \(risk.portfolio) comes from",
      caption:
        "Contributions to the forecast \(what) of \(Shown.percent(total)) a year on \(risk.modelDate): idio risk and "
        + "the \(Self.listed) factors that contribute most. Tables: loadings, factor_covariance, idio_risk.",
      specification: specification)
  }

  private func assets(_ risk: RiskSummary) -> DataTable {
    let what = risk.relative == nil ? "volatility" : "tracking error"
    return DataTable(
      caption:
        "The assets of \(risk.portfolio) that contribute most to its forecast \(what), a year, on \(risk.modelDate)"
        + (risk.relative == nil ? "." : "; weights are those beyond the benchmark's."),
      columns: [
        DataTable.Column(title: "asset", isNumeric: false), DataTable.Column(title: "weight"),
        DataTable.Column(title: "volatility"), DataTable.Column(title: "correlation"),
        DataTable.Column(title: "contribution"),
      ],
      rows: (risk.relative?.largestAssets ?? risk.largestAssets).map {
        [
          .text($0.name), .percent($0.size), .percent($0.volatility), .number($0.correlation),
          .percent($0.contribution),
        ]
      })
  }

  private var hypothetical: String {
    portfolios.isHypothetical
      ? " The file has no dates: these are the returns that today's weights, kept constant, would have had." : ""
  }

  private func attribution(_ risk: RiskSummary, _ track: ReportPortfolios.Track, _ number: Int) -> Chart {
    let shown = ShownDates(track.dates)
    let series = zip(track.kinds, track.sums).filter { $1.contains { $0 != 0 } }.map { kind, sums in
      LineChart.Series(name: kind, group: "", values: shown.picked(sums))
    }
    return LineChart(
      dates: shown.dates, series: series, valueTitle: "sum of contributions", axisFormat: ".1%", format: "+.2%",
      rule: 0,
      seriesTitle: "source"
    ).chart(
      id: "attribution\(number)",
      title: "What made the \(portfolios.hasBenchmark ? "active " : "")return of \(risk.portfolio)",
      caption: "Contributions by kind of source, added up without compounding, "
        + "\(track.dates.first?.description ?? "") to \(track.dates.last?.description ?? "")."
        + "\(shown.remark)\(hypothetical) Tables: loadings, factor_returns, idio_returns.")
  }

  private func effects(_ linked: LinkedReport) -> DataTable {
    let relative: [DataTable.Column] =
      portfolios.hasBenchmark ? [DataTable.Column(title: "benchmark"), DataTable.Column(title: "active")] : []
    let total = LinkedReport.Effect(
      name: "total", kind: "", contribution: linked.portfolioReturn, benchmarkContribution: linked.benchmarkReturn,
      activeContribution: linked.activeReturn)
    return DataTable(
      caption:
        "The compounded return of \(linked.portfolio) from \(linked.firstDate) to \(linked.lastDate), by source, linked "
        + "over \(Shown.count(linked.periodCount, "period")) so that the parts sum to it.\(hypothetical)",
      columns: [
        DataTable.Column(title: "source", isNumeric: false), DataTable.Column(title: "kind", isNumeric: false),
        DataTable.Column(title: "contribution"),
      ] + relative,
      rows: ([total] + linked.effects).map { effect in
        let row: [DataTable.Cell] = [
          .text(effect.name, mark: effect.kind.isEmpty ? "strong" : ""), .text(effect.kind),
          .percent(effect.contribution),
        ]
        return portfolios.hasBenchmark
          ? row + [.percent(effect.benchmarkContribution), .percent(effect.activeContribution)] : row
      })
  }
}
