extension QR {
  /// Overwrites `b`, a number a row, with `Qᵀb`.
  ///
  /// - Complexity: 4 rows × min(rows, columns) flops.
  public func applyQTransposed(_ b: inout [Double]) {
    apply(.transposed, &b)
  }

  /// Overwrites `b`, a number a row, with `Qb`.
  ///
  /// - Complexity: 4 rows × min(rows, columns) flops.
  public func applyQ(_ b: inout [Double]) {
    apply(.none, &b)
  }

  /// Overwrites `b`, as many rows as `A`, with `QᵀB`.
  ///
  /// - Complexity: 4 rows × min(rows, columns) flops a column.
  public func applyQTransposed(_ b: inout Matrix) {
    apply(.transposed, &b)
  }

  /// Overwrites `b`, as many rows as `A`, with `QB`.
  ///
  /// - Complexity: 4 rows × min(rows, columns) flops a column.
  public func applyQ(_ b: inout Matrix) {
    apply(.none, &b)
  }

  /// Overwrites `b`, a number a row, with `Qᵀb`, with the caller's scratch.
  ///
  /// - Precondition: the scratch was made for the shape of `A`.
  /// - Complexity: 4 rows × min(rows, columns) flops.
  public func applyQTransposed(_ b: inout [Double], workspace: inout QRWorkspace) {
    workspace.requireShape(rowCount: rowCount, columnCount: columnCount)
    precondition(b.count == rowCount, "\(b.count) numbers for \(rowCount) rows")
    var entries = b.mutableSpan
    LAPACK.ormqr(
      .transposed, reflectors: storage.span, rowCount: rowCount, reflectorScales: reflectorScales, &entries,
      columnCount: 1, scratch: &workspace.real)
  }

  private func apply(_ transposition: BLAS.Transposition, _ b: inout [Double]) {
    precondition(b.count == rowCount, "\(b.count) numbers for \(rowCount) rows")
    var entries = b.mutableSpan
    apply(transposition, &entries, columnCount: 1)
  }

  private func apply(_ transposition: BLAS.Transposition, _ b: inout Matrix) {
    precondition(b.rowCount == rowCount, "\(b.rowCount) rows for \(rowCount)")
    let columnCount = b.columnCount
    var entries = b.storage.mutableSpan
    apply(transposition, &entries, columnCount: columnCount)
  }

  private func apply(_ transposition: BLAS.Transposition, _ c: inout MutableSpan<Double>, columnCount: Int) {
    let count = LAPACK.ormqrScratchCount(
      rowCount: rowCount, reflectorCount: reflectorScales.count, columnCount: columnCount)
    var scratch = [Double](repeating: 0, count: count)
    LAPACK.ormqr(
      transposition, reflectors: storage.span, rowCount: rowCount, reflectorScales: reflectorScales, &c,
      columnCount: columnCount, scratch: &scratch)
  }
}
