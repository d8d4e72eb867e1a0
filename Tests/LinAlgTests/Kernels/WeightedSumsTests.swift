import LinAlg
import TestSupport
import Testing

/// Sums over parts of arrays against plain loops in extended precision.
@Suite struct WeightedSumsTests {
  static func numbers(_ count: Int, garbage: Double, seed: UInt64) -> [Double] {
    var random = TestRandom(seed: seed)
    return (0..<count).map { _ in 2 * random.uniform() - 1 } + Array(repeating: garbage, count: CenteredGram.padding)
  }

  @Test(arguments: [0, 1e300, -7] as [Double])
  func sumsOfEveryRangeAgree(garbage: Double) {
    let numbers = Self.numbers(40, garbage: garbage, seed: 1)
    for start in 0...40 {
      for end in start...40 {
        let expected = numbers[start..<end].reduce(Extended(0)) { $0 + Extended($1) }
        let found = WeightedSums.sum(numbers.span, in: start..<end)
        // At most n additions of numbers below one.
        #expect(abs(Extended(found) - expected) <= Extended(Double((end - start) * (end - start)) * unitRoundoff))
      }
    }
  }

  /// Zeros, negative numbers, infinities and NaN are not positive and finite, wherever they stand; what stands
  /// behind the entries does not count.
  @Test(arguments: [0, 1, .infinity, .nan] as [Double])
  func positiveCountsAgree(garbage: Double) {
    let kinds: [Double] = [
      1, 0, -1, .infinity, .leastNonzeroMagnitude, .nan, -.infinity, .greatestFiniteMagnitude, -0.0, 3,
    ]
    for count in 0...45 {
      let numbers =
        (0..<count).map { kinds[$0 * 7 % 10] } + Array(repeating: garbage, count: CenteredGram.padding)
      let expected = numbers.prefix(count).count { $0 > 0 && $0.isFinite }
      #expect(WeightedSums.positiveCount(numbers.span, count: count) == expected)
    }
  }

  @Test(arguments: [0, 1e100, -7] as [Double])
  func weightedSquaresAgree(garbage: Double) {
    for count in Array(0...70) + [255, 256, 257, 1000] {
      let weights = Self.numbers(count, garbage: garbage, seed: 2)
      let values = Self.numbers(count, garbage: garbage, seed: 3)
      let expected = (0..<count).reduce(Extended(0)) {
        $0 + Extended(weights[$1]) * Extended(values[$1]) * Extended(values[$1])
      }
      let found = WeightedSums.squares(weights.span, values.span, count: count)
      #expect(abs(Extended(found) - expected) <= Extended(Double(count * (count + 3)) * unitRoundoff))
      let clean = WeightedSums.squares(
        Self.numbers(count, garbage: 0, seed: 2).span, Self.numbers(count, garbage: 0, seed: 3).span, count: count)
      #expect(found == clean)
    }
  }

  /// An empty range is zero, whatever stands there.
  @Test func nothingSumsToZero() {
    let numbers = [Double.nan, .infinity, -1]
    let sum = WeightedSums.sum(numbers.span, in: 0..<0)
    let squares = WeightedSums.squares(numbers.span, numbers.span, count: 0)
    #expect(sum == 0 && squares == 0)
  }
}
