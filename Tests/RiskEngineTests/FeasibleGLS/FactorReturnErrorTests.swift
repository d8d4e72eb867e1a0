import LinAlg
import RiskEngine
import TestSupport
import Testing

/// What regression noise adds to the covariance of factor returns.
@Suite struct FactorReturnErrorTests {
  /// `Pᵀ Ω P` with the holdings of the factor portfolios, whatever the weights and groups.
  @Test(arguments: InvariantCase.all)
  func isTheRiskOfTheFactorPortfolios(example: InvariantCase) throws {
    let panel = try example.table().panel(lag: 0)
    let section = panel.crossSections[0]
    var random = TestRandom(seed: 5)
    let idio = (0..<section.rowCount).map { _ in 1e-4 * (0.2 + random.uniform()) }
    let used = (0..<section.rowCount).map { _ in 1e-4 * (0.2 + random.uniform()) }
    for weights in [nil, used, idio] {
      let found = try #require(
        example.regression.factorReturnErrors(
          section, schema: panel.schema, labels: panel.labels, weightVariances: weights, idioVariances: idio))
      let portfolios = try #require(
        example.regression.factorPortfolios(
          section, schema: panel.schema, labels: panel.labels,
          idioCovariance: weights.map { .diagonal($0) }))
      #expect(found.layout == portfolios.layout)
      let scaled = Matrix(rowCount: section.rowCount, columnCount: portfolios.layout.count) {
        portfolios.holdings[$0, $1] * idio[$0].squareRoot()
      }
      let expected = SymmetricMatrix(gramOf: scaled)
      let size = expected.trace
      for row in 0..<portfolios.layout.count {
        for column in 0...row {
          #expect(
            abs(found.covariance[row, column] - expected[row, column]) <= InvariantCase.tolerance * size)
        }
      }
    }
  }

  /// With the right weights a standard error is `s √N_kk`.
  @Test func agreesWithStandardErrors() throws {
    let panel = try FeasibleMarket(assetCount: 50, periodCount: 1).panel()
    let section = panel.crossSections[0]
    let idio = (0..<section.rowCount).map { 1e-4 * Double(1 + $0 % 5) }
    let regression = CrossSectionalRegression()
    let found = try #require(
      regression.factorReturnErrors(
        section, schema: panel.schema, labels: panel.labels, weightVariances: idio, idioVariances: idio))
    let period = regression.estimate(panel) { _ in .diagonal(idio) }.periods[0]
    let ratios = period.standardErrors.indices.map {
      period.standardErrors[$0] / found.covariance[$0, $0].squareRoot()
    }
    for ratio in ratios { #expect(relativeDifference(ratio, ratios[0]) <= 1e-12) }
  }

  /// The walk's own errors are those of its weights under its variances.
  @Test func walkGivesThoseOfItsWeights() throws {
    let market = FeasibleMarket.withHoles
    let panel = try market.panel()
    let found = try WalkForwardTests.walk(
      panel, settings: .init(computesErrors: true),
      from: WalkForwardTests.state(market.variances(of: panel)))
    for index in [0, 11, 69] {
      let period = found.periods[index]
      let errors = try #require(period.errors)
      let expected = try #require(
        CrossSectionalRegression().factorReturnErrors(
          panel.crossSections[index], schema: panel.schema, labels: panel.labels,
          weightVariances: period.weightVariances, idioVariances: period.variances))
      #expect(errors.covariance == expected.covariance && errors.layout == expected.layout)
      #expect(errors.date == panel.crossSections[index].date)
    }
  }

  /// `Var(e)` of every row by the divisor under other variances than the weights', against `(I − H) Ω (I − H)ᵀ`.
  @Test func divisorIsTheVarianceOfIdioReturns() throws {
    let market = FeasibleMarket.withHoles
    let panel = try market.panel()
    let section = panel.crossSections[3]
    let idio = section.assets.map { market.variances(of: panel)[Int($0)] }
    // One step of an infinitely slow walk with shrunk weights tells nothing of divisors: take half-life 1, λ = 1/2.
    let settings = WalkForwardSettings(
      halfLife: 1, divisor: .variance, weighting: VarianceWeighting(floor: 0, shrinkage: 0.5))
    var walk = try WalkForwardEstimation(
      regression: CrossSectionalRegression(), settings: settings,
      resuming: WalkForwardTests.state(market.variances(of: panel)))
    let period = walk.append([section], schema: panel.schema, labels: panel.labels)[0]
    let fit = NaiveFeasible.regress(section, period.weightVariances)
    let m = fit.inverse.count
    for row in 0..<section.rowCount where !fit.idio[row].isNaN {
      // Row of I − H on the rows regressed.
      var variance = 0.0
      for other in 0..<section.rowCount {
        var h = 0.0
        if fit.isRegressed[other] {
          for i in 0..<m {
            for j in 0..<m { h += fit.design[row][i] * fit.inverse[i][j] * fit.design[other][j] }
          }
          h /= period.weightVariances[other]
        }
        let entry = (row == other ? 1 : 0) - h
        variance += entry * entry * idio[other]
      }
      let expected = 0.5 * idio[row] + 0.5 * fit.idio[row] * fit.idio[row] / (variance / idio[row])
      let found = walk.state.variances[Int(section.assets[row])]
      #expect(relativeDifference(found, expected) <= 1e-9)
    }
  }
}
