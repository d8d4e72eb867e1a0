import Foundation
import RiskEngineTables

/// What checks found, for people.
struct QualityText {
  let summary: QualitySummary
  let config: String
  let out: String

  /// A table of what was found, and a few lines.
  var text: String {
    var lines = ["\(config) -> \(out)"]
    for source in summary.sources {
      let order = source.rowOrder == "by date" ? "" : " (\(source.rowOrder))"
      lines.append(
        "  \(source.name): \(source.kind), \(TextTable.grouped(source.rowCount)) rows of "
          + "\(source.fileCount) file\(source.fileCount == 1 ? "" : "s")\(order)")
      if !source.unreadFields.isEmpty {
        lines.append(
          "    not read, for 'columns' of the configuration does not name them: "
            + source.unreadFields.joined(separator: ", "))
      }
    }
    lines.append(
      "  \(TextTable.grouped(summary.dateCount)) trading days from \(summary.firstDate) to \(summary.lastDate), "
        + "\(TextTable.grouped(summary.assetCount)) assets, \(TextTable.grouped(summary.rowCount)) rows")
    if summary.findings.isEmpty {
      lines.append("  nothing found")
    } else {
      lines.append("")
      lines += TextTable(
        header: ["", "check", "severity", "source", "count"], rightAligned: [4],
        rows: summary.findings.map {
          [$0.code, $0.check, $0.severity, $0.source ?? "", TextTable.grouped($0.count)]
        }
      ).lines.map { "  " + $0 }
    }
    let incomplete = summary.fields.filter { $0.missing > 0 || $0.vendorGaps != nil }
    if !incomplete.isEmpty {
      lines.append("")
      lines += TextTable(
        header: ["field", "missing", "gap between vendors: 50 %", "99 %", "largest"], rightAligned: [1, 2, 3, 4],
        rows: incomplete.map { field in
          [field.field, String(format: "%.2f %%", 100 * field.missing)]
            + [0, 2, 3].map { place in field.vendorGaps.map { String(format: "%.1e", $0[place]) } ?? "" }
        }
      ).lines.map { "  " + $0 }
    }
    return lines.joined(separator: "\n")
  }
}
