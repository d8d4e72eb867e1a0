import LinAlg
import Testing
import TestSupport

/// The shapes and matrices at which the parts of a QR factorization are checked.
@Suite struct QRTests {
  static let shapes = [(1, 1), (2, 1), (1, 3), (5, 5), (12, 4), (4, 12), (33, 33), (90, 40)]

  /// `Q`, rows × rows, by applying it to the identity.
  static func q(_ qr: QR) -> Matrix {
    var q = Matrix.identity(order: qr.rowCount)
    qr.applyQ(&q)
    return q
  }

  /// `R`, rows × columns, zeros below min(rows, columns).
  static func r(_ qr: QR) -> Matrix {
    Matrix(rowCount: qr.rowCount, columnCount: qr.columnCount) {
      $0 < min(qr.rowCount, qr.columnCount) ? qr.r($0, $1) : 0
    }
  }

  /// `‖aⱼ − Qrⱼ‖₂ ≤ γ ‖aⱼ‖₂` column by column: Higham, 2002, theorem 19.4; twice, as `Q` is applied as well.
  @Test(arguments: NamedMatrix.allCases, shapes)
  func reconstructionIsWithinTheBackwardErrorBound(name: NamedMatrix, shape: (rows: Int, columns: Int)) {
    let a = name.matrix(rowCount: shape.rows, columnCount: shape.columns)
    let qr = QR(consuming: a)
    let product = ReferenceMatrix(Self.q(qr)) * ReferenceMatrix(Self.r(qr))
    let permuted = ReferenceMatrix(rowCount: a.rowCount, columnCount: a.columnCount) {
      Extended(a[$0, qr.permutation[$1]])
    }
    let difference = permuted - product
    let bound = 2 * householderGamma(rowCount: shape.rows, columnCount: shape.columns)
    for j in 0..<shape.columns {
      #expect(difference.columnNorm(j) <= bound * permuted.columnNorm(j), "column \(j)")
    }
    #expect(qr.permutation.sorted() == Array(0..<shape.columns))
  }

  /// `‖Q̂ − Q‖F ≤ √m γ` for an exactly orthogonal `Q`, so `‖Q̂ᵀQ̂ − I‖F ≤ 2 √m γ + m γ²`: Higham, 2002, (19.13).
  @Test(arguments: NamedMatrix.allCases, shapes)
  func qIsOrthogonal(name: NamedMatrix, shape: (rows: Int, columns: Int)) {
    let qr = QR(consuming: name.matrix(rowCount: shape.rows, columnCount: shape.columns))
    let q = ReferenceMatrix(Self.q(qr))
    let error = (q.transposed * q - .identity(order: shape.rows)).frobeniusNorm
    let bound = Double(shape.rows).squareRoot() * householderGamma(rowCount: shape.rows, columnCount: shape.columns)
    #expect(error <= 2 * bound + bound * bound)
  }

  /// `RᵀR = PᵀAᵀAP`, so `R` is the Cholesky factor of that up to the signs of rows; `‖ΔR‖F ≤ √2 κ ‖ΔA‖F` relative to
  /// `‖R‖₂` and to first order: Sun, BIT 31, 1991, 341–352.
  @Test(arguments: [NamedMatrix.random, .identity], shapes.filter { $0.0 >= $0.1 })
  func rAgreesWithPlainLoops(name: NamedMatrix, shape: (rows: Int, columns: Int)) throws {
    let a = name.matrix(rowCount: shape.rows, columnCount: shape.columns)
    let qr = QR(consuming: a)
    let permuted = ReferenceMatrix(rowCount: shape.rows, columnCount: shape.columns) {
      Extended(a[$0, qr.permutation[$1]])
    }
    let factorization = (permuted.transposed * permuted).cholesky()
    let exact = try #require(factorization).transposed
    let signed = ReferenceMatrix(rowCount: shape.columns, columnCount: shape.columns) {
      Extended(qr.r($0, $0) < 0 ? -qr.r($0, $1) : qr.r($0, $1))
    }
    let values = permuted.jacobiSingularValues()
    let condition = try #require(values.first) / #require(values.last)
    let backward = householderGamma(rowCount: shape.rows, columnCount: shape.columns) * permuted.frobeniusNorm
    #expect((signed - exact).frobeniusNorm <= 2.0.squareRoot() * condition * backward)
  }

  /// Pivoting takes the longest column left: `rₖₖ² ≥ Σᵢ rᵢⱼ²` over i = k…j.
  ///
  /// Lengths are updated, and recomputed once they could be wrong by √ε: Drmač and Bujanović, ACM TOMS 35, 2008, 12.
  @Test(arguments: NamedMatrix.allCases, shapes)
  func theDiagonalDominatesWhatIsRightOfIt(name: NamedMatrix, shape: (rows: Int, columns: Int)) {
    let qr = QR(consuming: name.matrix(rowCount: shape.rows, columnCount: shape.columns))
    let inner = min(shape.rows, shape.columns)
    let slack = 1 + Double.ulpOfOne.squareRoot()
    // Once what is left is rounding error of the whole, its order is chance.
    let rounding = householderGamma(rowCount: shape.rows, columnCount: shape.columns) * abs(qr.r(0, 0))
    for k in 0..<inner {
      for j in k + 1..<max(shape.columns, k + 1) {
        let tail = (k..<min(inner, j + 1)).reduce(0) { $0 + qr.r($1, j) * qr.r($1, j) }.squareRoot()
        #expect(tail <= slack * abs(qr.r(k, k)) + rounding, "column \(j) right of \(k)")
      }
    }
  }

  @Test(arguments: NamedMatrix.allCases.filter { $0 != .hilbert && $0 != .graded }, shapes)
  func rankIsTheExactOne(name: NamedMatrix, shape: (rows: Int, columns: Int)) {
    let qr = QR(consuming: name.matrix(rowCount: shape.rows, columnCount: shape.columns))
    #expect(qr.rank() == name.exactRank(rowCount: shape.rows, columnCount: shape.columns))
  }

  @Test func rankCountsAgainstTheFirstDiagonalEntry() {
    let a = Matrix(rowCount: 4, columnCount: 3) { $0 == $1 ? [1.0, 0x1p-10, 0x1p-20][$0] : 0 }
    let qr = QR(consuming: a)
    #expect(qr.rank() == 3)
    #expect(qr.rank(relativeTolerance: 0x1p-20) == 2)
    #expect(qr.rank(relativeTolerance: 0x1p-10) == 1)
    #expect(qr.rank(relativeTolerance: 1) == 0)
    #expect(qr.rank(relativeTolerance: 0) == 3)
  }

  /// `Qᵀ` undoes `Q` to the orthogonality of `Q`.
  @Test func applyingQAndItsTransposeGivesBackTheVector() {
    let qr = QR(consuming: NamedMatrix.random.matrix(rowCount: 12, columnCount: 4))
    let b = (0..<12).map { Double($0) - 3 }
    var vector = b
    qr.applyQ(&vector)
    qr.applyQTransposed(&vector)
    var column = Matrix(rowCount: 12, columnCount: 1, storage: b)
    qr.applyQ(&column)
    qr.applyQTransposed(&column)
    var workspace = QRWorkspace(rowCount: 12, columnCount: 4)
    var reused = b
    qr.applyQ(&reused)
    qr.applyQTransposed(&reused, workspace: &workspace)
    #expect(vector == reused)
    let norm = b.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let bound = 2 * householderGamma(rowCount: 12, columnCount: 4) * norm
    for result in [vector, column.storage] {
      #expect(zip(result, b).allSatisfy { abs($0 - $1) <= bound })
    }
  }

  @Test func aWorkspaceServesOneFactorizationAfterAnother() {
    var workspace = QRWorkspace(rowCount: 12, columnCount: 4)
    for name in NamedMatrix.allCases {
      let a = name.matrix(rowCount: 12, columnCount: 4)
      let simple = QR(consuming: a)
      let reusing = QR(consuming: a, workspace: &workspace)
      #expect(reusing.permutation == simple.permutation)
      #expect(Self.r(reusing) == Self.r(simple))
    }
  }

  @Test(arguments: [(0, 0), (0, 3), (3, 0)])
  func emptyShapes(rows: Int, columns: Int) {
    let qr = QR(consuming: .zeros(rowCount: rows, columnCount: columns))
    var b = [Double](repeating: 1, count: rows)
    qr.applyQTransposed(&b)
    #expect(b == Array(repeating: 1, count: rows))
    #expect(qr.rank() == 0)
    #expect(qr.permutation == Array(0..<columns))
    #expect(qr.reciprocalCondition() == 1)
    let solution = qr.leastSquares(b)
    #expect(solution.coefficients == Array(repeating: 0, count: columns))
    #expect(solution.residualSumOfSquares == Double(rows))
  }

  /// Numbers that are not finite do not stop it; they leave no rank.
  @Test(arguments: [Double.nan, .infinity])
  func valuesThatAreNotNumbersLeaveNoRank(value: Double) {
    let a = Matrix(rowCount: 6, columnCount: 3) { $0 == 2 && $1 == 1 ? value : Double($0 * $1 + 1) }
    #expect(QR(consuming: a).rank() == 0)
  }
}
