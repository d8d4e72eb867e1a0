internal import COpenBLAS

extension BLAS {
  /// `xᵀy`.
  ///
  /// - Complexity: 2 count flops.
  package static func dot(_ x: Span<Double>, _ y: Span<Double>) -> Double {
    let n = integer(x.count, "count")
    precondition(x.count == y.count, "dot: \(x.count) and \(y.count) numbers")
    guard x.count > 0 else { return 0 }
    return unsafe x.withUnsafeBufferPointer { x in
      unsafe y.withUnsafeBufferPointer { y in
        unsafe cblas_ddot(n, x.baseAddress, 1, y.baseAddress, 1)
      }
    }
  }

  /// `y ← αx + y`.
  ///
  /// - Complexity: 2 count flops.
  package static func axpy(scale alpha: Double, _ x: Span<Double>, _ y: inout MutableSpan<Double>) {
    let n = integer(x.count, "count")
    precondition(x.count == y.count, "axpy: \(x.count) and \(y.count) numbers")
    guard x.count > 0 else { return }
    unsafe x.withUnsafeBufferPointer { x in
      unsafe y.withUnsafeMutableBufferPointer { y in
        unsafe cblas_daxpy(n, alpha, x.baseAddress, 1, y.baseAddress, 1)
      }
    }
  }
}
