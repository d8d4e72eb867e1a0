public import LinAlg

/// Long-run covariances of serially correlated series: Newey and West, *Econometrica* 55, 1987, 703-708.
///
/// The products of two periods get the geometric mean of their weights. That makes the estimate an ordinary one, of
/// the series `z_t = √ω_t x_t`, so that it is positive semidefinite; the weight of one of the two periods would not.
public enum NeweyWest {
  /// The Bartlett weights `1 − l / (L + 1)` of lags 0 to `L`.
  ///
  /// - Complexity: O(L).
  public static func lagWeights(lags: Int) -> [Double] {
    precondition(lags >= 0, "\(lags) lags")
    return (0...lags).map { 1 - Double($0) / Double(lags + 1) }
  }

  /// `Γ₀ + Σ (1 − l/(L+1)) (Γ_l + Γ_lᵀ)` with `Γ_l = Σ √(ω_t ω_{t−l}) x_t x_{t−l}ᵀ`; no means are taken out.
  ///
  /// - Parameters:
  ///   - series: T periods × m series, the oldest first, all finite.
  ///   - weights: ω, one a period, not negative; they are used as they are, and sum to 1 for a covariance.
  ///   - lags: `L`.
  /// - Returns: m × m, in squared units of the series, positive semidefinite to rounding.
  /// - Complexity: O(T m L + T m²).
  public static func covariance(_ series: Matrix, weights: [Double], lags: Int) -> SymmetricMatrix {
    precondition(lags >= 0, "\(lags) lags")
    return covariance(rooted: rooted(series, weights: weights), lags: lags)
  }

  /// `(Σ ω)² / Σ ω²`: the number of equal weights with the same variance; 0 where all are 0.
  ///
  /// - Complexity: O(T).
  public static func effectiveCount(weights: [Double]) -> Double {
    var sum = 0.0
    var squares = 0.0
    for weight in weights {
      sum += weight
      squares += weight * weight
    }
    return squares > 0 ? sum * sum / squares : 0
  }

  /// `z_t = √ω_t x_t`.
  static func rooted(_ series: Matrix, weights: [Double]) -> Matrix {
    precondition(weights.count == series.rowCount, "\(weights.count) weights for \(series.rowCount) periods")
    let roots = weights.map { $0.squareRoot() }
    var rooted = series
    for column in 0..<series.columnCount {
      let start = column * series.rowCount
      for row in roots.indices { rooted.storage[start + row] *= roots[row] }
    }
    return rooted
  }

  /// The Bartlett estimate of `z`: the Gram matrix of its sums over `L + 1` neighbouring periods, divided by `L + 1`.
  ///
  /// A pair of periods `l` apart stands together in `L + 1 − l` of the sums.
  static func covariance(rooted z: Matrix, lags: Int) -> SymmetricMatrix {
    guard lags > 0 else { return SymmetricMatrix(gramOf: z) }
    let count = z.rowCount
    var sums = Matrix.zeros(rowCount: count + lags, columnCount: z.columnCount)
    for column in 0..<z.columnCount {
      addMovingSums(
        of: z.storage.span.extracting(column * count..<(column + 1) * count), lags: lags, to: &sums,
        column: column)
    }
    var gram = SymmetricMatrix.zeros(order: z.columnCount)
    gram.addGram(of: sums.view, scale: 1 / Double(lags + 1), keeping: 0)
    return gram
  }

  /// Writes the sums of `L + 1` neighbours of one series, which is zero before its start and after its end.
  static func addMovingSums(of z: Span<Double>, lags: Int, to sums: inout Matrix, column: Int) {
    let start = column * sums.rowCount
    var target = sums.storage.mutableSpan
    for lag in 0...lags {
      for row in 0..<z.count { target[start + lag + row] += z[row] }
    }
  }

  /// `Γ₀ + Σ k_l (Γ_l + Γ_lᵀ)` of `z` with any weights of the lags; may be indefinite.
  static func covariance(rooted z: Matrix, lagWeights: [Double]) -> SymmetricMatrix {
    let (count, order) = (z.rowCount, z.columnCount)
    var product = Matrix.zeros(rowCount: order, columnCount: order)
    for (lag, weight) in lagWeights.enumerated() where lag < count {
      // Γ_l, and half of it at lag 0, since it is added to its transpose.
      product.addProduct(
        z.view.rows(lag..<count).transposed, z.view.rows(0..<count - lag), scale: lag == 0 ? 0.5 : weight)
    }
    return SymmetricMatrix(order: order) { product[$0, $1] + product[$1, $0] }
  }
}
