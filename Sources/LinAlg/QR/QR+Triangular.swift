extension QR {
  /// Overwrites `b`, rank numbers, with the solution of `R₁₁ x = b`.
  ///
  /// `R₁₁` is the leading `b.count` × `b.count` block of `R`, at most min(rows, columns) square.
  ///
  /// - Throws: `singular` with the first diagonal entry that is exactly zero; `b` is then untouched.
  /// - Complexity: `b.count²` flops.
  public func solveR(_ b: inout [Double]) throws(LinAlgError) {
    try solve(.none, &b)
  }

  /// Overwrites `b`, rank numbers, with the solution of `R₁₁ᵀ y = b`.
  ///
  /// `R₁₁` is the leading `b.count` × `b.count` block of `R`, at most min(rows, columns) square.
  ///
  /// - Throws: `singular` with the first diagonal entry that is exactly zero; `b` is then untouched.
  /// - Complexity: `b.count²` flops.
  public func solveRTransposed(_ b: inout [Double]) throws(LinAlgError) {
    try solve(.transposed, &b)
  }

  /// Overwrites `b`, rank rows, with the solution of `R₁₁ X = B`.
  ///
  /// `R₁₁` is the leading square block of `R` with as many rows as `b`, at most min(rows, columns).
  ///
  /// - Throws: `singular` with the first diagonal entry that is exactly zero; `b` is then untouched.
  /// - Complexity: `b.rowCount²` flops a column.
  public func solveR(_ b: inout Matrix) throws(LinAlgError) {
    try solve(.none, &b)
  }

  /// Overwrites `b`, rank rows, with the solution of `R₁₁ᵀ Y = B`.
  ///
  /// `R₁₁` is the leading square block of `R` with as many rows as `b`, at most min(rows, columns).
  ///
  /// - Throws: `singular` with the first diagonal entry that is exactly zero; `b` is then untouched.
  /// - Complexity: `b.rowCount²` flops a column.
  public func solveRTransposed(_ b: inout Matrix) throws(LinAlgError) {
    try solve(.transposed, &b)
  }

  /// An estimate of the reciprocal of the condition number of a leading block of `R` in the 1-norm.
  ///
  /// - Parameter rank: the order of the block; min(rows, columns) where none is given.
  /// - Returns: about `1 / (‖R₁₁‖₁ ‖R₁₁⁻¹‖₁)`, between 0 and 1; 1 for order 0.
  /// - Complexity: a few solves, rank² flops each.
  public func reciprocalCondition(rank: Int? = nil) -> Double {
    let order = rank ?? reflectorScales.count
    requireBlock(order)
    var real = [Double](repeating: 0, count: 3 * order)
    var integer = [Int32](repeating: 0, count: order)
    return LAPACK.trcon(
      storage.span, order: order, leadingDimension: max(1, rowCount), real: &real, integer: &integer)
  }

  private func requireBlock(_ order: Int) {
    precondition(
      order >= 0 && order <= reflectorScales.count,
      "a block of order \(order) in R of \(reflectorScales.count) × \(columnCount)")
  }

  private func solve(_ transposition: BLAS.Transposition, _ b: inout [Double]) throws(LinAlgError) {
    let order = b.count
    requireBlock(order)
    var entries = b.mutableSpan
    try LAPACK.trtrs(
      storage.span, transposition, order: order, leadingDimension: max(1, rowCount), &entries, columnCount: 1)
  }

  private func solve(_ transposition: BLAS.Transposition, _ b: inout Matrix) throws(LinAlgError) {
    let (order, columnCount) = (b.rowCount, b.columnCount)
    requireBlock(order)
    var entries = b.storage.mutableSpan
    try LAPACK.trtrs(
      storage.span, transposition, order: order, leadingDimension: max(1, rowCount), &entries,
      columnCount: columnCount)
  }
}
