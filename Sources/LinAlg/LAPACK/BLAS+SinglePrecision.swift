internal import COpenBLAS

extension BLAS {
  /// `C ← AᵀB` in single precision, `A` inner × rowCount, `B` inner × columnCount, `C` rowCount × columnCount, all
  /// stored without gaps.
  ///
  /// For screening only: an entry of `C` is within `γ(inner) Σ |a| |b|` of the true one, with the unit roundoff of
  /// single precision.
  ///
  /// - Complexity: 2 rowCount × columnCount × inner flops.
  package static func sgemm(
    transposed a: Span<Float>, _ b: Span<Float>, inner: Int, _ c: inout MutableSpan<Float>, rowCount: Int,
    columnCount: Int
  ) {
    let rows = integer(rowCount, "rowCount")
    let columns = integer(columnCount, "columnCount")
    let depth = integer(inner, "inner")
    precondition(a.count == inner * rowCount, "sgemm: \(a.count) entries for \(inner) × \(rowCount)")
    precondition(b.count == inner * columnCount, "sgemm: \(b.count) entries for \(inner) × \(columnCount)")
    precondition(c.count == rowCount * columnCount, "sgemm: \(c.count) entries for \(rowCount) × \(columnCount)")
    guard rowCount > 0, columnCount > 0 else { return }
    let leading = max(1, depth)
    unsafe a.withUnsafeBufferPointer { a in
      unsafe b.withUnsafeBufferPointer { b in
        unsafe c.withUnsafeMutableBufferPointer { c in
          unsafe cblas_sgemm(
            CblasColMajor, CblasTrans, CblasNoTrans, rows, columns, depth, 1, a.baseAddress, leading, b.baseAddress,
            leading, 0, c.baseAddress, rows)
        }
      }
    }
  }
}
