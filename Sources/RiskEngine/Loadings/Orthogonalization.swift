/// What a column is made orthogonal to, and in which weights.
public struct Orthogonalization: Hashable, Sendable {
  /// The weights of a product.
  public enum Weights: String, Hashable, Sendable, CaseIterable {
    /// The root of the market capitalization.
    case squareRootOfCap = "sqrt-cap"
    /// The market capitalization.
    case cap
    /// Equal.
    case equal
  }

  /// The earlier styles.
  public var styles: [String]
  /// The weights.
  public var weights: Weights

  /// Names styles.
  public init(to styles: [String], weights: Weights = .squareRootOfCap) {
    self.styles = styles
    self.weights = weights
  }
}

extension Orthogonalization {
  /// What became of a column.
  struct Outcome: Equatable {
    /// The regressors that depend on the intercept and those before them.
    var dependentCount = 0
    /// Whether the regressors explain all of the column, to rounding.
    var isExplained = false
  }

  /// The norm of a regressor's own part, relative to the regressor, below which it depends on others: ten digits are
  /// lost then, and the direction of the part has few left.
  private static let leastOwnPart = 1e-10
  /// The norm of a residual, relative to the column, below which it is rounding.
  private static let leastResidual = 1e-12

  /// Takes out of a column what a weighted regression on an intercept and other columns explains.
  ///
  /// The regression is over the rows of positive weight; what it explains is taken out of all rows. Regressors are made
  /// orthogonal one after the other, twice each (modified Gram-Schmidt; twice is enough: Giraud, Langou, Rozložník and
  /// van den Eshof, *Numerische Mathematik* 101, 2005), so that nearly dependent ones do no harm; one that depends on
  /// those before it is left out.
  ///
  /// - Parameters:
  ///   - target: the column; changed. NaN in it stays, and is there in the end where a regressor has NaN.
  ///   - regressors: finite where the weight is positive, elsewhere finite or NaN.
  ///   - weights: one a row, 0 outside the sample, positive where the target is finite.
  /// - Complexity: O(rows q²) for q regressors.
  static func residualize(
    _ target: inout [Double], on regressors: [[Double]], weights: [Double]
  ) -> Outcome {
    let weights = weights.span
    let total = SampleSums.sum(weights)
    var outcome = Outcome()
    guard total > 0 else { return outcome }
    // Zeros where something is missing, and nothing of them in the end.
    var isMissing = [Bool](repeating: false, count: target.count)
    for row in target.indices where !target[row].isFinite { isMissing[row] = true }
    var bases: [(column: [Double], norm: Double)] = []
    for regressor in regressors {
      var column = regressor
      for row in column.indices where !column[row].isFinite {
        isMissing[row] = true
        column[row] = 0
      }
      let size = norm(column, weights)
      for _ in 0..<2 {
        center(&column, weights, total)
        for base in bases { project(&column, off: base.column, norm: base.norm, weights) }
      }
      let own = norm(column, weights)
      guard own > leastOwnPart * leastOwnPart * size else {
        outcome.dependentCount += 1
        continue
      }
      bases.append((column, own))
    }
    for row in target.indices where isMissing[row] { target[row] = 0 }
    let size = norm(target, weights)
    for _ in 0..<2 {
      center(&target, weights, total)
      for base in bases { project(&target, off: base.column, norm: base.norm, weights) }
    }
    outcome.isExplained = norm(target, weights) <= leastResidual * leastResidual * size
    for row in target.indices where isMissing[row] { target[row] = .nan }
    return outcome
  }

  private static func norm(_ column: [Double], _ weights: Span<Double>) -> Double {
    SampleSums.product(weights, column.span, column.span)
  }

  private static func center(_ column: inout [Double], _ weights: Span<Double>, _ total: Double) {
    subtract(SampleSums.product(weights, column.span) / total, from: &column)
  }

  private static func subtract(_ mean: Double, from column: inout [Double]) {
    var entries = column.mutableSpan
    for row in entries.indices { entries[row] -= mean }
  }

  private static func project(_ column: inout [Double], off base: [Double], norm: Double, _ weights: Span<Double>) {
    let slope = SampleSums.product(weights, column.span, base.span) / norm
    let base = base.span
    var entries = column.mutableSpan
    precondition(base.count == entries.count)
    for row in entries.indices { entries[row] -= slope * base[row] }
  }
}
