internal import ModelStore
internal import RiskEngine

/// What a model needs attention for, worked out from its tables and its evaluation.
struct ReportFindings {
  let source: ReportSource
  let universe: UniverseSection
  let regressions: RegressionSection
  let evaluation: ReportEvaluation?
  /// Whether an evaluation was asked for; then there is none for want of forecasts.
  let isEvaluated: Bool
  /// The families of test portfolios that are named.
  private static let shownFamilies = 3
  /// Above it regressions are said to be ill-conditioned: half of the digits of a number are lost at 1e8.
  private static let largeCondition = 1e6
  /// A fall of the number of assets, against the median of a year, that is told of.
  private static let largeFall = 0.1
  /// A multiplier of volatilities, or its inverse, that is told of.
  private static let largeRegime = 1.5

  /// What was found, with what was found elsewhere; alarms first.
  func findings(with others: [ReportFinding]) -> [ReportFinding] {
    let all = calibration + forecasts + others + periods + quality + assets + sample
    let order: [ReportFinding.Level] = [.alarm, .attention, .good]
    return order.flatMap { level in all.filter { $0.level == level } }
  }

  private var calibration: [ReportFinding] {
    guard let evaluation else {
      return [
        ReportFinding(
          level: .attention,
          text: isEvaluated
            ? "There are too few forecasts to tell whether they are calibrated."
            : "The forecasts were not evaluated for this report, so that it does not tell whether they are calibrated.",
          section: "calibration")
      ]
    }
    let summary = evaluation.summary
    var findings: [ReportFinding] = []
    for (judgement, word) in [("risk under-forecast", "too low"), ("risk over-forecast", "too high")] {
      let families = summary.families.filter { $0.judgement == judgement }
      guard !families.isEmpty else { continue }
      let furthest = families.enumerated().sorted { left, right in
        let (a, b) = (abs(left.element.meanBias - 1), abs(right.element.meanBias - 1))
        return a == b ? left.offset < right.offset : a > b
      }.map(\.element)
      var list = furthest.prefix(Self.shownFamilies).map { family in
        "\(family.name) (\(Shown.count(family.outside)) of \(Shown.count(family.judged)) outside their intervals, realized "
          + "volatility \(Shown.number(abs(100 * (family.meanBias - 1)), 0)) % \(family.meanBias > 1 ? "above" : "below"))"
      }
      if families.count > list.count { list.append("and \(families.count - list.count) more") }
      findings.append(
        ReportFinding(
          level: .attention,
          text: "Risk was forecast \(word) for "
            + "\(Shown.count(families.count, "family", "families")) of test portfolios: \(list.joined(separator: ", ")).",
          section: "calibration"))
    }
    let judged = summary.families.filter { $0.judged > 0 }
    if judged.isEmpty {
      findings.append(
        ReportFinding(
          level: .attention, text: "There are too few forecasts to judge their calibration.", section: "calibration"))
    } else if findings.isEmpty {
      findings.append(
        ReportFinding(
          level: .good,
          text:
            "Risk forecasts are calibrated: all \(judged.count) families of test portfolios are within their limits.",
          section: "calibration"))
    }
    if summary.inSample > 0 {
      findings.append(
        ReportFinding(
          level: .attention,
          text:
            "\(Shown.count(summary.inSample)) of the \(Shown.count(summary.periods)) judged forecasts are in-sample: "
            + "their idio variances used the future.", section: "calibration"))
    }
    // The last dates may be no whole window.
    if source.periods.dates.count(where: { $0.description > summary.lastDate }) >= max(1, summary.horizon) {
      findings.append(
        ReportFinding(
          level: .attention,
          text: "The evaluation ends on \(summary.lastDate), the model on \(source.lastDate).", section: "calibration"))
    }
    return findings
  }

  private var forecasts: [ReportFinding] {
    let table = source.forecasts
    guard let status = table.texts("factor_covariance").last, let date = table.dates.last else {
      return [ReportFinding(level: .alarm, text: "The model has no forecast of risk.", section: "factors")]
    }
    var findings: [ReportFinding] = []
    if status != "estimated" {
      findings.append(
        ReportFinding(
          level: .alarm,
          text:
            "There is no forecast of factor risk on the last date, \(date): \(status.isEmpty ? "not estimated" : status).",
          section: "factors"))
    }
    func last(_ name: String) -> Double { table[name].last ?? .nan }
    let without = last("idio_without_forecast")
    if without > 0 {
      findings.append(
        ReportFinding(
          level: .attention,
          text:
            "\(Shown.count(Int(without), "asset")) of the last date \(without == 1 ? "has" : "have") no forecast of idio "
            + "risk.", section: "idio"))
    }
    if last("raised_eigenvalues") > 0 {
      findings.append(
        ReportFinding(
          level: .attention, text: "The last factor covariance was not positive semidefinite before its repair.",
          section: "factors"))
    }
    if last("few_periods") > 0 {
      findings.append(
        ReportFinding(
          level: .attention, text: "The last factor covariance rests on fewer effective periods than it has factors.",
          section: "factors"))
    }
    for (column, name) in [("factor_regime", "Factor"), ("idio_regime", "Idio")] {
      let value = last(column)
      guard value.isFinite, value > Self.largeRegime || value < 1 / Self.largeRegime else { continue }
      findings.append(
        ReportFinding(
          level: .attention,
          text: "\(name) volatilities are multiplied by \(Shown.number(value)) for the regime of the last date.",
          section: "idio"))
    }
    return findings
  }

  private var periods: [ReportFinding] {
    let all = regressions.outcomes
    let bad = all.filter { $0.outcome != "estimated" }
    let count = source.periods.rowCount
    var findings = bad.map { entry in
      let share = Double(entry.count) / Double(count)
      return ReportFinding(
        level: .attention,
        text:
          "\(Shown.count(entry.count, "period")) of \(Shown.count(count)) (\(Shown.percent(share, 1))) \(entry.outcome); "
          + "the last on \(entry.last).", section: "regressions")
    }
    if let outcome = source.periods.texts("outcome").last, outcome.hasPrefix("failed") {
      findings.append(
        ReportFinding(
          level: .alarm, text: "The last period, \(source.lastDate), has no estimate: \(outcome).",
          section: "regressions"))
    }
    if findings.isEmpty {
      findings.append(
        ReportFinding(
          level: .good, text: "All \(Shown.count(count)) regressions were estimated as asked for.",
          section: "regressions"))
    }
    let large = source.periods["condition"].filter { $0 > Self.largeCondition }
    if !large.isEmpty {
      findings.append(
        ReportFinding(
          level: .attention,
          text:
            "\(Shown.count(large.count, "regression")) \(large.count == 1 ? "is" : "are") ill-conditioned: condition "
            + "numbers up to \(Shown.number(large.max() ?? .nan, 0)).", section: "regressions"))
    }
    return findings
  }

  private var quality: [ReportFinding] {
    guard source.qualityCounts.rowCount > 0 else { return [] }
    let counts = universe.findingCounts
    guard counts.errors + counts.warnings > 0 else {
      return [ReportFinding(level: .good, text: "The checks of the data found nothing to warn of.", section: "data")]
    }
    let most = universe.commonestFinding.map { "; most often \($0.check) (\(Shown.count($0.count)))" } ?? ""
    return [
      ReportFinding(
        level: .attention,
        text: "The checks of the data dropped \(Shown.count(counts.errors, "value")) and warned "
          + "\(Shown.count(counts.warnings, "time"))\(most).", section: "data")
    ]
  }

  private var assets: [ReportFinding] {
    let counts = source.periods["asset_count"]
    guard let last = counts.last(where: { $0 > 0 }) else { return [] }
    let year = counts.suffix(Int(source.periodsPerYear)).filter { $0 > 0 }.sorted()
    let median = Quantile.interpolated(0.5, ofSorted: Array(year))
    guard last < (1 - Self.largeFall) * median else { return [] }
    return [
      ReportFinding(
        level: .attention,
        text: "The last regression has \(Shown.count(Int(last), "asset")), the median of the last year "
          + "\(Shown.count(Int(median))).", section: "data")
    ]
  }

  private var sample: [ReportFinding] {
    let metadata = source.model.manifest.metadata
    var findings: [ReportFinding] = []
    if metadata["is_in_sample"]?.flag == true {
      findings.append(
        ReportFinding(
          level: .alarm,
          text:
            "The model is in-sample: its idio variances are those of the whole sample, so that every date uses the future.",
          section: "about"))
    }
    if let convergence = metadata["convergence"]?.named, convergence["converged"]?.flag == false {
      findings.append(
        ReportFinding(
          level: .attention,
          text: "The iteration of idio variances did not converge: those of "
            + "\(Shown.count(Int(convergence["unsettled_assets"]?.number ?? 0), "asset")) still moved.",
          section: "about"))
    }
    return findings
  }
}
