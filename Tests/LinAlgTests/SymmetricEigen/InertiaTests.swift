import LinAlg
import TestSupport
import Testing

/// Signs of eigenvalues without the eigenvalues.
@Suite struct InertiaTests {
  private func counts(_ matrix: SymmetricMatrix) throws -> [Int] {
    let inertia = try Inertia(consuming: matrix)
    return [inertia.negativeCount, inertia.zeroCount, inertia.positiveCount]
  }

  /// Orders on either side of the width of LAPACK's blocks, 64; of random matrices no eigenvalue is near zero.
  @Test(arguments: [1, 2, 3, 5, 12, 33, 70, 150])
  func agreesWithEigenvalues(order: Int) throws {
    for seed in 0..<5 {
      var random = TestRandom(seed: UInt64(100 * order + seed))
      var matrix = SymmetricMatrix(order: order) { _, _ in random.normal() }
      // From mostly negative to mostly positive.
      let shift = Double(seed - 2) * Double(order).squareRoot()
      for i in 0..<order { matrix[i, i] += shift }
      let eigenvalues = try matrix.eigenvalues()
      #expect(
        try counts(matrix) == [eigenvalues.count { $0 < 0 }, 0, eigenvalues.count { $0 > 0 }],
        "seed \(seed)")
    }
  }

  @Test func closedForms() throws {
    #expect(try counts(.zeros(order: 0)) == [0, 0, 0])
    #expect(try counts(.zeros(order: 4)) == [0, 4, 0])
    #expect(try counts(.identity(order: 5)) == [0, 0, 5])
    // A zero diagonal makes blocks of two.
    #expect(try counts(SymmetricMatrix(order: 2) { $0 == $1 ? 0 : 1 }) == [1, 0, 1])
    let signs = [3.0, -1, 0, 2, -1e-300, 1e300]
    #expect(try counts(SymmetricMatrix(order: 6) { $0 == $1 ? signs[$0] : 0 }) == [2, 1, 3])
    // Ones off the diagonal: n − 1 once and −1 for the rest.
    #expect(try counts(SymmetricMatrix(order: 9) { $0 == $1 ? 0 : 1 }) == [8, 0, 1])
  }

  /// Sylvester's law: `X A Xᵀ` has the signs of `A`.
  @Test func congruenceKeepsSigns() throws {
    var random = TestRandom(seed: 5)
    let order = 20
    let diagonal = (0..<order).map { $0 % 3 == 0 ? -1.0 : 1.0 }
    let x = Matrix(rowCount: order, columnCount: order) { $0 == $1 ? 3 : 0.2 * random.normal() }
    let product = SymmetricMatrix(order: order) { row, column in
      (0..<order).reduce(0.0) { $0 + x[row, $1] * diagonal[$1] * x[column, $1] }
    }
    #expect(try counts(product) == [7, 0, 13])
  }

  @Test(arguments: [Double.nan, .infinity])
  func numbersMustBeFinite(value: Double) {
    #expect(throws: LinAlgError.self) { try Inertia(consuming: SymmetricMatrix(order: 3) { _, _ in value }) }
  }
}
