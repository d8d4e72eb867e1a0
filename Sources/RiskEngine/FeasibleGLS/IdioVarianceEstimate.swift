/// One idio variance an asset over a span of periods, with how it was reached.
public struct IdioVarianceEstimate: Sendable {
  /// What became of an asset.
  public enum Verdict: Hashable, Sendable {
    /// The asset has no idio return in any period.
    case absent
    /// Fewer observations than needed: its variance is that of the structural model, or the median of its size group
    /// where there is no such model or the asset had left.
    case tooFewObservations(count: Int)
    /// Its variance stayed.
    case converged
    /// The last iteration moved the logarithm of its variance by this much.
    case notConverged(change: Double)
  }

  /// A period that was left out.
  public struct SkippedPeriod: Hashable, Sendable {
    /// Why a period was left out.
    public enum Reason: Hashable, Sendable {
      /// The regression failed.
      case failed(PeriodOutcome)
      /// Fewer assets than twice the factors.
      case tooFewAssets(found: Int, needed: Int)
    }

    /// The date at which it ends.
    public var date: CalendarDate
    /// Why it was left out.
    public var reason: Reason
  }

  /// `v`: the idio variance of each asset's code, as a fraction squared per period; `nan` where it was never seen.
  public var variances: [Double]
  /// The copy of them, floored and shrunk, whose inverses are the regression weights.
  public var weightVariances: [Double]
  /// The number of observations of each asset.
  public var observationCounts: [Int32]
  /// The number, from 0, of the last period estimated in which each asset had an idio return, or -1.
  public var lastPeriods: [Int32]
  /// What became of each asset.
  public var verdicts: [Verdict]
  /// The iterations.
  public var log: [ConvergenceStep]
  /// Whether all variances stayed at last.
  public var hasConverged: Bool
  /// The number of periods estimated.
  public var periodCount: Int
  /// The periods left out, in date order.
  public var skippedPeriods: [SkippedPeriod]
  /// The number of observations left out for their leverage.
  public var guardedObservationCount: Int

  /// The codes of the assets whose variance had not settled.
  public var unsettledAssets: [Int32] {
    verdicts.indices.filter { if case .notConverged = verdicts[$0] { true } else { false } }.map { Int32($0) }
  }
}
