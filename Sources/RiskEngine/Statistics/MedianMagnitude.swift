/// The median of many magnitudes, by selection instead of sorting.
struct MedianMagnitude {
  private var magnitudes: [Double] = []

  /// The median of `|x_i| s_i` over the first `count` entries with a positive `s_i`; the mean of the middle
  /// two of an even number, 0 of none.
  ///
  /// - Precondition: no product is `nan`.
  /// - Complexity: O(n) on average, over orders of the input.
  mutating func median(_ x: [Double], _ s: [Double], count: Int) -> Double {
    magnitudes.removeAll(keepingCapacity: true)
    for index in 0..<count where s[index] > 0 { magnitudes.append(abs(x[index]) * s[index]) }
    guard !magnitudes.isEmpty else { return 0 }
    var values = magnitudes.mutableSpan
    return Selection.median(&values)
  }
}
