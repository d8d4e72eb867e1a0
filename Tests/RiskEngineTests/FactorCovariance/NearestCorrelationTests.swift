import LinAlg
import TestSupport
import Testing

@testable import RiskEngine

/// Correlation matrices that are none, and the nearest that are.
@Suite struct NearestCorrelationTests {
  /// Indefinite: the first and the last agree with the second but not with each other.
  static let higham = SymmetricMatrix(order: 3) { abs($0 - $1) < 2 ? 1 : 0 }

  /// Random signs and sizes with a unit diagonal; indefinite for this order.
  static func indefinite(_ order: Int, seed: UInt64) -> SymmetricMatrix {
    var random = TestRandom(seed: seed)
    return SymmetricMatrix(order: order) { $0 == $1 ? 1 : 1.8 * random.uniform() - 0.9 }
  }

  static func expectCorrelation(_ matrix: SymmetricMatrix) throws {
    let eigenvalues = try matrix.eigenvalues()
    #expect(eigenvalues[0] >= -1e-12 * (eigenvalues.last ?? 0))
    for i in 0..<matrix.order { #expect(abs(matrix[i, i] - 1) <= 0x1p-52) }
  }

  /// Definite, singular and all-ones matrices come back bit for bit.
  @Test func semidefiniteMatricesStay() throws {
    let ones = SymmetricMatrix(order: 5) { _, _ in 1 }
    let normals = FactorSeries.normals(periods: 3, series: 5, seed: 4)
    let gram = SymmetricMatrix(gramOf: normals)
    let singular = SymmetricMatrix(order: 5) {
      $0 == $1 ? 1 : gram[$0, $1] / (gram[$0, $0] * gram[$1, $1]).squareRoot()
    }
    for matrix in [ones, singular, .identity(order: 5)] {
      for found in [try NearestCorrelation.clip(matrix), try NearestCorrelation.higham(matrix)] {
        #expect(found.correlation == matrix)
        #expect(found.raisedCount == 0 && found.change == 0 && found.isConverged)
      }
    }
  }

  /// The example of Higham (2002), to the digits printed there.
  @Test func highamsExample() throws {
    let found = try NearestCorrelation.higham(Self.higham)
    #expect(found.isConverged)
    #expect(abs(found.correlation[1, 0] - 0.7607) < 5e-5)
    #expect(abs(found.correlation[2, 0] - 0.1573) < 5e-5)
    try Self.expectCorrelation(found.correlation)
  }

  /// No correlation matrix near the result is nearer than it; clipping is farther.
  @Test func highamIsNearest() throws {
    let matrix = Self.indefinite(8, seed: 5)
    let found = try NearestCorrelation.higham(matrix)
    let clipped = try NearestCorrelation.clip(matrix)
    try Self.expectCorrelation(found.correlation)
    #expect(found.isConverged && found.iterationCount > 1)
    #expect(found.change < clipped.change)
    for seed in 0..<20 as Range<UInt64> {
      let other = FactorSeries.covariance(order: 8, seed: seed)
      // A step towards some correlation matrix stays one.
      let mixed = SymmetricMatrix(order: 8) {
        let correlation = other[$0, $1] / (other[$0, $0] * other[$1, $1]).squareRoot()
        return 0.99 * found.correlation[$0, $1] + 0.01 * correlation
      }
      let distance = SymmetricMatrix(order: 8) { mixed[$0, $1] - matrix[$0, $1] }.frobeniusNorm
      #expect(distance > found.change)
    }
  }

  /// The 3 × 3 example has eigenvalues 1 and 1 ± √2: `Σ Λ' q qᵀ`, scaled back, by hand.
  @Test func clippingByHand() throws {
    let found = try NearestCorrelation.clip(Self.higham)
    let root = 2.0.squareRoot()
    let values = [1e-8 * (1 + root), 1, 1 + root]
    // Eigenvectors (1, ∓√2, 1) / 2 and (1, 0, −1) / √2.
    let vectors = [[0.5, -root / 2, 0.5], [1 / root, 0, -1 / root], [0.5, root / 2, 0.5]]
    func entry(_ i: Int, _ j: Int) -> Double { (0..<3).reduce(0) { $0 + values[$1] * vectors[$1][i] * vectors[$1][j] } }
    #expect(found.raisedCount == 1)
    for i in 0..<3 {
      for j in 0..<i {
        let expected = entry(i, j) / (entry(i, i) * entry(j, j)).squareRoot()
        #expect(abs(found.correlation[i, j] - expected) < 1e-14)
      }
    }
    try Self.expectCorrelation(found.correlation)
  }

  @Test(arguments: 1..<6 as Range<UInt64>)
  func clippedMatricesAreCorrelations(seed: UInt64) throws {
    let found = try NearestCorrelation.clip(Self.indefinite(10, seed: seed))
    #expect(found.raisedCount > 0 && found.change > 0)
    try Self.expectCorrelation(found.correlation)
  }

  /// A null direction of an indefinite matrix survives the clipping of the others.
  @Test func nullDirectionsStay() throws {
    // Two blocks: one indefinite, one with the null direction (1, 1).
    let matrix = SymmetricMatrix(order: 5) { row, column in
      if row == column { return 1 }
      if row < 3 { return Self.higham[row, column] }
      return column >= 3 ? -1 : 0
    }
    let root = 0.5.squareRoot()
    let null = Matrix(rowCount: 5, columnCount: 1, storage: [0, 0, 0, root, root])
    let found = try NearestCorrelation.clip(matrix, nullVectors: null)
    try Self.expectCorrelation(found.correlation)
    for value in found.correlation.multiplied(by: [0, 0, 0, 1, 1]) { #expect(abs(value) < 1e-14) }
    let without = try NearestCorrelation.clip(matrix)
    #expect(without.correlation.multiplied(by: [0, 0, 0, 1, 1]).contains { abs($0) > 1e-9 })
  }
}
