import TestSupport
import Testing

@testable import RiskEngine

/// The median by selection against the median by sorting, bit for bit.
@Suite struct MedianMagnitudeTests {
  static func bySorting(_ x: [Double], _ s: [Double]) -> Double {
    let magnitudes = zip(x, s).filter { $1 > 0 }.map { abs($0) * $1 }.sorted()
    return magnitudes.isEmpty ? 0 : Quantile.interpolated(0.5, ofSorted: magnitudes)
  }

  @Test(arguments: Array(0...40) + [255, 256, 999, 1000])
  func agreesWithSorting(count: Int) {
    var random = TestRandom(seed: UInt64(count))
    var median = MedianMagnitude()
    // Few values: many ties.
    for levels in [1, 2, 5, 1_000_000] {
      let x = (0..<count).map { _ in (random.uniform() * Double(levels)).rounded(.down) - Double(levels / 2) }
      let s = (0..<count).map { _ in random.uniform() < 0.2 ? 0 : random.uniform() }
      let ones = [Double](repeating: 1, count: count)
      #expect(median.median(x, s, count: count) == Self.bySorting(x, s))
      #expect(median.median(x, ones, count: count) == Self.bySorting(x, ones))
    }
  }

  /// Orders that make a bad pivot of a fixed position.
  @Test func ordersOfTheInputDoNotMatter() {
    let count = 501
    let ones = [Double](repeating: 1, count: count)
    var median = MedianMagnitude()
    let ascending = (0..<count).map { Double($0) }
    let organ = (0..<count).map { Double(min($0, count - $0)) }
    for x in [ascending, ascending.reversed(), organ, organ.map { -$0 }] {
      #expect(median.median(x, ones, count: count) == Self.bySorting(x, ones))
    }
  }

  /// Entries of scale zero are left out, however large.
  @Test func scalesOfZeroAreAbsence() {
    var median = MedianMagnitude()
    #expect(median.median([1, .infinity, 3], [1, 0, 1], count: 3) == 2)
    #expect(median.median([5], [0], count: 1) == 0)
  }
}
