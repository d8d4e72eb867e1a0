internal import LinAlg

/// Works out the risk of a few portfolios of one model at a time.
struct PortfolioRiskBlock: Sendable {
  /// The number of portfolios of a block.
  ///
  /// A block is always this wide, empty portfolios filling it up: which kernel multiplies matrices depends on their
  /// shape, and a portfolio is to get the same bits in any company.
  static let width = 16

  /// The model.
  let model: RiskModel
  /// Where its assets are.
  let rows: ModelRows
  /// The number of periods in a year.
  let periodsPerYear: Double
  /// Whether the assets are listed.
  let listsAssets: Bool
  /// The volatility of each asset.
  private let assetVolatilities: [Double]
  /// The volatility of each factor.
  private let factorVolatilities: [Double]
  /// The blocks with the positions of their factors.
  private let blocks: [(block: FactorBlock, factors: Range<Int>)]

  /// - Complexity: O(n m (K + G)).
  init(_ model: RiskModel, periodsPerYear: Double, listsAssets: Bool) {
    precondition(periodsPerYear > 0 && periodsPerYear < .infinity, "\(periodsPerYear) periods a year")
    self.model = model
    self.periodsPerYear = periodsPerYear
    self.listsAssets = listsAssets
    rows = ModelRows(model)
    assetVolatilities = model.assetCount == 0 ? [] : model.assetVariances.map { $0.squareRoot() }
    let root = model.factorRoot
    // From the root, as everything else is, so that no correlation exceeds 1 by more than rounding.
    factorVolatilities = (0..<root.rowCount).map { factor in
      (0..<root.columnCount).reduce(0.0) { $0 + root[factor, $1] * root[factor, $1] }.squareRoot()
    }
    let layout = model.layout
    var blocks = [(block: FactorBlock, factors: Range<Int>)]()
    if layout.hasMarket { blocks.append((.market, 0..<1)) }
    for group in layout.labels.indices { blocks.append((.group(group), layout.positions(ofGroup: group))) }
    if layout.styleCount > 0 { blocks.append((.style, layout.styleOffset..<layout.count)) }
    self.blocks = blocks
  }

  /// The risk of each of some portfolios.
  ///
  /// - Complexity: O(n (K + G) + m²) a portfolio.
  func risks(_ portfolios: [Holdings], workers: Int) -> [PortfolioRisk] {
    let blockCount = (portfolios.count + Self.width - 1) / Self.width
    BLASThreads.count = 1
    return concurrentMap(count: blockCount, workers: workers) { block in
      risks(portfolios[block * Self.width..<min(portfolios.count, (block + 1) * Self.width)])
    }.flatMap { $0 }
  }

  /// The risk of at most `width` portfolios.
  private func risks(_ portfolios: ArraySlice<Holdings>) -> [PortfolioRisk] {
    let n = rows.count
    let m = model.layout.count
    var storage = portfolios.flatMap { rows.weights($0) }
    storage += Array(repeating: 0, count: (Self.width - portfolios.count) * n)
    let x = Matrix(rowCount: n, columnCount: Self.width, storage: storage)
    // An empty matrix has no columns for BLAS to walk along.
    let b = n == 0 ? Matrix.zeros(rowCount: m, columnCount: Self.width) : model.loadings.transposedProduct(x)
    let scores = model.factorRoot.view.transposed.multiplied(by: b.view)
    let fb = model.factorRoot.view.multiplied(by: scores.view)
    let throughFactors = n == 0 ? x : model.loadings.product(fb)
    let throughIdio = model.idio.product(x)
    return portfolios.enumerated().map { column, holdings in
      let entries = column * n..<(column + 1) * n
      return risk(
        holdings, x.storage.span.extracting(entries), b: b.column(column), scores: scores.column(column),
        fb: fb.column(column), throughFactors: throughFactors.storage.span.extracting(entries),
        throughIdio: throughIdio.storage.span.extracting(entries))
    }
  }

  /// The risk of one portfolio.
  ///
  /// - Parameters:
  ///   - x: the weights.
  ///   - b: `Bᵀx`.
  ///   - scores: `Gᵀb`.
  ///   - fb: `Fb`.
  ///   - throughFactors: `BFb`.
  ///   - throughIdio: `Ω_ε x`.
  private func risk(
    _ holdings: Holdings, _ x: Span<Double>, b: [Double], scores: [Double], fb: [Double],
    throughFactors: Span<Double>, throughIdio: Span<Double>
  ) -> PortfolioRisk {
    let factorVariance = SampleSums.product(scores.span, scores.span)
    let idioVariance = SampleSums.product(x, throughIdio)
    let volatility = (factorVariance + idioVariance).squareRoot()
    let coverage = rows.coverage(holdings, x)
    var standalone = 0.0
    var squares = 0.0
    var assets = [PortfolioRisk.AssetRisk]()
    var labelContributions = [Double](repeating: 0, count: model.layout.styleOffset)
    for row in 0..<x.count where x[row] != 0 {
      standalone += abs(x[row]) * assetVolatilities[row]
      squares += x[row] * x[row]
      guard volatility > 0 else {
        if listsAssets { assets.append(asset(row, x[row], 0, 0, volatility)) }
        continue
      }
      let found = asset(row, x[row], throughFactors[row], throughIdio[row], volatility)
      model.loadings.forEachEntry(ofRow: row) { factor, fraction in
        if factor < labelContributions.count { labelContributions[factor] += fraction * found.source.contribution }
      }
      if listsAssets { assets.append(found) }
    }
    let gross = coverage.coveredGrossWeight
    return PortfolioRisk(
      date: model.date, horizon: model.horizon, periodsPerYear: periodsPerYear, coverage: coverage,
      factorVariance: factorVariance, idioVariance: idioVariance,
      factors: b.indices.map { factor in
        RiskSource(
          size: b[factor], volatility: factorVolatilities[factor], covariance: fb[factor],
          portfolioVolatility: volatility)
      },
      idio: RiskSource(
        size: 1, volatility: idioVariance.squareRoot(), covariance: idioVariance, portfolioVolatility: volatility),
      blocks: blocks.map { blockRisk($0.block, $0.factors, b: b, fb: fb, volatility: volatility) },
      labels: model.layout.labels.indices.map { group in
        model.layout.positions(ofGroup: group).map { factor in
          .init(factor: factor, weight: b[factor], contribution: labelContributions[factor])
        }
      },
      assets: assets, diversificationRatio: volatility > 0 ? standalone / volatility : .nan,
      effectiveAssetCount: squares > 0 ? gross / squares * gross : .nan)
  }

  private func asset(
    _ row: Int, _ weight: Double, _ factorCovariance: Double, _ idioCovariance: Double, _ volatility: Double
  ) -> PortfolioRisk.AssetRisk {
    PortfolioRisk.AssetRisk(
      asset: model.assets[row],
      source: RiskSource(
        size: weight, volatility: assetVolatilities[row], covariance: factorCovariance + idioCovariance,
        portfolioVolatility: volatility),
      factorContribution: volatility > 0 ? weight * (factorCovariance / volatility) : 0,
      idioContribution: volatility > 0 ? weight * (idioCovariance / volatility) : 0)
  }

  /// The part of the return that the factors of one block make.
  private func blockRisk(
    _ block: FactorBlock, _ factors: Range<Int>, b: [Double], fb: [Double], volatility: Double
  ) -> PortfolioRisk.BlockRisk {
    let root = model.factorRoot
    var variance = 0.0
    for column in 0..<root.columnCount {
      let score = factors.reduce(0.0) { $0 + root[$1, column] * b[$1] }
      variance += score * score
    }
    let covariance = factors.reduce(0.0) { $0 + b[$1] * fb[$1] }
    return PortfolioRisk.BlockRisk(
      block: block,
      source: RiskSource(
        size: 1, volatility: variance.squareRoot(), covariance: covariance, portfolioVolatility: volatility))
  }
}
