/// Order statistics by selection instead of sorting; the numbers are put into another order on the way.
enum Selection {
  /// The median: the mean of the middle two of an even number.
  ///
  /// - Precondition: there is a number, and none is NaN.
  /// - Complexity: O(n) on average, over orders of the input.
  static func median(_ values: inout MutableSpan<Double>) -> Double {
    let size = values.count
    let middle = size / 2
    select(middle, &values)
    let upper = values[middle]
    guard size % 2 == 0 else { return upper }
    // What stands before the selected one is no larger.
    var lower = values[0]
    for index in 1..<middle where values[index] > lower { lower = values[index] }
    return lower + 0.5 * (upper - lower)
  }

  /// Brings the entry of a rank to its place: none before it is larger, none after it smaller (Hoare's
  /// selection with the median of three as pivot).
  static func select(_ rank: Int, _ values: inout MutableSpan<Double>) {
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
