import Foundation
import RiskEngineTables

/// The risk of portfolios, for people.
struct RiskText {
  let summaries: [RiskSummary]
  let model: String
  /// Up to so many portfolios are shown in full; more have a line each.
  private static let shownInFull = 3
  private static let shownUncovered = 10

  var text: String {
    summaries.count <= Self.shownInFull
      ? summaries.map(full).joined(separator: "\n\n") : overview
  }

  private func head(_ summary: RiskSummary) -> String {
    "\(summary.portfolio) at \(summary.date): \(percent(summary.coveredShare)) of the absolute weight covered by \(model)"
      + (summary.modelDate == summary.date ? "" : " at \(summary.modelDate)")
      + ", \(TextTable.grouped(summary.coveredAssets)) assets"
  }

  private func full(_ summary: RiskSummary) -> String {
    var lines = [head(summary)]
    lines += uncovered("not covered", summary.uncovered)
    lines += uncovered("of the benchmark not covered", summary.benchmarkUncovered)
    lines.append("")
    var header = ["a year", "portfolio"]
    var rows = [
      ["volatility", percent(summary.volatility)], ["  of factors", percent(summary.factorVolatility)],
      ["  idio", percent(summary.idioVolatility)],
    ]
    if let relative = summary.relative {
      header += ["active", "benchmark"]
      rows[0] += [percent(relative.trackingError), percent(relative.benchmarkVolatility)]
      rows[1] += [percent(relative.activeFactorVolatility), ""]
      rows[2] += [percent(relative.activeIdioVolatility), ""]
    }
    lines += TextTable(header: header, rightAligned: [1, 2, 3], rows: rows).lines.map { "  " + $0 }
    lines.append(
      "  one period: \(percent(summary.periodVolatility)); factors make \(percent(summary.factorShare)) of the variance; "
        + "diversification \(number(summary.diversificationRatio, 2)); as concentrated as "
        + "\(number(summary.effectiveAssetCount, 1)) equal positions")
    lines.append("  net weight \(percent(summary.netWeight)), absolute weight \(percent(summary.grossWeight))")
    if let relative = summary.relative {
      lines.append(
        "  beta \(number(relative.beta, 3)), correlation \(number(relative.correlation, 3)), residual volatility "
          + "\(percent(relative.residualVolatility)); \(percent(relative.benchmarkCoveredShare)) of the benchmark covered"
      )
    }
    lines += parts("block", summary.blocks, summary.relative?.blocks, sizes: false)
    lines += parts("factor", summary.largestFactors, nil, sizes: true)
    if let relative = summary.relative {
      lines += parts("active: factor", relative.largestFactors, nil, sizes: true)
    }
    lines += weights("assets by label", summary.largestLabels)
    lines += parts("asset", summary.largestAssets, nil, sizes: true)
    if let relative = summary.relative {
      lines += parts("active: asset", relative.largestAssets, nil, sizes: true)
    }
    lines += weights("largest weights", summary.largestWeights)
    lines += scenarios(summary.scenarios)
    return lines.joined(separator: "\n")
  }

  private func uncovered(_ title: String, _ rows: [RiskSummary.Uncovered]) -> [String] {
    guard !rows.isEmpty else { return [] }
    return [
      "  \(title): "
        + rows.prefix(Self.shownUncovered).map { "\($0.asset) \(percent($0.weight)) (\($0.reason))" }.joined(
          separator: ", ")
        + (rows.count > Self.shownUncovered ? ", ... \(rows.count) in all" : "")
    ]
  }

  /// Size times volatility times correlation is the contribution.
  private func parts(
    _ title: String, _ rows: [RiskSummary.Part], _ active: [RiskSummary.Part]?, sizes: Bool
  ) -> [String] {
    guard !rows.isEmpty else { return [] }
    let table = TextTable(
      header: [title] + (sizes ? ["x"] : []) + ["volatility", "correlation", "contribution"]
        + (active == nil ? [] : ["active"]), rightAligned: [1, 2, 3, 4, 5],
      rows: rows.enumerated().map { place, row in
        [row.name] + (sizes ? [number(row.size, 4)] : [])
          + [percent(row.volatility), number(row.correlation, 2), percent(row.contribution)]
          + (active.map { [percent($0[place].contribution)] } ?? [])
      })
    return [""] + table.lines.map { "  " + $0 }
  }

  private func weights(_ title: String, _ rows: [RiskSummary.Part]) -> [String] {
    guard !rows.isEmpty else { return [] }
    let table = TextTable(
      header: [title, "weight", "contribution"], rightAligned: [1, 2],
      rows: rows.map { [$0.name, percent($0.size), percent($0.contribution)] })
    return [""] + table.lines.map { "  " + $0 }
  }

  private func scenarios(_ rows: [RiskSummary.Scenario]) -> [String] {
    guard !rows.isEmpty else { return [] }
    let table = TextTable(
      header: ["scenario", "kind", "return", "active", "volatility", "tracking error", "as likely as"],
      rightAligned: [2, 3, 4, 5, 6],
      rows: rows.map {
        [
          $0.name, $0.kind, percent($0.return), percent($0.activeReturn), percent($0.volatility),
          percent($0.trackingError), $0.tailProbability.isFinite ? String(format: "%.2g", $0.tailProbability) : "",
        ]
      })
    let incomplete = rows.filter { $0.incompletePeriods > 0 }
    return [""] + table.lines.map { "  " + $0 }
      + incomplete.map {
        "  \($0.name): in \($0.incompletePeriods) periods a factor had no return, which counts as none"
      }
  }

  private var overview: String {
    let hasBenchmark = summaries.contains { $0.relative != nil }
    let rows = summaries.map { summary in
      [
        summary.portfolio, summary.date, percent(summary.coveredShare), percent(summary.volatility),
        percent(summary.factorVolatility), percent(summary.idioVolatility),
      ] + (summary.relative.map { [percent($0.trackingError), number($0.beta, 3)] } ?? [])
    }
    let covered = summaries.map(\.coveredShare).min() ?? 0
    let lost = summaries.count { !$0.uncovered.isEmpty }
    var lines = [
      "\(TextTable.grouped(summaries.count)) portfolios and dates: at least \(percent(covered)) of the absolute weight "
        + "covered by \(model)"
    ]
    if lost > 0 {
      lines.append("  \(TextTable.grouped(lost)) have holdings that are not covered: see the table uncovered of --out")
    }
    lines += TextTable(
      header: ["portfolio", "date", "covered", "volatility", "of factors", "idio"]
        + (hasBenchmark ? ["tracking error", "beta"] : []), rightAligned: [2, 3, 4, 5, 6, 7], rows: rows
    ).lines.map { "  " + $0 }
    return lines.joined(separator: "\n")
  }

  private func percent(_ value: Double) -> String { value.isFinite ? String(format: "%.2f %%", 100 * value) : "" }
  private func number(_ value: Double, _ digits: Int) -> String {
    value.isFinite ? String(format: "%.\(digits)f", value) : ""
  }
}
