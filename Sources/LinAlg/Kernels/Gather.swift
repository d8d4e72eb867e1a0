/// Columns taken apart and put together again by row numbers.
public enum Gather {
  /// `target[offset + i] = source[indices[i]]`.
  ///
  /// - Precondition: each index is below `source.count`, and `target` has room for all of them.
  public static func rows(
    of source: Span<Double>, at indices: Span<Int32>, into target: inout MutableSpan<Double>, offset: Int = 0
  ) {
    let limit = UInt32(clamping: source.count)
    precondition(
      offset >= 0 && target.count - offset >= indices.count,
      "\(target.count) entries for \(indices.count) rows at \(offset)")
    unsafe source.withUnsafeBufferPointer { source in
      unsafe indices.withUnsafeBufferPointer { indices in
        unsafe target.withUnsafeMutableBufferPointer { target in
          var largest: UInt32 = 0
          for i in 0..<indices.count { unsafe largest = max(largest, UInt32(bitPattern: indices[i])) }
          precondition(indices.count == 0 || largest < limit, "row \(largest) of \(limit)")
          for i in 0..<indices.count { unsafe target[offset + i] = source[Int(indices[i])] }
        }
      }
    }
  }

  /// Whether every number is finite.
  ///
  /// - Complexity: one pass; four numbers at a time.
  public static func allFinite(_ numbers: Span<Double>) -> Bool {
    // A finite number times zero is zero; an infinity or a NaN makes the sum NaN and keeps it so.
    unsafe numbers.withUnsafeBufferPointer { numbers in
      var lanes = SIMD4<Double>.zero
      var i = 0
      guard let base = numbers.baseAddress else { return true }
      while i + 4 <= numbers.count {
        unsafe lanes += SegmentSums.load(base + i) * 0
        i += 4
      }
      var sum = lanes.sum()
      while i < numbers.count {
        unsafe sum += numbers[i] * 0
        i += 1
      }
      return sum == 0
    }
  }
}
