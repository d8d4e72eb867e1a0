import LinAlg
import RiskEngine
import TestSupport
import Testing

/// Hedges with factor portfolios and with instruments.
@Suite struct HedgeTests {
  /// `10³ ε n` for the inverses of covariances of condition at most 10³ and 40 assets.
  static let tolerance = 1e-11

  static func portfolios(_ example: PortfolioCase, hasMarket: Bool) throws -> FactorPortfolios {
    let panel = example.built.panel
    return try #require(
      CrossSectionalRegression(hasMarket: hasMarket).factorPortfolios(
        panel.crossSections[0], schema: panel.schema, labels: panel.labels))
  }

  /// Also with zero sums of label returns: the loadings have no part along what these leave out.
  @Test(arguments: ModelCase.all.dropLast())
  func factorPortfoliosTakeAllLoadingsAway(example: ModelCase) throws {
    let hasMarket = example.hasMarket
    let example = try PortfolioCase(example)
    let x = example.weights(31)
    let portfolios = try Self.portfolios(example, hasMarket: hasMarket)
    let hedge = Hedge.neutralizing(try example.holdings(x), model: example.model, portfolios: portfolios)
    let b = example.loadings(x)
    #expect(largestRelativeDifference(hedge.before.loadings, b) <= 1e-13)
    #expect(largestRelativeDifference(hedge.ratios, b.map { -$0 }) <= 1e-13)
    for loading in hedge.after.loadings { #expect(abs(loading) <= Self.tolerance) }
    #expect(hedge.after.factorVariance <= 1e-20 * hedge.before.variance)
    #expect(hedge.unhedgedFactors.isEmpty)
    #expect(hedge.tradeCoverage.uncovered.isEmpty)
    // x − P b by plain loops over the portfolios' own rows.
    var expected = x
    for row in portfolios.assets.indices {
      let place = try #require(example.model.assets.firstIndex(of: portfolios.assets[row]))
      for factor in b.indices { expected[place] -= portfolios.holdings[row, factor] * b[factor] }
    }
    #expect(largestRelativeDifference(example.model.weights(of: hedge.hedged), expected) <= Self.tolerance)
    #expect(
      relativeDifference(hedge.after.variance, quadraticForm(expected, example.built.covariance, expected)) <= 1e-9)
  }

  @Test func onlyTheStylesAskedForAreNeutralized() throws {
    let example = try PortfolioCase(ModelCase.all[0])
    let style = example.model.layout.styleOffset + 1
    let hedge = Hedge.neutralizing(
      try example.holdings(example.weights(32)), model: example.model,
      portfolios: try Self.portfolios(example, hasMarket: true), factors: [style])
    for factor in hedge.before.loadings.indices {
      let expected = factor == style ? 0 : hedge.before.loadings[factor]
      #expect(abs(hedge.after.loadings[factor] - expected) <= Self.tolerance)
    }
  }

  /// A label without a member among the assets regressed has no portfolio: it is named and left alone.
  @Test func factorsWithoutAPortfolioAreNamed() throws {
    let example = try PortfolioCase(ModelCase.all[0])
    let whole = try Self.portfolios(example, hasMarket: true)
    var layout = whole.layout
    let missing = layout.labels[0].remove(at: 2)
    let position = example.model.layout.positions(ofGroup: 0).lowerBound + 2
    #expect(example.model.layout.labels[0][2] == missing)
    let kept = (0..<whole.layout.count).filter { $0 != position }
    let portfolios = FactorPortfolios(
      date: whole.date, layout: layout, assets: whole.assets,
      holdings: Matrix(rowCount: whole.assets.count, columnCount: kept.count) { whole.holdings[$0, kept[$1]] })
    let hedge = Hedge.neutralizing(
      try example.holdings(example.weights(33)), model: example.model, portfolios: portfolios)
    #expect(hedge.unhedgedFactors == [position])
    #expect(hedge.ratios[position] == 0)
    #expect(abs(hedge.after.loadings[position]) > 1e-3)
    for style in example.model.layout.styleOffset..<example.model.layout.count {
      #expect(abs(hedge.after.loadings[style]) <= Self.tolerance)
    }
  }

  @Test(arguments: ModelCase.all.dropLast())
  func instrumentsLeaveNoCovarianceWithThem(example: ModelCase) throws {
    let example = try PortfolioCase(example)
    let omega = example.built.covariance
    let x = example.weights(34)
    let y = (0..<3).map { example.weights(40 + $0) }
    let hedge = try Hedge.minimumVariance(
      try example.holdings(x), model: example.model, instruments: try y.map { try example.holdings($0) })
    let hedged = example.model.weights(of: hedge.hedged)
    for instrument in y {
      let scale = (quadraticForm(x, omega, x) * quadraticForm(instrument, omega, instrument)).squareRoot()
      #expect(abs(quadraticForm(hedged, omega, instrument)) <= Self.tolerance * scale)
    }
    // The normal equations by a dense factorization.
    let gram = SymmetricMatrix(order: 3) { quadraticForm(y[$0], omega, y[$1]) }
    var expected = y.map { -quadraticForm($0, omega, x) }
    try Cholesky(consuming: gram).solve(&expected)
    #expect(largestRelativeDifference(hedge.ratios, expected) <= Self.tolerance)
    #expect(relativeDifference(hedge.after.variance, quadraticForm(hedged, omega, hedged)) <= Self.tolerance)
    #expect(hedge.after.variance <= hedge.before.variance)
    // No other ratios do better.
    for instrument in 0..<3 {
      for step in [-0.01, 0.01] {
        let other = zip(hedged, y[instrument]).map { $0 + step * $1 }
        #expect(quadraticForm(other, omega, other) > hedge.after.variance)
      }
    }
  }

  @Test func aPortfolioHedgedWithItselfIsGone() throws {
    let example = try PortfolioCase(ModelCase.all[1])
    let holdings = try example.holdings(example.weights(35))
    let hedge = try Hedge.minimumVariance(holdings, model: example.model, instruments: [holdings])
    #expect(abs(hedge.ratios[0] + 1) <= 1e-13)
    #expect(hedge.after.volatility <= 1e-13 * hedge.before.volatility)
  }

  @Test func dependentInstrumentsAreRefused() throws {
    let example = try PortfolioCase(ModelCase.all[0])
    let x = try example.holdings(example.weights(36))
    let (a, b) = (example.weights(37), example.weights(38))
    let instruments = try [a, b, zip(a, b).map { 3 * $0 - $1 }].map { try example.holdings($0) }
    do {
      _ = try Hedge.minimumVariance(x, model: example.model, instruments: instruments)
      Issue.record("dependent instruments were taken")
    } catch {
      guard case .instrumentsDependent(let places) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(places.count == 1)
    }
    // What the model does not cover has no risk.
    let stranger = try Holdings(assets: [example.stranger], weights: [1], names: example.names)
    #expect(throws: PortfolioError.instrumentsDependent(places: [1])) {
      try Hedge.minimumVariance(x, model: example.model, instruments: [instruments[0], stranger])
    }
    #expect(throws: PortfolioError.instrumentsDependent(places: [0])) {
      try Hedge.minimumVariance(x, model: example.model.keeping([]), instruments: [instruments[0]])
    }
    let none = try Hedge.minimumVariance(x, model: example.model, instruments: [])
    #expect(none.hedged == x)
    #expect(none.ratios.isEmpty && none.after == none.before)
  }
}
