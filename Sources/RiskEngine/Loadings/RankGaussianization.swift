/// Normal scores of ranks: `Φ⁻¹((rank − 3/8) / (n + 1/4))` (Blom, *Statistical Estimates and Transformed Beta-Variables*,
/// 1958), with average ranks for equal values.
///
/// Ranks are those in the estimation universe. A value outside of it that equals one inside has its score; any other is
/// ranked half-way between its neighbours inside, and so never moves their scores.
enum RankGaussianization {
  /// Replaces the finite values of a column by their scores; all are missing where the sample is empty.
  ///
  /// - Parameters:
  ///   - values: one a row; changed.
  ///   - sample: the finite values of the estimation universe.
  /// - Complexity: O(n log n).
  static func apply(_ values: inout [Double], sample: Span<Double>) {
    var sorted: [Double] = []
    sorted.reserveCapacity(sample.count)
    for index in sample.indices { sorted.append(sample[index]) }
    sorted.sort()
    // The distinct values, each with the number of values before it and its score.
    var distinct: [Double] = []
    var before: [Int] = []
    var scores: [Double] = []
    var start = 0
    while start < sorted.count {
      var end = start + 1
      while end < sorted.count, sorted[end] == sorted[start] { end += 1 }
      distinct.append(sorted[start])
      before.append(start)
      scores.append(score(0.5 * Double(start + 1 + end), of: sorted.count))
      start = end
    }
    before.append(sorted.count)
    for row in values.indices where !values[row].isNaN {
      guard values[row].isFinite, !sorted.isEmpty else {
        values[row] = .nan
        continue
      }
      let place = firstIndex(notBelow: values[row], in: distinct)
      values[row] =
        place < distinct.count && distinct[place] == values[row]
        ? scores[place] : score(Double(before[place]) + 0.5, of: sorted.count)
    }
  }

  private static func score(_ rank: Double, of count: Int) -> Double {
    StandardNormal.quantile((rank - 0.375) / (Double(count) + 0.25))
  }

  private static func firstIndex(notBelow value: Double, in ascending: [Double]) -> Int {
    var (low, high) = (0, ascending.count)
    while low < high {
      let middle = (low + high) / 2
      if ascending[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
