internal import LinAlg

/// Solutions of `A x = b` for a positive semidefinite `A`: by Cholesky, and where that fails by the eigenvalues above
/// 10⁻¹⁰ of the largest.
struct SemidefiniteSolver {
  private enum Factorization {
    case cholesky(Cholesky)
    case eigen(SymmetricEigen, least: Double)
  }

  private let factorization: Factorization

  /// Factorizes a matrix.
  ///
  /// - Throws: `notFinite`, `didNotConverge`.
  init(consuming matrix: consuming SymmetricMatrix) throws(LinAlgError) {
    let copy = matrix
    if let cholesky = try? Cholesky(consuming: copy) {
      factorization = .cholesky(cholesky)
    } else {
      let eigen = try SymmetricEigen(consuming: matrix)
      factorization = .eigen(eigen, least: 1e-10 * max(0, eigen.values.last ?? 0))
    }
  }

  /// Overwrites `B` with the solution of `A X = B`, or with that of least norm in the kept directions.
  func solve(_ b: inout Matrix) {
    switch factorization {
    case .cholesky(let cholesky): cholesky.solve(&b)
    case .eigen(let eigen, let least):
      var projected = eigen.vectors.view.transposed.multiplied(by: b.view)
      for column in 0..<projected.columnCount {
        for row in 0..<projected.rowCount {
          projected[row, column] = eigen.values[row] > least ? projected[row, column] / eigen.values[row] : 0
        }
      }
      b = eigen.vectors.multiplied(by: projected)
    }
  }

  /// The logarithm of the determinant, over the kept directions.
  var logDeterminant: Double {
    switch factorization {
    case .cholesky(let cholesky): cholesky.logDeterminant
    case .eigen(let eigen, let least): eigen.values.reduce(0) { $0 + ($1 > least ? PortableMath.log($1) : 0) }
    }
  }
}
