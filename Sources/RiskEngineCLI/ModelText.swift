import Foundation
import RiskEngineTables

/// What a model came to, for people: what a risk manager wants to see first.
struct ModelText {
  let summary: ModelSummary
  let source: String
  let model: String
  /// The labels of groups that are shown, by their volatility.
  private static let shownLabels = 5

  var text: String {
    guard !summary.isNothingNew else {
      return "\(source) -> \(model): nothing new: the model already has all dates, the last \(summary.lastDate)"
    }
    var lines = ["\(source) -> \(model)"]
    let estimated = summary.outcomes.filter { !$0.key.hasPrefix("failed") }.values.reduce(0, +)
    lines.append(
      "  \(TextTable.grouped(summary.dateCount)) dates from \(summary.firstDate) to \(summary.lastDate), "
        + "\(TextTable.grouped(estimated)) periods estimated")
    for (outcome, count) in summary.outcomes.sorted(by: { $0.key < $1.key }) where outcome != "estimated" {
      lines.append("  \(TextTable.grouped(count)) periods \(outcome)")
    }
    let excluded = ExclusionReasons.all.compactMap { column, words in
      summary.excluded[column].map { "\(TextTable.grouped($0)) \(words)" }
    }
    if !excluded.isEmpty { lines.append("  rows left out of regressions: \(excluded.joined(separator: ", "))") }
    if let convergence = summary.convergence {
      lines.append("  idio variances iterated to \(convergence.lastDate): \(convergence.text)")
    }
    if summary.isInSample {
      lines.append("  IN-SAMPLE: idio variances are those of the whole sample, so that every date uses the future")
    }
    if summary.forecastCount > 0 {
      lines.append(
        "  \(TextTable.grouped(summary.forecastCount)) forecasts of risk from \(summary.firstForecast) on")
      lines.append("")
      lines.append("  risk a year as of \(summary.lastDate), \(TextTable.grouped(summary.assetCount)) assets:")
      lines += table.map { "    " + $0 }
      lines.append(
        "  median idio volatility \(percent(summary.medianIdioVolatility)); "
          + "regime: factors x\(number(summary.factorRegime)), idio x\(number(summary.idioRegime))")
    } else {
      lines.append("  no forecast of risk: too few periods")
    }
    lines.append(
      "  \(String(format: "%.2f", summary.seconds["total"] ?? 0)) s, \(summary.peakBytes / 1_000_000) MB at most")
    return lines.joined(separator: "\n")
  }

  private var table: [String] {
    var shown = summary.factors.filter { ["market", "style"].contains($0.kind) }
    let kinds = summary.factors.map(\.kind).filter { !["market", "style"].contains($0) }
    for kind in Set(kinds).sorted() {
      shown += summary.factors.filter { $0.kind == kind }.sorted { $0.annualVolatility > $1.annualVolatility }
        .prefix(Self.shownLabels)
    }
    return TextTable(
      header: ["factor", "kind", "volatility", "Sharpe", "t (Newey-West)"], rightAligned: [2, 3, 4],
      rows: shown.map {
        [$0.name, $0.kind, percent($0.annualVolatility), number($0.annualSharpe), number($0.tStatistic)]
      }
    ).lines
  }

  private func percent(_ value: Double) -> String {
    value.isFinite ? String(format: "%.2f %%", 100 * value) : "-"
  }

  private func number(_ value: Double) -> String { value.isFinite ? String(format: "%.2f", value) : "-" }
}
