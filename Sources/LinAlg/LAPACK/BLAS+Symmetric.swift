internal import COpenBLAS

extension BLAS {
  /// `y ← αAx + βy`, `A` order × order, symmetric.
  ///
  /// - Complexity: 2 order² flops.
  package static func symv(
    _ a: Span<Double>, order: Int, scale alpha: Double, _ x: Span<Double>,
    keeping beta: Double, _ y: inout MutableSpan<Double>
  ) {
    let n = integer(order, "order")
    precondition(a.count == order * order, "symv: \(a.count) entries for order \(order)")
    precondition(x.count == order && y.count == order, "symv: \(x.count) and \(y.count) for order \(order)")
    guard order > 0 else { return }
    unsafe a.withUnsafeBufferPointer { a in
      unsafe x.withUnsafeBufferPointer { x in
        unsafe y.withUnsafeMutableBufferPointer { y in
          unsafe cblas_dsymv(
            CblasColMajor, CblasLower, n, alpha, a.baseAddress, n, x.baseAddress, 1, beta, y.baseAddress, 1)
        }
      }
    }
  }
}
