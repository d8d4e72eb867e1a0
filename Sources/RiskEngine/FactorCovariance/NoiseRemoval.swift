public import LinAlg

/// A covariance of estimated factor returns less that of their estimation errors, never below a share of itself.
///
/// `Var(f̂) = F + N` (Paleologo, *The Elements of Quantitative Investing*, 2025, equation 6.6), but the plain difference
/// of two estimates is indefinite in most small samples. With `S = W Wᵀ` and `W⁺ N W⁺ᵀ = Z diag(μ) Zᵀ`,
///
///     F = W Z diag(1 − min(μ, 1 − δ)) Zᵀ Wᵀ
///
/// is `S − N` where no `μ` exceeds `1 − δ`, and `F ⪰ δ S` in any case. Capping is a choice of this project.
public struct NoiseRemoval: Sendable {
  /// `F`, in the units of `S`.
  public let covariance: SymmetricMatrix
  /// The number of `μ` that were capped: directions in which noise explains nearly all.
  public let cappedCount: Int

  /// The eigenvalue of `S`, as a share of the largest, below which a direction is left out.
  private static let leastEigenvalue = 1e-12

  /// Takes noise out of a covariance.
  ///
  /// - Parameters:
  ///   - noise: `N`, positive semidefinite, of the order of `S`.
  ///   - covariance: `S`; negative eigenvalues are left out.
  ///   - leastShare: `δ`, above 0.
  /// - Throws: `notFinite`, `didNotConverge`.
  /// - Complexity: two symmetric eigenproblems, O(m³).
  public init(of noise: SymmetricMatrix, from covariance: SymmetricMatrix, leastShare: Double = 0.1) throws(LinAlgError)
  {
    precondition(noise.order == covariance.order, "noise of order \(noise.order) for order \(covariance.order)")
    precondition(leastShare > 0 && leastShare <= 1, "a least share of \(leastShare)")
    let order = covariance.order
    let eigen = try SymmetricEigen(consuming: covariance)
    let largest = eigen.values.last ?? 0
    let kept = eigen.values.indices.filter { eigen.values[$0] > Self.leastEigenvalue * largest && largest > 0 }
    let roots = kept.map { eigen.values[$0].squareRoot() }
    let rank = kept.count
    let whitening = Matrix(rowCount: order, columnCount: rank) { eigen.vectors[$0, kept[$1]] / roots[$1] }
    let relative = whitening.view.transposed.multiplied(by: noise.full.multiplied(by: whitening).view)
    let noiseEigen = try SymmetricEigen(
      consuming: SymmetricMatrix(order: rank) { 0.5 * (relative[$0, $1] + relative[$1, $0]) })
    cappedCount = noiseEigen.values.count { $0 > 1 - leastShare }
    let shares = noiseEigen.values.map { (1 - min($0, 1 - leastShare)).squareRoot() }
    let root = Matrix(rowCount: order, columnCount: rank) { eigen.vectors[$0, kept[$1]] * roots[$1] }
    var factor = root.multiplied(by: noiseEigen.vectors)
    for column in 0..<rank {
      for row in 0..<order { factor.storage[row + column * order] *= shares[column] }
    }
    self.covariance = SymmetricMatrix(gramOf: factor.view.transposed)
  }
}
