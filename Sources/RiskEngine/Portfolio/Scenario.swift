public import LinAlg

/// What factor returns are to be expected given some of them, and what remains uncertain.
///
/// With `A` the shocked combinations of factors and `s` their returns, `E[f | Aᵀf = s] = FA (AᵀFA)⁺ s`, and the
/// covariance of what remains is `F − FA (AᵀFA)⁺ AᵀF`, for normal factor returns of mean zero. From the singular values
/// of `AᵀG` with `F = GGᵀ`, so that neither `F` nor `AᵀFA` need be regular: label returns have zero sums.
public struct Scenario: Sendable {
  /// Directions of the shocks of less than this share of the largest variance count as without any.
  static let relativeCut = 1e-10
  /// The share of the shocks that may lie in such directions.
  static let tolerance = 1e-8

  /// The model.
  public let model: RiskModel
  /// The shocks.
  public let shocks: [FactorShock]
  /// `E[f | Aᵀf = s]`: m numbers over the model's horizon.
  public let expectedFactorReturns: [Double]
  /// `sᵀ(AᵀFA)⁺s`: the squared Mahalanobis length of the shocks.
  public let squaredLength: Double
  /// The number of directions that the shocks fix: the rank of `AᵀFA`.
  public let rank: Int
  /// `G` less what the shocks fix of it, m × columns of `G`.
  private let residualRoot: Matrix

  /// The probability that normal factor returns of this covariance are shocked at least as much in the same directions:
  /// the upper tail of a chi-square of `rank` degrees of freedom; 1 without shocks.
  public var tailProbability: Double {
    rank == 0 ? 1 : ChiSquareDistribution(degreesOfFreedom: Double(rank)).upperTail(squaredLength)
  }

  /// `F − FA (AᵀFA)⁺ AᵀF`, m × m, positive semidefinite.
  ///
  /// - Complexity: O(m³).
  public var residualCovariance: SymmetricMatrix { SymmetricMatrix(gramOf: residualRoot.view.transposed) }

  /// Conditions a model on shocks.
  ///
  /// - Throws: `PortfolioError.shockNotFinite`, or `shockImpossible` where factor returns never do what is asked for: more
  ///   than 10⁻⁸ of the shocks lies where `AᵀFA` has no variance.
  /// - Complexity: O(q m² + q² m) for q shocks.
  public init(_ model: RiskModel, shocks: [FactorShock]) throws(PortfolioError) {
    let root = model.factorRoot
    for shock in shocks {
      for term in shock.terms {
        precondition(term.factor >= 0 && term.factor < root.rowCount, "factor \(term.factor) of \(root.rowCount)")
      }
      guard shock.value.isFinite, shock.terms.allSatisfy(\.coefficient.isFinite) else {
        throw .shockNotFinite(name: shock.name)
      }
    }
    self.model = model
    self.shocks = shocks
    let values = shocks.map(\.value)
    guard !shocks.isEmpty, root.columnCount > 0 else {
      guard values.allSatisfy({ $0 == 0 }) else { throw .shockImpossible(names: shocks.map(\.name), share: 1) }
      expectedFactorReturns = Array(repeating: 0, count: root.rowCount)
      squaredLength = 0
      rank = 0
      residualRoot = root
      return
    }
    let shocked = Matrix(rowCount: shocks.count, columnCount: root.columnCount) { shock, column in
      shocks[shock].terms.reduce(0) { $0 + $1.coefficient * root[$1.factor, column] }
    }
    guard let svd = try? SVD(consuming: shocked) else { throw .model(.factorCovarianceNotDecomposed) }
    // Singular values are roots of the eigenvalues of AᵀFA.
    let rank = svd.rank(relativeCutoff: Self.relativeCut.squareRoot())
    let directions = svd.u.view.columns(0..<rank)
    var coordinates = directions.transposed.multiplied(by: values)
    let reached = directions.multiplied(by: coordinates)
    let missed = zip(values, reached).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let length = values.reduce(0) { $0 + $1 * $1 }
    guard missed <= Self.tolerance * Self.tolerance * length else {
      throw .shockImpossible(names: shocks.map(\.name), share: (missed / length).squareRoot())
    }
    for index in 0..<rank { coordinates[index] /= svd.singularValues[index] }
    let fixed = svd.vTransposed.view.rows(0..<rank)
    expectedFactorReturns = root.multiplied(by: fixed.transposed.multiplied(by: coordinates))
    squaredLength = coordinates.reduce(0) { $0 + $1 * $1 }
    self.rank = rank
    var residual = root
    // G (I − VVᵀ); twice, since what is left of a fixed direction is rounding of the first subtraction.
    for _ in 0..<2 {
      let along = residual.view.multiplied(by: fixed.transposed)
      residual.addProduct(along.view, fixed, scale: -1)
    }
    residualRoot = residual
  }

  /// What the scenario does to a portfolio.
  ///
  /// - Complexity: O(n (K + G) + m²).
  public func impact(on holdings: Holdings) -> ScenarioImpact {
    let state = Hedge.State(holdings, model: model)
    let scores = residualRoot.view.transposed.multiplied(by: state.loadings)
    return ScenarioImpact(
      coverage: model.coverage(of: holdings), loadings: state.loadings,
      contributions: zip(state.loadings, expectedFactorReturns).map { $0 * $1 },
      residualFactorVariance: SampleSums.product(scores.span, scores.span), idioVariance: state.idioVariance)
  }
}
