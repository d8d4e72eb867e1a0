internal import LinAlg

/// A Gram matrix of portfolios or constraints, brought to a unit diagonal and factorized on those that do not depend on
/// others.
///
/// The pivot of a column is the squared sine of its angle to the columns before it, so the tolerance does not depend on
/// how the portfolios are scaled.
struct ScaledGram {
  /// The squared sine at or below which a column depends on others: an angle of 10⁻⁵, where half of the digits of the
  /// solution are gone.
  static let tolerance = 1e-10

  /// The columns that do not depend on others, ascending.
  let independent: [Int]
  /// The columns that do, or that are zero, ascending.
  let dependent: [Int]
  /// `1 / √a_kk`; 0 of a zero column.
  private let scale: [Double]
  private let cholesky: Cholesky?

  /// Factorizes a matrix.
  ///
  /// - Complexity: O(q³).
  init(_ gram: SymmetricMatrix) {
    let order = gram.order
    let scale = (0..<order).map { gram[$0, $0] > 0 ? 1 / gram[$0, $0].squareRoot() : 0 }
    self.scale = scale
    let scaled = SymmetricMatrix(order: order) { scale[$0] * gram[$0, $1] * scale[$1] }
    guard order > 0, let pivoted = try? PivotedCholesky(consuming: scaled, relativeTolerance: Self.tolerance) else {
      independent = []
      dependent = Array(0..<order)
      cholesky = nil
      return
    }
    let kept = pivoted.independentColumns.sorted()
    let part = SymmetricMatrix(order: kept.count) { scaled[kept[$0], kept[$1]] }
    guard !kept.isEmpty, let cholesky = try? Cholesky(consuming: part) else {
      independent = []
      dependent = Array(0..<order)
      self.cholesky = nil
      return
    }
    independent = kept
    dependent = pivoted.dependentColumns
    self.cholesky = cholesky
  }

  /// Solves `A x = b` on the independent columns; 0 at the others.
  func solution(_ b: [Double]) -> [Double] {
    var x = [Double](repeating: 0, count: b.count)
    guard let cholesky else { return x }
    var part = independent.map { scale[$0] * b[$0] }
    cholesky.solve(&part)
    for (column, value) in zip(independent, part) { x[column] = scale[column] * value }
    return x
  }
}
