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

  /// The eigenvalue of `S`, as a share of the largest, below which a direction is left out; and the part of a variance
  /// that the factors before leave unexplained, as a share of the largest variance, up to which a factor follows from
  /// them.
  private static let leastEigenvalue = 1e-12
  /// A direction in which noise exceeds its cap by less than this share of the variances is not capped.
  private static let tolerance = 1e-13
  /// The share of a variance that the factors before must leave unexplained for `S` to count as definite.
  private static let leastPivot = 1e-9

  /// Takes noise out of a covariance.
  ///
  /// Where no `μ` is capped a Cholesky factorization of `(1 − δ) S − N` tells so, and the difference is the result. Else
  /// it is the difference plus `Σ (μ − 1 + δ) L z zᵀ Lᵀ` over the capped ones, with `S = L Lᵀ`. Where `S` is singular
  /// that is so of factors which determine the others; where it is indefinite `W` is made from its eigenvectors.
  ///
  /// - Parameters:
  ///   - noise: `N`, positive semidefinite, of the order of `S`.
  ///   - covariance: `S`; negative eigenvalues are left out.
  ///   - leastShare: `δ`, above 0.
  /// - Throws: `notFinite`, `didNotConverge`.
  /// - Complexity: m³ / 3 flops where nothing is capped; else a symmetric eigenproblem, O(m³), and two where `S` is
  ///   indefinite.
  public init(of noise: SymmetricMatrix, from covariance: SymmetricMatrix, leastShare: Double = 0.1) throws(LinAlgError)
  {
    switch try Self.way(of: noise, from: covariance, leastShare: leastShare) {
    case .uncapped:
      self.init(covariance: Self.combination(1, covariance, -1, noise), cappedCount: 0)
    case .definite(let cholesky):
      try self.init(noise: noise, covariance: covariance, cholesky: cholesky, leastShare: leastShare)
    case .determined(let part):
      let inner = try Self(
        noise: part.projected(noise), covariance: part.covariance, cholesky: part.cholesky, leastShare: leastShare)
      self.init(covariance: part.extended(inner.covariance), cappedCount: inner.cappedCount)
    case .indefinite: try self.init(noise: noise, indefinite: covariance, leastShare: leastShare)
    }
  }

  /// The number of `μ` that taking noise out of a covariance would cap.
  ///
  /// Without them: with `S = L Lᵀ` as many as `(1 − δ) S − N = L ((1 − δ) − L⁻¹ N L⁻ᵀ) Lᵀ` has negative eigenvalues.
  ///
  /// - Throws: as ``init(of:from:leastShare:)``.
  /// - Complexity: m³ / 3 flops a factorization, of which there are up to four.
  static func cappedCount(
    of noise: SymmetricMatrix, from covariance: SymmetricMatrix, leastShare: Double
  ) throws(LinAlgError) -> Int {
    switch try way(of: noise, from: covariance, leastShare: leastShare) {
    case .uncapped: 0
    case .definite: try Inertia(consuming: combination(1 - leastShare, covariance, -1, noise)).negativeCount
    case .determined(let part):
      try Inertia(consuming: combination(1 - leastShare, part.covariance, -1, part.projected(noise))).negativeCount
    case .indefinite: try Self(noise: noise, indefinite: covariance, leastShare: leastShare).cappedCount
    }
  }

  /// How noise is taken out of a covariance.
  private enum Way {
    /// As it is.
    case uncapped
    /// By a factorization of the covariance.
    case definite(Cholesky)
    /// By a factorization of a part of it.
    case determined(DeterminingPart)
    /// By eigenvectors.
    case indefinite
  }

  private static func way(
    of noise: SymmetricMatrix, from covariance: SymmetricMatrix, leastShare: Double
  ) throws(LinAlgError) -> Way {
    precondition(noise.order == covariance.order, "noise of order \(noise.order) for order \(covariance.order)")
    precondition(leastShare > 0 && leastShare <= 1, "a least share of \(leastShare)")
    var margin = combination(1 - leastShare, covariance, -1, noise)
    for i in 0..<covariance.order { margin[i, i] += tolerance * covariance[i, i] }
    if (try? Cholesky(consuming: consume margin)) != nil { return .uncapped }
    if let cholesky = try? Cholesky(consuming: covariance),
      (0..<covariance.order).allSatisfy({ cholesky[$0, $0] * cholesky[$0, $0] > leastPivot * covariance[$0, $0] })
    {
      return .definite(cholesky)
    }
    if let part = try DeterminingPart(of: covariance, relativeTolerance: leastEigenvalue) { return .determined(part) }
    return .indefinite
  }

  /// `L⁻¹ N L⁻ᵀ`, with the `μ` as eigenvalues.
  private static func relative(_ noise: SymmetricMatrix, to cholesky: Cholesky) -> SymmetricMatrix {
    var relative = noise.full
    cholesky.forwardSolve(&relative)
    relative = relative.transposed
    cholesky.forwardSolve(&relative)
    return SymmetricMatrix(order: noise.order) { [relative] in 0.5 * (relative[$0, $1] + relative[$1, $0]) }
  }

  private init(covariance: SymmetricMatrix, cappedCount: Int) {
    self.covariance = covariance
    self.cappedCount = cappedCount
  }

  /// `S − N + Σ (μ − 1 + δ) L z zᵀ Lᵀ` over the capped directions.
  private init(
    noise: SymmetricMatrix, covariance: SymmetricMatrix, cholesky: Cholesky, leastShare: Double
  ) throws(LinAlgError) {
    let order = covariance.order
    let eigen = try SymmetricEigen(consuming: Self.relative(noise, to: cholesky))
    let capped = eigen.values.indices.filter { eigen.values[$0] > 1 - leastShare }
    let root = Matrix(rowCount: order, columnCount: order) { cholesky[$0, $1] }
    let directions = root.multiplied(
      by: Matrix(rowCount: order, columnCount: capped.count) {
        eigen.vectors[$0, capped[$1]] * (eigen.values[capped[$1]] - (1 - leastShare)).squareRoot()
      })
    var result = Self.combination(1, covariance, -1, noise)
    result.addGram(of: directions.view.transposed)
    self.init(covariance: result, cappedCount: capped.count)
  }

  /// `W Z diag(1 − min(μ, 1 − δ)) Zᵀ Wᵀ` over the directions in which `S` has variance.
  private init(noise: SymmetricMatrix, indefinite covariance: SymmetricMatrix, leastShare: Double) throws(LinAlgError) {
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
    let shares = noiseEigen.values.map { (1 - min($0, 1 - leastShare)).squareRoot() }
    let root = Matrix(rowCount: order, columnCount: rank) { eigen.vectors[$0, kept[$1]] * roots[$1] }
    var factor = root.multiplied(by: noiseEigen.vectors)
    for column in 0..<rank {
      for row in 0..<order { factor.storage[row + column * order] *= shares[column] }
    }
    self.init(
      covariance: SymmetricMatrix(gramOf: factor.view.transposed),
      cappedCount: noiseEigen.values.count { $0 > 1 - leastShare })
  }

  /// `a A + b B`.
  private static func combination(
    _ a: Double, _ left: SymmetricMatrix, _ b: Double, _ right: SymmetricMatrix
  ) -> SymmetricMatrix {
    var result = left
    let other = right.storage.span
    var entries = result.storage.mutableSpan
    for i in entries.indices { entries[i] = a * entries[i] + b * other[i] }
    return result
  }
}
