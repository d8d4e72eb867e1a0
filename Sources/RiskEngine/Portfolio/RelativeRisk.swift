/// The risk of a portfolio `x` against a benchmark `y`.
public struct RelativeRisk: Hashable, Sendable {
  /// The risk of `x`.
  public var portfolio: PortfolioRisk
  /// The risk of `y`.
  public var benchmark: PortfolioRisk
  /// The risk of `x − y`; its volatility is the tracking error.
  public var active: PortfolioRisk
  /// `β = xᵀΩ_r y / yᵀΩ_r y`; `nan` where the benchmark has no risk.
  public var beta: Double
  /// The correlation of both returns, in −1...1; `nan` where either has no risk.
  public var correlation: Double
  /// The factor part of the variance of `x − βy`, not negative; `nan` where the benchmark has no risk.
  public var residualFactorVariance: Double
  /// The idio part of the variance of `x − βy`; `nan` where the benchmark has no risk.
  public var residualIdioVariance: Double

  /// The volatility of `x − y` over the horizon.
  public var trackingError: Double { active.volatility }
  /// `β − 1`: the beta of `x − y`.
  public var activeBeta: Double { beta - 1 }
  /// `σ_x² − β² σ_y²`, the variance of `x − βy`, which does not covary with the benchmark.
  public var residualVariance: Double { residualFactorVariance + residualIdioVariance }
  /// The root of `residualVariance`.
  public var residualVolatility: Double { residualVariance.squareRoot() }
}
