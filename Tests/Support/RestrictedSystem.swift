/// Weighted least squares on dense loadings under linear constraints, by a basis of what they allow.
struct RestrictedSystem {
  /// One solution.
  struct Solution {
    /// `f`, one a column.
    var factorReturns: [Extended]
    /// `R (RᵀBᵀWBR)⁻¹ Rᵀ`, its diagonal.
    var unitVariances: [Extended]
    /// `r − B f`.
    var residuals: [Extended]
    /// `w bᵀ R (RᵀBᵀWBR)⁻¹ Rᵀ b`.
    var leverage: [Extended]
    /// The number of columns less that of constraints.
    var freeCount: Int
  }

  /// `B`, row by row.
  var loadings: [[Extended]]
  /// `w`.
  var weights: [Extended]
  /// `r`.
  var returns: [Extended]
  /// `C`, a row a constraint.
  var constraints: [[Extended]]
  /// The group of each constraint.
  var constraintGroups: [Int]

  /// Regresses on some columns, under those constraints that name one of them.
  func solve(columns: [Int]) -> Solution {
    let restricting = constraints.map { row in columns.map { row[$0] } }.filter { $0.contains { $0 != 0 } }
    let basis = Self.kernelBasis(of: restricting, width: columns.count)
    let roots = weights.map { $0.squareRoot() }
    let free = basis.map { direction in
      loadings.indices.map { row in
        roots[row] * zip(columns, direction).reduce(0) { $0 + loadings[row][$1.0] * $1.1 }
      }
    }
    let fit = ExtendedLeastSquares(columns: free, response: zip(roots, returns).map { $0 * $1 })
    let factors = columns.indices.map { factor in
      basis.indices.reduce(0) { $0 + basis[$1][factor] * fit.coefficients[$1] }
    }
    let variances = columns.indices.map { factor in
      var sum: Extended = 0
      for (a, left) in basis.enumerated() where left[factor] != 0 {
        for (b, right) in basis.enumerated() where right[factor] != 0 {
          sum += left[factor] * fit.inverseGram[a][b] * right[factor]
        }
      }
      return sum
    }
    let residuals = loadings.indices.map { row in
      returns[row] - zip(columns, factors).reduce(0) { $0 + loadings[row][$1.0] * $1.1 }
    }
    return Solution(
      factorReturns: factors, unitVariances: variances, residuals: residuals, leverage: fit.leverage,
      freeCount: basis.count)
  }

  /// Vectors that span what some rows annihilate, by Gauss–Jordan elimination with the largest pivots.
  static func kernelBasis(of rows: [[Extended]], width: Int) -> [[Extended]] {
    var rows = rows
    var pivots = [Int]()
    for index in rows.indices {
      guard let pivot = (0..<width).max(by: { abs(rows[index][$0]) < abs(rows[index][$1]) }) else { continue }
      precondition(rows[index][pivot] != 0, "constraint \(index) depends on those before it")
      let value = rows[index][pivot]
      for column in 0..<width { rows[index][column] /= value }
      for other in rows.indices where other != index {
        let ratio = rows[other][pivot]
        for column in 0..<width { rows[other][column] -= ratio * rows[index][column] }
      }
      pivots.append(pivot)
    }
    return (0..<width).filter { !pivots.contains($0) }.map { column in
      var direction = [Extended](repeating: 0, count: width)
      direction[column] = 1
      for (index, pivot) in pivots.enumerated() { direction[pivot] = -rows[index][column] }
      return direction
    }
  }
}
