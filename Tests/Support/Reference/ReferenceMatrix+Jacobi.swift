extension ReferenceMatrix {
  /// The eigenvalues of a symmetric matrix, ascending, by cyclic Jacobi rotations.
  ///
  /// Golub and Van Loan, Matrix Computations, 4th edition, 2013, section 8.5.
  public func jacobiEigenvalues() -> [Double] {
    var a = self
    let n = rowCount
    // Quadratic convergence: a few sweeps do; 60 is far beyond any need.
    for _ in 0..<60 {
      var rotated = false
      for p in 0..<n {
        for q in p + 1..<max(n, p + 1) where abs(a[p, q]) > Extended.ulpOfOne * (abs(a[p, p] * a[q, q])).squareRoot() {
          guard abs(a[p, q]) > Extended.leastNormalMagnitude else { continue }
          rotated = true
          let (c, s) = Self.rotation(a[p, p], a[q, q], a[p, q])
          for k in 0..<n { (a[k, p], a[k, q]) = (c * a[k, p] - s * a[k, q], s * a[k, p] + c * a[k, q]) }
          for k in 0..<n { (a[p, k], a[q, k]) = (c * a[p, k] - s * a[q, k], s * a[p, k] + c * a[q, k]) }
          (a[p, q], a[q, p]) = (0, 0)
        }
      }
      if !rotated { break }
    }
    return (0..<n).map { Double(a[$0, $0]) }.sorted()
  }

  /// The singular values, descending, by one-sided Jacobi rotations of the columns.
  ///
  /// Hestenes, J. SIAM 6, 1958, 51–90; relatively accurate also for small values (Demmel and Veselić, 1992).
  public func jacobiSingularValues() -> [Double] {
    var a = rowCount >= columnCount ? self : transposed
    let n = a.columnCount
    for _ in 0..<60 {
      var rotated = false
      for p in 0..<n {
        for q in p + 1..<max(n, p + 1) {
          var (pp, qq, pq): (Extended, Extended, Extended) = (0, 0, 0)
          for i in 0..<a.rowCount {
            pp += a[i, p] * a[i, p]
            qq += a[i, q] * a[i, q]
            pq += a[i, p] * a[i, q]
          }
          guard abs(pq) > Extended(a.rowCount) * Extended.ulpOfOne * (pp * qq).squareRoot() else { continue }
          guard abs(pq) > Extended.leastNormalMagnitude else { continue }
          rotated = true
          let (c, s) = Self.rotation(pp, qq, pq)
          for i in 0..<a.rowCount { (a[i, p], a[i, q]) = (c * a[i, p] - s * a[i, q], s * a[i, p] + c * a[i, q]) }
        }
      }
      if !rotated { break }
    }
    return (0..<n).map { a.columnNorm($0) }.sorted(by: >)
  }

  /// The cosine and sine that make `[pp pq; pq qq]` diagonal.
  private static func rotation(_ pp: Extended, _ qq: Extended, _ pq: Extended) -> (c: Extended, s: Extended) {
    let theta = (qq - pp) / (2 * pq)
    let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
    let c = 1 / (t * t + 1).squareRoot()
    return (c, t * c)
  }
}
