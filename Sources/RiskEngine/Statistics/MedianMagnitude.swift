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
    let size = magnitudes.count
    guard size > 0 else { return 0 }
    var values = magnitudes.mutableSpan
    let middle = size / 2
    Self.select(middle, &values)
    let upper = values[middle]
    guard size % 2 == 0 else { return upper }
    // What stands before the selected one is no larger.
    var lower = values[0]
    for index in 1..<middle where values[index] > lower { lower = values[index] }
    return lower + 0.5 * (upper - lower)
  }

  /// Brings the entry of a rank to its place: none before it is larger, none after it smaller (Hoare's
  /// selection with the median of three as pivot).
  private static func select(_ rank: Int, _ values: inout MutableSpan<Double>) {
    var low = 0
    var high = values.count - 1
    while low < high {
      let middle = low + (high - low) / 2
      if values[middle] < values[low] { values.swapAt(middle, low) }
      if values[high] < values[low] { values.swapAt(high, low) }
      if values[high] < values[middle] { values.swapAt(high, middle) }
      let pivot = values[middle]
      var left = low
      var right = high
      while left <= right {
        while values[left] < pivot { left += 1 }
        while pivot < values[right] { right -= 1 }
        if left <= right {
          values.swapAt(left, right)
          left += 1
          right -= 1
        }
      }
      if rank <= right { high = right } else if rank >= left { low = left } else { return }
    }
  }
}
