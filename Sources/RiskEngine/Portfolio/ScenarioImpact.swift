/// What a scenario does to a portfolio, over the model's horizon.
public struct ScenarioImpact: Hashable, Sendable {
  /// What of the portfolio the model covers.
  public var coverage: PortfolioCoverage
  /// `b`: the portfolio's loadings, m numbers.
  public var loadings: [Double]
  /// `b_k E[f_k]` of each factor.
  public var contributions: [Double]
  /// The variance that factor returns still make, given the shocks.
  public var residualFactorVariance: Double
  /// `xᵀΩ_ε x`.
  public var idioVariance: Double

  /// `bᵀE[f]`: the expected return.
  public var expectedReturn: Double { contributions.reduce(0, +) }
  /// The volatility around it.
  public var residualVolatility: Double { (residualFactorVariance + idioVariance).squareRoot() }
}
