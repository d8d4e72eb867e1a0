import Foundation
import RiskEngineTables

/// What an evaluation came to, for people.
struct EvaluationText {
  let summary: EvaluationSummary
  let model: String
  let against: String?

  var text: String {
    let span = summary.horizon > 1 ? " of \(summary.horizon) dates" : ""
    var lines = [
      "\(model): \(TextTable.grouped(summary.periods)) forecasts\(span) judged, returns from \(summary.firstDate) to "
        + summary.lastDate
    ]
    if summary.inSample > 0 {
      lines.append("  \(summary.inSample) of them IN-SAMPLE: their idio variances used the future")
    }
    lines.append("")
    lines += TextTable(
      header: ["portfolios", "count", "mean bias", "outside 95 %", "QLIKE", ""], rightAligned: [1, 2, 3, 4],
      rows: summary.families.map { family in
        [
          family.name, TextTable.grouped(family.portfolios), number(family.meanBias, 3),
          family.judged > 0 ? String(format: "%.1f %%", 100 * Double(family.outside) / Double(family.judged)) : "",
          number(family.qlike, 3), family.judgement,
        ]
      }
    ).lines.map { "  " + $0 }
    lines.append("")
    lines += summary.verdict.map { "  " + $0 }
    lines.append("")
    lines.append(
      "  length of returns under the forecast: mean \(number(summary.meanDistance, 3)) (right: 1), "
        + "deviation over mean \(number(summary.relativeDistanceDeviation, 3))")
    if summary.residualCorrelation.isFinite {
      lines.append(
        "  mean absolute correlation of idio returns: \(number(summary.residualCorrelation, 4)) "
          + "(by chance \(number(summary.residualCorrelationByChance, 4)))")
    }
    if !summary.comparisons.isEmpty, let against {
      lines.append("")
      lines.append("  losses against \(against) (negative: \(model) is better):")
      lines += TextTable(
        header: ["portfolios", "dates", "mean difference", "Diebold-Mariano", "p"], rightAligned: [1, 2, 3, 4],
        rows: summary.comparisons.map {
          [
            $0.name, TextTable.grouped($0.count), number($0.meanDifference, 4), number($0.statistic, 2),
            number($0.pValue, 3),
          ]
        }
      ).lines.map { "    " + $0 }
    }
    return lines.joined(separator: "\n")
  }

  private func number(_ value: Double, _ digits: Int) -> String {
    value.isFinite ? String(format: "%.\(digits)f", value) : ""
  }
}
