internal import CLAPACKE

extension LAPACK {
  /// The scratch, in doubles, with which `geqp3` runs fastest on a shape.
  static func geqp3ScratchCount(rowCount: Int, columnCount: Int) -> Int {
    let rows = LAPACKInt(size: rowCount, "rowCount")
    let columns = LAPACKInt(size: columnCount, "columnCount")
    LAPACKInt.requireCountable(rowCount: rowCount, columnCount: columnCount)
    var best = 0.0
    let info = unsafe LAPACKE_dgeqp3_work(
      LAPACK_COL_MAJOR, rows, columns, nil, max(1, rows), nil, nil, &best, -1)
    _ = checked(info, "geqp3")
    return max(Int(best), 3 * columnCount + 1)
  }

  /// Overwrites `A` with `R` on and above the diagonal and the reflectors of `Q` below, `AP = QR`.
  ///
  /// Column `k` of `AP` is column `pivots[k] - 1` of `A`. The diagonal of `R` does not grow in magnitude.
  ///
  /// - Complexity: 4 m n k − 2 k² (m + n) + 4 k³ / 3 flops, k = min(m, n).
  static func geqp3(
    _ a: inout MutableSpan<Double>, rowCount: Int, columnCount: Int,
    pivots: inout [Int32], reflectorScales: inout [Double], scratch: inout [Double]
  ) {
    let rows = LAPACKInt(size: rowCount, "rowCount")
    let columns = LAPACKInt(size: columnCount, "columnCount")
    let scratchCount = LAPACKInt(size: scratch.count, "scratch")
    LAPACKInt.requireCountable(rowCount: rowCount, columnCount: columnCount)
    precondition(a.count == rowCount * columnCount, "geqp3: \(a.count) entries for \(rowCount) × \(columnCount)")
    precondition(
      pivots.count == columnCount && reflectorScales.count == min(rowCount, columnCount),
      "geqp3: \(pivots.count) pivots and \(reflectorScales.count) scales for \(rowCount) × \(columnCount)")
    precondition(scratch.count >= 3 * columnCount + 1, "geqp3: scratch of \(scratch.count) for \(columnCount) columns")
    // A pivot that is not 0 would hold its column in front.
    for k in 0..<columnCount { pivots[k] = 0 }
    guard rowCount > 0, columnCount > 0 else {
      for k in 0..<columnCount { pivots[k] = Int32(k + 1) }
      return
    }
    let info = unsafe a.withUnsafeMutableBufferPointer { a in
      unsafe LAPACKE_dgeqp3_work(
        LAPACK_COL_MAJOR, rows, columns, a.baseAddress, rows, &pivots, &reflectorScales, &scratch, scratchCount)
    }
    _ = checked(info, "geqp3")
  }

  /// The scratch, in doubles, with which `ormqr` runs fastest on `columnCount` columns of `C`.
  static func ormqrScratchCount(rowCount: Int, reflectorCount: Int, columnCount: Int) -> Int {
    let rows = LAPACKInt(size: rowCount, "rowCount")
    let reflectors = LAPACKInt(size: reflectorCount, "reflectorCount")
    let columns = LAPACKInt(size: columnCount, "columnCount")
    var best = 0.0
    let info = unsafe LAPACKE_dormqr_work(
      LAPACK_COL_MAJOR, Letter.left, Letter.transposed, rows, columns, reflectors, nil, max(1, rows), nil, nil,
      max(1, rows), &best, -1)
    _ = checked(info, "ormqr")
    return max(Int(best), columnCount, 1)
  }

  /// Overwrites `C` (rowCount × columnCount) with `QᵀC` or `QC`, `Q` as `geqp3` left it.
  ///
  /// - Complexity: 2 columnCount × k (2 rowCount − k) flops, k reflectors.
  static func ormqr(
    _ transposition: BLAS.Transposition, reflectors: Span<Double>, rowCount: Int, reflectorScales: [Double],
    _ c: inout MutableSpan<Double>, columnCount: Int, scratch: inout [Double]
  ) {
    let rows = LAPACKInt(size: rowCount, "rowCount")
    let columns = LAPACKInt(size: columnCount, "columnCount")
    let reflectorCount = LAPACKInt(size: reflectorScales.count, "reflectorCount")
    let scratchCount = LAPACKInt(size: scratch.count, "scratch")
    LAPACKInt.requireCountable(rowCount: rowCount, columnCount: columnCount)
    precondition(
      reflectorScales.count <= rowCount && reflectors.count >= rowCount * reflectorScales.count,
      "ormqr: \(reflectorScales.count) reflectors of \(rowCount) in \(reflectors.count) entries")
    precondition(c.count == rowCount * columnCount, "ormqr: \(c.count) entries for \(rowCount) × \(columnCount)")
    precondition(scratch.count >= max(1, columnCount), "ormqr: scratch of \(scratch.count) for \(columnCount) columns")
    guard rowCount > 0, columnCount > 0, reflectorCount > 0 else { return }
    let letter = transposition == .none ? Letter.notTransposed : Letter.transposed
    let info = unsafe reflectors.withUnsafeBufferPointer { reflectors in
      unsafe c.withUnsafeMutableBufferPointer { c in
        unsafe LAPACKE_dormqr_work(
          LAPACK_COL_MAJOR, Letter.left, letter, rows, columns, reflectorCount, reflectors.baseAddress, rows,
          reflectorScales, c.baseAddress, rows, &scratch, scratchCount)
      }
    }
    _ = checked(info, "ormqr")
  }
}
