extension SVD {
  /// An orthonormal basis of the vectors that `A` takes to zero.
  ///
  /// The directions of the singular values below the cut-off come first, in their order; where `A` has fewer
  /// rows than columns the basis is completed by the last columns of `Q` in a QR factorization of `V`. In each
  /// vector the entry of largest magnitude, the first of several, is positive.
  ///
  /// - Parameter relativeCutoff: as for ``rank(relativeCutoff:)``.
  /// - Returns: columns × (columns − rank).
  /// - Complexity: columns × rows² flops where rows are fewer than columns, else a copy.
  public func nullVectors(relativeCutoff: Double? = nil) -> Matrix {
    let rank = rank(relativeCutoff: relativeCutoff)
    let inner = singularValues.count
    var basis = Matrix.zeros(rowCount: columnCount, columnCount: columnCount - rank)
    for k in rank..<inner {
      for row in 0..<columnCount { basis[row, k - rank] = vTransposed[k, row] }
    }
    guard inner < columnCount else { return basis }
    var completion = Matrix(rowCount: columnCount, columnCount: columnCount - inner) { $0 == inner + $1 ? 1 : 0 }
    QR(consuming: vTransposed.transposed).applyQ(&completion)
    SignConvention.apply(toColumnsOf: &completion)
    basis.storage.replaceSubrange((inner - rank) * columnCount..<basis.storage.count, with: completion.storage)
    return basis
  }
}
