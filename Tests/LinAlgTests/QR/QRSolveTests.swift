import LinAlg
import Testing
import TestSupport

/// Solves with the parts of a QR factorization.
@Suite struct QRSolveTests {
  /// `(R + ΔR) x = b` with `|ΔR| ≤ γₙ |R|`: Higham, 2002, theorem 8.5, and a rounding more for reciprocal diagonals.
  @Test(arguments: [NamedMatrix.hilbert, .graded, .identity, .random], [(1, 1), (12, 4), (4, 12), (33, 33)])
  func triangularSolvesAreWithinTheBackwardErrorBound(name: NamedMatrix, shape: (rows: Int, columns: Int)) throws {
    let qr = QR(consuming: name.matrix(rowCount: shape.rows, columnCount: shape.columns))
    let order = min(shape.rows, shape.columns)
    let block = ReferenceMatrix(rowCount: order, columnCount: order) { Extended(qr.r($0, $1)) }
    let b = (0..<order).map { Double($0 % 3) + 0.5 }
    for (r, solve) in [
      (block, { (x: inout [Double]) throws(LinAlgError) in try qr.solveR(&x) }),
      (block.transposed, { (x: inout [Double]) throws(LinAlgError) in try qr.solveRTransposed(&x) }),
    ] {
      var x = b
      try solve(&x)
      let wide = ReferenceMatrix(column: x)
      let residual = ReferenceMatrix(column: b) - r * wide
      let bound = r.magnitudes * wide.magnitudes
      for i in 0..<order {
        #expect(Double(abs(residual[i, 0])) <= gamma(order + 1) * Double(bound[i, 0]), "row \(i)")
      }
    }
  }

  @Test func matricesAndVectorsSolveAlike() throws {
    let qr = QR(consuming: NamedMatrix.random.matrix(rowCount: 12, columnCount: 4))
    let columns = Matrix(rowCount: 3, columnCount: 2) { Double($0 + 2 * $1 + 1) }
    var forward = columns
    var backward = columns
    try qr.solveRTransposed(&forward)
    try qr.solveR(&backward)
    for j in 0..<2 {
      var x = columns.column(j)
      try qr.solveR(&x)
      var y = columns.column(j)
      try qr.solveRTransposed(&y)
      // Each of the two ways is within γ₄ |R||x|, so they differ by at most twice that, times the inverse: κ γ₄.
      let bound = 2 * gamma(4) / qr.reciprocalCondition(rank: 3)
      for i in 0..<3 {
        #expect(relativeDifference(backward[i, j], x[i]) <= bound)
        #expect(relativeDifference(forward[i, j], y[i]) <= bound)
      }
    }
  }

  @Test func aZeroOnTheDiagonalIsNamedAndNothingIsTouched() {
    let qr = QR(consuming: Matrix(rowCount: 4, columnCount: 3) { $0 == $1 && $0 < 2 ? 2 : 0 })
    var b = [1.0, 2, 3]
    #expect(throws: LinAlgError.singular(diagonalEntry: 3)) { try qr.solveR(&b) }
    #expect(throws: LinAlgError.singular(diagonalEntry: 3)) { try qr.solveRTransposed(&b) }
    #expect(b == [1, 2, 3])
    #expect(qr.reciprocalCondition() == 0)
    #expect(qr.reciprocalCondition(rank: 2) == 1)
  }

  /// The estimate of `‖R⁻¹‖₁` is a lower bound, seldom below a third: Higham, ACM TOMS 14, 1988.
  @Test(arguments: [NamedMatrix.hilbert, .graded, .identity, .random], [(1, 1), (12, 4), (8, 8)])
  func reciprocalConditionIsWithinAThird(name: NamedMatrix, shape: (rows: Int, columns: Int)) {
    let qr = QR(consuming: name.matrix(rowCount: shape.rows, columnCount: shape.columns))
    let r = ReferenceMatrix(rowCount: shape.columns, columnCount: shape.columns) { Extended(qr.r($0, $1)) }
    let exact = 1 / (r.oneNorm * r.inverse().oneNorm)
    let rounding = Double(shape.columns) * gamma(shape.columns + 1) / exact
    let estimate = qr.reciprocalCondition()
    #expect(estimate >= exact * (1 - rounding))
    #expect(estimate <= 3 * exact * (1 + rounding))
  }

  /// First-order bound for a backward error of `γ` in each column and in `b`, Björck, 1996, theorem 1.4.6, in norms:
  /// `κ γ (‖b‖ / ‖A‖ + ‖x‖ …)`; taken as `γ √n (‖A⁺‖ (‖b‖ + ‖A‖F ‖x‖) + ‖A⁺‖² ‖A‖F ‖r‖)`.
  @Test(arguments: [NamedMatrix.hilbert, .graded, .identity, .random], [(1, 1), (6, 6), (12, 4), (90, 6)])
  func leastSquaresAgreesWithPlainLoops(name: NamedMatrix, shape: (rows: Int, columns: Int)) throws {
    let a = name.matrix(rowCount: shape.rows, columnCount: shape.columns)
    let wide = ReferenceMatrix(a)
    let b = (0..<shape.rows).map { Double($0 % 7) - 2 }
    let solution = QR(consuming: a).leastSquares(b, relativeTolerance: 0)
    let exact = wide.leastSquares(b)

    let wideSolution = ReferenceMatrix(rowCount: shape.columns, columnCount: 1) { i, _ in exact[i] }
    let residual = ReferenceMatrix(column: b) - wide * wideSolution
    let pseudoInverseNorm = 1 / (wide.jacobiSingularValues().last ?? 1)
    let exactNorm = Double(exact.reduce(0) { $0 + $1 * $1 }.squareRoot())
    let rightHandSideNorm = ReferenceMatrix(column: b).frobeniusNorm
    let gamma = 2 * householderGamma(rowCount: shape.rows, columnCount: shape.columns + 1)
    let misfit = rightHandSideNorm + wide.frobeniusNorm * exactNorm
    let bound =
      gamma * Double(shape.columns).squareRoot()
      * (pseudoInverseNorm * misfit
        + pseudoInverseNorm * pseudoInverseNorm * wide.frobeniusNorm * residual.frobeniusNorm)
    let error = zip(solution.coefficients, exact).reduce(0) { $0 + ($1.0 - Double($1.1)) * ($1.0 - Double($1.1)) }
    #expect(error.squareRoot() <= bound)
    #expect(solution.rank == shape.columns)
    #expect(abs(solution.residualSumOfSquares.squareRoot() - residual.frobeniusNorm) <= gamma * misfit)
  }

  /// Columns that repeat get one coefficient between them, and the fit is that of the distinct columns.
  @Test func dependentColumnsGetZero() {
    let a = NamedMatrix.duplicatedColumns.matrix(rowCount: 20, columnCount: 6)
    let b = (0..<20).map { Double($0 * $0 % 11) }
    var workspace = QRWorkspace(rowCount: 20, columnCount: 6)
    let solution = QR(consuming: a).leastSquares(b, workspace: &workspace)
    #expect(solution.rank == 3)
    #expect(solution.coefficients.filter { $0 == 0 }.count == 3)
    let distinct = Matrix(rowCount: 20, columnCount: 3) { a[$0, 2 * $1] }
    let expected = QR(consuming: distinct).leastSquares(b)
    for j in 0..<3 {
      let sum = solution.coefficients[2 * j] + solution.coefficients[2 * j + 1]
      let condition = 1 / QR(consuming: distinct).reciprocalCondition()
      let bound = 2 * householderGamma(rowCount: 20, columnCount: 6) * condition * condition
      #expect(relativeDifference(sum, expected.coefficients[j]) <= bound)
    }
  }

  /// More unknowns than equations: the equations hold.
  @Test func aWideSystemIsSolvedExactlyOnSomeColumns() {
    let a = NamedMatrix.random.matrix(rowCount: 4, columnCount: 12)
    let b = [1.0, -2, 3, 0.5]
    let solution = QR(consuming: a).leastSquares(b)
    #expect(solution.rank == 4)
    #expect(solution.residualSumOfSquares == 0)
    #expect(solution.coefficients.filter { $0 == 0 }.count == 8)
    let fitted = a.multiplied(by: solution.coefficients)
    let norm = a.frobeniusNorm * solution.coefficients.reduce(0) { $0 + $1 * $1 }.squareRoot()
    for i in 0..<4 {
      #expect(abs(fitted[i] - b[i]) <= 2 * householderGamma(rowCount: 4, columnCount: 12) * (norm + 4))
    }
  }
}
