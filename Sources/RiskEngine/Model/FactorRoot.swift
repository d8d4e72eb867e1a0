internal import LinAlg

/// `G` with `F = G Gᵀ`, m × rank, of a factor covariance that may be singular.
///
/// `G = Q Λ^(1/2)` from the eigenvalues above a cut, the largest first. Constraints on factor returns make `F`
/// singular, so `F⁻¹` is never formed.
enum FactorRoot {
  /// Eigenvalues below this share of the largest are 0: what double precision leaves of a zero.
  static let relativeCut = 1e-14
  /// A negative eigenvalue of this share of the largest is more than rounding.
  static let relativeTolerance = 1e-10

  /// Makes the root.
  ///
  /// - Complexity: `9 m³` flops.
  static func make(_ covariance: SymmetricMatrix, names: [String]) throws(RiskModelError) -> Matrix {
    let order = covariance.order
    for column in 0..<order {
      for row in column..<order where !covariance[row, column].isFinite {
        throw .factorCovarianceNotFinite(factor: names[column], other: names[row])
      }
    }
    guard order > 0 else { return .zeros(rowCount: 0, columnCount: 0) }
    guard let eigen = try? SymmetricEigen(consuming: covariance) else { throw .factorCovarianceNotDecomposed }
    let largest = eigen.values[order - 1]
    guard eigen.values[0] >= -relativeTolerance * max(0, largest) else {
      throw .factorCovarianceIndefinite(smallest: eigen.values[0], largest: largest)
    }
    let cut = relativeCut * Double(order) * largest
    let kept = (0..<order).reversed().filter { eigen.values[$0] > cut }
    return Matrix(rowCount: order, columnCount: kept.count) { row, column in
      eigen.vectors[row, kept[column]] * eigen.values[kept[column]].squareRoot()
    }
  }
}
