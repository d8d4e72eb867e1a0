internal import CLAPACKE

extension LAPACK {
  /// Overwrites the lower triangle of `A` with `L` and `D`, `A = P L D Lᵀ Pᵀ`, `D` of blocks of one or two rows.
  ///
  /// The block of row `k` has one row where `pivots[k]` is positive, else it is that of rows `k` and `k + 1`, whose
  /// pivots are the same. A block that is exactly zero is no failure.
  ///
  /// - Complexity: order³ / 3 flops.
  static func sytrf(_ a: inout MutableSpan<Double>, order: Int, pivots: inout [Int32]) {
    let n = LAPACKInt(size: order, "order")
    LAPACKInt.requireCountable(rowCount: order, columnCount: order)
    precondition(
      a.count == order * order && pivots.count == order,
      "sytrf: \(a.count) entries and \(pivots.count) pivots for order \(order)")
    guard order > 0 else { return }
    // The width of block that LAPACK takes, with which it needs so much.
    var scratch = [Double](repeating: 0, count: 64 * order)
    let info = unsafe a.withUnsafeMutableBufferPointer { a in
      unsafe LAPACKE_dsytrf_work(
        LAPACK_COL_MAJOR, Letter.lower, n, a.baseAddress, n, &pivots, &scratch, LAPACKInt(size: 64 * order, "scratch"))
    }
    _ = checked(info, "sytrf")
  }
}
