import LinAlg
import TestSupport
import Testing

@testable import RiskEngine

/// How a component is made positive definite.
@Suite struct ComponentRepairTests {
  /// LAPACK's eigenvalues of a matrix of norm `order` are within a small multiple of `order · ε` each time.
  static func tolerance(order: Int) -> Double { 10 * Double(order) * Double.ulpOfOne }

  /// Three assets whose correlations 0.8, 0.8 and −0.8 contradict one another: eigenvalues −0.6, 1.8, 1.8.
  static func contradiction(linked: Int = 0) -> [CorrelatedPair] {
    [(0, 1, 0.8, 5.0), (0, 2, -0.8, 3), (1, 2, 0.8, 4)].enumerated().map { index, pair in
      CorrelatedPair(
        first: pair.0, second: pair.1, correlation: pair.2, criticalMultiplier: index < linked ? nil : pair.3)
    }
  }

  static func settings(
    _ repair: IdioCorrelationSettings.Repair, _ thresholding: IdioCorrelationSettings.Thresholding = .hard
  ) -> IdioCorrelationSettings {
    var settings = IdioCorrelationSettings()
    settings.repair = repair
    settings.thresholding = thresholding
    return settings
  }

  /// `α = (ε − λ) / (1 − λ)`: 0.65 / 1.6.
  @Test func shrinkageIsExact() throws {
    let results = ComponentRepair(order: 3, pairs: Self.contradiction(), settings: Self.settings(.shrink)).repaired()
    #expect(results.count == 1)
    let result = results[0]
    let tolerance = Self.tolerance(order: 3)
    #expect(abs(result.unrepairedEigenvalue + 0.6) <= tolerance)
    #expect(abs(result.shrinkage - 0.65 / 1.6) <= tolerance)
    #expect(abs(try result.correlation.eigenvalues()[0] - 0.05) <= tolerance)
    for pair in Self.contradiction() {
      #expect(result.correlation[pair.first, pair.second] == (1 - result.shrinkage) * pair.correlation)
    }
    for place in 0..<3 { #expect(result.correlation[place, place] == 1) }
  }

  /// The least eigenvalue of any indefinite matrix becomes `ε`, and a definite one stays as it is.
  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func shrinkageIsExactForRandomMatrices(seed: UInt64) throws {
    var random = TestRandom(seed: seed)
    let order = 3 + random.integer(below: 20)
    let scale = seed % 2 == 0 ? 0.9 : 0.3 / Double(order)
    var pairs = [CorrelatedPair]()
    for second in 1..<order {
      for first in 0..<second {
        pairs.append(
          CorrelatedPair(first: first, second: second, correlation: scale * (2 * random.uniform() - 1)))
      }
    }
    let result = ComponentRepair(order: order, pairs: pairs, settings: Self.settings(.shrink)).repaired()[0]
    let matrix = SymmetricMatrix(order: order) { i, j in
      i == j ? 1 : pairs.first { $0.first == min(i, j) && $0.second == max(i, j) }?.correlation ?? 0
    }
    let least = ReferenceMatrix(matrix).jacobiEigenvalues()[0]
    let tolerance = Self.tolerance(order: order)
    #expect(abs(result.unrepairedEigenvalue - least) <= tolerance)
    #expect((least < 0.05) == (seed % 2 == 0))
    let repaired = ReferenceMatrix(result.correlation).jacobiEigenvalues()[0]
    #expect(abs(repaired - max(least, 0.05)) <= tolerance)
    if least >= 0.05 { #expect(result.correlation == matrix && result.shrinkage == 0) }
  }

  /// Without the pair of 3 the least eigenvalue is `1 − 0.8 √2 < 0`, without that of 4 too it is 0.2.
  @Test func aRaisedThresholdRemovesTheWeakestPairs() throws {
    let results = ComponentRepair(
      order: 3, pairs: Self.contradiction(), settings: Self.settings(.raiseThreshold)
    ).repaired()
    #expect(results.count == 1)
    #expect(results[0].places == [0, 1] && results[0].correlation[1, 0] == 0.8)
    #expect(results[0].shrinkage == 0)
    // The bisection ends within 10⁻⁶ of the multiplier.
    #expect(results[0].multiplier >= 4 && results[0].multiplier <= 4 * (1 + 2e-6))
  }

  /// With soft thresholds eigenvalues move continuously: the multiplier is where the least one is `ε`.
  @Test func aRaisedSoftThresholdEndsAtTheEigenvalue() throws {
    var settings = Self.settings(.raiseThreshold, .soft)
    settings.multiplier = 0.5
    let repair = ComponentRepair(order: 3, pairs: Self.contradiction(), settings: settings)
    let result = try #require(repair.repaired().first)
    #expect(result.multiplier > 0.5 && result.multiplier < 3)
    let least = try result.correlation.eigenvalues()[0]
    // Correlations change by at most 0.8 / 3 per unit of the multiplier, which is known to 4 · 10⁻⁶.
    #expect(least >= 0.05 - Self.tolerance(order: 3) && least <= 0.05 + 1e-5)
    for pair in Self.contradiction() {
      let critical = try #require(pair.criticalMultiplier)
      let expected = pair.correlation * max(0, 1 - result.multiplier / critical)
      #expect(abs(result.correlation[pair.first, pair.second] - expected) <= Self.tolerance(order: 3))
    }
  }

  /// Two linked pairs that a thresholded one joins come apart.
  @Test func aRaisedThresholdDividesComponents() throws {
    let pairs = [
      CorrelatedPair(first: 0, second: 2, correlation: 0.9), CorrelatedPair(first: 1, second: 3, correlation: 0.9),
      CorrelatedPair(first: 0, second: 1, correlation: 0.9, criticalMultiplier: 2.5),
    ]
    let results = ComponentRepair(order: 4, pairs: pairs, settings: Self.settings(.raiseThreshold)).repaired()
    #expect(results.map(\.places) == [[0, 2], [1, 3]])
    #expect(results.allSatisfy { $0.correlation[1, 0] == 0.9 && $0.multiplier >= 2.5 && $0.multiplier < 2.50001 })
  }

  /// No threshold removes linked pairs; where they alone are indefinite all are shrunk.
  @Test(arguments: [2, 3])
  func linkedPairsAreShrunk(linked: Int) throws {
    let pairs = Self.contradiction(linked: linked)
    let raised = ComponentRepair(order: 3, pairs: pairs, settings: Self.settings(.raiseThreshold)).repaired()
    let shrunk = ComponentRepair(order: 3, pairs: pairs, settings: Self.settings(.shrink)).repaired()
    #expect(raised.map(\.correlation) == shrunk.map(\.correlation))
    #expect(raised[0].multiplier == 2 && raised[0].shrinkage > 0)
  }

  /// Returns observed in different periods by pairs: each correlation is estimated well, together they are impossible.
  @Test(arguments: IdioCorrelationSettings.Repair.allCases)
  func pairwisePeriodsMayContradict(repair: IdioCorrelationSettings.Repair) throws {
    var history = CorrelatedHistory.normal(assets: 4, periods: 180, seed: 2)
    var random = TestRandom(seed: 12)
    for period in history.returns.indices {
      let x = history.returns[period][0]
      let noise = 0.5 * random.normal()
      let third = period % 3
      let values: [Double] =
        third == 0 ? [x, x + noise, .nan] : third == 1 ? [.nan, x, x + noise] : [x, .nan, -x + noise]
      for code in 0..<3 { history.returns[period][code] = values[code] }
    }
    var settings = history.settings(.thresholded)
    settings.repair = repair
    let estimate = try history.estimate(settings)
    #expect(estimate.counts.thresholdedPairs == 3)
    let component = try #require(estimate.components.first)
    #expect(component.unrepairedEigenvalue < -0.5)
    #expect(try component.correlation.eigenvalues()[0] >= 0.05 - Self.tolerance(order: 3))
    #expect(estimate.shrunkComponentCount == (repair == .shrink ? 1 : 0))
    #expect(estimate.raisedComponentCount(above: 2) == (repair == .shrink ? 0 : 1))
    #expect(component.assets.count == (repair == .shrink ? 3 : 2))
  }
}
