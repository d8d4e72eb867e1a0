import LinAlg
import RiskEngine
import Testing

/// Moments of what is drawn, each within the two-sided 1e-6 interval of its known law, Bonferroni over the
/// comparisons of a test.
@Suite struct SyntheticDistributionTests {
  static let level = 1e-6

  /// A market of few assets and many periods, for factor returns.
  static func longConfiguration() -> SyntheticConfiguration {
    var configuration = SyntheticConfiguration(mode: .gaussStatic)
    configuration.assetCount = 20
    configuration.periodCount = 3001
    configuration.industryCount = 4
    configuration.countryCount = 2
    configuration.styleCount = 3
    configuration.seed = 77
    return configuration
  }

  /// A market of many assets and few periods, for cross-sections.
  static func wideConfiguration() -> SyntheticConfiguration {
    var configuration = SyntheticConfiguration(mode: .gaussStatic)
    configuration.assetCount = 3000
    configuration.periodCount = 22
    configuration.styleCount = 3
    configuration.seed = 78
    return configuration
  }

  /// `|F̂ᵢⱼ − Fᵢⱼ| ≤ z √((Fᵢᵢ Fⱼⱼ + Fᵢⱼ²) / T)` and `|mean − μ| ≤ z √(Fᵢᵢ / T)`; what the constraints make
  /// singular is within the same bounds.
  @Test func factorReturnsHaveTheirMeansAndCovariances() throws {
    let history = try SyntheticHistory(Self.longConfiguration())
    let (truth, means) = (history.market.factorCovariance, history.market.factors.means)
    let returns = history.block.periods.dropFirst().map(\.factorReturns)
    let order = means.count
    let count = Double(returns.count)
    let z = StandardNormal.upperQuantile(Self.level / 2 / Double(order * (order + 3) / 2))
    for i in 0..<order {
      let mean = returns.reduce(0) { $0 + $1[i] } / count
      #expect(abs(mean - means[i]) <= z * (truth[i, i] / count).squareRoot())
      for j in 0...i {
        let sample = returns.reduce(0) { $0 + ($1[i] - means[i]) * ($1[j] - means[j]) } / count
        let bound = z * ((truth[i, i] * truth[j, j] + truth[i, j] * truth[i, j]) / count).squareRoot()
        #expect(abs(sample - truth[i, j]) <= bound, "entry (\(i), \(j))")
      }
    }
  }

  /// Volatilities before the constraint are the configured ones; the market's and the styles' stay so.
  @Test func factorVolatilitiesAreTheConfiguredOnes() throws {
    let market = try SyntheticMarket(Self.longConfiguration())
    let annual = (0..<market.factorNames.count).map { (market.factorCovariance[$0, $0] * 252).squareRoot() }
    // Sums of at most 6 squares and a square root: a few roundings.
    #expect(abs(annual[0] - 0.16) <= 32 * 0.16.ulp)
    let middle = (0.05 * 0.02).squareRoot()
    for (factor, expected) in zip(market.factors.styleRange, [0.05, middle, 0.02]) {
      #expect(abs(annual[factor] - expected) <= 32 * expected.ulp)
    }
    #expect(zip(market.factors.means, annual).allSatisfy { abs($0) * 252 <= 2 * 0.5 * 0.16 && $1 > 0 })
  }

  /// The first autocorrelation `θ / (1 + θ²)` with Bartlett's variance `(1 − 3ρ² + 4ρ⁴) / T`; the variance is kept.
  @Test func movingAverageGivesTheAutocorrelation() throws {
    var configuration = Self.longConfiguration()
    configuration.factors.movingAverage = 0.4
    let history = try SyntheticHistory(configuration)
    let mean = history.market.factors.means[0]
    let market = history.block.periods.dropFirst().map { $0.factorReturns[0] - mean }
    let variance = market.reduce(0) { $0 + $1 * $1 }
    let products = (1..<market.count).reduce(0) { $0 + market[$1] * market[$1 - 1] }
    let rho = 0.4 / 1.16
    let z = StandardNormal.upperQuantile(Self.level / 2 / 2)
    let count = Double(market.count)
    let bartlett = (1 - 3 * rho * rho + 4 * rho * rho * rho * rho) / count
    #expect(abs(products / variance - rho) <= z * bartlett.squareRoot())
    let truth = history.market.factorCovariance[0, 0]
    #expect(abs(variance / count / truth - 1) <= z * (2 * (1 + 2 * rho * rho) / count).squareRoot())
  }

  /// `Σ ε² / v` is chi-square: for all cells, and for each asset.
  @Test func idioReturnsHaveTheirVariances() throws {
    var configuration = Self.wideConfiguration()
    configuration.idio.earningsJump = 3
    configuration.idio.earningsInterval = 5
    configuration.assetCount = 1000
    let history = try SyntheticHistory(configuration)
    var sums = [Double](repeating: 0, count: configuration.assetCount)
    for row in history.block.idioReturns.indices where history.block.idioReturns[row].isFinite {
      let idio = history.block.idioReturns[row]
      sums[Int(history.block.rows.assets[row])] += idio * idio / history.block.idioVariances[row]
    }
    let each = ChiSquareDistribution(degreesOfFreedom: Double(configuration.periodCount - 1))
    let share = Self.level / 2 / Double(sums.count + 1)
    let bounds = each.quantile(share)...each.upperQuantile(share)
    #expect(sums.allSatisfy { bounds.contains($0) })
    let all = ChiSquareDistribution(degreesOfFreedom: each.degreesOfFreedom * Double(sums.count))
    #expect((all.quantile(share)...all.upperQuantile(share)).contains(sums.reduce(0, +)))
  }

  /// Log caps and log idio volatilities of the first date.
  @Test func capsAndVolatilitiesAreLognormal() throws {
    let population = try SyntheticMarket(Self.wideConfiguration()).population
    let count = Double(population.count)
    let sizes = population.firstCaps.map { (PortableMath.log($0) - 21) / 1.6 }
    let z = StandardNormal.upperQuantile(Self.level / 2 / 4)
    #expect(abs(sizes.reduce(0, +)) <= z * count.squareRoot())
    let distribution = ChiSquareDistribution(degreesOfFreedom: count)
    let bounds = distribution.quantile(Self.level / 8)...distribution.upperQuantile(Self.level / 8)
    #expect(bounds.contains(sizes.reduce(0) { $0 + $1 * $1 }))
    let rest = zip(population.idioVolatilities, sizes).map { volatility, size in
      (PortableMath.log(volatility / 0.02) + 0.12 * size) / 0.25
    }
    #expect(abs(rest.reduce(0, +)) <= z * count.squareRoot())
    #expect(bounds.contains(rest.reduce(0) { $0 + $1 * $1 }))
  }

  /// Correlations of loadings between styles (0.1) and over 21 periods (0.98), by Fisher's transform, whose
  /// variance is `1 / (n − 3)`.
  @Test func latentScoresHaveTheirCorrelations() throws {
    let history = try SyntheticHistory(Self.wideConfiguration())
    let (styles, periods) = (history.block.rows.styles, history.block.periods)
    let z = StandardNormal.upperQuantile(Self.level / 2 / 6)
    func expectCorrelation(_ x: ArraySlice<Double>, _ y: ArraySlice<Double>, _ expected: Double) {
      let distance = Self.fisher(Self.correlation(Array(x), Array(y))) - Self.fisher(expected)
      #expect(abs(distance) <= z / Double(x.count - 3).squareRoot())
    }
    for first in 0..<3 {
      for second in 0..<first {
        expectCorrelation(styles[first][periods[0].rows], styles[second][periods[0].rows], 0.1)
      }
      expectCorrelation(styles[first][periods[0].rows], styles[first][periods[21].rows], 0.98)
    }
  }

  /// `½ ln((1 + r) / (1 − r))`.
  private static func fisher(_ r: Double) -> Double { 0.5 * PortableMath.log((1 + r) / (1 - r)) }

  /// The sample correlation.
  private static func correlation(_ x: [Double], _ y: [Double]) -> Double {
    let count = Double(x.count)
    let (xMean, yMean) = (x.reduce(0, +) / count, y.reduce(0, +) / count)
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for (x, y) in zip(x, y) {
      xx += (x - xMean) * (x - xMean)
      yy += (y - yMean) * (y - yMean)
      xy += (x - xMean) * (y - yMean)
    }
    return xy / (xx * yy).squareRoot()
  }

  /// Zipf sizes by largest remainder: of 10 assets 4.6, 3.1 and 2.3 become 5, 3 and 2.
  @Test func groupsHaveZipfSizes() throws {
    var configuration = SyntheticHistory.configuration(.gaussStatic)
    configuration.assetCount = 10
    configuration.industryCount = 3
    configuration.countryCount = 0
    let labels = try SyntheticMarket(configuration).population.labels[0]
    #expect((0..<3).map { label in labels.count { $0 == label } } == [5, 3, 2])
    configuration.assetCount = 200
    configuration.industryCount = 60
    let many = try SyntheticMarket(configuration).population.labels[0]
    #expect((0..<60).contains { label in many.count { $0 == label } < 5 })
  }
}
