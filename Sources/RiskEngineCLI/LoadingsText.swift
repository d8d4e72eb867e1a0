import Foundation
import RiskEngineTables

/// What the loadings of a market came to, for people.
struct LoadingsText {
  let summary: LoadingJob.Summary
  let config: String
  let out: String
  let format: TableFormat
  let lag: Int
  /// The file of each group whose labels are fractional, which regress has to be given again.
  let memberships: [String: String]

  /// Tables of what was found and of the styles, and the command that goes on from here.
  var text: String {
    var lines = [QualityText(summary: summary.quality, config: config, out: out).text, ""]
    lines += TextTable(
      header: ["style", "dates", "coverage", "imputed", "stability", "vif", "clipped"],
      rightAligned: [1, 2, 3, 4, 5, 6],
      rows: summary.styles.map { style in
        [
          style.name, TextTable.grouped(style.dateCount), percent(style.coverage), percent(style.imputed),
          number(style.stability, 3), number(style.vif, 2), TextTable.grouped(style.clippedCount),
        ]
      }
    ).lines.map { "  " + $0 }
    lines.append("")
    lines.append(
      "  \(TextTable.grouped(summary.panelRowCount)) rows of the panel, "
        + "\(TextTable.grouped(summary.memberRowCount)) in the estimation universe")
    for (name, fields) in summary.skippedDescriptors.sorted(by: { $0.key < $1.key }) {
      lines.append("  descriptor \(name) is left out: no source has \(fields.joined(separator: ", "))")
    }
    for name in summary.skippedStyles { lines.append("  style \(name) is left out: none of its descriptors is there") }
    for (name, fields) in summary.skippedRules.sorted(by: { $0.key < $1.key }) {
      lines.append("  universe rule \(name) is left out: no source has \(fields.joined(separator: ", "))")
    }
    let empty = summary.styles.filter { $0.dateCount == 0 }.map(\.name)
    if !empty.isEmpty {
      lines.append("  no value on any date, for want of history: \(empty.joined(separator: ", "))")
    }
    let stages = ["open", "read", "compute", "diagnose", "write"].compactMap { stage in
      summary.seconds[stage].map { "\(stage) \(number($0, 2))" }
    }
    lines.append(
      "  \(number(summary.seconds["total"] ?? 0, 2)) s (\(stages.joined(separator: ", "))), "
        + "\(TextTable.grouped(summary.peakBytes / 1_000_000)) MB at most")
    let groups = summary.groups.isEmpty ? "" : " --groups \(summary.groups.joined(separator: ","))"
    let styles = summary.styles.filter { $0.dateCount > 0 }.map(\.name)
    lines.append(
      "  next: riskengine regress --panel \(ShellWord.of("\(out)/panel.\(format.fileExtension)"))"
        + " --out \(ShellWord.of("\(out)-regressed")) --cap market_cap\(groups)"
        + memberships.sorted { $0.key < $1.key }.map { " --membership \(ShellWord.of("\($0.key)=\($0.value)"))" }
        .joined()
        + " --universe in_estimation_universe --lag \(lag)"
        + (styles.isEmpty ? "" : " --styles \(styles.joined(separator: ","))"))
    return lines.joined(separator: "\n")
  }

  private func percent(_ share: Double) -> String { share.isFinite ? String(format: "%.1f %%", 100 * share) : "" }

  private func number(_ value: Double, _ digits: Int) -> String {
    value.isFinite ? String(format: "%.\(digits)f", value) : ""
  }
}
