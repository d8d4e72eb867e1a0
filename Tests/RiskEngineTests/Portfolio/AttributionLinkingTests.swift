import RiskEngine
import TestSupport
import Testing

/// Effects of several periods against the compounded return.
@Suite struct AttributionLinkingTests {
  /// `T` roundings of products of numbers near 1, and as many of sums.
  static let tolerance = 1e-14

  static func returns(_ count: Int, seed: UInt64, size: Double = 0.05) -> [Double] {
    var random = TestRandom(seed: seed)
    return (0..<count).map { _ in size * random.normal() }
  }

  /// Effects of each period that sum to a return: random ones, and what is left.
  static func effects(_ sums: [Double], seed: UInt64) -> [[Double]] {
    var random = TestRandom(seed: seed)
    return sums.map { sum in
      let some = (0..<4).map { _ in 0.02 * random.normal() }
      return some + [sum - some.reduce(0, +)]
    }
  }

  static func compounded(_ returns: [Double]) -> Double { returns.reduce(1) { $0 * (1 + $1) } - 1 }

  @Test func compoundingIsExact() throws {
    let returns = Self.returns(24, seed: 1)
    let effects = Self.effects(returns, seed: 2)
    let linked = try AttributionLinking.compounding(effects)
    #expect(abs(linked.total - Self.compounded(returns)) <= Self.tolerance)
    #expect(abs(linked.portfolioReturn - Self.compounded(returns)) <= Self.tolerance)
    #expect(linked.activeReturn == linked.portfolioReturn && linked.weights[0] == 1)
    // Wealth before each period, by the definition.
    for effect in 0..<5 {
      let expected = (0..<24).reduce(0.0) { $0 + effects[$1][effect] * (1 + Self.compounded(Array(returns[..<$1]))) }
      #expect(abs(linked.effects[effect] - expected) <= Self.tolerance)
    }
  }

  @Test(arguments: AttributionLinking.allCases, [1, 2, 12, 60])
  func activeEffectsSumToTheActiveReturn(linking: AttributionLinking, count: Int) throws {
    let (portfolio, benchmark) = (Self.returns(count, seed: 3), Self.returns(count, seed: 4))
    let effects = Self.effects(zip(portfolio, benchmark).map { $0 - $1 }, seed: 5)
    let linked = try linking.link(effects, portfolioReturns: portfolio, benchmarkReturns: benchmark)
    let expected = Self.compounded(portfolio) - Self.compounded(benchmark)
    #expect(abs(linked.total - expected) <= 5 * Self.tolerance)
    #expect(abs(linked.activeReturn - expected) <= Self.tolerance)
    #expect(linked.weights.allSatisfy { $0 > 0 && $0 < 5 })
    if count == 1 {
      #expect(abs(linked.weights[0] - 1) <= Self.tolerance)
      #expect(largestRelativeDifference(linked.effects, effects[0]) <= Self.tolerance)
    }
  }

  /// Two periods worked out by hand to 20 digits: R = 10 %, −5 %; R̄ = 8 %, −2 %.
  @Test func weightsOfTwoPeriods() throws {
    let (portfolio, benchmark) = ([0.1, -0.05], [0.08, -0.02])
    let effects = zip(portfolio, benchmark).map { [$0 - $1] }
    let carino = try AttributionLinking.carino.link(
      effects, portfolioReturns: portfolio, benchmarkReturns: benchmark)
    let menchero = try AttributionLinking.menchero.link(
      effects, portfolioReturns: portfolio, benchmarkReturns: benchmark)
    for (found, expected) in zip(
      carino.weights + menchero.weights,
      [0.96487640337040210627, 1.0899176022469347375, 0.97713736941267986713, 1.0980915796084532448])
    {
      #expect(abs(found - expected) <= 1e-13)
    }
  }

  /// Equal totals, or equal returns in a period: the limits of the weights, with nothing divided by zero.
  @Test(arguments: AttributionLinking.allCases)
  func equalReturns(linking: AttributionLinking) throws {
    let returns = Self.returns(12, seed: 6)
    let effects = Self.effects(returns.map { _ in 0 }, seed: 7)
    let linked = try linking.link(effects, portfolioReturns: returns, benchmarkReturns: returns)
    #expect(abs(linked.total) <= Self.tolerance)
    #expect(linked.weights.allSatisfy { $0.isFinite && $0 > 0 })
    let total = 1 + Self.compounded(returns)
    for (weight, value) in zip(linked.weights, returns) {
      let expected =
        linking == .carino
        ? total / (1 + value) : PortableMath.exp(PortableMath.log(total) * 11 / 12)
      #expect(relativeDifference(weight, expected) <= Self.tolerance)
    }
    // The same returns in another order: equal totals of unequal periods.
    let turned = Array(returns.reversed())
    let crossed = Self.effects(zip(returns, turned).map { $0 - $1 }, seed: 8)
    let other = try linking.link(crossed, portfolioReturns: returns, benchmarkReturns: turned)
    #expect(abs(other.total - other.activeReturn) <= 5 * Self.tolerance)
    #expect(abs(other.activeReturn) <= Self.tolerance)
  }

  /// Near the limits of the weights.
  ///
  /// Those of Cariño become the growth of all other periods; with one difference in all periods those of Menchero are
  /// equal, and hence the mean of that.
  @Test(arguments: AttributionLinking.allCases, [1e-6, 1e-9, 1e-10, 1e-12, 1e-15])
  func nearlyEqualReturns(linking: AttributionLinking, difference: Double) throws {
    let benchmark = Self.returns(12, seed: 9)
    let portfolio = benchmark.map { $0 + difference }
    let effects = zip(portfolio, benchmark).map { [$0 - $1] }
    let linked = try linking.link(effects, portfolioReturns: portfolio, benchmarkReturns: benchmark)
    #expect(abs(linked.total - linked.activeReturn) <= Self.tolerance)
    let wealth = 1 + Self.compounded(benchmark)
    let single = benchmark.map { wealth / (1 + $0) }
    let mean = single.reduce(0, +) / 12
    // The total's difference has an absolute error of T ε, and the Menchero slope divides by the differences.
    let bound = 10 * difference + (linking == .carino ? Self.tolerance : 24 * 0x1p-52 / difference)
    for (weight, limit) in zip(linked.weights, single) {
      #expect(abs(weight - (linking == .carino ? limit : mean)) <= bound)
    }
  }

  @Test func absurdReturnsAreRefused() throws {
    for value in [-1, -1.5] {
      #expect(throws: LinkingError.lossOfEverything(.portfolio, period: 1, found: value)) {
        try AttributionLinking.compounding([[0.1], [value]])
      }
      for linking in AttributionLinking.allCases {
        #expect(throws: LinkingError.lossOfEverything(.portfolio, period: 0, found: value)) {
          try linking.link([[value]], portfolioReturns: [value], benchmarkReturns: [0])
        }
        #expect(throws: LinkingError.lossOfEverything(.benchmark, period: 0, found: value)) {
          try linking.link([[-value]], portfolioReturns: [0], benchmarkReturns: [value])
        }
      }
    }
    #expect(throws: LinkingError.notFinite(period: 0)) { try AttributionLinking.compounding([[.nan]]) }
    #expect(throws: LinkingError.notFinite(period: 0)) {
      try AttributionLinking.carino.link([[.infinity]], portfolioReturns: [0], benchmarkReturns: [0])
    }
    #expect(throws: LinkingError.effectsDoNotAddUp(period: 0, found: 0.25, expected: 0.5)) {
      try AttributionLinking.menchero.link([[0.25]], portfolioReturns: [0.5], benchmarkReturns: [0])
    }
  }

  @Test func noPeriods() throws {
    #expect(try AttributionLinking.compounding([]).portfolioReturn == 0)
    for linking in AttributionLinking.allCases {
      let linked = try linking.link([], portfolioReturns: [], benchmarkReturns: [])
      #expect(linked.effects.isEmpty && linked.activeReturn == 0)
    }
  }
}
