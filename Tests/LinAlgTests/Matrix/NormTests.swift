import LinAlg
import Testing
import TestSupport

@Suite struct NormTests {
  private let matrix = Matrix(rowCount: 2, columnCount: 3, storage: [1, -2, 3, 4, -5, 6])

  @Test func normsOfSmallIntegersAreExact() {
    #expect(matrix.oneNorm == 11)
    #expect(matrix.infinityNorm == 12)
    #expect(matrix.largestMagnitude == 6)
    // The sum of the squares is 91; one rounding in the root.
    #expect(matrix.frobeniusNorm == 91.0.squareRoot())
    let symmetric = SymmetricMatrix(order: 2, lowerTriangleOf: [-3, 4, .nan, 5])
    #expect(symmetric.oneNorm == 9)
    #expect(symmetric.frobeniusNorm == 66.0.squareRoot())
    #expect(symmetric.trace == 2)
  }

  @Test func emptyMatricesHaveNormZero() {
    for shape in [(0, 0), (0, 3), (3, 0)] {
      let empty = Matrix.zeros(rowCount: shape.0, columnCount: shape.1)
      #expect(empty.oneNorm == 0 && empty.infinityNorm == 0 && empty.frobeniusNorm == 0 && empty.largestMagnitude == 0)
    }
    #expect(SymmetricMatrix.zeros(order: 0).oneNorm == 0)
    #expect(SymmetricMatrix.zeros(order: 0).frobeniusNorm == 0)
  }

  /// Squares of these overflow or vanish; their root does neither.
  @Test(arguments: [0x1p1000, 0x1p-1000, 0x1p-1074, 1])
  func frobeniusNormNeitherOverflowsNorVanishes(size: Double) {
    let matrix = Matrix(rowCount: 2, columnCount: 2) { _, _ in size }
    #expect(matrix.frobeniusNorm == 2 * size)
  }

  @Test func valuesThatAreNotNumbersShow() {
    for place in 0..<6 {
      var spoiled = matrix
      spoiled.storage[place] = .nan
      #expect(spoiled.oneNorm.isNaN && spoiled.infinityNorm.isNaN)
      #expect(spoiled.frobeniusNorm.isNaN && spoiled.largestMagnitude.isNaN)
      spoiled.storage[place] = -.infinity
      #expect(spoiled.oneNorm == .infinity && spoiled.infinityNorm == .infinity)
      #expect(spoiled.frobeniusNorm == .infinity && spoiled.largestMagnitude == .infinity)
    }
    var symmetric = SymmetricMatrix.identity(order: 3)
    symmetric[1, 2] = .nan
    #expect(symmetric.oneNorm.isNaN)
  }

  /// `γₙ` for sums of n magnitudes: Higham, 2002, section 4.2.
  @Test(arguments: NamedSymmetricMatrix.allCases, [1, 2, 12, 33])
  func oneNormAgreesWithPlainLoops(name: NamedSymmetricMatrix, order: Int) {
    let a = name.matrix(order: order)
    let exact = ReferenceMatrix(a).oneNorm
    #expect(abs(a.oneNorm - exact) <= gamma(order) * exact)
    #expect(abs(a.full.oneNorm - exact) <= gamma(order) * exact)
    #expect(abs(a.full.infinityNorm - exact) <= gamma(order) * exact)
    let frobenius = ReferenceMatrix(a).frobeniusNorm
    #expect(abs(a.frobeniusNorm - frobenius) <= gamma(order * order + 2) * frobenius)
  }
}
