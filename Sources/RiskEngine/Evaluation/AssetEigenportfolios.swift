internal import LinAlg

/// The leading eigenvectors of `Ω_r`, without the n × n matrix.
enum AssetEigenportfolios {
  /// Steps of subspace iteration from the range of `BG`; each shrinks the error by the ratio of idio to factor risk.
  private static let stepCount = 3
  /// Directions beyond those asked for: what is near the last of them turns into them.
  private static let spareCount = 10

  /// The eigenvectors of the largest eigenvalues, assets × count, of unit length.
  ///
  /// By subspace iteration from the leading directions of `BG`, some more than are asked for, then the Rayleigh–Ritz
  /// step. Leading eigenvalues grow with the number of assets and idio variances do not, so few steps are enough; a
  /// portfolio's forecast is exact for the portfolio that is formed.
  ///
  /// - Parameter count: at most this many; no more than the rank of `F` or the number of assets.
  /// - Returns: `nil` where `F` is 0.
  /// - Complexity: O(n m²) once, and O(n q (q + K)) a step for q directions.
  static func leading(_ count: Int, of model: RiskModel) -> Matrix? {
    guard model.factorRoot.columnCount > 0 else { return nil }
    let common = model.loadings.product(model.factorRoot)
    guard var basis = orthonormal(common, limit: count + spareCount) else { return nil }
    for _ in 0..<stepCount {
      guard let next = orthonormal(model.covariances(with: basis), limit: basis.columnCount) else { return nil }
      basis = next
    }
    let projected = SymmetricMatrix(
      order: basis.columnCount,
      lowerTriangleOf: basis.view.transposed.multiplied(by: model.covariances(with: basis).view).storage)
    guard let eigen = try? SymmetricEigen(consuming: projected) else { return nil }
    let kept = (0..<eigen.order).reversed().prefix(count)
    let last = eigen.order - 1
    return basis.multiplied(by: Matrix(rowCount: eigen.order, columnCount: kept.count) { eigen.vectors[$0, last - $1] })
  }

  /// An orthonormal basis of the longest directions of a matrix's columns; `nil` of none.
  private static func orthonormal(_ matrix: Matrix, limit: Int) -> Matrix? {
    // Twice: the first pass leaves an error in proportion to the squared condition of the columns, the second none.
    guard let once = whitened(matrix, limit: limit) else { return nil }
    return whitened(once, limit: limit)
  }

  private static func whitened(_ matrix: Matrix, limit: Int) -> Matrix? {
    guard let eigen = try? SymmetricEigen(consuming: SymmetricMatrix(gramOf: matrix)), eigen.order > 0 else {
      return nil
    }
    let cut = 1e-13 * eigen.values[eigen.order - 1]
    let kept = (0..<eigen.order).suffix(limit).filter { eigen.values[$0] > cut && eigen.values[$0] > 0 }
    guard !kept.isEmpty else { return nil }
    return matrix.multiplied(
      by: Matrix(rowCount: eigen.order, columnCount: kept.count) {
        eigen.vectors[$0, kept[$1]] / eigen.values[kept[$1]].squareRoot()
      })
  }
}
