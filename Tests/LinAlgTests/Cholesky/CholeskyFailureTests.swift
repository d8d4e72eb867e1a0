import LinAlg
import Testing
import TestSupport

/// What Cholesky says of matrices that are not positive definite: which leading minor, exactly.
@Suite struct CholeskyFailureTests {
  private func leadingMinor(of a: SymmetricMatrix) -> Int? {
    do throws(LinAlgError) {
      _ = try Cholesky(consuming: a)
      return nil
    } catch {
      guard case .notPositiveDefinite(let leadingMinor) = error else { return -1 }
      return leadingMinor
    }
  }

  /// In each of these the arithmetic up to the failing pivot is exact.
  @Test(
    arguments: [
      (.zero, 1), (.allOnes, 2), (.rankOne, 2), (.indefinite, 1),
    ] as [(NamedSymmetricMatrix, Int)], [2, 3, 12, 70])
  func singularAndIndefiniteNameTheMinor(expected: (name: NamedSymmetricMatrix, minor: Int), order: Int) {
    #expect(leadingMinor(of: expected.name.matrix(order: order)) == expected.minor)
  }

  /// One negative pivot at each place, also beyond the blocks in which LAPACK and OpenBLAS work.
  @Test(arguments: [(1, 1), (3, 2), (12, 12), (70, 65), (200, 150), (300, 300)])
  func aNegativePivotIsFoundWhereItIs(order: Int, minor: Int) {
    let a = SymmetricMatrix(order: order) { i, j in i == j ? (i == minor - 1 ? -1 : 2) : 0 }
    #expect(leadingMinor(of: a) == minor)
  }

  /// OpenBLAS lets values that are not numbers pass; the fence does not.
  @Test(arguments: [1, 2, 12, 70, 200], [Double.nan, .infinity, -.infinity])
  func aValueThatIsNotANumberIsFoundOnTheDiagonal(order: Int, value: Double) {
    for place in Set([0, order / 2, order - 1]) {
      let a = SymmetricMatrix(order: order) { i, j in i != j ? 0 : i == place ? value : 1 }
      #expect(leadingMinor(of: a) == place + 1)
    }
  }

  /// An entry below the diagonal spoils the pivot of its row.
  @Test(arguments: [2, 12, 70, 200], [Double.nan, .infinity])
  func aValueThatIsNotANumberIsFoundBelowTheDiagonal(order: Int, value: Double) {
    let row = order - 1
    let a = SymmetricMatrix(order: order) { i, j in i == j ? 1 : (i == row && j == 0 ? value : 0) }
    #expect(leadingMinor(of: a) == row + 1)
  }

  /// The Hilbert matrix of order 30 has a smallest eigenvalue near 1e-43: it is positive definite, its rounding is not.
  @Test func hilbertOfHighOrderFailsAfterTheOrderThatMustSucceed() throws {
    let minor = try #require(leadingMinor(of: NamedSymmetricMatrix.hilbert.matrix(order: 30)))
    #expect(minor > 11 && minor < 30)
  }
}
