import Testing

@testable import LinAlg

/// The fence refuses wrong shapes and sizes beyond LAPACK's 32-bit integers, one dimension at a time.
@Suite struct FencePreconditionTests {
  /// One more than LAPACK's integers hold.
  static let tooLarge = Int(Int32.max) + 1

  @Test func dimensionsBeyond32BitsTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = BLAS.integer(FencePreconditionTests.tooLarge, "order")
    }
    await #expect(processExitsWith: .failure) {
      _ = BLAS.integer(-1, "order")
    }
    #expect(BLAS.integer(Int(Int32.max), "order") == Int32.max)
  }

  /// 46,341² is the first square beyond 2³¹ − 1; each dimension alone is harmless.
  @Test func productsBeyond32BitsTrap() async {
    await #expect(processExitsWith: .failure) {
      var none: [Double] = []
      var entries = none.mutableSpan
      try LAPACK.potrf(&entries, order: 46_341)
    }
    await #expect(processExitsWith: .failure) { _ = LAPACK.geqp3ScratchCount(rowCount: 46_341, columnCount: 46_341) }
    await #expect(processExitsWith: .failure) { _ = LAPACK.syevdScratchCounts(order: 32_768, withVectors: true) }
    await #expect(processExitsWith: .failure) { _ = LAPACK.syevdScratchCounts(order: 46_341, withVectors: false) }
    await #expect(processExitsWith: .failure) { _ = LAPACK.gesddScratchCount(rowCount: 46_341, columnCount: 46_341) }
    await #expect(processExitsWith: .failure) { _ = LAPACK.gesddScratchCount(rowCount: 30_000, columnCount: 30_000) }
  }

  /// The largest shapes that are let through ask for scratch without overflow.
  @Test func scratchOfLargeShapesIsCounted() {
    #expect(LAPACK.geqp3ScratchCount(rowCount: 46_340, columnCount: 46_340) >= 3 * 46_340 + 1)
    #expect(LAPACK.syevdScratchCounts(order: 32_000, withVectors: true).real >= 2 * 32_000 * 32_000)
    #expect(LAPACK.gesddScratchCount(rowCount: 20_000, columnCount: 20_000) >= 3 * 20_000 * 20_000)
    #expect(LAPACK.ormqrScratchCount(rowCount: 1_000_000, reflectorCount: 100, columnCount: 1) >= 1)
  }

  @Test func wrongCountsTrapInBLAS() async {
    await #expect(processExitsWith: .failure) {
      _ = BLAS.dot([1.0].span, [1.0, 2].span)
    }
    await #expect(processExitsWith: .failure) {
      var y = [1.0]
      var entries = y.mutableSpan
      BLAS.axpy(scale: 1, [1.0, 2].span, &entries)
    }
    await #expect(processExitsWith: .failure) {
      var y = [1.0, 2]
      var entries = y.mutableSpan
      BLAS.trsv([1.0, 2, 3].span, .none, order: 2, &entries)
    }
    await #expect(processExitsWith: .failure) {
      var y = [1.0]
      var entries = y.mutableSpan
      BLAS.trsv([1.0, 2, 3, 4].span, .none, order: 2, &entries)
    }
    await #expect(processExitsWith: .failure) {
      var y = [1.0, 2]
      var entries = y.mutableSpan
      BLAS.trsm([1.0, 2, 3, 4].span, .none, order: 2, &entries, columnCount: 2)
    }
    await #expect(processExitsWith: .failure) {
      var y = [1.0, 2]
      var entries = y.mutableSpan
      BLAS.symv([1.0, 2, 3].span, order: 2, scale: 1, [1.0, 2].span, keeping: 0, &entries)
    }
    await #expect(processExitsWith: .failure) {
      var c: [Float] = [0, 0]
      var entries = c.mutableSpan
      BLAS.sgemm(transposed: [1, 2, 3].span, [1, 2].span, inner: 2, &entries, rowCount: 2, columnCount: 1)
    }
    await #expect(processExitsWith: .failure) {
      var c: [Float] = [0, 0]
      var entries = c.mutableSpan
      BLAS.sgemm(transposed: [1, 2, 3, 4].span, [1, 2, 3].span, inner: 2, &entries, rowCount: 2, columnCount: 1)
    }
    await #expect(processExitsWith: .failure) {
      var c: [Float] = [0]
      var entries = c.mutableSpan
      BLAS.sgemm(transposed: [1, 2, 3, 4].span, [1, 2].span, inner: 2, &entries, rowCount: 2, columnCount: 1)
    }
  }

  @Test func wrongCountsTrapInLAPACK() async {
    await #expect(processExitsWith: .failure) {
      var a = [1.0, 2, 3]
      var entries = a.mutableSpan
      try LAPACK.potrf(&entries, order: 2)
    }
    await #expect(processExitsWith: .failure) {
      var a = [1.0, 2, 3, 4]
      var entries = a.mutableSpan
      var pivots: [Int32] = [0]
      var scratch = [Double](repeating: 0, count: 4)
      _ = LAPACK.pstrf(&entries, order: 2, tolerance: 0, pivots: &pivots, scratch: &scratch)
    }
    await #expect(processExitsWith: .failure) {
      var a = [1.0, 2, 3, 4]
      var entries = a.mutableSpan
      var pivots: [Int32] = [0, 0]
      var scales = [0.0, 0]
      var scratch = [0.0]
      LAPACK.geqp3(
        &entries, rowCount: 2, columnCount: 2, pivots: &pivots, reflectorScales: &scales, scratch: &scratch)
    }
    await #expect(processExitsWith: .failure) {
      var b = [1.0, 2]
      var entries = b.mutableSpan
      try LAPACK.trtrs([1.0, 0, 0, 1].span, .none, order: 2, leadingDimension: 1, &entries, columnCount: 1)
    }
    // A leading dimension that is right and scratch that is too small: LAPACK itself reports the argument.
    await #expect(processExitsWith: .failure) {
      var a = [1.0, 2, 3, 4]
      var entries = a.mutableSpan
      var values = [0.0, 0]
      var real = [0.0]
      var integer: [Int32] = [0]
      try LAPACK.syevd(&entries, order: 2, withVectors: true, values: &values, real: &real, integer: &integer)
    }
  }

  @Test func wrongShapesTrapInCholesky() async {
    await #expect(processExitsWith: .failure) {
      var b = [1.0]
      try Cholesky(consuming: .identity(order: 2)).solve(&b)
    }
    await #expect(processExitsWith: .failure) {
      var b = [1.0, 2, 3]
      try Cholesky(consuming: .identity(order: 2)).forwardSolve(&b)
    }
    await #expect(processExitsWith: .failure) {
      var b = Matrix.identity(order: 3)
      try Cholesky(consuming: .identity(order: 2)).solve(&b)
    }
    await #expect(processExitsWith: .failure) {
      var b = Matrix.identity(order: 3)
      try Cholesky(consuming: .identity(order: 2)).forwardSolve(&b)
    }
    await #expect(processExitsWith: .failure) {
      var workspace = CholeskyWorkspace(order: 1)
      _ = try Cholesky(consuming: .identity(order: 2)).reciprocalCondition(oneNorm: 1, workspace: &workspace)
    }
    await #expect(processExitsWith: .failure) {
      _ = try Cholesky(consuming: .identity(order: 2)).reciprocalCondition(oneNorm: .nan)
    }
  }

  @Test func wrongShapesTrapInQR() async {
    await #expect(processExitsWith: .failure) {
      var b = [1.0, 2, 3]
      QR(consuming: .identity(order: 2)).applyQTransposed(&b)
    }
    await #expect(processExitsWith: .failure) {
      var b = [1.0, 2, 3]
      try QR(consuming: .identity(order: 2)).solveR(&b)
    }
    await #expect(processExitsWith: .failure) {
      _ = QR(consuming: .identity(order: 2)).leastSquares([1])
    }
    await #expect(processExitsWith: .failure) {
      _ = QR(consuming: .identity(order: 2)).r(2, 0)
    }
    await #expect(processExitsWith: .failure) {
      var workspace = QRWorkspace(rowCount: 3, columnCount: 2)
      _ = QR(consuming: .identity(order: 2), workspace: &workspace)
    }
  }

  #if DEBUG
    /// The message names routine, argument and numbers.
    @Test func messagesHaveTheNumbers() async throws {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        var a = [1.0, 2, 3]
        var entries = a.mutableSpan
        try LAPACK.potrf(&entries, order: 2)
      }
      let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
      #expect(message.contains("potrf: 3 entries for order 2"))
    }
  #endif
}
