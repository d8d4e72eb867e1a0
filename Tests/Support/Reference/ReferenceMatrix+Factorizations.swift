extension ReferenceMatrix {
  /// `L` with `LLᵀ` this matrix, entry by entry from the definition; nothing where a pivot is not positive.
  public func cholesky() -> ReferenceMatrix? {
    var l = ReferenceMatrix(rowCount: rowCount, columnCount: rowCount) { _, _ in 0 }
    for j in 0..<rowCount {
      for i in j..<rowCount {
        var sum = self[i, j]
        for k in 0..<j { sum -= l[i, k] * l[j, k] }
        if i == j {
          guard sum > 0 else { return nil }
          l[j, j] = sum.squareRoot()
        } else {
          l[i, j] = sum / l[j, j]
        }
      }
    }
    return l
  }

  /// `L` and the order of pivots with `PᵀAP = LLᵀ`, each pivot the largest left and the first of several; nothing where
  /// a pivot is not positive.
  public func pivotedCholesky() -> (l: ReferenceMatrix, permutation: [Int])? {
    var a = self
    var permutation = Array(0..<rowCount)
    for k in 0..<rowCount {
      var pivot = k
      for i in k..<rowCount where a[i, i] > a[pivot, pivot] { pivot = i }
      guard a[pivot, pivot] > 0 else { return nil }
      permutation.swapAt(k, pivot)
      for j in 0..<rowCount { (a[k, j], a[pivot, j]) = (a[pivot, j], a[k, j]) }
      for i in 0..<rowCount { (a[i, k], a[i, pivot]) = (a[i, pivot], a[i, k]) }
      for i in k + 1..<max(rowCount, k + 1) {
        for j in k + 1..<rowCount { a[i, j] -= a[i, k] * a[k, j] / a[k, k] }
      }
    }
    let permuted = ReferenceMatrix(rowCount: rowCount, columnCount: rowCount) { self[permutation[$0], permutation[$1]] }
    return permuted.cholesky().map { ($0, permutation) }
  }

  /// The solution of `self · X = b` by Gaussian elimination with partial pivoting.
  public func solve(_ b: ReferenceMatrix) -> ReferenceMatrix {
    precondition(rowCount == columnCount && b.rowCount == rowCount, "not a square system")
    var a = self
    var x = b
    let n = rowCount
    for k in 0..<n {
      let pivot = (k..<n).max { abs(a[$0, k]) < abs(a[$1, k]) } ?? k
      precondition(a[pivot, k] != 0, "a singular reference matrix")
      for j in 0..<n { (a[k, j], a[pivot, j]) = (a[pivot, j], a[k, j]) }
      for j in 0..<x.columnCount { (x[k, j], x[pivot, j]) = (x[pivot, j], x[k, j]) }
      for i in k + 1..<max(n, k + 1) {
        let multiplier = a[i, k] / a[k, k]
        for j in k..<n { a[i, j] -= multiplier * a[k, j] }
        for j in 0..<x.columnCount { x[i, j] -= multiplier * x[k, j] }
      }
    }
    for j in 0..<x.columnCount {
      for i in (0..<n).reversed() {
        for k in i + 1..<max(n, i + 1) { x[i, j] -= a[i, k] * x[k, j] }
        x[i, j] /= a[i, i]
      }
    }
    return x
  }

  /// The inverse, by Gaussian elimination.
  public func inverse() -> ReferenceMatrix {
    solve(.identity(order: rowCount))
  }

  /// The solution of `min ‖self · x − b‖₂` for full column rank, by modified Gram–Schmidt on `[self b]`.
  ///
  /// Björck, BIT 7, 1967, 1–21: in this form as stable as Householder's.
  public func leastSquares(_ b: [Double]) -> [Extended] {
    var q = self
    var residual = b.map { Extended($0) }
    var r = ReferenceMatrix(rowCount: columnCount, columnCount: columnCount) { _, _ in 0 }
    var x = [Extended](repeating: 0, count: columnCount)
    for k in 0..<columnCount {
      var norm: Extended = 0
      for i in 0..<rowCount { norm += q[i, k] * q[i, k] }
      r[k, k] = norm.squareRoot()
      for i in 0..<rowCount { q[i, k] /= r[k, k] }
      for j in k + 1..<max(columnCount, k + 1) {
        for i in 0..<rowCount { r[k, j] += q[i, k] * q[i, j] }
        for i in 0..<rowCount { q[i, j] -= r[k, j] * q[i, k] }
      }
      for i in 0..<rowCount { x[k] += q[i, k] * residual[i] }
      for i in 0..<rowCount { residual[i] -= x[k] * q[i, k] }
    }
    for k in (0..<columnCount).reversed() {
      for j in k + 1..<max(columnCount, k + 1) { x[k] -= r[k, j] * x[j] }
      x[k] /= r[k, k]
    }
    return x
  }
}
