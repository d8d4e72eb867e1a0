/// One date of a panel on its way into a risk model.
public struct RiskModelInput: Sendable {
  /// The cross-section of the period that ends at the date; `nil` where no date is `lag` dates earlier.
  public var section: CrossSection?
  /// What is known at the date's close.
  public var snapshot: CrossSection

  /// Makes an input.
  public init(section: CrossSection?, snapshot: CrossSection) {
    self.section = section
    self.snapshot = snapshot
  }
}

/// What a risk model gained at one date.
public struct RiskModelDay: Sendable {
  /// Why there is no factor covariance.
  public enum Missing: String, Hashable, Sendable {
    /// Too few periods are known yet.
    case warmup = "warm-up"
    /// The date is between two that are stored.
    case interval = "between stored dates"
    /// The eigenvalues did not converge, or returns are too large for their squares.
    case failed
  }

  /// The date.
  public var date: CalendarDate
  /// What came in.
  public var input: RiskModelInput
  /// The period's regression, with leverage; `nil` without a section.
  public var regression: PeriodRegression?
  /// Whether the regression's weights were made from its own idio returns among others.
  public var isInSample = false
  /// Rows of assets without an idio variance of their own so far.
  public var newAssetCount = 0
  /// Rows of assets that were absent too long, so that their variance was set anew.
  public var returningAssetCount = 0
  /// Idio returns left out for their leverage.
  public var guardedCount = 0
  /// The positions among the registry's factors of those of the regression, in its order.
  public var factorPositions: [Int] = []
  /// For each style the correlation of loadings and returns over the assets regressed; NaN where there is none.
  public var informationCoefficients: [Double] = []
  /// For each factor of the regression how much of its factor-mimicking portfolio was traded at the beginning of the
  /// period; empty where that is not measured or the period has no estimate.
  public var turnover: [FactorPortfolioTurnover.Measure] = []
  /// Factors that had their first period.
  public var newFactors: [FactorRegistry.Factor] = []
  /// The forecasts of idio risk.
  public var idioRisk: IdioRiskDay
  /// The idio correlations in force after the date; `nil` where none are estimated.
  public var correlations: IdioCorrelationEstimate?
  /// Whether they were estimated at the date.
  public var hasNewCorrelations = false
  /// The factor covariance, its factors numbered as the registry's; `nil` where `missing` says why.
  public var covariance: FactorCovariance?
  /// Why there is none.
  public var missing: Missing?
  /// Whether the adjustment of eigenfactors was computed anew.
  public var isRescaled = false
}
