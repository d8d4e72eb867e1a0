internal import LinAlg

/// `Ω_ε⁻¹` of a model's assets: the inverse variance of each that stands alone, a Cholesky factor of each block.
struct IdioFactorization: Sendable {
  private struct Block: Sendable {
    var rows: [Int]
    var cholesky: Cholesky
  }

  /// `1 / v` of rows that stand alone, 0 of rows in blocks.
  private let weights: [Double]
  private let blocks: [Block]
  /// `ln |Ω_ε|`.
  let logDeterminant: Double

  /// Factorizes a covariance.
  ///
  /// - Parameter assets: the asset of each row, for the error.
  /// - Complexity: O(n + Σ b³) for blocks of b rows.
  init(_ idio: ModelIdio, assets: [Int32]) throws(RiskModelError) {
    var weights = idio.variances.map { 1 / $0 }
    var blocks = [Block]()
    var logDeterminant = 0.0
    for block in idio.blocks {
      for row in block.rows { weights[row] = 0 }
      guard let cholesky = try? Cholesky(consuming: block.covariance) else {
        throw .idioBlockIndefinite(assets: block.rows.map { assets[$0] })
      }
      logDeterminant += cholesky.logDeterminant
      blocks.append(Block(rows: block.rows, cholesky: cholesky))
    }
    for row in weights.indices where weights[row] > 0 { logDeterminant += PortableMath.log(idio.variances[row]) }
    self.weights = weights
    self.blocks = blocks
    self.logDeterminant = logDeterminant
  }

  /// `Ω_ε⁻¹ Y`, rows × columns of `Y`.
  func inverseProduct(_ y: Matrix) -> Matrix {
    let n = weights.count
    var product = y
    var target = product.storage.mutableSpan
    for column in 0..<y.columnCount {
      for row in 0..<n { target[column * n + row] *= weights[row] }
    }
    for block in blocks {
      var part = Matrix(rowCount: block.rows.count, columnCount: y.columnCount) { y[block.rows[$0], $1] }
      block.cholesky.solve(&part)
      for column in 0..<y.columnCount {
        for (place, row) in block.rows.enumerated() { target[column * n + row] = part[place, column] }
      }
    }
    return product
  }

  /// `BᵀΩ_ε⁻¹B`.
  ///
  /// - Complexity: that of `ModelLoadings.weightedGram`, and O(b² m + b m²) for each block.
  func gram(of loadings: ModelLoadings) -> SymmetricMatrix {
    var gram = loadings.weightedGram(weights)
    for block in blocks {
      var whitened = loadings.dense(block.rows)
      block.cholesky.forwardSolve(&whitened)
      gram.addGram(of: whitened.view)
    }
    return gram
  }
}
