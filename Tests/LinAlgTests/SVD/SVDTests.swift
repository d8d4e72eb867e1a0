import LinAlg
import Testing
import TestSupport

@Suite struct SVDTests {
  static let shapes = [(1, 1), (2, 1), (1, 3), (5, 5), (12, 4), (4, 12), (33, 33), (70, 12)]

  /// `50 max(m, n) u ‖A‖F`, as for symmetric matrices, of which `[0 A; Aᵀ 0]` is one with singular values for eigenvalues
  /// (LAPACK Working Note 41 holds `gesdd` to the same form).
  private func tolerance(_ a: Matrix) -> Double {
    50 * Double(max(a.rowCount, a.columnCount)) * unitRoundoff * a.frobeniusNorm
  }

  @Test(arguments: NamedMatrix.allCases, shapes)
  func reconstructionAndOrthogonality(name: NamedMatrix, shape: (rows: Int, columns: Int)) throws {
    let a = name.matrix(rowCount: shape.rows, columnCount: shape.columns)
    let svd = try SVD(consuming: a)
    let inner = min(shape.rows, shape.columns)
    #expect(svd.u.rowCount == shape.rows && svd.u.columnCount == inner)
    #expect(svd.vTransposed.rowCount == inner && svd.vTransposed.columnCount == shape.columns)
    let (u, vT) = (ReferenceMatrix(svd.u), ReferenceMatrix(svd.vTransposed))
    let scaled = ReferenceMatrix(rowCount: shape.rows, columnCount: inner) {
      u[$0, $1] * Extended(svd.singularValues[$1])
    }
    let error = (ReferenceMatrix(a) - scaled * vT).frobeniusNorm
    #expect(error <= tolerance(a))
    let size = Double(max(shape.rows, shape.columns))
    for gram in [u.transposed * u, vT * vT.transposed] {
      let orthogonality = (gram - .identity(order: inner)).frobeniusNorm
      #expect(orthogonality <= 50 * size * unitRoundoff * Double(inner).squareRoot())
    }
  }

  /// A backward error moves each singular value by at most its norm: Golub and Van Loan, 2013, corollary 8.6.2.
  @Test(arguments: NamedMatrix.allCases, shapes)
  func valuesAgreeWithJacobi(name: NamedMatrix, shape: (rows: Int, columns: Int)) throws {
    let a = name.matrix(rowCount: shape.rows, columnCount: shape.columns)
    let svd = try SVD(consuming: a)
    let exact = ReferenceMatrix(a).jacobiSingularValues()
    for (k, value) in svd.singularValues.enumerated() {
      #expect(abs(value - exact[k]) <= tolerance(a), "singular value \(k)")
    }
    #expect(svd.singularValues.allSatisfy { $0 >= 0 })
    #expect(zip(svd.singularValues, svd.singularValues.dropFirst()).allSatisfy { $0 >= $1 })
  }

  @Test(arguments: NamedMatrix.allCases, shapes)
  func theLargestEntryOfEachRightVectorIsPositive(name: NamedMatrix, shape: (rows: Int, columns: Int)) throws {
    let svd = try SVD(consuming: name.matrix(rowCount: shape.rows, columnCount: shape.columns))
    for k in 0..<min(shape.rows, shape.columns) {
      let row = (0..<shape.columns).map { svd.vTransposed[k, $0] }
      let largest = row.map(abs).max() ?? 0
      let first = row.first { abs($0) == largest } ?? 0
      #expect(first > 0, "vector \(k)")
    }
  }

  @Test(arguments: NamedMatrix.allCases.filter { $0 != .hilbert && $0 != .graded }, shapes)
  func rankIsTheExactOne(name: NamedMatrix, shape: (rows: Int, columns: Int)) throws {
    let svd = try SVD(consuming: name.matrix(rowCount: shape.rows, columnCount: shape.columns))
    #expect(svd.rank() == name.exactRank(rowCount: shape.rows, columnCount: shape.columns))
  }

  @Test func rankCountsAgainstTheLargest() throws {
    let svd = try SVD(consuming: Matrix(rowCount: 4, columnCount: 3) { $0 == $1 ? [1.0, 0x1p-10, 0x1p-20][$0] : 0 })
    #expect(svd.singularValues == [1, 0x1p-10, 0x1p-20])
    #expect(svd.condition == 0x1p20)
    #expect(svd.rank() == 3)
    #expect(svd.rank(relativeCutoff: 0x1p-20) == 2)
    #expect(svd.rank(relativeCutoff: 0x1p-10) == 1)
    #expect(svd.rank(relativeCutoff: 1) == 0)
  }

  @Test func conditionOfSingularAndEmptyMatrices() throws {
    #expect(try SVD(consuming: .zeros(rowCount: 3, columnCount: 2)).condition == .infinity)
    #expect(try SVD(consuming: .zeros(rowCount: 0, columnCount: 2)).condition == 1)
  }

  /// The basis is complete, orthonormal, and taken to zero, also where rows are fewer than columns.
  @Test(arguments: NamedMatrix.allCases, shapes)
  func nullVectorsAreABasisOfWhatVanishes(name: NamedMatrix, shape: (rows: Int, columns: Int)) throws {
    let a = name.matrix(rowCount: shape.rows, columnCount: shape.columns)
    let svd = try SVD(consuming: a)
    let null = svd.nullVectors()
    let count = shape.columns - svd.rank()
    #expect(null.rowCount == shape.columns && null.columnCount == count)
    let wide = ReferenceMatrix(null)
    let orthogonality = (wide.transposed * wide - .identity(order: count)).frobeniusNorm
    let size = Double(max(shape.rows, shape.columns))
    // Twice, for the decomposition and for the completion.
    #expect(orthogonality <= 2 * 50 * size * unitRoundoff * size.squareRoot())
    let image = (ReferenceMatrix(a) * wide).frobeniusNorm
    let dropped = svd.singularValues.dropFirst(svd.rank()).reduce(0, +)
    #expect(image <= 2 * tolerance(a) + dropped)
    for j in 0..<count {
      let column = null.column(j)
      let largest = column.map(abs).max() ?? 0
      let first = column.first { abs($0) == largest } ?? 0
      #expect(first > 0, "vector \(j)")
    }
  }

  /// Two columns that are equal: the null vector is their difference.
  @Test func theNullVectorOfEqualColumns() throws {
    let a = NamedMatrix.duplicatedColumns.matrix(rowCount: 9, columnCount: 2)
    let null = try SVD(consuming: a).nullVectors()
    #expect(null.columnCount == 1)
    // The gap to the other singular value is that value: the vector is as accurate as the matrix.
    let bound = 2 * tolerance(a) / a.frobeniusNorm
    #expect(abs(abs(null[0, 0]) - 0.5.squareRoot()) <= bound)
    #expect(abs(null[0, 0] + null[1, 0]) <= bound)
  }

  /// For full column rank the minimum-norm solution is that of least squares; first-order bound as for QR.
  @Test(arguments: [NamedMatrix.hilbert, .identity, .random], [(1, 1), (6, 6), (12, 4)])
  func fullRankIsLeastSquares(name: NamedMatrix, shape: (rows: Int, columns: Int)) throws {
    let a = name.matrix(rowCount: shape.rows, columnCount: shape.columns)
    let b = (0..<shape.rows).map { Double($0 % 7) - 2 }
    let svd = try SVD(consuming: a)
    let solution = svd.minimumNormSolution(b, relativeCutoff: 0)
    let exact = ReferenceMatrix(a).leastSquares(b)
    let exactNorm = Double(exact.reduce(0) { $0 + $1 * $1 }.squareRoot())
    let rightHandSideNorm = ReferenceMatrix(column: b).frobeniusNorm
    let error = zip(solution, exact).reduce(0) { $0 + ($1.0 - Double($1.1)) * ($1.0 - Double($1.1)) }.squareRoot()
    let condition = svd.condition
    let relative = 50 * Double(shape.rows) * unitRoundoff * condition
    let bound = relative * (exactNorm + (1 + condition) * rightHandSideNorm / a.frobeniusNorm)
    #expect(error <= bound)
  }

  /// All ones, rank 1: every unknown gets the mean of `b` over the number of unknowns.
  @Test(arguments: shapes)
  func allOnesSpreadsTheMeanEvenly(shape: (rows: Int, columns: Int)) throws {
    let a = NamedMatrix.allOnes.matrix(rowCount: shape.rows, columnCount: shape.columns)
    let b = (0..<shape.rows).map { Double($0) + 1 }
    let solution = try SVD(consuming: a).minimumNormSolution(b)
    let expected = Double(shape.rows + 1) / 2 / Double(shape.columns)
    let relative = 50 * Double(max(shape.rows, shape.columns)) * unitRoundoff
    #expect(solution.allSatisfy { abs($0 - expected) <= 4 * relative * expected })
  }

  @Test func theZeroMatrixSolvesToZero() throws {
    let svd = try SVD(consuming: .zeros(rowCount: 3, columnCount: 2))
    #expect(svd.rank() == 0)
    #expect(svd.minimumNormSolution([1, 2, 3]) == [0, 0])
    #expect(svd.nullVectors().columnCount == 2)
  }

  @Test(arguments: [(0, 0), (0, 3), (3, 0)])
  func emptyShapes(rows: Int, columns: Int) throws {
    let svd = try SVD(consuming: .zeros(rowCount: rows, columnCount: columns))
    #expect(svd.singularValues.isEmpty && svd.rank() == 0)
    #expect(svd.minimumNormSolution(Array(repeating: 1, count: rows)) == Array(repeating: 0, count: columns))
    #expect(svd.nullVectors() == .identity(order: columns))
  }

  @Test func aWorkspaceServesOneMatrixAfterAnother() throws {
    for shape in Self.shapes {
      var workspace = SVDWorkspace(rowCount: shape.0, columnCount: shape.1)
      for name in NamedMatrix.allCases {
        let a = name.matrix(rowCount: shape.0, columnCount: shape.1)
        let simple = try SVD(consuming: a)
        let reusing = try SVD(consuming: a, workspace: &workspace)
        #expect(reusing.singularValues == simple.singularValues)
        #expect(reusing.u == simple.u && reusing.vTransposed == simple.vTransposed)
      }
    }
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func aValueThatIsNotANumberIsNamed(value: Double) {
    #expect(throws: LinAlgError.notFinite(row: 2, column: 1)) {
      _ = try SVD(consuming: Matrix(rowCount: 4, columnCount: 3) { $0 == 2 && $1 == 1 ? value : 1 })
    }
  }

  @Test func aWorkspaceOfAnotherShapeTraps() async {
    await #expect(processExitsWith: .failure) {
      var workspace = SVDWorkspace(rowCount: 3, columnCount: 2)
      _ = try SVD(consuming: .zeros(rowCount: 2, columnCount: 3), workspace: &workspace)
    }
    await #expect(processExitsWith: .failure) {
      _ = try SVD(consuming: .zeros(rowCount: 3, columnCount: 2)).minimumNormSolution([1, 2])
    }
  }
}
