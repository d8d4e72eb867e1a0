internal import CLAPACKE

extension LAPACK {
  /// The scratch with which `syevd` runs on an order.
  static func syevdScratchCounts(order: Int, withVectors: Bool) -> (real: Int, integer: Int) {
    let n = LAPACKInt(size: order, "order")
    // 1 + 6 n + 2 n² doubles are counted in 32 bits inside.
    if withVectors { LAPACKInt.requireCountable(rowCount: 2 * order + 7, columnCount: order) }
    LAPACKInt.requireCountable(rowCount: order, columnCount: order)
    var real = 0.0
    var integer: LAPACKInt = 0
    let info = unsafe LAPACKE_dsyevd_work(
      LAPACK_COL_MAJOR, withVectors ? Letter.vectors : Letter.noVectors, Letter.lower, n, nil, max(1, n), nil,
      &real, -1, &integer, -1)
    _ = checked(info, "syevd")
    return (max(1, Int(real)), max(1, Int(integer)))
  }

  /// Overwrites the symmetric `A` with its eigenvectors in columns, or with nothing of use; eigenvalues ascend.
  ///
  /// - Throws: `didNotConverge` with LAPACK's count.
  /// - Complexity: about 4 order³ / 3 flops for values, up to 9 order³ with vectors.
  static func syevd(
    _ a: inout MutableSpan<Double>, order: Int, withVectors: Bool, values: inout [Double],
    real: inout [Double], integer: inout [Int32]
  ) throws(LinAlgError) {
    let n = LAPACKInt(size: order, "order")
    let realCount = LAPACKInt(size: real.count, "scratch")
    let integerCount = LAPACKInt(size: integer.count, "scratch")
    precondition(a.count == order * order, "syevd: \(a.count) entries for order \(order)")
    precondition(values.count == order, "syevd: \(values.count) values for order \(order)")
    guard order > 0 else { return }
    let info = unsafe a.withUnsafeMutableBufferPointer { a in
      unsafe LAPACKE_dsyevd_work(
        LAPACK_COL_MAJOR, withVectors ? Letter.vectors : Letter.noVectors, Letter.lower, n, a.baseAddress, n,
        &values, &real, realCount, &integer, integerCount)
    }
    let unconverged = checked(info, "syevd")
    if unconverged > 0 { throw .didNotConverge(unconverged: unconverged) }
  }
}
