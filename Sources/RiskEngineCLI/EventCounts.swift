import RiskEngineTables

/// The counts that events of the stage `end` have, of the summaries of verbs.
enum EventCounts {
  /// Of an estimate or an update.
  static func of(_ summary: ModelSummary) -> [String: Int] {
    var counts = [
      "dates": summary.dateCount, "forecasts": summary.forecastCount, "assets": summary.assetCount,
      "factors": summary.factors.count, "peak_bytes": summary.peakBytes,
    ]
    for (outcome, count) in summary.outcomes { counts["periods.\(outcome)"] = count }
    add(summary.excluded, to: &counts)
    if let quality = summary.loadings?.quality { counts.merge(of(quality)) { $1 } }
    return counts
  }

  /// Of checks.
  static func of(_ summary: QualitySummary) -> [String: Int] {
    var counts = [
      "dates": summary.dateCount, "assets": summary.assetCount, "rows": summary.rowCount,
      "findings.fatal": summary.fatalCount,
    ]
    for finding in summary.findings { counts["findings.\(finding.check)", default: 0] += finding.count }
    return counts
  }

  /// Of an evaluation.
  static func of(_ summary: EvaluationSummary) -> [String: Int] {
    [
      "periods": summary.periods, "periods.in_sample": summary.inSample, "families": summary.families.count,
      "portfolios": summary.families.reduce(0) { $0 + $1.portfolios },
      "portfolios.judged": summary.families.reduce(0) { $0 + $1.judged },
      "portfolios.outside": summary.families.reduce(0) { $0 + $1.outside },
    ]
  }

  /// Of a report.
  static func of(_ summary: ReportJob.Summary) -> [String: Int] {
    var counts = ["bytes": summary.bytes, "charts": summary.charts.count]
    for finding in summary.findings { counts["findings.\(finding.level.rawValue)", default: 0] += 1 }
    return counts
  }

  /// Of a regression.
  static func of(_ summary: RegressionSummary) -> [String: Int] {
    var counts = [
      "rows": summary.rowCount, "rows_regressed": summary.regressedRowCount, "factors": summary.factorCount,
      "peak_bytes": summary.peakBytes,
    ]
    for (outcome, count) in summary.outcomes { counts["periods.\(outcome)"] = count }
    add(summary.exclusions, to: &counts)
    return counts
  }

  /// Adds rows by the reason for which they were left out.
  private static func add(_ exclusions: [String: Int], to counts: inout [String: Int]) {
    for (reason, count) in exclusions {
      let prefix = "excluded_"
      counts["rows_excluded." + (reason.hasPrefix(prefix) ? String(reason.dropFirst(prefix.count)) : reason)] = count
    }
  }
}
