import LinAlg
import RiskEngine
import TestSupport
import Testing

/// Maximum likelihood with random factor returns.
@Suite struct RandomFactorTests {
  static func estimate(
    _ panel: Panel, iterations: Int, workers: Int = 2, hasMarket: Bool = true
  ) throws -> RandomFactorEstimation.Estimate {
    try RandomFactorEstimation(
      regression: CrossSectionalRegression(hasMarket: hasMarket),
      settings: .init(mode: .randomFactors, maximumIterations: iterations)
    ).estimate(panel, workers: workers)
  }

  @Test(arguments: [FeasibleMarket(), .withHoles])
  func likelihoodNeverFalls(market: FeasibleMarket) throws {
    let found = try Self.estimate(try market.panel(), iterations: 60)
    let likelihoods = found.idio.log.compactMap(\.logLikelihood)
    #expect(likelihoods.count == found.idio.log.count && likelihoods.count > 10)
    for (before, after) in zip(likelihoods, likelihoods.dropFirst()) {
      // Rounding of a sum over some thousand rows.
      #expect(after >= before - 1e-11 * abs(before))
    }
    #expect(likelihoods[likelihoods.count - 1] > likelihoods[0])
  }

  /// The same likelihood from the dense covariance of the returns, `B F Bᵀ + D`.
  @Test func likelihoodIsThatOfTheCovariance() throws {
    let panel = try FeasibleMarket(assetCount: 24, periodCount: 25, industryCount: 3, styleCount: 1).panel()
    let one = try Self.estimate(panel, iterations: 1)
    let two = try Self.estimate(panel, iterations: 2)
    var sum = 0.0
    for section in panel.crossSections {
      guard case .labels(let labels) = section.groups[0] else { continue }
      func loading(_ row: Int, _ kind: FactorAxis.Kind) -> Double {
        switch kind {
        case .market: 1
        case .label(_, let label): panel.labels[0][labels[row]] == label ? 1 : 0
        case .style: section.loading(row: row, style: 0)
        }
      }
      let loadings = (0..<section.rowCount).map { row in one.factors.map { loading(row, $0) } }
      let covariance = SymmetricMatrix(order: section.rowCount) { a, b in
        var value = a == b ? one.idio.variances[Int(section.assets[a])] : 0
        for i in one.factors.indices {
          for j in one.factors.indices {
            value += loadings[a][i] * one.factorCovariance[i, j] * loadings[b][j]
          }
        }
        return value
      }
      let cholesky = try Cholesky(consuming: covariance)
      var whitened = Array(section.returns.prefix(section.rowCount))
      cholesky.forwardSolve(&whitened)
      let square = whitened.reduce(0.0) { $0 + $1 * $1 }
      // ln 2π
      let constant = Double(section.rowCount) * 1.837_877_066_409_345_3
      sum -= 0.5 * (constant + cholesky.logDeterminant + square)
    }
    #expect(relativeDifference(sum, try #require(two.idio.log[1].logLikelihood)) <= 1e-11)
  }

  /// Variances and the covariance of styles near the truth: no part of the noise of factor returns in them.
  @Test func recoversVariancesAndFactorCovariance() throws {
    let market = FeasibleMarket(assetCount: 60, periodCount: 150, industryCount: 4, styleCount: 2, seed: 12)
    let panel = try market.panel()
    let found = try Self.estimate(panel, iterations: 40)
    let truth = market.variances(of: panel)
    let mean = zip(found.idio.variances, truth).reduce(0) { $0 + $1.0 / $1.1 } / 60
    let bound = 4.89 * (2.0 / 9000).squareRoot() + 2.0 * 7 / 9000
    #expect(abs(mean - 1) <= bound)
    for style in found.factors.count - 2..<found.factors.count {
      // Factor deviations are 1%: a variance estimated from 150 periods.
      let ratio = found.factorCovariance[style, style] / 1e-4
      #expect(abs(ratio - 1) <= 4.89 * (2.0 / 150).squareRoot())
    }
  }

  @Test(arguments: [1, 3])
  func workersAndModeNameDoNotMatter(workers: Int) throws {
    let panel = try FeasibleMarket.withHoles.panel()
    let found = try Self.estimate(panel, iterations: 3, workers: workers)
    let other = try IteratedEstimation(
      regression: CrossSectionalRegression(), settings: .init(mode: .randomFactors, maximumIterations: 3)
    ).estimate(panel, workers: 2)
    #expect(found.idio.variances.map(\.bitPattern) == other.variances.map(\.bitPattern))
    #expect(found.idio.log == other.log)
  }
}
