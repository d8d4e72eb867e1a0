internal import LinAlg

/// Trades that take risk out of a portfolio, with the risk before and after them.
public struct Hedge: Hashable, Sendable {
  /// The risk of a portfolio and its loadings on the model's factors.
  public struct State: Hashable, Sendable {
    /// `b = Bᵀx`, m numbers.
    public var loadings: [Double]
    /// `bᵀFb` over the model's horizon.
    public var factorVariance: Double
    /// `xᵀΩ_ε x` over the model's horizon.
    public var idioVariance: Double
    /// `σ²` over the model's horizon.
    public var variance: Double { factorVariance + idioVariance }
    /// `σ` over the model's horizon.
    public var volatility: Double { variance.squareRoot() }
  }

  /// How much is bought of each instrument: of each factor's portfolio in the model's order, or of each instrument.
  public var ratios: [Double]
  /// What is bought of each asset.
  public var trades: Holdings
  /// The portfolio with the trades.
  public var hedged: Holdings
  /// Before the trades.
  public var before: State
  /// After them, as the model sees it: what a hedge leaves open shows in its loadings.
  public var after: State
  /// The positions of factors that were to be neutralized, that the portfolio loads on, and that no portfolio mimics.
  public var unhedgedFactors: [Int]
  /// What of the trades the model covers; what it does not cover is in no risk figure.
  public var tradeCoverage: PortfolioCoverage

  /// Neutralizes factors with their mimicking portfolios: `x' = x − P b`.
  ///
  /// With the portfolios of a regression on the model's own loadings, `PᵀB` is the identity but for what the zero sums of
  /// label returns leave out, and since `b` has none of that, `Bᵀx' = 0`. The idio risk of the portfolios comes in for
  /// the factor risk that goes; `minimumVariance` weighs both.
  ///
  /// - Parameters:
  ///   - holdings: the portfolio.
  ///   - model: the risk model.
  ///   - portfolios: `P`, of a regression of the cross-section that the model was made from.
  ///   - factors: the positions of the factors to be neutralized; `nil`, the default, for all. With constraints the
  ///     portfolio of the market, or of a label, loads on other factors too, which `after` shows.
  /// - Complexity: O(n m).
  public static func neutralizing(
    _ holdings: Holdings, model: RiskModel, portfolios: FactorPortfolios, factors: [Int]? = nil
  ) -> Hedge {
    precondition(
      portfolios.layout.hasMarket == model.layout.hasMarket
        && portfolios.layout.styleCount == model.layout.styleCount
        && portfolios.layout.labels.count == model.layout.labels.count,
      "factor portfolios of other factors than the model's")
    let before = State(holdings, model: model)
    let columns = Self.columns(of: portfolios.layout, for: model.layout)
    var ratios = [Double](repeating: 0, count: model.layout.count)
    var unhedged = [Int]()
    for factor in (factors ?? Array(0..<model.layout.count)) where before.loadings[factor] != 0 {
      if columns[factor] == nil { unhedged.append(factor) } else { ratios[factor] = -before.loadings[factor] }
    }
    var amounts = [Double](repeating: 0, count: portfolios.layout.count)
    for (factor, column) in columns.enumerated() {
      if let column { amounts[column] = ratios[factor] }
    }
    let trades = portfolios.holdings.multiplied(by: amounts)
    let traded = trades.indices.filter { trades[$0] != 0 }
    return Hedge(
      holdings, trades: Holdings(distinct: traded.map { portfolios.assets[$0] }, weights: traded.map { trades[$0] }),
      ratios: ratios, before: before, unhedgedFactors: unhedged, model: model)
  }

  /// Hedges with given instruments so that the variance is least: `φ = −(YᵀΩ_rY)⁻¹ YᵀΩ_r x`.
  ///
  /// What remains does not covary with any instrument.
  ///
  /// - Parameters:
  ///   - holdings: the portfolio.
  ///   - model: the risk model.
  ///   - instruments: `Y`, each by its holdings; what the model does not cover of them counts as without risk.
  /// - Throws: `PortfolioError.instrumentsDependent`.
  /// - Complexity: O(q (n (K + G) + m²) + q³) for q instruments.
  public static func minimumVariance(
    _ holdings: Holdings, model: RiskModel, instruments: [Holdings]
  ) throws(PortfolioError) -> Hedge {
    let before = State(holdings, model: model)
    let rows = ModelRows(model)
    let x = rows.weights(holdings)
    let y = rows.weights(instruments)
    var ratios = [Double]()
    if !instruments.isEmpty {
      guard rows.count > 0 else { throw .instrumentsDependent(places: Array(instruments.indices)) }
      let risk = model.covariances(with: y)
      let gram = SymmetricMatrix(
        order: instruments.count, lowerTriangleOf: y.view.transposed.multiplied(by: risk.view).storage)
      let system = ScaledGram(gram)
      guard system.dependent.isEmpty else { throw .instrumentsDependent(places: system.dependent) }
      ratios = system.solution(risk.view.transposed.multiplied(by: x)).map { -$0 }
    }
    var trades = Holdings.empty
    for (instrument, ratio) in zip(instruments, ratios) { trades = trades.adding(instrument, scale: ratio) }
    return Hedge(holdings, trades: trades, ratios: ratios, before: before, unhedgedFactors: [], model: model)
  }

  private init(
    _ holdings: Holdings, trades: Holdings, ratios: [Double], before: State, unhedgedFactors: [Int], model: RiskModel
  ) {
    self.ratios = ratios
    self.trades = trades
    hedged = holdings.adding(trades)
    self.before = before
    after = State(hedged, model: model)
    self.unhedgedFactors = unhedgedFactors
    tradeCoverage = model.coverage(of: trades)
  }

  /// For each factor of a model its column among the portfolios; `nil` without one.
  private static func columns(of layout: FactorLayout, for model: FactorLayout) -> [Int?] {
    var columns: [Int?] = model.hasMarket ? [0] : []
    for (group, labels) in model.labels.enumerated() {
      let offset = layout.offset(ofGroup: group)
      for label in labels { columns.append(layout.labels[group].firstIndex(of: label).map { offset + $0 }) }
    }
    return columns + (layout.styleOffset..<layout.count).map { $0 }
  }
}

extension Hedge.State {
  /// The state of a portfolio; what the model does not cover of it is left out.
  ///
  /// - Complexity: O(n (K + G) + m²).
  public init(_ holdings: Holdings, model: RiskModel) {
    guard model.assetCount > 0 else {
      self.init(loadings: Array(repeating: 0, count: model.layout.count), factorVariance: 0, idioVariance: 0)
      return
    }
    let x = RiskModel.column(model.weights(of: holdings))
    let parts = model.varianceParts(x)
    self.init(
      loadings: model.loadings.transposedProduct(x).storage, factorVariance: parts.factor[0],
      idioVariance: parts.idio[0])
  }
}
