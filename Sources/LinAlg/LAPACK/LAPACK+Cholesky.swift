internal import CLAPACKE

extension LAPACK {
  /// Overwrites the lower triangle of `A` (order × order) with `L`, `A = LLᵀ`.
  ///
  /// OpenBLAS lets values that are not numbers pass; here the first pivot that is not a positive finite
  /// number is an error, and every such value of the lower triangle reaches a pivot.
  ///
  /// - Throws: `notPositiveDefinite` with the first such leading minor.
  /// - Complexity: order³ / 3 flops.
  static func potrf(_ a: inout MutableSpan<Double>, order: Int) throws(LinAlgError) {
    let n = LAPACKInt(size: order, "order")
    LAPACKInt.requireCountable(rowCount: order, columnCount: order)
    precondition(a.count == order * order, "potrf: \(a.count) entries for order \(order)")
    guard order > 0 else { return }
    let info = unsafe a.withUnsafeMutableBufferPointer { a in
      unsafe LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, Letter.lower, n, a.baseAddress, n)
    }
    let minor = checked(info, "potrf")
    if minor > 0 { throw .notPositiveDefinite(leadingMinor: minor) }
    for i in 0..<order where !(a[i * (order + 1)] > 0 && a[i * (order + 1)].isFinite) {
      throw .notPositiveDefinite(leadingMinor: i + 1)
    }
  }

  /// Overwrites `B` (order × columnCount) with the solution of `LLᵀX = B`.
  ///
  /// - Complexity: 2 order² columnCount flops.
  static func potrs(_ l: Span<Double>, order: Int, _ b: inout MutableSpan<Double>, columnCount: Int) {
    let n = LAPACKInt(size: order, "order")
    let columns = LAPACKInt(size: columnCount, "columnCount")
    precondition(l.count == order * order, "potrs: \(l.count) entries for order \(order)")
    precondition(b.count == order * columnCount, "potrs: \(b.count) entries for \(order) × \(columnCount)")
    guard order > 0, columnCount > 0 else { return }
    let info = unsafe l.withUnsafeBufferPointer { l in
      unsafe b.withUnsafeMutableBufferPointer { b in
        unsafe LAPACKE_dpotrs_work(
          LAPACK_COL_MAJOR, Letter.lower, n, columns, l.baseAddress, n, b.baseAddress, n)
      }
    }
    _ = checked(info, "potrs")
  }

  /// Overwrites `L` with the lower triangle of `(LLᵀ)⁻¹`.
  ///
  /// - Throws: `singular` where a diagonal entry of `L` is zero.
  /// - Complexity: 2 order³ / 3 flops.
  static func potri(_ l: inout MutableSpan<Double>, order: Int) throws(LinAlgError) {
    let n = LAPACKInt(size: order, "order")
    LAPACKInt.requireCountable(rowCount: order, columnCount: order)
    precondition(l.count == order * order, "potri: \(l.count) entries for order \(order)")
    guard order > 0 else { return }
    let info = unsafe l.withUnsafeMutableBufferPointer { l in
      unsafe LAPACKE_dpotri_work(LAPACK_COL_MAJOR, Letter.lower, n, l.baseAddress, n)
    }
    let entry = checked(info, "potri")
    if entry > 0 { throw .singular(diagonalEntry: entry) }
  }

  /// An estimate of `1 / (‖A‖₁ ‖A⁻¹‖₁)` from `L`; `real` needs 3 order numbers, `integer` order.
  ///
  /// - Complexity: a few solves, 2 order² flops each.
  static func pocon(
    _ l: Span<Double>, order: Int, oneNorm: Double,
    real: inout [Double], integer: inout [Int32]
  ) -> Double {
    let n = LAPACKInt(size: order, "order")
    precondition(l.count == order * order, "pocon: \(l.count) entries for order \(order)")
    precondition(oneNorm >= 0, "pocon: a norm of \(oneNorm)")
    precondition(
      real.count >= 3 * order && integer.count >= order,
      "pocon: scratch of \(real.count) and \(integer.count) for order \(order)")
    guard order > 0 else { return 1 }
    var reciprocal = 0.0
    let info = unsafe l.withUnsafeBufferPointer { l in
      unsafe LAPACKE_dpocon_work(
        LAPACK_COL_MAJOR, Letter.lower, n, l.baseAddress, n, oneNorm, &reciprocal, &real, &integer)
    }
    _ = checked(info, "pocon")
    return reciprocal
  }
}
