import Foundation
import RiskEngineTables

/// What a regression came to, for people.
struct RegressionText {
  let summary: RegressionSummary
  let panel: String
  let out: String

  /// A few lines.
  var text: String {
    let outcomes = list(summary.outcomes)
    let exclusions = ExclusionReasons.all.compactMap { column, words in
      summary.exclusions[column].flatMap { $0 > 0 ? "\(TextTable.grouped($0)) \(words)" : nil }
    }
    let excluded = exclusions.isEmpty ? "" : "; left out: \(exclusions.joined(separator: ", "))"
    let thin =
      summary.thinLabelCount == 0
      ? "" : "; \(TextTable.grouped(summary.thinLabelCount)) factor returns of thin labels pulled to the market"
    let order = summary.rowOrder == "by date" ? "" : " (\(summary.rowOrder))"
    let stages = ["read and assemble", "regress", "write idio returns"].compactMap { stage in
      summary.seconds[stage].map { "\(stage) \(decimal($0, 2))" }
    }
    let idio = summary.convergence.map { "\n  idio variances iterated to \($0.lastDate): \($0.text)" } ?? ""
    return """
      \(panel) -> \(out)
        \(TextTable.grouped(summary.periodCount)) periods from \(summary.firstDate) to \(summary.lastDate): \(outcomes)
        \(TextTable.grouped(summary.rowCount)) rows\(order), \(TextTable.grouped(summary.regressedRowCount)) regressed\(excluded)
        \(summary.factorCount) factors, median r2 \(decimal(summary.medianRSquared, 3)), solved by \(list(summary.solvers))\(thin)\(idio)
        \(decimal(summary.seconds["total"] ?? 0, 2)) s (at the same time: \(stages.joined(separator: ", "))), \
      \(TextTable.grouped(summary.peakBytes / 1_000_000)) MB at most
      """
  }

  /// Counts by name, the largest first.
  private func list(_ counts: [String: Int]) -> String {
    counts.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }
      .map { "\(TextTable.grouped($0.value)) \($0.key)" }.joined(separator: ", ")
  }

  /// A number with some decimals.
  private func decimal(_ number: Double, _ digits: Int) -> String {
    number.isFinite ? String(format: "%.\(digits)f", number) : "none"
  }
}
