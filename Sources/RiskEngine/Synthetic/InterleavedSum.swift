/// Sums over a cross-section in a fixed order: four partial sums over every fourth entry, then their sum.
///
/// The order depends on the number of entries alone. The error is at most about `n / 4 · ε · Σ |terms|`.
enum InterleavedSum {
  /// The sum of products `Σ xᵢ wᵢ`.
  ///
  /// - Complexity: O(n).
  static func product(_ x: Span<Double>, _ weights: Span<Double>) -> Double {
    precondition(x.count == weights.count, "\(x.count) values with \(weights.count) weights")
    var sums = SIMD4<Double>.zero
    var index = 0
    while index + 4 <= x.count {
      sums += four(x, at: index) * four(weights, at: index)
      index += 4
    }
    var total = (sums[0] + sums[1]) + (sums[2] + sums[3])
    while index < x.count {
      total += x[index] * weights[index]
      index += 1
    }
    return total
  }

  /// The weighted sum of squared distances `Σ wᵢ (xᵢ − c)²`.
  ///
  /// - Complexity: O(n).
  static func squaredDistance(_ x: Span<Double>, from center: Double, _ weights: Span<Double>) -> Double {
    precondition(x.count == weights.count, "\(x.count) values with \(weights.count) weights")
    var sums = SIMD4<Double>.zero
    var index = 0
    while index + 4 <= x.count {
      let distance = four(x, at: index) - SIMD4(repeating: center)
      sums += distance * distance * four(weights, at: index)
      index += 4
    }
    var total = (sums[0] + sums[1]) + (sums[2] + sums[3])
    while index < x.count {
      let distance = x[index] - center
      total += distance * distance * weights[index]
      index += 1
    }
    return total
  }

  /// Four entries from an index on.
  @inline(__always)
  private static func four(_ x: Span<Double>, at index: Int) -> SIMD4<Double> {
    SIMD4(x[index], x[index + 1], x[index + 2], x[index + 3])
  }
}
