/// One period of a walk forward.
public struct WalkForwardPeriod: Sendable {
  /// The regression, with leverage.
  public var regression: PeriodRegression
  /// Whether the period belongs to the span whose idio returns made its own weights.
  public var isInSample: Bool
  /// `v`: the idio variance of each row known before the period, as a fraction squared per period; the median of its
  /// size group for a new asset; `nan` where nothing is known of any asset.
  public var variances: [Double]
  /// The copy of it, floored and shrunk, whose inverse was the weight of each row.
  public var weightVariances: [Double]
  /// The number of rows of assets without a variance of their own so far.
  public var newAssetCount = 0
  /// The number of rows of assets that were absent too long, so that theirs was set anew.
  public var returningAssetCount = 0
  /// The number of idio returns left out for their leverage.
  public var guardedObservationCount = 0
  /// The covariance of the factor returns about the true ones under `variances`; `nil` unless asked for, where the
  /// period has no estimate, and where idio returns covary.
  public var errors: FactorReturnErrors?
}
