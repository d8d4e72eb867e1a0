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
  /// Takes out of a column what a weighted regression on an intercept and other columns explains.
  ///
  /// The regression is over the rows of a sample; what it explains is taken out of all rows. Columns are made
  /// orthogonal one after the other, twice, so that nearly dependent ones do no harm; one that depends on those before
  /// it is left out.
  ///
  /// - Parameters:
  ///   - target: the column; changed.
  ///   - regressors: finite in all rows of the sample.
  ///   - weights: one a row, positive in the sample.
  ///   - rows: the rows of the sample.
  /// - Returns: the number of regressors that depend on others.
  /// - Complexity: O(rows q²) for q regressors.
  static func residualize(
    _ target: inout [Double], on regressors: [[Double]], weights: [Double], rows: [Int32]
  ) -> Int {
    var total = 0.0
    for row in rows { total += weights[Int(row)] }
    guard total > 0 else { return 0 }
    func center(_ column: inout [Double]) {
      var sum = 0.0
      for row in rows { sum += weights[Int(row)] * column[Int(row)] }
      let mean = sum / total
      for row in column.indices { column[row] -= mean }
    }
    func product(_ a: [Double], _ b: [Double]) -> Double {
      var sum = 0.0
      for row in rows { sum += weights[Int(row)] * a[Int(row)] * b[Int(row)] }
      return sum
    }
    func project(_ column: inout [Double], off base: [Double], norm: Double) {
      let slope = product(column, base) / norm
      for row in column.indices { column[row] -= slope * base[row] }
    }
    var bases: [(column: [Double], norm: Double)] = []
    var dependent = 0
    for regressor in regressors {
      var column = regressor
      center(&column)
      let before = product(column, column)
      for _ in 0..<2 {
        for base in bases { project(&column, off: base.column, norm: base.norm) }
      }
      center(&column)
      let norm = product(column, column)
      guard norm > 1e-20 * before, norm > 0 else {
        dependent += 1
        continue
      }
      bases.append((column, norm))
    }
    for _ in 0..<2 {
      center(&target)
      for base in bases { project(&target, off: base.column, norm: base.norm) }
    }
    return dependent
  }
}
