public import LinAlg

extension RiskModel {
  /// `b = Bᵀx`: the loadings of a portfolio on the factors, m numbers.
  ///
  /// - Parameter x: the holdings, one a row.
  /// - Complexity: O(n (K + G)).
  public func loadings(of x: [Double]) -> [Double] { loadings.transposedProduct(x) }

  /// `xᵀ Ω_r x = bᵀFb + xᵀΩ_ε x`, as a squared fraction over the horizon.
  ///
  /// - Complexity: O(n (K + G) + m²).
  public func variance(_ x: [Double]) -> Double { variances(Self.column(x))[0] }

  /// `xᵀ Ω_r x` of each of several portfolios.
  ///
  /// - Parameter x: holdings, assets × portfolios.
  public func variances(_ x: Matrix) -> [Double] {
    let parts = varianceParts(x)
    return zip(parts.factor, parts.idio).map { $0 + $1 }
  }

  /// The part of each variance that the factors make, `bᵀFb`, and that of the idio returns, `xᵀΩ_ε x`.
  public func varianceParts(_ x: Matrix) -> (factor: [Double], idio: [Double]) {
    let b = loadings.transposedProduct(x)
    let scores = factorRoot.view.transposed.multiplied(by: b.view)
    let n = assetCount
    let risk = idio.product(x)
    let idioParts = (0..<x.columnCount).map { column in
      let entries = column * n..<(column + 1) * n
      return SampleSums.product(x.storage.span.extracting(entries), risk.storage.span.extracting(entries))
    }
    return ((0..<x.columnCount).map { scores.squaredLength(ofColumn: $0) }, idioParts)
  }

  /// `xᵀ Ω_r y`, as a squared fraction over the horizon.
  ///
  /// - Complexity: O(n (K + G) + m²).
  public func covariance(_ x: [Double], _ y: [Double]) -> Double {
    let product = covariances(with: y)
    return SampleSums.product(x.span, product.span)
  }

  /// `Ω_r x`: the covariance of each asset with a portfolio; over the volatility, the marginal contributions.
  ///
  /// - Complexity: O(n (K + G) + m²).
  public func covariances(with x: [Double]) -> [Double] { covariances(with: Self.column(x)).storage }

  /// `Ω_r X`, assets × portfolios.
  public func covariances(with x: Matrix) -> Matrix {
    let b = loadings.transposedProduct(x)
    let fb = factorRoot.view.multiplied(by: factorRoot.view.transposed.multiplied(by: b.view).view)
    var product = loadings.product(fb)
    let risk = idio.product(x)
    for entry in product.storage.indices { product.storage[entry] += risk.storage[entry] }
    return product
  }

  /// The variance of each asset, `b_iᵀFb_i + v_i`, n numbers.
  ///
  /// - Complexity: `O(n m (K + G))`.
  public var assetVariances: [Double] {
    let n = assetCount
    let scores = loadings.product(factorRoot)
    var variances = idio.variances
    for column in 0..<scores.columnCount {
      let column = scores.storage.span.extracting(column * n..<(column + 1) * n)
      for row in 0..<n { variances[row] += column[row] * column[row] }
    }
    return variances
  }

  /// A vector as a matrix of one column.
  static func column(_ x: [Double]) -> Matrix { Matrix(rowCount: x.count, columnCount: 1, storage: x) }
}
