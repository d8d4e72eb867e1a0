import Foundation
import RiskEngineTables

/// The attribution of portfolios, for people.
struct AttributionText {
  let summaries: [AttributionSummary]
  let model: String
  let top: Int

  var text: String { summaries.map(full).joined(separator: "\n\n") }

  private func full(_ summary: AttributionSummary) -> String {
    var lines = [
      "\(summary.portfolio): \(TextTable.grouped(summary.periods)) periods from \(summary.firstDate) to "
        + "\(summary.lastDate), \(percent(summary.meanModelledWeight)) of net weight modelled by \(model) on average"
    ]
    if summary.unestimatedPeriods > 0 {
      lines.append("  \(summary.unestimatedPeriods) periods have no factor returns: all of them is unmodelled")
    }
    if summary.largestUnmodelledWeight > 0 {
      lines.append("  up to \(percent(summary.largestUnmodelledWeight)) of absolute weight is unmodelled in a period")
    }
    if summary.largestUnknownWeight > 0 {
      lines.append(
        "  up to \(percent(summary.largestUnknownWeight)) of absolute weight has no known return in a period: it is in no "
          + "contribution")
    }
    let hasBenchmark = summary.benchmarkReturn.isFinite
    let header = ["linked by \(summary.linking)", "portfolio"] + (hasBenchmark ? ["benchmark", "active"] : [])
    func row(_ effect: AttributionSummary.Effect) -> [String] {
      [effect.name, percent(effect.contribution)]
        + (hasBenchmark ? [percent(effect.benchmarkContribution), percent(effect.activeContribution)] : [])
    }
    lines.append("")
    lines += TextTable(
      header: header, rightAligned: [1, 2, 3],
      rows: [
        ["return", percent(summary.return)]
          + (hasBenchmark ? [percent(summary.benchmarkReturn), percent(summary.activeReturn)] : [])
      ] + summary.kinds.map(row).map { ["  " + $0[0]] + $0.dropFirst() }
    ).lines.map { "  " + $0 }
    let factors = summary.effects.filter { !["idio", "unmodelled", "transaction"].contains($0.kind) }
    func size(_ effect: AttributionSummary.Effect) -> Double {
      abs(hasBenchmark ? effect.activeContribution : effect.contribution)
    }
    let largest = factors.enumerated().sorted { left, right in
      let sizes = (size(left.element), size(right.element))
      return sizes.0 == sizes.1 ? left.offset < right.offset : sizes.0 > sizes.1
    }.prefix(top).map(\.element)
    if !largest.isEmpty {
      lines.append("")
      lines += TextTable(
        header: ["factor"] + header.dropFirst(), rightAligned: [1, 2, 3], rows: largest.map(row)
      ).lines.map { "  " + $0 }
    }
    return lines.joined(separator: "\n")
  }

  private func percent(_ value: Double) -> String { value.isFinite ? String(format: "%.2f %%", 100 * value) : "" }
}
