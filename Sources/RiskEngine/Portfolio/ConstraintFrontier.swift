internal import LinAlg

/// The portfolios that satisfy linear equalities, by least variance: `x_q` and directions that leave `Qx` as it is.
struct ConstraintFrontier {
  /// By how much a redundant constraint's target may differ from what the others imply, as a share of the largest target,
  /// all in units where the constraints have one length.
  static let tolerance = 1e-8

  /// `x_q`.
  let leastVariance: [Double]
  /// Whether every target is 0.
  let isHomogeneous: Bool
  /// The names of constraints that follow from the others.
  let redundant: [String]
  private let precision: RiskModel.Precision
  /// `Qᵀ`, assets × constraints.
  private let constraints: Matrix
  /// `Ω_r⁻¹Qᵀ`, assets × constraints.
  private let solved: Matrix
  private let system: ScaledGram

  /// Solves for `x_q`.
  ///
  /// - Complexity: O(c (n (K + G) + m²) + c³) for c constraints.
  init(_ precision: RiskModel.Precision, constraints: [LinearConstraint]) throws(PortfolioError) {
    let n = precision.model.assetCount
    for constraint in constraints {
      precondition(constraint.coefficients.count == n, "\(constraint.coefficients.count) coefficients for \(n) assets")
      guard constraint.target.isFinite, constraint.coefficients.allSatisfy(\.isFinite) else {
        throw .constraintNotFinite(name: constraint.name)
      }
    }
    let targets = constraints.map(\.target)
    isHomogeneous = targets.allSatisfy { $0 == 0 }
    self.precision = precision
    let gathered = Matrix(
      rowCount: n, columnCount: constraints.count, storage: constraints.flatMap(\.coefficients))
    self.constraints = gathered
    guard n > 0, !constraints.isEmpty else {
      if let impossible = constraints.first(where: { $0.target != 0 }) {
        throw .constraintContradictory(name: impossible.name)
      }
      solved = gathered
      system = ScaledGram(.zeros(order: constraints.count))
      leastVariance = Array(repeating: 0, count: n)
      redundant = constraints.map(\.name)
      return
    }
    let solved = precision.product(gathered)
    let gram = SymmetricMatrix(
      order: constraints.count, lowerTriangleOf: gathered.view.transposed.multiplied(by: solved.view).storage)
    let system = ScaledGram(gram)
    self.solved = solved
    self.system = system
    let multipliers = system.solution(targets)
    // What the kept constraints imply for the others.
    let implied = gram.multiplied(by: multipliers)
    let units = (0..<constraints.count).map { gram[$0, $0] > 0 ? 1 / gram[$0, $0].squareRoot() : 1 }
    let largest = zip(targets, units).map { abs($0 * $1) }.max() ?? 0
    for place in system.dependent
    where abs(implied[place] - targets[place]) * units[place] > Self.tolerance * largest {
      throw .constraintContradictory(name: constraints[place].name)
    }
    redundant = system.dependent.map { constraints[$0].name }
    leastVariance = solved.multiplied(by: multipliers)
  }

  /// `z` of expected returns, and whether nothing but rounding is left of them.
  ///
  /// - Complexity: O(n (K + G + c) + m²).
  func direction(_ expectedReturns: [Double]) -> (z: [Double], isNegligible: Bool) {
    guard !expectedReturns.isEmpty else { return ([], true) }
    let free = precision.product(expectedReturns)
    let whole = SampleSums.product(expectedReturns.span, free.span)
    var direction = free
    if constraints.columnCount > 0 {
      let multipliers = system.solution(constraints.view.transposed.multiplied(by: free))
      for (row, value) in solved.multiplied(by: multipliers).enumerated() { direction[row] -= value }
    }
    let left = SampleSums.product(expectedReturns.span, direction.span)
    return (direction, !(left > ScaledGram.tolerance * whole))
  }
}
