extension Matrix {
  /// `‖A‖₁`, the largest sum of magnitudes of a column; 0 where there are none, NaN where an entry is.
  ///
  /// - Complexity: an addition an entry.
  public var oneNorm: Double {
    let entries = storage.span
    var sums = [Double](repeating: 0, count: columnCount)
    for column in 0..<columnCount {
      var sum = 0.0
      for row in 0..<rowCount { sum += abs(entries[row + column * rowCount]) }
      sums[column] = sum
    }
    return Magnitudes.largest(sums.span)
  }

  /// `‖A‖∞`, the largest sum of magnitudes of a row; 0 where there are none, NaN where an entry is.
  ///
  /// - Complexity: an addition an entry.
  public var infinityNorm: Double {
    let entries = storage.span
    var sums = [Double](repeating: 0, count: rowCount)
    for column in 0..<columnCount {
      for row in 0..<rowCount { sums[row] += abs(entries[row + column * rowCount]) }
    }
    return Magnitudes.largest(sums.span)
  }

  /// `‖A‖F`, the root of the sum of squares, without overflow or underflow of the squares on the way.
  ///
  /// - Complexity: two passes over the entries.
  public var frobeniusNorm: Double {
    Magnitudes.euclideanNorm(storage.span)
  }

  /// `max |aᵢⱼ|`; 0 where there are no entries, NaN where an entry is.
  ///
  /// - Complexity: a comparison an entry.
  public var largestMagnitude: Double {
    Magnitudes.largest(storage.span)
  }
}
