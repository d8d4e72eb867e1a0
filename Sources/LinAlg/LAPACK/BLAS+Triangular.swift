internal import COpenBLAS

extension BLAS {
  /// Overwrites `x` with the solution of `Lx = b` or `Lᵀx = b`, `L` order × order, lower triangular; its leading
  /// dimension is the order where none is given.
  ///
  /// A zero on the diagonal divides by zero.
  ///
  /// - Complexity: order² flops.
  package static func trsv(
    _ l: Span<Double>, _ transposition: Transposition, order: Int, leadingDimension: Int? = nil,
    _ x: inout MutableSpan<Double>
  ) {
    let n = integer(order, "order")
    let leading = integer(leadingDimension ?? max(1, order), "leadingDimension")
    precondition(
      leading >= max(1, n) && (order == 0 || l.count >= Int(leading) * (order - 1) + order),
      "trsv: \(l.count) entries for order \(order), leading dimension \(leading)")
    precondition(x.count == order, "trsv: \(x.count) unknowns for order \(order)")
    guard order > 0 else { return }
    unsafe l.withUnsafeBufferPointer { l in
      unsafe x.withUnsafeMutableBufferPointer { x in
        unsafe cblas_dtrsv(
          CblasColMajor, CblasLower, transposition.cblas, CblasNonUnit, n, l.baseAddress, leading, x.baseAddress, 1)
      }
    }
  }

  /// Overwrites `X` (order × columnCount) with the solution of `LX = B` or `LᵀX = B`.
  ///
  /// A zero on the diagonal divides by zero.
  ///
  /// - Complexity: order² columnCount flops.
  package static func trsm(
    _ l: Span<Double>, _ transposition: Transposition, order: Int,
    _ x: inout MutableSpan<Double>, columnCount: Int
  ) {
    let n = integer(order, "order")
    let columns = integer(columnCount, "columnCount")
    precondition(l.count == order * order, "trsm: \(l.count) entries for order \(order)")
    precondition(x.count == order * columnCount, "trsm: \(x.count) entries for \(order) × \(columnCount)")
    guard order > 0, columnCount > 0 else { return }
    unsafe l.withUnsafeBufferPointer { l in
      unsafe x.withUnsafeMutableBufferPointer { x in
        unsafe cblas_dtrsm(
          CblasColMajor, CblasLeft, CblasLower, transposition.cblas, CblasNonUnit, n, columns, 1,
          l.baseAddress, n, x.baseAddress, n)
      }
    }
  }
}
