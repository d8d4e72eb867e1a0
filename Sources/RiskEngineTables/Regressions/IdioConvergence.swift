internal import RiskEngine

/// How the iterated estimate of idio variances ended.
public struct IdioConvergence: Sendable, Codable {
  /// The last date of its span.
  public var lastDate: String
  /// The periods that counted.
  public var periods: Int
  /// The passes.
  public var iterations: Int
  /// Whether no variance moved any more.
  public var hasConverged: Bool
  /// The largest relative change of the last pass; -1 where it has no bound.
  public var largestChange: Double
  /// The assets whose variance still moved, the first of them.
  public var unsettledAssets: [String]
  /// The number of those.
  public var unsettledCount: Int
  /// The assets with too few idio returns for a variance of their own.
  public var shortCount: Int
  /// Periods that were skipped.
  public var skippedPeriods: Int
  /// Idio returns left out for their leverage.
  public var guardedCount: Int

  init(_ estimate: IdioVarianceEstimate, through split: CalendarDate, assets: IdentifierTable) {
    lastDate = split.description
    periods = estimate.periodCount
    iterations = estimate.log.count
    hasConverged = estimate.hasConverged
    largestChange = estimate.log.last.map { $0.largestChange.isFinite ? $0.largestChange : -1 } ?? 0
    let end = IterationEnd(estimate.verdicts, assets: assets)
    unsettledCount = end.unsettledCount
    unsettledAssets = end.unsettledAssets
    shortCount = end.shortCount
    skippedPeriods = estimate.skippedPeriods.count
    guardedCount = estimate.guardedObservationCount
  }

  /// How it ended, in words.
  public var text: String {
    hasConverged
      ? "converged after \(iterations) passes"
      : "NOT converged after \(iterations) passes: the variances of \(unsettledCount) assets move"
  }
}
