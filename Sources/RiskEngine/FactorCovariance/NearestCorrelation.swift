public import LinAlg

/// A correlation matrix near a symmetric matrix with unit diagonal that is not positive semidefinite.
public struct NearestCorrelation: Sendable {
  /// The correlations: positive semidefinite to rounding, ones on the diagonal.
  public let correlation: SymmetricMatrix
  /// The number of eigenvalues that were raised; 0 where nothing was changed.
  public let raisedCount: Int
  /// The Frobenius norm of the change.
  public let change: Double
  /// The number of alternating projections; 0 for clipping.
  public let iterationCount: Int
  /// Whether the projections converged.
  public let isConverged: Bool

  /// An eigenvalue above minus this share of the largest is rounding, and the matrix is left as it is.
  private static let tolerance = 1e-12

  private init(unchanged matrix: SymmetricMatrix) {
    correlation = matrix
    raisedCount = 0
    change = 0
    iterationCount = 0
    isConverged = true
  }

  private init(
    _ correlation: SymmetricMatrix, of matrix: SymmetricMatrix, raisedCount: Int, iterationCount: Int = 0,
    isConverged: Bool = true
  ) {
    self.correlation = correlation
    self.raisedCount = raisedCount
    self.iterationCount = iterationCount
    self.isConverged = isConverged
    var difference = correlation
    for i in difference.storage.indices { difference.storage[i] -= matrix.storage[i] }
    change = difference.frobeniusNorm
  }

  /// Raises eigenvalues to at least 10⁻⁸ of the largest and scales back to a unit diagonal.
  ///
  /// Before the scaling the change is the smallest in the Frobenius norm. A positive semidefinite matrix, singular or
  /// not, comes back as it is.
  ///
  /// - Parameters:
  ///   - matrix: symmetric, ones on the diagonal.
  ///   - nullVectors: orthonormal columns that the matrix maps to zero and that are to stay so; they take no part.
  /// - Throws: `notFinite`, `didNotConverge`.
  /// - Complexity: a Cholesky factorization, m³ / 3 flops, for a positive semidefinite matrix, else up to two symmetric
  ///   eigenproblems.
  public static func clip(_ matrix: SymmetricMatrix, nullVectors: Matrix? = nil) throws(LinAlgError) -> Self {
    let order = matrix.order
    if isSemidefinite(matrix) { return Self(unchanged: matrix) }
    let eigen = try SymmetricEigen(consuming: matrix)
    guard let smallest = eigen.values.first, let largest = eigen.values.last, largest > 0,
      smallest < -tolerance * largest
    else { return Self(unchanged: matrix) }
    let floor = 1e-8 * largest
    let clipped: SymmetricMatrix
    let raisedCount: Int
    if let nullVectors, nullVectors.columnCount > 0 {
      // Far above all others the null vectors cannot mix with what is raised; they are dropped afterwards.
      var shifted = matrix
      shifted.addGram(of: nullVectors.view.transposed, scale: 3 * largest)
      let part = try SymmetricEigen(consuming: shifted)
      let own = order - nullVectors.columnCount
      raisedCount = part.values.prefix(own).count { $0 < floor }
      clipped = part.recomposed(values: part.values.enumerated().map { $0 < own ? max($1, floor) : 0 })
    } else {
      raisedCount = eigen.values.count { $0 < floor }
      clipped = eigen.recomposed(values: eigen.values.map { max($0, floor) })
    }
    return Self(withUnitDiagonal(clipped), of: matrix, raisedCount: raisedCount)
  }

  /// The nearest correlation matrix in the Frobenius norm, by alternating projections with Dykstra's correction.
  ///
  /// Source: N. J. Higham, Computing the nearest correlation matrix, *IMA Journal of Numerical Analysis* 22, 2002,
  /// 329-343. A positive semidefinite matrix comes back as it is.
  ///
  /// - Parameters:
  ///   - matrix: symmetric, ones on the diagonal.
  ///   - tolerance: the relative change of an iteration at which it ends.
  ///   - maximumIterations: at most so many; then the last iterate, made positive semidefinite, is the result.
  /// - Throws: `notFinite`, `didNotConverge` of an eigenproblem.
  /// - Complexity: a Cholesky factorization for a positive semidefinite matrix, else a symmetric eigenproblem an
  ///   iteration.
  public static func higham(
    _ matrix: SymmetricMatrix, tolerance: Double = 1e-12, maximumIterations: Int = 1000
  ) throws(LinAlgError) -> Self {
    let order = matrix.order
    if isSemidefinite(matrix) { return Self(unchanged: matrix) }
    let eigenvalues = try matrix.eigenvalues()
    guard let smallest = eigenvalues.first, let largest = eigenvalues.last, largest > 0,
      smallest < -Self.tolerance * largest
    else { return Self(unchanged: matrix) }
    var current = matrix
    var correction = SymmetricMatrix.zeros(order: order)
    var raisedCount = 0
    for iteration in 1...max(1, maximumIterations) {
      var shifted = current
      for i in shifted.storage.indices { shifted.storage[i] -= correction.storage[i] }
      let eigen = try SymmetricEigen(consuming: shifted)
      raisedCount = eigen.values.count { $0 < 0 }
      let projected = eigen.recomposed(values: eigen.values.map { max($0, 0) })
      for i in correction.storage.indices { correction.storage[i] = projected.storage[i] - shifted.storage[i] }
      var next = projected
      for i in 0..<order { next[i, i] = 1 }
      var step = next
      for i in step.storage.indices { step.storage[i] -= current.storage[i] }
      let relativeStep = step.frobeniusNorm / next.frobeniusNorm
      current = next
      if relativeStep <= tolerance || iteration == maximumIterations {
        // The semidefinite iterate: the one with unit diagonal is indefinite by the last step.
        return Self(
          withUnitDiagonal(projected), of: matrix, raisedCount: raisedCount, iterationCount: iteration,
          isConverged: relativeStep <= tolerance)
      }
    }
    return Self(unchanged: matrix)
  }

  /// Whether `A + τ I` has a Cholesky factorization, with the tolerance `τ`: then no eigenvalue is below `−τ` by more than
  /// rounding, and since the largest is at least 1 the eigenvalues would say the same.
  private static func isSemidefinite(_ matrix: SymmetricMatrix) -> Bool {
    var shifted = matrix
    for i in 0..<matrix.order { shifted[i, i] += tolerance }
    return (try? Cholesky(consuming: consume shifted)) != nil
  }

  /// `A_ij / √(A_ii A_jj)`, ones on the diagonal.
  private static func withUnitDiagonal(_ matrix: SymmetricMatrix) -> SymmetricMatrix {
    let roots = (0..<matrix.order).map { matrix[$0, $0].squareRoot() }
    return SymmetricMatrix(order: matrix.order) { row, column in
      if row == column { return 1 }
      let scale = roots[row] * roots[column]
      return scale > 0 ? matrix[row, column] / scale : 0
    }
  }
}
