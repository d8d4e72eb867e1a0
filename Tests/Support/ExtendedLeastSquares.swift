/// Least squares from the definition: columns made orthogonal twice over by modified Gram–Schmidt.
///
/// Slow and plain, for comparison; the error grows with the condition number, not its square.
public struct ExtendedLeastSquares {
  /// The coefficient of each column.
  public let coefficients: [Extended]
  /// What is left of the response.
  public let residuals: [Extended]
  /// `(XᵀX)⁻¹`, row by row.
  public let inverseGram: [[Extended]]
  /// The diagonal of `X (XᵀX)⁻¹ Xᵀ`.
  public let leverage: [Extended]

  /// Solves `min ‖y − X b‖`.
  ///
  /// - Precondition: the columns are independent.
  public init(columns: [[Extended]], response: [Extended]) {
    let count = columns.count
    let rows = response.count
    var q = columns
    var r = [[Extended]](repeating: [Extended](repeating: 0, count: count), count: count)
    func dot(_ a: [Extended], _ b: [Extended]) -> Extended {
      var sum: Extended = 0
      for i in 0..<rows { sum += a[i] * b[i] }
      return sum
    }
    for k in 0..<count {
      for _ in 0..<2 {
        for j in 0..<k {
          let projection = dot(q[j], q[k])
          r[j][k] += projection
          for i in 0..<rows { q[k][i] -= projection * q[j][i] }
        }
      }
      let length = dot(q[k], q[k]).squareRoot()
      precondition(length > 0, "column \(k) depends on those before it")
      r[k][k] = length
      for i in 0..<rows { q[k][i] /= length }
    }
    var residuals = response
    var projections = [Extended](repeating: 0, count: count)
    for _ in 0..<2 {
      for k in 0..<count {
        let projection = dot(q[k], residuals)
        projections[k] += projection
        for i in 0..<rows { residuals[i] -= projection * q[k][i] }
      }
    }
    // R⁻¹ column by column, by back substitution.
    var inverse = r
    for column in 0..<count {
      for row in (0..<count).reversed() {
        var value: Extended = row == column ? 1 : 0
        for k in row + 1..<max(row + 1, count) { value -= r[row][k] * inverse[k][column] }
        inverse[row][column] = value / r[row][row]
      }
    }
    self.residuals = residuals
    coefficients = (0..<count).map { row in (0..<count).reduce(0) { $0 + inverse[row][$1] * projections[$1] } }
    inverseGram = (0..<count).map { row in
      (0..<count).map { column in (0..<count).reduce(0) { $0 + inverse[row][$1] * inverse[column][$1] } }
    }
    leverage = (0..<rows).map { row in (0..<count).reduce(0) { $0 + q[$1][row] * q[$1][row] } }
  }
}
