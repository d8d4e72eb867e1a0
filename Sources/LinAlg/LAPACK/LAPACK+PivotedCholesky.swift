internal import CLAPACKE

extension LAPACK {
  /// Overwrites the lower triangle of `A` with `L`, `PᵀAP = LLᵀ`, pivots taken from the largest down.
  ///
  /// Row `k` of `PᵀAP` is row `pivots[k] - 1` of `A`. Only the first rank columns of `L` have meaning.
  /// `scratch` needs 2 order numbers. The factorization stops at a pivot of `tolerance` or less.
  ///
  /// - Returns: the rank; below the order, `A` was semidefinite to the tolerance, or indefinite.
  /// - Complexity: about order × rank² flops.
  static func pstrf(
    _ a: inout MutableSpan<Double>, order: Int, tolerance: Double, pivots: inout [Int32], scratch: inout [Double]
  ) -> Int {
    let n = LAPACKInt(size: order, "order")
    LAPACKInt.requireCountable(rowCount: order, columnCount: order)
    precondition(a.count == order * order, "pstrf: \(a.count) entries for order \(order)")
    precondition(
      pivots.count == order && scratch.count >= 2 * order,
      "pstrf: \(pivots.count) pivots and scratch of \(scratch.count) for order \(order)")
    // A negative tolerance would mean LAPACK's own.
    precondition(tolerance >= 0, "pstrf: a tolerance of \(tolerance)")
    guard order > 0 else { return 0 }
    for k in 0..<order { pivots[k] = Int32(k + 1) }
    var rank: LAPACKInt = 0
    let info = unsafe a.withUnsafeMutableBufferPointer { a in
      unsafe LAPACKE_dpstrf_work(
        LAPACK_COL_MAJOR, Letter.lower, n, a.baseAddress, n, &pivots, &rank, tolerance, &scratch)
    }
    _ = checked(info, "pstrf")
    return Int(rank)
  }
}
