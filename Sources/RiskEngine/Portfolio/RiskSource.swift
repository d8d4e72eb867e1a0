/// One source of a portfolio's risk: a return `g` that the portfolio holds `x` of.
///
/// A portfolio's return is `R = Σ x g` over its sources, so its volatility is `Σ x σ(g) ρ(g, R)`; each source's
/// contribution is the product of how much there is of it, how volatile it is, and how it goes with the rest (Menchero
/// and Davis, *Risk contribution is exposure times volatility times correlation*, Journal of Portfolio Management 37(2),
/// 2011).
public struct RiskSource: Hashable, Sendable {
  /// `x`: the loading on a factor, the weight of an asset, or 1.
  public var size: Double
  /// `σ(g)`: over the model's horizon.
  public var volatility: Double
  /// `ρ(g, R)`, in −1...1; `nan` where either has no risk.
  public var correlation: Double
  /// `x σ(g) ρ(g, R) = x Cov(g, R) / σ(R)`: over the model's horizon; contributions sum to the portfolio's volatility.
  ///
  /// 0 of a source without risk, and of every source of a portfolio without risk.
  public var contribution: Double

  /// `σ(g) ρ(g, R)`: by how much the volatility grows with the size; `nan` where the portfolio has no risk, 0 where only
  /// the source has none.
  public var marginalContribution: Double

  /// Makes a source.
  ///
  /// - Parameters:
  ///   - covariance: `Cov(g, R)`.
  ///   - portfolioVolatility: `σ(R)`.
  init(size: Double, volatility: Double, covariance: Double, portfolioVolatility: Double) {
    self.size = size
    self.volatility = volatility
    guard portfolioVolatility > 0 else {
      correlation = .nan
      contribution = 0
      marginalContribution = .nan
      return
    }
    guard volatility > 0 else {
      correlation = .nan
      contribution = 0
      marginalContribution = 0
      return
    }
    marginalContribution = covariance / portfolioVolatility
    contribution = size * marginalContribution
    // Cauchy and Schwarz bound it by 1; rounding alone exceeds that.
    correlation = min(1, max(-1, marginalContribution / volatility))
  }
}
