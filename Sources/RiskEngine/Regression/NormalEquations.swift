public import LinAlg

/// The sufficient statistics of a cross-sectional regression: `A = BᵀWB`, `c = BᵀWr`, `q = rᵀWr`.
///
/// Additive over assets and over dates. From them follow, without going back to the assets, the factor
/// returns under any constraint, for any subset of factors, with any ridge; the sum of squares that is
/// left; tests of dropping factors; and the constant factor returns pooled over a window. Not: idio
/// returns, robust weights, other weights. The sum of squares loses `log₁₀ 1/(1 − R²)` digits to
/// cancellation.
public struct NormalEquations: Sendable {
  /// The factors.
  public private(set) var layout: FactorLayout
  /// `A`, of order m; unscaled weights.
  public private(set) var matrix: SymmetricMatrix
  /// `c`, m numbers.
  public private(set) var rightHandSide: [Double]
  /// `q`.
  public private(set) var square: Double
  /// The number of assets.
  public private(set) var assetCount: Int
  /// `Σ ln w`, for the Gaussian likelihood.
  public private(set) var logWeightSum: Double
  /// For each group the sum of the constraint weights of each label.
  public private(set) var constraintWeights: [[Double]]

  /// Takes over sums.
  init(
    layout: FactorLayout, matrix: SymmetricMatrix, rightHandSide: [Double], square: Double, assetCount: Int,
    logWeightSum: Double, constraintWeights: [[Double]]
  ) {
    self.layout = layout
    self.matrix = matrix
    self.rightHandSide = rightHandSide
    self.square = square
    self.assetCount = assetCount
    self.logWeightSum = logWeightSum
    self.constraintWeights = constraintWeights
  }

  /// `ϖ`: for each group the share of each label; sums to 1.
  public var shares: [[Double]] {
    constraintWeights.map { weights in
      let total = weights.reduce(0, +)
      return weights.map { $0 / total }
    }
  }

  /// The statistics of the assets of both, labels of either included.
  ///
  /// - Precondition: both have the same groups and styles.
  /// - Complexity: O(m²).
  public func adding(_ other: NormalEquations) -> NormalEquations {
    precondition(
      layout.hasMarket == other.layout.hasMarket && layout.styleCount == other.layout.styleCount
        && layout.labels.count == other.layout.labels.count, "statistics of different factors")
    let union = FactorLayout(
      hasMarket: layout.hasMarket,
      labels: zip(layout.labels, other.layout.labels).map { mine, theirs in
        mine + theirs.filter { !mine.contains($0) }
      }, styleCount: layout.styleCount)
    var sum = NormalEquations(
      layout: union, matrix: .zeros(order: union.count), rightHandSide: Array(repeating: 0, count: union.count),
      square: square + other.square, assetCount: assetCount + other.assetCount,
      logWeightSum: logWeightSum + other.logWeightSum,
      constraintWeights: union.labels.map { Array(repeating: 0, count: $0.count) })
    for part in [self, other] {
      let positions = part.positions(in: union)
      for column in positions.indices {
        sum.rightHandSide[positions[column]] += part.rightHandSide[column]
        for row in column..<positions.count {
          sum.matrix[positions[row], positions[column]] += part.matrix[row, column]
        }
      }
      for group in union.labels.indices {
        for (place, label) in part.layout.labels[group].enumerated() {
          let target = union.labels[group].firstIndex(of: label) ?? 0
          sum.constraintWeights[group][target] += part.constraintWeights[group][place]
        }
      }
    }
    return sum
  }

  /// Where each factor stands in a layout that has all of them.
  private func positions(in union: FactorLayout) -> [Int] {
    var positions: [Int] = layout.hasMarket ? [0] : []
    for (group, labels) in layout.labels.enumerated() {
      let first = union.offset(ofGroup: group)
      positions += labels.map { first + (union.labels[group].firstIndex(of: $0) ?? 0) }
    }
    return positions + (0..<layout.styleCount).map { union.styleOffset + $0 }
  }

  /// Adds one asset: `A + w b bᵀ`; a negative weight takes one away that was added before.
  ///
  /// - Parameters:
  ///   - loadings: `b`, m numbers.
  ///   - weight: `w`.
  ///   - r: the asset's return.
  /// - Complexity: O(m²).
  public mutating func add(loadings: [Double], weight: Double, return r: Double) {
    precondition(loadings.count == layout.count, "\(loadings.count) loadings for \(layout.count) factors")
    for column in loadings.indices where loadings[column] != 0 {
      rightHandSide[column] += weight * loadings[column] * r
      for row in column..<loadings.count { matrix[row, column] += weight * loadings[row] * loadings[column] }
    }
    square += weight * r * r
    assetCount += weight > 0 ? 1 : -1
    logWeightSum += weight > 0 ? PortableMath.log(weight) : -PortableMath.log(-weight)
  }

  /// What the statistics say of the factor returns.
  public struct Solution: Sendable {
    /// `f`, m numbers; 0 for factors that were left out.
    public let factorReturns: [Double]
    /// `Var(f) / σ²` of each factor; 0 for factors that were left out.
    public let unitVariances: [Double]
    /// `q − cᵀf`, plus the ridge's part: what is left of the sum of squares.
    public let residualSumOfSquares: Double
    /// The number of independent coefficients, `m − p`.
    public let parameterCount: Int
    /// The estimated 1-norm condition number of the scaled matrix that was factorized.
    public let condition: Double
  }

  /// Solves for the factor returns under the zero-sum constraints.
  ///
  /// - Parameters:
  ///   - kept: the factors to keep, ascending, or `nil` for all; constrained groups as a whole or not.
  ///   - ridge: numbers added to the diagonal of `A`, one a factor, or `nil`.
  /// - Returns: `nil` where the kept factors are collinear.
  /// - Complexity: `m³ / 3` flops.
  public func solution(keeping kept: [Int]? = nil, ridge: [Double]? = nil) -> Solution? {
    var matrix = matrix
    if let ridge {
      precondition(ridge.count == layout.count, "\(ridge.count) ridges for \(layout.count) factors")
      for factor in ridge.indices { matrix[factor, factor] += ridge[factor] }
    }
    let restriction = Restriction(layout: layout, shares: shares, keeping: kept)
    let reduced = restriction.restrict(matrix)
    let scale = (0..<reduced.order).map { reduced[$0, $0].squareRoot() }
    guard scale.allSatisfy({ $0 > 0 }) else { return nil }
    let scaled = SymmetricMatrix(order: reduced.order) { reduced[$0, $1] / (scale[$0] * scale[$1]) }
    let norm = scaled.oneNorm
    guard let cholesky = try? Cholesky(consuming: scaled) else { return nil }
    let reciprocal = cholesky.reciprocalCondition(oneNorm: norm)
    guard reciprocal > Double(reduced.order) * .ulpOfOne else { return nil }
    let target = restriction.restrict(rightHandSide)
    var coefficients = zip(target, scale).map { $0 / $1 }
    cholesky.solve(&coefficients)
    coefficients = zip(coefficients, scale).map { $0 / $1 }
    var columns = restriction.transposed
    for column in 0..<columns.columnCount {
      for row in 0..<columns.rowCount { columns[row, column] /= scale[row] }
    }
    cholesky.forwardSolve(&columns)
    return Solution(
      factorReturns: restriction.expand(coefficients),
      unitVariances: (0..<columns.columnCount).map { columns.squaredLength(ofColumn: $0) },
      residualSumOfSquares: square - zip(target, coefficients).reduce(0.0) { $0 + $1.0 * $1.1 },
      parameterCount: restriction.order, condition: 1 / reciprocal)
  }

  /// The F statistic of dropping factors: `((RSS₀ − RSS₁) / k) / (RSS₁ / (n − m + p))`.
  ///
  /// - Parameter dropped: the factors to drop; constrained groups as a whole.
  /// - Returns: the statistic with its degrees of freedom, or `nil` where either fit is collinear.
  public func dropTest(_ dropped: Set<Int>) -> (statistic: Double, numerator: Int, denominator: Int)? {
    let kept = (0..<layout.count).filter { !dropped.contains($0) }
    guard let full = solution(), let smaller = solution(keeping: kept) else { return nil }
    let numerator = full.parameterCount - smaller.parameterCount
    let denominator = assetCount - full.parameterCount
    guard numerator > 0, denominator > 0 else { return nil }
    let gain = (smaller.residualSumOfSquares - full.residualSumOfSquares) / Double(numerator)
    return (gain / (full.residualSumOfSquares / Double(denominator)), numerator, denominator)
  }
}
