import LinAlg
import Testing
import TestSupport

/// Workers share nothing: each gets the bits that one alone would get.
@Suite struct ConcurrencyTests {
  /// Everything a worker computes for one matrix.
  private static func results(order: Int) throws -> [Double] {
    let a = NamedSymmetricMatrix.random.matrix(order: order)
    let cholesky = try Cholesky(consuming: a)
    var x = (0..<order).map(Double.init)
    cholesky.solve(&x)
    let eigen = try SymmetricEigen(consuming: a)
    let rectangle = NamedMatrix.random.matrix(rowCount: 4 * order, columnCount: order)
    let svd = try SVD(consuming: rectangle)
    let solution = QR(consuming: rectangle).leastSquares((0..<4 * order).map(Double.init))
    return x + [cholesky.logDeterminant, cholesky.reciprocalCondition(oneNorm: a.oneNorm)]
      + eigen.values + eigen.vectors.storage + svd.singularValues + svd.u.storage + solution.coefficients
  }

  /// In a process of its own, with one thread in each call.
  @Test func workersGetTheSameBits() async {
    await #expect(processExitsWith: .success) {
      BLASThreads.count = 1
      let orders = [1, 2, 12, 33]
      let alone = try orders.map { try ConcurrencyTests.results(order: $0) }
      try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 0..<8 {
          group.addTask {
            for _ in 0..<5 {
              for (order, expected) in zip(orders, alone) where try ConcurrencyTests.results(order: order) != expected {
                return false
              }
            }
            return true
          }
        }
        for try await same in group { precondition(same, "a worker got other bits") }
      }
    }
  }
}
