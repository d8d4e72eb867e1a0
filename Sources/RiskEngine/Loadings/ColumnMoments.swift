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
  ///   - usesCaps: whether the mean has weights at all.
  /// - Complexity: O(n).
  static func estimate(
    _ values: Span<Double>, caps: Span<Double>, usesCaps: Bool
  ) -> Result<ColumnMoments, ColumnOutcome.Reason> {
    guard values.count >= Standardization.leastValues else { return .failure(.tooFewValues) }
    let count = Double(values.count)
    let largest = SampleSums.largest(values)
    // A second step takes out what rounding left in the first, which matters where the mean is large.
    var equal = SampleSums.sum(values) / count
    equal += SampleSums.deviations(values, from: equal) / count
    let scale = (SampleSums.squares(values, from: equal) / (count - 1)).squareRoot()
    guard scale < .infinity else { return .failure(.tooLarge) }
    guard scale > 0, scale >= 1e-12 * largest else { return .failure(.constant) }
    guard usesCaps else { return .success(ColumnMoments(mean: equal, scale: scale)) }
    let weight = SampleSums.sum(caps)
    // Deviations from the other mean are of the size of the scale.
    let mean = equal + SampleSums.deviations(values, from: equal, weights: caps) / weight
    guard mean.isFinite else { return .failure(.tooLarge) }
    return .success(ColumnMoments(mean: mean, scale: scale))
  }

  /// Centres and scales; NaN stays NaN, and what is too far outside for a number becomes it.
  @inline(__always)
  func apply(_ value: Double) -> Double {
    let score = (value - mean) / scale
    return abs(score) < .infinity ? score : .nan
  }
}
