public import LinAlg

/// The covariance of factor returns over a horizon, as forecast at one date.
public struct FactorCovariance: Sendable {
  /// The factors that the covariance is of: the caller's indices of those with any return so far, ascending.
  public let factors: [Int]
  /// `F`: of `factors`, decimal² over the horizon; positive semidefinite to rounding.
  public let covariance: SymmetricMatrix
  /// For each of `factors` the one-period volatility of the series of its estimated returns, noise included, without
  /// lags or adjustments: what bias statistics of factor returns divide by.
  public let seriesVolatilities: [Double]
  /// For each of `factors` the share of its variance that is noise of the regressions; NaN where it is not known.
  public let noiseShares: [Double]
  /// The scalings of eigenfactor volatilities; `nil` where there is no such adjustment.
  public let scalings: EigenfactorScalings?
  /// `λ_F`: what volatilities were multiplied by for the regime; 1 where too few periods tell, or without it.
  public let regimeMultiplier: Double
  /// What the data did to the estimate.
  public let report: FactorCovarianceReport
}
