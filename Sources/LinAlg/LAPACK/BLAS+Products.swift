internal import COpenBLAS

extension BLAS {
  /// `y ← αAx + βy`.
  ///
  /// - Complexity: 2 rows × columns flops.
  package static func gemv(
    scale alpha: Double, _ a: MatrixView, _ x: Span<Double>, keeping beta: Double, _ y: inout MutableSpan<Double>
  ) {
    let rows = integer(a.storedRowCount, "rowCount")
    let columns = integer(a.storedColumnCount, "columnCount")
    let leading = integer(a.leadingDimension, "leadingDimension")
    precondition(
      x.count == a.columnCount && y.count == a.rowCount,
      "gemv: \(y.count) and \(x.count) numbers for \(a.rowCount) × \(a.columnCount)")
    guard y.count > 0 else { return }
    // BLAS leaves y alone where A has no columns, instead of scaling it.
    guard x.count > 0 else {
      for i in 0..<y.count { y[i] = beta == 0 ? 0 : beta * y[i] }
      return
    }
    let transposition = a.isTransposed ? CblasTrans : CblasNoTrans
    unsafe a.entries.withUnsafeBufferPointer { a in
      unsafe x.withUnsafeBufferPointer { x in
        unsafe y.withUnsafeMutableBufferPointer { y in
          unsafe cblas_dgemv(
            CblasColMajor, transposition, rows, columns, alpha, a.baseAddress, leading, x.baseAddress, 1, beta,
            y.baseAddress, 1)
        }
      }
    }
  }

  /// `C ← αAB + βC`, `C` rowCount × columnCount.
  ///
  /// - Complexity: 2 rowCount × columnCount × inner flops.
  package static func gemm(
    scale alpha: Double, _ a: MatrixView, _ b: MatrixView, keeping beta: Double,
    _ c: inout MutableSpan<Double>, rowCount: Int, columnCount: Int
  ) {
    let rows = integer(rowCount, "rowCount")
    let columns = integer(columnCount, "columnCount")
    let inner = integer(a.columnCount, "columnCount")
    let leadingA = integer(a.leadingDimension, "leadingDimension")
    let leadingB = integer(b.leadingDimension, "leadingDimension")
    precondition(
      a.rowCount == rowCount && b.columnCount == columnCount && a.columnCount == b.rowCount,
      """
      gemm: \(a.rowCount) × \(a.columnCount) times \(b.rowCount) × \(b.columnCount) \
      into \(rowCount) × \(columnCount)
      """)
    precondition(c.count == rowCount * columnCount, "gemm: \(c.count) entries for \(rowCount) × \(columnCount)")
    guard rowCount > 0, columnCount > 0 else { return }
    let transpositionA = a.isTransposed ? CblasTrans : CblasNoTrans
    let transpositionB = b.isTransposed ? CblasTrans : CblasNoTrans
    unsafe a.entries.withUnsafeBufferPointer { a in
      unsafe b.entries.withUnsafeBufferPointer { b in
        unsafe c.withUnsafeMutableBufferPointer { c in
          unsafe cblas_dgemm(
            CblasColMajor, transpositionA, transpositionB, rows, columns, inner, alpha, a.baseAddress, leadingA,
            b.baseAddress, leadingB, beta, c.baseAddress, rows)
        }
      }
    }
  }

  /// `C ← αAᵀA + βC` in the lower triangle of `C`, order × order, for `A` with order columns.
  ///
  /// - Complexity: rows × order (order + 1) flops.
  package static func syrk(
    scale alpha: Double, gramOf a: MatrixView, keeping beta: Double, _ c: inout MutableSpan<Double>, order: Int
  ) {
    let n = integer(order, "order")
    let inner = integer(a.rowCount, "rowCount")
    let leading = integer(a.leadingDimension, "leadingDimension")
    precondition(a.columnCount == order, "syrk: \(a.columnCount) columns for order \(order)")
    precondition(c.count == order * order, "syrk: \(c.count) entries for order \(order)")
    guard order > 0 else { return }
    let transposition = a.isTransposed ? CblasNoTrans : CblasTrans
    unsafe a.entries.withUnsafeBufferPointer { a in
      unsafe c.withUnsafeMutableBufferPointer { c in
        unsafe cblas_dsyrk(
          CblasColMajor, CblasLower, transposition, n, inner, alpha, a.baseAddress, leading, beta, c.baseAddress, n)
      }
    }
  }
}
