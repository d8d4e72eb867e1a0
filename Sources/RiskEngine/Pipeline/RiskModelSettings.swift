/// How a risk model is estimated from a panel: regressions, idio covariance, factor covariance.
public struct RiskModelSettings: Sendable {
  /// How the idio variances that weight the regressions are estimated.
  public enum Estimation: String, Hashable, Sendable, CaseIterable {
    /// The first part of the sample by iteration, then each period with what the one before left.
    case walkForward = "walk-forward"
    /// By iteration over the whole sample: the model is in-sample throughout.
    case iterated
    /// Not at all: the regressions have weights of another kind.
    case off
  }

  /// Where the iterated part of walk-forward ends.
  public enum Initial: Hashable, Sendable {
    /// In the middle of the periods.
    case half
    /// At the last period up to a date.
    case date(CalendarDate)
  }

  /// Which idio returns covary.
  public enum Correlations: Hashable, Sendable {
    /// None.
    case off
    /// Those that the settings find.
    case estimated(IdioCorrelationSettings)
  }

  /// The regressions; with an estimate of idio variances these take the place of its weights.
  public var regression = CrossSectionalRegression()
  /// By how many dates loadings are older than the returns that they explain.
  public var lag = 1
  /// The share of the universe's cap without a return beyond which a period is not estimated; `nil` for any.
  public var missingCapLimit: Double? = 0.2
  /// How the variances of the weights are estimated.
  public var estimation = Estimation.walkForward
  /// Where the iterated part ends.
  public var initial = Initial.half
  /// The iterated estimate.
  public var iterated = IteratedEstimation.Settings()
  /// The half-life of walk-forward variances, in periods.
  public var walkForwardHalfLife = 84.0
  /// The periods of a window of sweeps in parallel; `nil` for one period after the other.
  public var sweepWindow: Int?
  /// The forecast of idio risk.
  public var idioRisk = IdioRiskSettings.short
  /// Which idio returns covary.
  public var correlations = Correlations.off
  /// Whether the regressions after the iterated span take the correlations into account, too.
  ///
  /// The errors of their factor returns are not known then, and no noise is taken out of the factor covariance.
  public var correlatesRegressions = false
  /// Whether the turnover of the factor-mimicking portfolios is measured, which costs about as much as the regressions
  /// and has those of the last period in the state.
  public var measuresTurnover = false
  /// The factor covariance.
  public var factorCovariance = FactorCovarianceSettings(profile: .short)
  /// The periods between recomputations of the eigenfactor adjustment.
  public var eigenfactorInterval = 21
  /// The periods between stored factor covariances, counted from the first.
  public var covarianceInterval = 1

  /// Makes the settings of daily data.
  public init() {}

  /// The periods with factor returns from which there is a factor covariance.
  public var warmup: Int { factorCovariance.minimumVarianceCount }

  /// The regressions as the stages need them: with leverage, and the limit of missing returns.
  public var preparedRegression: CrossSectionalRegression {
    var prepared = regression
    prepared.computesLeverage = true
    prepared.maximumMissingReturnShare = missingCapLimit
    return prepared
  }

  /// The numbers of the walk forward.
  var walkForward: WalkForwardSettings {
    WalkForwardSettings(
      halfLife: walkForwardHalfLife, weighting: iterated.weighting, leverageGuard: iterated.leverageGuard,
      computesErrors: factorCovariance.removesNoise)
  }
}
