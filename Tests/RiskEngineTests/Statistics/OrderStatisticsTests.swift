import TestSupport
import Testing

@testable import RiskEngine

/// Order statistics by brackets and selection against sorting, bit for bit.
@Suite struct OrderStatisticsTests {
  static let counts = Array(1...20) + [63, 64, 65, 255, 256, 257, 258, 320, 500, 999, 1000, 3001, 5000]

  static func expectAgreement(_ sample: [Double], _ statistics: inout OrderStatistics) {
    let sorted = sample.sorted()
    let median = statistics.median(of: sample.span)
    #expect(median == NaiveLoadings.median(sample))
    for probability in [0, 0.001, 0.01, 0.05, 0.25, 0.5, 0.6, 0.75, 0.95, 0.99, 0.999, 1] {
      let quantile = statistics.quantile(probability, of: sample.span)
      #expect(
        quantile == Quantile.interpolated(probability, ofSorted: sorted), "quantile \(probability) of \(sample.count)")
    }
  }

  @Test(arguments: counts)
  func agreesWithSorting(count: Int) {
    var random = TestRandom(seed: UInt64(count))
    var statistics = OrderStatistics()
    // Few values: many ties. Cubes: heavy tails.
    for levels in [1.0, 2, 5, 300, 1e9] {
      Self.expectAgreement((0..<count).map { _ in (random.uniform() * levels).rounded(.down) }, &statistics)
    }
    Self.expectAgreement(
      (0..<count).map { _ in
        let x = random.normal()
        return x * x * x
      }, &statistics)
  }

  /// Orders in which evenly spaced probes say nothing of the rest, so that every bracket misses.
  @Test func probesThatMisleadDoNoHarm() {
    var statistics = OrderStatistics()
    let count = 64 * 40
    for extreme in [-1e6, 1e6] {
      let sample = (0..<count).map { $0 % 40 == 20 ? extreme + Double($0) : Double(($0 * 7919) % count) }
      Self.expectAgreement(sample, &statistics)
    }
    let ascending = (0..<count).map { Double($0) }
    let organ = (0..<count).map { Double(min($0, count - $0)) }
    for sample in [ascending, ascending.reversed(), organ, organ.map { -$0 }] {
      Self.expectAgreement(sample, &statistics)
    }
  }

  /// Buffers of a long sample change nothing of a short one.
  @Test func buffersAreUsedAgain() {
    var statistics = OrderStatistics()
    Self.expectAgreement((0..<3000).map { Double($0 % 77) }, &statistics)
    Self.expectAgreement([3, 1, 2], &statistics)
    Self.expectAgreement((0..<300).map { Double($0 % 13) }, &statistics)
  }

  static func robustScale(_ sample: [Double]) -> (median: Double, deviation: Double)? {
    var statistics = OrderStatistics()
    return statistics.robustScale(of: sample.span)
  }

  @Test func robustScaleOfKnownSamples() throws {
    // Median 3; absolute deviations 2, 1, 0, 1, 97 have the median 1.
    let plain = try #require(Self.robustScale([1, 2, 3, 4, 100]))
    #expect(plain.median == 3)
    #expect(plain.deviation == 1.482_602_218_505_602)
    // More than half are equal: the quartiles 0 and 1 take over.
    let ties = try #require(Self.robustScale([0, 0, 0, 0, 0, 0, 1, 1, 1]))
    #expect(ties.median == 0)
    #expect(ties.deviation == 1 / 1.348_979_500_392_163_5)
    #expect(Self.robustScale([0, 0, 0, 0, 0, 0, 0, 0, 5]) == nil)
    #expect(Self.robustScale([]) == nil)
  }

  /// Both factors are what they claim of the normal quantile.
  @Test func factorsAreThoseOfANormalSample() {
    // Both are rounded once, and the quantile is accurate to a few units in the last place.
    let quartile = StandardNormal.quantile(0.75)
    #expect(abs(RobustScale.medianDeviationFactor * quartile - 1) < 8 * 0x1p-52)
    #expect(abs(RobustScale.normalQuartileRange / (2 * quartile) - 1) < 8 * 0x1p-52)
  }

  /// Nearly half of the values go anywhere, and the scale stays one of the others.
  @Test func breaksDownAtHalf() throws {
    var random = TestRandom(seed: 5)
    var sample = (0..<1001).map { _ in random.normal() }
    for index in 0..<495 { sample[index * 2] = 1e12 * Double(index + 1) }
    let (median, deviation) = try #require(Self.robustScale(sample))
    #expect(abs(median) < 5 && deviation < 20)
  }

  /// `x ↦ a + b x` maps the median so and the scale by `|b|`, exactly where `a` and `b` round nothing.
  @Test func robustScaleIsEquivariant() throws {
    var random = TestRandom(seed: 6)
    let sample = (0..<777).map { _ in (random.normal() * 1024).rounded() }
    let before = try #require(Self.robustScale(sample))
    for factor in [2.0, -4] {
      let after = try #require(Self.robustScale(sample.map { 16 + factor * $0 }))
      #expect(after.median == 16 + factor * before.median)
      #expect(after.deviation == abs(factor) * before.deviation)
    }
  }
}
