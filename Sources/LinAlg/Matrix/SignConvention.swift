/// The sign that vectors known only up to sign are given: the entry of largest magnitude is positive, and of
/// several of the same magnitude the first.
enum SignConvention {
  /// Whether the vector at `start, start + stride, …` has the wrong sign.
  static func isReversed(_ entries: Span<Double>, start: Int, stride: Int, count: Int) -> Bool {
    var leader = 0.0
    for k in 0..<count {
      let entry = entries[start + k * stride]
      if abs(entry) > abs(leader) { leader = entry }
    }
    return leader < 0
  }

  /// Changes the sign of the vector at `start, start + stride, …`.
  static func reverse(_ entries: inout MutableSpan<Double>, start: Int, stride: Int, count: Int) {
    for k in 0..<count { entries[start + k * stride] = -entries[start + k * stride] }
  }

  /// Gives every column of a matrix the sign of the convention.
  static func apply(toColumnsOf matrix: inout Matrix) {
    let (rowCount, columnCount) = (matrix.rowCount, matrix.columnCount)
    for column in 0..<columnCount
    where isReversed(matrix.storage.span, start: column * rowCount, stride: 1, count: rowCount) {
      var entries = matrix.storage.mutableSpan
      reverse(&entries, start: column * rowCount, stride: 1, count: rowCount)
    }
  }
}
