internal import CLAPACKE

extension LAPACK {
  /// The scratch, in doubles, with which `gesdd` runs fastest on a shape; it needs 8 min(m, n) integers besides.
  static func gesddScratchCount(rowCount: Int, columnCount: Int) -> Int {
    let rows = LAPACKInt(size: rowCount, "rowCount")
    let columns = LAPACKInt(size: columnCount, "columnCount")
    let inner = min(rowCount, columnCount)
    LAPACKInt.requireCountable(rowCount: rowCount, columnCount: columnCount)
    // 4 k² + 7 k doubles, k = min(m, n), are counted in 32 bits inside.
    LAPACKInt.requireCountable(rowCount: 4 * inner + 7, columnCount: inner)
    var best = 0.0
    let info = unsafe LAPACKE_dgesdd_work(
      LAPACK_COL_MAJOR, Letter.thin, rows, columns, nil, max(1, rows), nil, nil, max(1, rows), nil,
      max(1, min(rows, columns)), &best, -1, nil)
    _ = checked(info, "gesdd")
    return max(1, Int(best))
  }

  /// The thin decomposition `A = U diag(σ) Vᵀ`, σ descending; `A` is overwritten with nothing of use.
  ///
  /// - Throws: `didNotConverge` with LAPACK's count.
  /// - Complexity: of the order of m n min(m, n) flops.
  static func gesdd(
    _ a: inout MutableSpan<Double>, rowCount: Int, columnCount: Int, singularValues: inout [Double],
    u: inout [Double], vTransposed: inout [Double], real: inout [Double], integer: inout [Int32]
  ) throws(LinAlgError) {
    let rows = LAPACKInt(size: rowCount, "rowCount")
    let columns = LAPACKInt(size: columnCount, "columnCount")
    let realCount = LAPACKInt(size: real.count, "scratch")
    let inner = min(rowCount, columnCount)
    precondition(a.count == rowCount * columnCount, "gesdd: \(a.count) entries for \(rowCount) × \(columnCount)")
    precondition(
      singularValues.count == inner && u.count == rowCount * inner && vTransposed.count == inner * columnCount,
      """
      gesdd: \(singularValues.count) values, \(u.count) and \(vTransposed.count) entries \
      for \(rowCount) × \(columnCount)
      """)
    precondition(integer.count >= 8 * inner, "gesdd: scratch of \(integer.count) integers for \(inner) values")
    guard inner > 0 else { return }
    let info = unsafe a.withUnsafeMutableBufferPointer { a in
      unsafe LAPACKE_dgesdd_work(
        LAPACK_COL_MAJOR, Letter.thin, rows, columns, a.baseAddress, rows, &singularValues, &u, rows,
        &vTransposed, min(rows, columns), &real, realCount, &integer)
    }
    let unconverged = checked(info, "gesdd")
    if unconverged > 0 { throw .didNotConverge(unconverged: unconverged) }
  }
}
