import LinAlg
import Testing

@Test func choleskySmoke() throws {
  let a = SymmetricMatrix(order: 3) { $0 == $1 ? 4 : 1 }
  let norm = a.oneNorm
  #expect(norm == 6)
  let factor = try Cholesky(consuming: a)
  var b = [6.0, 6, 6]
  factor.solve(&b)
  #expect(b.allSatisfy { abs($0 - 1) < 1e-14 })
  #expect(abs(factor.logDeterminant - 3.9889840465642745) < 1e-14)
  #expect(abs(factor.reciprocalCondition(oneNorm: norm) - 1.0 / (6.0 * (5.0 / 18 + 2.0 / 18))) < 1e-14)
  #expect(abs(factor.inverse()[1, 0] + 1.0 / 18) < 1e-15)
  var m = Matrix(rowCount: 3, columnCount: 2) { _, _ in 6 }
  factor.solve(&m)
  #expect(m.storage.allSatisfy { abs($0 - 1) < 1e-14 })
  var f = [2.0, 0, 0]
  factor.forwardSolve(&f)
  #expect(f[0] == 1)
  #expect(factor.relinquishStorage().count == 9)
  let empty = try Cholesky(consuming: .zeros(order: 0))
  #expect(empty.reciprocalCondition(oneNorm: 0) == 1)
  #expect(throws: LinAlgError.notPositiveDefinite(leadingMinor: 2)) {
    _ = try Cholesky(consuming: SymmetricMatrix(order: 2) { $0 == $1 ? 1 : 2 })
  }
  #expect(SymmetricMatrix(gramOf: Matrix(rowCount: 2, columnCount: 2) { Double($0 + $1) })[1, 1] == 5)
}
