/// What the data did to the estimate of a factor covariance: counts, none of which is an error.
public struct FactorCovarianceReport: Hashable, Sendable {
  /// The number of periods with factor returns.
  public var periodCount = 0
  /// The effective number of periods of the correlations.
  public var effectiveCorrelationCount = 0.0
  /// The effective number of periods of the variances.
  public var effectiveVarianceCount = 0.0
  /// Whether the correlations have an effective number of periods of less than twice the factors.
  public var hasFewPeriods = false
  /// Factors whose variance was blended with that of others for want of returns.
  public var shortVarianceCount = 0
  /// Pairs whose correlation was blended with that of others for want of common returns.
  public var shortCorrelationCount = 0
  /// Factors without variance.
  public var zeroVarianceCount = 0
  /// Directions of the correlations in which noise explains nearly all, so that its removal was capped.
  public var cappedCorrelationCount = 0
  /// The same for the variances.
  public var cappedVarianceCount = 0
  /// Whether noise was known and taken out.
  public var isNoiseRemoved = false
  /// Eigenvalues of the correlations that repair raised; 0 where none was needed.
  public var raisedEigenvalueCount = 0
  /// The Frobenius norm of what repair changed in the correlations.
  public var repairChange = 0.0
  /// Whether repair converged.
  public var isRepairConverged = true
  /// Missing returns after a factor's first that were filled in as they arrived, of all periods so far.
  public var filledCount = 0
  /// Iterations of expectation maximization over the history, the more of correlations and variances; 0 where nothing was
  /// missing, or is filled in as it arrives.
  public var completionIterationCount = 0
  /// Whether expectation maximization over the history converged.
  public var isCompletionConverged = true
  /// Factors with gaps and too few returns to be regressed on the others.
  public var shortHistoryCount = 0
  /// The intensity of linear shrinkage; 0 without it.
  public var shrinkageIntensity = 0.0
  /// Whether nonlinear shrinkage was asked for and there were too few periods for it.
  public var isShrinkageSkipped = false
  /// Whether the level was adjusted to the regime.
  public var isRegimeAdjusted = false
  /// Scores that were clipped, of all periods so far.
  public var clippedScoreCount = 0

  /// Makes a report of nothing.
  public init() {}
}
