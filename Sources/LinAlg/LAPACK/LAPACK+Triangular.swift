internal import CLAPACKE

extension LAPACK {
  /// Traps unless an upper triangle of an order fits into entries with a leading dimension.
  private static func requireTriangle(_ count: Int, order: Int, leadingDimension: Int, _ routine: StaticString) {
    precondition(
      leadingDimension >= max(1, order) && (order == 0 || count >= leadingDimension * (order - 1) + order),
      "\(routine): \(count) entries for order \(order), leading dimension \(leadingDimension)")
  }

  /// Overwrites `B` (order × columnCount) with the solution of `RX = B` or `RᵀX = B`, `R` upper triangular.
  ///
  /// - Throws: `singular` with the first diagonal entry that is exactly zero; `B` is then untouched.
  /// - Complexity: order² columnCount flops.
  static func trtrs(
    _ r: Span<Double>, _ transposition: BLAS.Transposition, order: Int, leadingDimension: Int,
    _ b: inout MutableSpan<Double>, columnCount: Int
  ) throws(LinAlgError) {
    let n = LAPACKInt(size: order, "order")
    let leading = LAPACKInt(size: leadingDimension, "leadingDimension")
    let columns = LAPACKInt(size: columnCount, "columnCount")
    requireTriangle(r.count, order: order, leadingDimension: leadingDimension, "trtrs")
    precondition(b.count == order * columnCount, "trtrs: \(b.count) entries for \(order) × \(columnCount)")
    guard order > 0, columnCount > 0 else { return }
    let letter = transposition == .none ? Letter.notTransposed : Letter.transposed
    let info = unsafe r.withUnsafeBufferPointer { r in
      unsafe b.withUnsafeMutableBufferPointer { b in
        unsafe LAPACKE_dtrtrs_work(
          LAPACK_COL_MAJOR, Letter.upper, letter, Letter.nonUnitDiagonal, n, columns, r.baseAddress, leading,
          b.baseAddress, n)
      }
    }
    let entry = checked(info, "trtrs")
    if entry > 0 { throw .singular(diagonalEntry: entry) }
  }

  /// An estimate of `1 / (‖R‖₁ ‖R⁻¹‖₁)`, `R` upper triangular; `real` needs 3 order numbers, `integer` order.
  ///
  /// - Complexity: a few solves, order² flops each.
  static func trcon(
    _ r: Span<Double>, order: Int, leadingDimension: Int, real: inout [Double], integer: inout [Int32]
  ) -> Double {
    let n = LAPACKInt(size: order, "order")
    let leading = LAPACKInt(size: leadingDimension, "leadingDimension")
    requireTriangle(r.count, order: order, leadingDimension: leadingDimension, "trcon")
    precondition(
      real.count >= 3 * order && integer.count >= order,
      "trcon: scratch of \(real.count) and \(integer.count) for order \(order)")
    guard order > 0 else { return 1 }
    var reciprocal = 0.0
    let info = unsafe r.withUnsafeBufferPointer { r in
      unsafe LAPACKE_dtrcon_work(
        LAPACK_COL_MAJOR, Letter.oneNorm, Letter.upper, Letter.nonUnitDiagonal, n, r.baseAddress, leading,
        &reciprocal, &real, &integer)
    }
    _ = checked(info, "trcon")
    return reciprocal
  }
}
