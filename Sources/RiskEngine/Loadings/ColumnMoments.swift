internal import LinAlg

/// Mean and scale of a column over the estimation universe.
struct ColumnMoments {
  /// What becomes 0.
  var mean: Double
  /// What becomes 1: the standard deviation about the equal-weighted mean, over the count less one.
  var scale: Double

  /// The moments of a sample, or why it has none.
  ///
  /// - Parameters:
  ///   - values: finite.
  ///   - caps: the weights of the mean, positive.
  ///   - totalCap: the sum of the caps.
  ///   - usesCaps: whether the mean has weights at all.
  /// - Complexity: O(n).
  static func estimate(
    _ values: Span<Double>, caps: Span<Double>, totalCap: Double, usesCaps: Bool
  ) -> Result<ColumnMoments, ColumnOutcome.Reason> {
    guard values.count >= Standardization.leastValues else { return .failure(.tooFewValues) }
    let count = Double(values.count)
    let (sum, largest) = SampleSums.sumAndLargest(values)
    // A second step takes out what rounding left in the first, which matters where the mean is large.
    var equal = sum / count
    equal += SampleSums.deviations(values, from: equal) / count
    // Deviations from the other mean are of the size of the scale.
    let (squares, deviations) = SampleSums.squaresAndDeviations(values, from: equal, weights: caps)
    let scale = (squares / (count - 1)).squareRoot()
    guard scale < .infinity else { return .failure(.tooLarge) }
    guard scale > 0, scale >= 1e-12 * largest else { return .failure(.constant) }
    guard usesCaps else { return .success(ColumnMoments(mean: equal, scale: scale)) }
    let mean = equal + deviations / totalCap
    guard mean.isFinite else { return .failure(.tooLarge) }
    return .success(ColumnMoments(mean: mean, scale: scale))
  }

  /// Centres and scales a column; NaN stays NaN, and what is too far outside for a number becomes it.
  ///
  /// - Returns: how many numbers there are then.
  /// - Complexity: O(n).
  func apply(to column: inout [Double]) -> Int {
    var values = column.mutableSpan
    var counts = SIMD4<Int64>.zero
    var row = 0
    while row &+ 4 <= values.count {
      let scores = (values.span.four(at: row) - mean) / scale
      let isNumber = (scores .< .infinity) .& (scores .> -.infinity)
      values.set(SIMD4(repeating: .nan).replacing(with: scores, where: isNumber), at: row)
      counts &+= SIMD4<Int64>.zero.replacing(with: 1, where: isNumber)
      row &+= 4
    }
    var count = Int(counts.wrappedSum())
    while row < values.count {
      values[row] = apply(values[row])
      count &+= values[row].isNaN ? 0 : 1
      row &+= 1
    }
    return count
  }

  /// Centres and scales; NaN stays NaN, and what is too far outside for a number becomes it.
  @inline(__always)
  func apply(_ value: Double) -> Double {
    let score = (value - mean) / scale
    return abs(score) < .infinity ? score : .nan
  }
}
