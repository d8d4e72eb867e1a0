public import LinAlg

extension RiskModel {
  /// `Ω_r⁻¹`, factorized once and applied to many right-hand sides.
  ///
  /// `Ω_r⁻¹ = Ω_ε⁻¹ − Ω_ε⁻¹ B G (I + GᵀBᵀΩ_ε⁻¹BG)⁻¹ GᵀBᵀΩ_ε⁻¹` with `F = G Gᵀ`, which never inverts `F` (Woodbury).
  public struct Precision: Sendable {
    /// The model.
    public let model: RiskModel
    /// `ln |Ω_r| = ln |Ω_ε| + ln |I + GᵀBᵀΩ_ε⁻¹BG|`.
    public let logDeterminant: Double
    /// `BᵀΩ_ε⁻¹B`, m × m.
    let factorInformation: SymmetricMatrix
    private let idio: IdioFactorization
    private let inner: Cholesky

    /// Factorizes the covariance of a model.
    ///
    /// - Throws: `RiskModelError` where a block of the idio covariance is not positive definite.
    /// - Complexity: O(n K² + m³), and O(b³) for each block of b assets.
    init(_ model: RiskModel) throws(RiskModelError) {
      idio = try IdioFactorization(model.idio, assets: model.assets)
      factorInformation = idio.gram(of: model.loadings)
      let root = model.factorRoot
      let half = factorInformation.full.multiplied(by: root)
      var matrix = SymmetricMatrix(
        order: root.columnCount, lowerTriangleOf: root.view.transposed.multiplied(by: half.view).storage)
      for index in 0..<matrix.order { matrix[index, index] += 1 }
      guard let inner = try? Cholesky(consuming: matrix) else { throw .precisionNotFactorized }
      self.inner = inner
      self.model = model
      logDeterminant = idio.logDeterminant + inner.logDeterminant
    }

    /// `Ω_r⁻¹ y`, n numbers.
    ///
    /// - Complexity: O(n (K + G) + m²).
    public func product(_ y: [Double]) -> [Double] { product(RiskModel.column(y)).storage }

    /// `Ω_r⁻¹ Y`, assets × columns of `Y`.
    public func product(_ y: Matrix) -> Matrix {
      var product = idio.inverseProduct(y)
      guard model.factorRoot.columnCount > 0 else { return product }
      let root = model.factorRoot.view
      var scores = root.transposed.multiplied(by: model.loadings.transposedProduct(product).view)
      inner.solve(&scores)
      let correction = idio.inverseProduct(model.loadings.product(root.multiplied(by: scores.view)))
      for entry in product.storage.indices { product.storage[entry] -= correction.storage[entry] }
      return product
    }

    /// `Ω_ε⁻¹ Y`, assets × columns of `Y`.
    func idioProduct(_ y: Matrix) -> Matrix { idio.inverseProduct(y) }

    /// `yᵀ Ω_r⁻¹ y`, the squared Mahalanobis length of returns over the model's horizon; chi-square with n degrees of
    /// freedom for normal returns of this covariance.
    public func squaredLength(_ y: [Double]) -> Double {
      let product = product(y)
      return SampleSums.product(y.span, product.span)
    }

    /// `Ω_r⁻¹1 / (1ᵀΩ_r⁻¹1)`: the fully invested portfolio of least variance, which is `1 / (1ᵀΩ_r⁻¹1)`.
    public func minimumVariance() -> [Double] {
      minimumVariance(alpha: Array(repeating: 1, count: model.assetCount)) ?? []
    }

    /// The portfolio of least variance with `αᵀx = 1`: `Ω_r⁻¹α / (αᵀΩ_r⁻¹α)`.
    ///
    /// - Returns: `nil` where every `α` is 0.
    public func minimumVariance(alpha: [Double]) -> [Double]? {
      let portfolios = minimumVariance(alphas: RiskModel.column(alpha)).storage
      return portfolios.allSatisfy(\.isFinite) ? portfolios : nil
    }

    /// For each column `α` the portfolio of least variance with `αᵀx = 1`, assets × columns; `nan` where `α` is 0.
    public func minimumVariance(alphas: Matrix) -> Matrix {
      let n = model.assetCount
      var portfolios = product(alphas)
      for column in 0..<alphas.columnCount {
        let entries = column * n..<(column + 1) * n
        let scale = SampleSums.product(
          alphas.storage.span.extracting(entries), portfolios.storage.span.extracting(entries))
        for entry in entries { portfolios.storage[entry] = scale > 0 ? portfolios.storage[entry] / scale : .nan }
      }
      return portfolios
    }

    /// The portfolio of least variance with `Qx = q`: `Ω_r⁻¹Qᵀ(QΩ_r⁻¹Qᵀ)⁻¹q`.
    ///
    /// - Parameters:
    ///   - constraints: `Qᵀ`, assets × constraints.
    ///   - targets: `q`, one a constraint.
    /// - Returns: `nil` where the constraints depend on each other.
    public func minimumVariance(constraints: Matrix, targets: [Double]) -> [Double]? {
      precondition(constraints.columnCount == targets.count, "\(targets.count) targets")
      let solved = product(constraints)
      let gram = SymmetricMatrix(
        order: targets.count, lowerTriangleOf: constraints.view.transposed.multiplied(by: solved.view).storage)
      let norm = gram.oneNorm
      guard let cholesky = try? Cholesky(consuming: gram),
        cholesky.reciprocalCondition(oneNorm: norm) > Double(targets.count) * .ulpOfOne
      else { return nil }
      var multipliers = targets
      cholesky.solve(&multipliers)
      return solved.multiplied(by: multipliers)
    }
  }

  /// `Ω_r⁻¹` of the model, over its horizon.
  ///
  /// - Throws: `RiskModelError` where a block of the idio covariance is not positive definite.
  /// - Complexity: O(n K² + m³), and O(b³) for each block of b assets.
  public func precision() throws(RiskModelError) -> Precision { try Precision(self) }
}
