import LinAlg
import RiskEngine
import TestSupport
import Testing

/// Risk against a benchmark, by the n × n covariance.
@Suite struct RelativeRiskTests {
  /// As for the risk of a portfolio.
  static let tolerance = PortfolioRiskTests.tolerance

  @Test(arguments: ModelCase.all)
  func figuresAgreeWithTheDenseCovariance(example: ModelCase) throws {
    let example = try PortfolioCase(example)
    let one = example.built.count == 1
    let (x, y) = (one ? [0.5] : example.weights(21), one ? [2] : example.weights(22).map { abs($0) })
    let omega = example.built.covariance
    let relative = example.model.risk(of: try example.holdings(x), against: try example.holdings(y))
    let (xx, xy, yy) = (quadraticForm(x, omega, x), quadraticForm(x, omega, y), quadraticForm(y, omega, y))
    let active = zip(x, y).map { $0 - $1 }
    let scale = (xx * yy).squareRoot()
    #expect(relativeDifference(relative.portfolio.variance, xx) <= Self.tolerance)
    #expect(relativeDifference(relative.benchmark.variance, yy) <= Self.tolerance)
    #expect(
      relativeDifference(relative.trackingError, quadraticForm(active, omega, active).squareRoot()) <= Self.tolerance)
    #expect(abs(relative.beta - xy / yy) <= Self.tolerance * scale / yy)
    #expect(abs(relative.correlation - xy / scale) <= Self.tolerance)
    #expect(abs(relative.correlation) <= 1)
    #expect(abs(relative.residualVariance - (xx - xy * xy / yy)) <= Self.tolerance * xx)
    #expect(relative.residualFactorVariance >= 0 && relative.residualIdioVariance >= 0)
    #expect(relative.activeBeta == relative.beta - 1)
    // Active contributions sum to the tracking error.
    let sum = relative.active.assets.reduce(0) { $0 + $1.source.contribution }
    #expect(abs(sum - relative.trackingError) <= Self.tolerance * relative.trackingError)
  }

  @Test func betaIsLinearAndOneForTheBenchmark() throws {
    let example = try PortfolioCase(ModelCase.all[1])
    let (x, y) = (example.weights(23), example.weights(24).map { abs($0) })
    let benchmark = try example.holdings(y)
    let mixed = zip(x, y).map { 2 * $0 + 3 * $1 }
    let risks = example.model.risks(
      of: [try example.holdings(x), benchmark, try example.holdings(mixed)], against: benchmark, workers: 2)
    #expect(abs(risks[1].beta - 1) <= 1e-14)
    #expect(abs(risks[1].correlation - 1) <= 1e-14)
    #expect(risks[1].trackingError == 0)
    #expect(risks[1].residualVolatility <= 1e-14 * risks[1].portfolio.volatility)
    #expect(abs(risks[2].beta - (2 * risks[0].beta + 3)) <= Self.tolerance * (1 + abs(risks[0].beta)))
    // The residual does not change when the benchmark is added.
    #expect(relativeDifference(risks[2].residualVariance, 4 * risks[0].residualVariance) <= 1e-10)
    let alone = example.model.risk(of: try example.holdings(x), against: benchmark)
    #expect(alone == risks[0])
  }

  @Test func aBenchmarkWithoutRisk() throws {
    let example = try PortfolioCase(ModelCase.all[0])
    let holdings = try example.holdings(example.weights(25))
    let relative = example.model.risk(of: holdings, against: .empty)
    #expect(relative.beta.isNaN && relative.correlation.isNaN && relative.residualVariance.isNaN)
    #expect(relative.trackingError == relative.portfolio.volatility)
    let nothing = example.model.risk(of: .empty, against: holdings)
    #expect(nothing.beta == 0)
    #expect(nothing.correlation.isNaN)
    #expect(nothing.residualVariance == 0)
    #expect(nothing.trackingError == relative.portfolio.volatility)
  }

  @Test func uncoveredAssetsOfTheBenchmarkAreNamed() throws {
    let example = try PortfolioCase(ModelCase.all[0])
    let holdings = try example.holdings(example.weights(26))
    let benchmark = try Holdings(
      assets: [example.model.assets[0], example.stranger], weights: [0.75, 0.25], names: example.names)
    let relative = example.model.risk(of: holdings, against: benchmark)
    #expect(relative.portfolio.coverage.uncovered.isEmpty)
    #expect(relative.benchmark.coverage.uncoveredWeight == 0.25)
    #expect(
      relative.active.coverage.uncovered == [.init(asset: example.stranger, weight: -0.25, reason: .absent)])
  }
}
