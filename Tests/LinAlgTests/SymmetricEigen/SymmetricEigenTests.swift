import LinAlg
import Testing
import TestSupport

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

@Suite struct SymmetricEigenTests {
  static let orders = [1, 2, 3, 8, 12, 33, 70]

  /// `50 n u ‖A‖F`, to which the tests of LAPACK itself hold `syevd` (its input `sep.in`; LAPACK Working Note 41).
  private func tolerance(_ a: SymmetricMatrix) -> Double {
    50 * Double(a.order) * unitRoundoff * a.frobeniusNorm
  }

  /// `‖AV − VΛ‖F ≤ 50 n u ‖A‖F` and `‖VᵀV − I‖F ≤ 50 n u √n`.
  @Test(arguments: NamedSymmetricMatrix.allCases, orders)
  func residualAndOrthogonality(name: NamedSymmetricMatrix, order n: Int) throws {
    let a = name.matrix(order: n)
    let eigen = try SymmetricEigen(consuming: a)
    let v = ReferenceMatrix(eigen.vectors)
    let scaled = ReferenceMatrix(rowCount: n, columnCount: n) { v[$0, $1] * Extended(eigen.values[$1]) }
    let residual = (ReferenceMatrix(a) * v - scaled).frobeniusNorm
    #expect(residual <= tolerance(a))
    let orthogonality = (v.transposed * v - .identity(order: n)).frobeniusNorm
    #expect(orthogonality <= 50 * Double(n) * unitRoundoff * Double(n).squareRoot())
  }

  /// A backward error moves each eigenvalue by at most its norm: Weyl; Golub and Van Loan, 2013, theorem 8.1.5.
  @Test(arguments: NamedSymmetricMatrix.allCases, orders.filter { $0 <= 33 })
  func valuesAgreeWithJacobi(name: NamedSymmetricMatrix, order n: Int) throws {
    let a = name.matrix(order: n)
    let eigen = try SymmetricEigen(consuming: a)
    let exact = ReferenceMatrix(a).jacobiEigenvalues()
    let valuesOnly = try a.eigenvalues()
    for i in 0..<n {
      #expect(abs(eigen.values[i] - exact[i]) <= tolerance(a), "eigenvalue \(i)")
      #expect(abs(valuesOnly[i] - exact[i]) <= tolerance(a), "eigenvalue \(i) alone")
    }
    #expect(zip(eigen.values, eigen.values.dropFirst()).allSatisfy { $0 <= $1 })
  }

  /// `2 − 2 cos (kπ / (n + 1))`: Demmel, Applied Numerical Linear Algebra, 1997, lemma 6.1.
  @Test(arguments: [1, 2, 12, 70, 150])
  func secondDifferenceHasItsClosedForm(order n: Int) throws {
    let a = NamedSymmetricMatrix.secondDifference.matrix(order: n)
    let eigen = try SymmetricEigen(consuming: a)
    for k in 1...n {
      let exact = 2 - 2 * cos(Double(k) * .pi / Double(n + 1))
      #expect(abs(eigen.values[k - 1] - exact) <= tolerance(a), "eigenvalue \(k)")
    }
  }

  /// The values of rank-one matrices: zeros, and `vᵀv = n (n + 1) (2 n + 1) / 6`.
  @Test func rankOneHasOneEigenvalue() throws {
    let a = NamedSymmetricMatrix.rankOne.matrix(order: 12)
    let eigen = try SymmetricEigen(consuming: a)
    #expect(abs(eigen.values[11] - 650) <= tolerance(a))
    #expect(eigen.values.dropLast().allSatisfy { abs($0) <= tolerance(a) })
    // Every entry of the vector is known: (i + 1) / √650, all positive; its gap is the eigenvalue itself.
    for i in 0..<12 {
      #expect(abs(eigen.vectors[i, 11] - Double(i + 1) / 650.0.squareRoot()) <= tolerance(a) / 650)
    }
  }

  @Test(arguments: NamedSymmetricMatrix.allCases, orders)
  func theLargestEntryOfEachVectorIsPositive(name: NamedSymmetricMatrix, order n: Int) throws {
    let eigen = try SymmetricEigen(consuming: name.matrix(order: n))
    for j in 0..<n {
      let column = eigen.vectors.column(j)
      let largest = column.map(abs).max() ?? 0
      let first = column.first { abs($0) == largest } ?? 0
      #expect(first > 0, "vector \(j)")
    }
  }

  @Test(arguments: NamedSymmetricMatrix.allCases)
  func recomposingGivesTheMatrixBack(name: NamedSymmetricMatrix) throws {
    let a = name.matrix(order: 12)
    let eigen = try SymmetricEigen(consuming: a)
    let back = eigen.recomposed(values: eigen.values)
    let error = (ReferenceMatrix(back) - ReferenceMatrix(a)).frobeniusNorm
    // The residual and the loss of orthogonality, and the roundings of the product.
    #expect(error <= 2 * tolerance(a) + gamma(14) * 12 * a.frobeniusNorm)
  }

  @Test func recomposingTakesOtherValues() throws {
    let eigen = try SymmetricEigen(consuming: SymmetricMatrix(order: 3) { $0 == $1 ? [3.0, 1, 2][$0] : 0 })
    #expect(eigen.values == [1, 2, 3])
    let floored = eigen.recomposed(values: [2, 2, 3])
    #expect(floored == SymmetricMatrix(order: 3) { $0 == $1 ? [3.0, 2, 2][$0] : 0 })
  }

  @Test func aWorkspaceServesOneMatrixAfterAnother() throws {
    var workspace = SymmetricEigenWorkspace(order: 12)
    for name in NamedSymmetricMatrix.allCases {
      let simple = try SymmetricEigen(consuming: name.matrix(order: 12))
      let reusing = try SymmetricEigen(consuming: name.matrix(order: 12), workspace: &workspace)
      #expect(reusing.values == simple.values)
      #expect(reusing.vectors == simple.vectors)
      #expect(reusing.relinquishStorage().count == 144)
    }
  }

  @Test func ordersZeroAndOne() throws {
    let empty = try SymmetricEigen(consuming: .zeros(order: 0))
    #expect(empty.order == 0 && empty.values == [] && empty.vectors.storage == [])
    #expect(empty.recomposed(values: []) == .zeros(order: 0))
    #expect(try SymmetricMatrix.zeros(order: 0).eigenvalues() == [])
    let single = try SymmetricEigen(consuming: SymmetricMatrix(order: 1) { _, _ in -7 })
    #expect(single.values == [-7] && single.vectors.storage == [1])
  }

  /// The scale of a matrix is that of its eigenvalues, far from 1 as well.
  @Test(arguments: [0x1p-500, 0x1p500])
  func extremeScalesAreKept(scale: Double) throws {
    let a = SymmetricMatrix(order: 8) { i, j in (i == j ? 2 : abs(i - j) == 1 ? -1 : 0) * scale }
    let values = try a.eigenvalues()
    for k in 1...8 {
      let exact = (2 - 2 * cos(Double(k) * .pi / 9)) * scale
      #expect(abs(values[k - 1] - exact) <= tolerance(a))
    }
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func aValueThatIsNotANumberIsNamed(value: Double) {
    let a = SymmetricMatrix(order: 4) { $0 == 3 && $1 == 1 ? value : 1 }
    #expect(throws: LinAlgError.notFinite(row: 3, column: 1)) { _ = try SymmetricEigen(consuming: a) }
    #expect(throws: LinAlgError.notFinite(row: 3, column: 1)) { _ = try a.eigenvalues() }
  }

  @Test func theUpperTriangleIsNeverRead() throws {
    let a = SymmetricMatrix(order: 2, lowerTriangleOf: [2, 0, .nan, 3])
    #expect(try SymmetricEigen(consuming: a).values == [2, 3])
  }

  @Test func aWorkspaceOfAnotherOrderTraps() async {
    await #expect(processExitsWith: .failure) {
      var workspace = SymmetricEigenWorkspace(order: 3)
      _ = try SymmetricEigen(consuming: .identity(order: 2), workspace: &workspace)
    }
  }
}
