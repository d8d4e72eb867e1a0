/// The risk of one portfolio by a risk model: `σ² = bᵀFb + xᵀΩ_ε x` with `b = Bᵀx`, and where it comes from.
///
/// Variances and volatilities are fractions over the model's horizon; `annualization` brings volatilities and
/// contributions to a year. All figures are those of the covered assets, see `coverage`.
public struct PortfolioRisk: Hashable, Sendable {
  /// The risk of the factors of one block: the market, a group, or the styles.
  public struct BlockRisk: Hashable, Sendable {
    /// The block.
    public var block: FactorBlock
    /// The block's part of the portfolio's return, of size 1.
    public var source: RiskSource
  }

  /// The risk of the assets of one label of a group.
  public struct LabelRisk: Hashable, Sendable {
    /// The position of the label among the model's factors.
    public var factor: Int
    /// `Σ x` of the label's assets, by their fractions in it.
    public var weight: Double
    /// The sum of the assets' contributions, by their fractions; those of one group sum to the volatility.
    public var contribution: Double
  }

  /// The risk of one held asset.
  public struct AssetRisk: Hashable, Sendable {
    /// The asset, a code.
    public var asset: Int32
    /// Its weight, volatility, correlation with the portfolio, and contribution.
    public var source: RiskSource
    /// The part of the contribution that comes through the factors.
    public var factorContribution: Double
    /// The part that comes through idio returns.
    public var idioContribution: Double
  }

  /// The date of the model.
  public var date: CalendarDate
  /// The number of periods that the figures are for.
  public var horizon: Double
  /// The number of periods in a year.
  public var periodsPerYear: Double
  /// What of the portfolio the model covers.
  public var coverage: PortfolioCoverage
  /// `bᵀFb`, not negative.
  public var factorVariance: Double
  /// `xᵀΩ_ε x`; negative only where a block of `Ω_ε` is not positive semidefinite, and volatilities are then `nan`.
  public var idioVariance: Double
  /// For each factor of the model its loading, volatility, correlation and contribution; with `idio` they sum to the
  /// volatility.
  public var factors: [RiskSource]
  /// The idio return of the portfolio, of size 1.
  public var idio: RiskSource
  /// The factors summed by block, in the model's order; with `idio` they sum to the volatility.
  public var blocks: [BlockRisk]
  /// For each group of the model, for each label of its, the risk of its assets.
  public var labels: [[LabelRisk]]
  /// The held assets in the order of the model's rows; their contributions sum to the volatility.
  ///
  /// Empty where they were not asked for.
  public var assets: [AssetRisk]
  /// `Σ |x| σ(r) / σ`: at least 1, and 1 for a single asset; `nan` without risk (Choueifaty and Coignard, *Toward maximum
  /// diversification*, Journal of Portfolio Management 35(1), 2008, for portfolios without short positions).
  public var diversificationRatio: Double
  /// `1 / Σ (|x| / Σ|x|)²`: the number of equal positions that are as concentrated; `nan` of a portfolio that holds
  /// nothing.
  public var effectiveAssetCount: Double

  /// `σ²`.
  public var variance: Double { factorVariance + idioVariance }
  /// `σ`.
  public var volatility: Double { variance.squareRoot() }
  /// `√bᵀFb`.
  public var factorVolatility: Double { factorVariance.squareRoot() }
  /// `√xᵀΩ_ε x`.
  public var idioVolatility: Double { idioVariance.squareRoot() }
  /// `bᵀFb / σ²`; `nan` without risk.
  public var factorShare: Double { variance > 0 ? factorVariance / variance : .nan }
  /// What a volatility or a contribution over the horizon is to be multiplied with to be that over a year.
  public var annualization: Double { (periodsPerYear / horizon).squareRoot() }
  /// `σ` over a year.
  public var annualizedVolatility: Double { annualization * volatility }
  /// `√bᵀFb` over a year.
  public var annualizedFactorVolatility: Double { annualization * factorVolatility }
  /// `√xᵀΩ_ε x` over a year.
  public var annualizedIdioVolatility: Double { annualization * idioVolatility }

  /// The assets that contribute most to the risk by magnitude, the largest first, equal ones in the order of rows.
  public func largestContributions(_ count: Int) -> [AssetRisk] {
    Self.largest(count, of: assets) { abs($0.source.contribution) }
  }

  /// The assets with the largest weights by magnitude, the largest first, equal ones in the order of rows.
  public func largestWeights(_ count: Int) -> [AssetRisk] {
    Self.largest(count, of: assets) { abs($0.source.size) }
  }

  /// The positions of the factors that contribute most by magnitude, the largest first, equal ones in their order.
  public func largestFactors(_ count: Int) -> [Int] {
    Self.largest(count, of: Array(factors.indices)) { abs(factors[$0].contribution) }
  }

  private static func largest<Element>(
    _ count: Int, of elements: [Element], by size: (Element) -> Double
  ) -> [Element] {
    precondition(count >= 0, "the \(count) largest")
    let sizes = elements.map(size)
    let order = elements.indices.sorted { sizes[$0] == sizes[$1] ? $0 < $1 : sizes[$0] > sizes[$1] }
    return order.prefix(count).map { elements[$0] }
  }
}
