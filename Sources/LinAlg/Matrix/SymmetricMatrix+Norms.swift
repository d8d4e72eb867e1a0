extension SymmetricMatrix {
  /// `‖A‖₁ = ‖A‖∞`, the largest sum of magnitudes of a column; 0 for order 0, NaN where an entry is.
  ///
  /// - Complexity: order² additions.
  public var oneNorm: Double {
    var sums = [Double](repeating: 0, count: order)
    let entries = storage.span
    for column in 0..<order {
      var sum = abs(entries[column * (order + 1)])
      for row in column + 1..<max(order, column + 1) {
        let magnitude = abs(entries[row + column * order])
        sum += magnitude
        sums[row] += magnitude
      }
      sums[column] += sum
    }
    return Magnitudes.largest(sums.span)
  }

  /// `‖A‖F`, the root of the sum of squares, without overflow or underflow of the squares on the way.
  ///
  /// - Complexity: two passes over the entries.
  public var frobeniusNorm: Double {
    full.frobeniusNorm
  }

  /// The sum of the diagonal, which is that of the eigenvalues.
  ///
  /// - Complexity: order additions.
  public var trace: Double {
    var sum = 0.0
    for i in 0..<order { sum += storage[i * (order + 1)] }
    return sum
  }
}
