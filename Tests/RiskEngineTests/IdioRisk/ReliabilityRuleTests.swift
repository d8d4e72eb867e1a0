import TestSupport
import Testing

@testable import RiskEngine

/// How far time series are relied on.
@Suite struct ReliabilityRuleTests {
  private func coefficient(_ values: [Double], _ rule: ReliabilityRule = ReliabilityRule()) -> Double {
    rule.coefficient(ofSorted: values.sorted().span, from: 0, count: values.count)
  }

  private static func normal(_ count: Int, seed: UInt64) -> [Double] {
    var random = TestRandom(seed: seed)
    return (0..<count).map { _ in 0.02 * random.normal() }
  }

  /// Normal returns: wholly with 180 observations or more, not at all with 60 or fewer.
  @Test(arguments: 0..<20)
  func normalReturnsAreReliable(seed: UInt64) {
    for count in [180, 200, 252] { #expect(coefficient(Self.normal(count, seed: seed)) == 1) }
    for count in [0, 1, 2, 30, 60] { #expect(coefficient(Self.normal(count, seed: seed)) == 0) }
  }

  /// Of returns of one size `Z` is `1 − 1.35 / 2`, so that `γ` is the ramp of the count: linear, from 60 to 180.
  @Test func theCountGivesARamp() {
    for count in 0...252 {
      let values = (0..<count).map { $0 % 2 == 0 ? 0.01 : -0.01 }
      let expected = min(1, max(0, Double(count - 60) / 120))
      #expect(coefficient(values) == expected)
    }
  }

  /// 200 returns of one size and 52 a thousand times as large, which are brought back to ten deviations.
  @Test func excessiveTailsTakeItAway() {
    let small = (0..<200).map { $0 % 2 == 0 ? 1.0 : -1 }
    let large = (0..<52).map { $0 % 2 == 0 ? 1000.0 : -1000 }
    let scale = 2 / 1.35
    let size = ((200 + 52 * 100 * scale * scale) / 252).squareRoot()
    let expected = PortableMath.exp(1 - (size - scale) / scale)
    #expect(expected < 0.1)
    // Sums of 252 positive terms, and an exponent of 2.6.
    #expect(relativeDifference(coefficient(small + large), expected) <= gamma(300))
  }

  /// At `Z = 1` both branches meet, and `γ` falls as tails grow.
  @Test func tailsTakeItAwayContinuously() {
    var last = 1.0
    for step in 0..<400 {
      let large = 1 + 0.05 * Double(step)
      let values = (0..<252).map { ($0 % 2 == 0 ? 1.0 : -1) * ($0 % 10 < 2 ? large : 1) }
      let value = coefficient(values)
      #expect(value <= last && last - value < 0.1)
      last = value
    }
    #expect(last < 0.5)
  }

  /// Returns that are all 0, or half of them and more, have no spread to rely on.
  @Test func noSpreadIsNotReliable() {
    #expect(coefficient(Array(repeating: 0, count: 252)) == 0)
    #expect(coefficient((0..<252).map { $0 % 5 == 0 ? 0.1 : 0 }) == 0)
  }

  /// A power of two changes nothing; huge and tiny returns do no harm.
  @Test func unitsDoNotMatter() {
    let values = Self.normal(200, seed: 3).map { $0 * $0 * $0 }
    for power in [0x1p-60, 0x1p20, 0x1p300] { #expect(coefficient(values.map { $0 * power }) == coefficient(values)) }
  }

  /// The windows sorted step by step are those sorted at once, for any holes, ties and zeros of either sign.
  @Test(arguments: 0..<6)
  func windowsStaySorted(seed: UInt64) throws {
    var random = TestRandom(seed: seed)
    let rule = ReliabilityRule(window: 9, noneCount: 2, fullCount: 6)
    let panel = try IdioMarket.plain(returns: [[0]], caps: [1, 1, 1]).panel()
    var series: [[Double]] = [[], [], []]
    var days: [IdioReturnBlock.Day] = []
    for _ in 0..<120 {
      var returns = IdioReturns()
      for asset in 0..<3 {
        let draw = random.integer(below: 4)
        let value = draw == 0 ? .nan : draw == 1 ? -0.0 : Double(random.integer(below: 5)) - 2
        series[asset].append(value)
        returns.append(asset: Int32(asset), value: value)
      }
      days.append(.init(.init(snapshot: panel.crossSections[0], idioReturns: returns), chunkCount: 1))
    }
    var windows = IdioReturnWindows(length: rule.window)
    var found: [Double] = []
    for start in stride(from: 0, to: 120, by: 8) {
      found += windows.advance(
        IdioReturnBlock(days: Array(days[start..<start + 8]), firstPeriod: start), chunk: 0, rule: rule)
    }
    var positive = 0
    for day in 0..<120 {
      for asset in 0..<3 {
        let window = series[asset][max(0, day - 8)...day].filter { !$0.isNaN }.sorted()
        let expected = rule.coefficient(ofSorted: window.span, from: 0, count: window.count)
        #expect(found[day * IdioHistories.assetCount + asset] == expected)
        if expected > 0 { positive += 1 }
      }
    }
    #expect(positive > 100)
  }
}
