import Testing
import TestSupport

@testable import LinAlg

/// The BLAS calls that no factorization test exercises by itself.
@Suite struct BLASTests {
  /// `|fl(xᵀy) − xᵀy| ≤ γₙ |x|ᵀ|y|` in any order of summation: Higham, 2002, (3.5).
  @Test(arguments: [0, 1, 7, 64, 1000])
  func dotIsWithinTheBound(count: Int) {
    var generator = SplitMix64(seed: UInt64(count))
    let x = (0..<count).map { _ in generator.nextSymmetric() }
    let y = (0..<count).map { _ in generator.nextSymmetric() }
    let products = zip(x, y).map { Extended($0) * Extended($1) }
    let exact = products.reduce(0, +)
    let magnitude = products.reduce(0) { $0 + abs($1) }
    let error = Double(abs(Extended(BLAS.dot(x.span, y.span)) - exact))
    #expect(error <= gamma(count) * Double(magnitude))
  }

  /// One product and one sum an entry: two roundings, or one where they are fused.
  @Test(arguments: [0, 1, 7, 64, 1000])
  func axpyIsWithinTwoRoundings(count: Int) {
    var generator = SplitMix64(seed: UInt64(count + 1))
    let x = (0..<count).map { _ in generator.nextSymmetric() }
    let y = (0..<count).map { _ in generator.nextSymmetric() }
    var sum = y
    var entries = sum.mutableSpan
    BLAS.axpy(scale: 0.7, x.span, &entries)
    for i in 0..<count {
      let exact = Extended(0.7) * Extended(x[i]) + Extended(y[i])
      let magnitude = abs(0.7 * x[i]) + abs(y[i])
      #expect(Double(abs(Extended(sum[i]) - exact)) <= gamma(2) * magnitude)
    }
  }

  @Test func triangularSolvesTakeALeadingDimension() {
    // [2 .; 1 4] in three rows.
    let l: [Double] = [2, 1, .nan, .nan, 4]
    var x = [4.0, 10]
    var entries = x.mutableSpan
    BLAS.trsv(l.span, .none, order: 2, leadingDimension: 3, &entries)
    #expect(x == [2, 2])
    entries = x.mutableSpan
    BLAS.trsv(l.span, .transposed, order: 2, leadingDimension: 3, &entries)
    #expect(x == [0.75, 0.5])
  }

  @Test func transposedTriangularSolveOfAMatrix() {
    let l: [Double] = [2, 1, .nan, 4]
    var x = [4.0, 8, 2, 4]
    var entries = x.mutableSpan
    BLAS.trsm(l.span, .transposed, order: 2, &entries, columnCount: 2)
    #expect(x == [1, 2, 0.5, 1])
  }

  /// `γₙ |A|ᵀ|B|` with the unit roundoff of single precision, in any order of summation.
  @Test(arguments: [(0, 2, 3), (1, 1, 1), (37, 5, 9), (300, 20, 7)])
  func singlePrecisionProductIsWithinTheBound(inner: Int, rowCount: Int, columnCount: Int) {
    var generator = SplitMix64(seed: UInt64(inner))
    let a = (0..<inner * rowCount).map { _ in Float(generator.nextSymmetric()) }
    let b = (0..<inner * columnCount).map { _ in Float(generator.nextSymmetric()) }
    var c = [Float](repeating: .nan, count: rowCount * columnCount)
    var entries = c.mutableSpan
    BLAS.sgemm(transposed: a.span, b.span, inner: inner, &entries, rowCount: rowCount, columnCount: columnCount)
    for row in 0..<rowCount {
      for column in 0..<columnCount {
        let products = (0..<inner).map { Double(a[row * inner + $0]) * Double(b[column * inner + $0]) }
        let magnitude = products.reduce(0) { $0 + abs($1) }
        let error = abs(Double(c[row + column * rowCount]) - products.reduce(0, +))
        #expect(error <= 1.01 * Double(inner) * 0x1p-24 * magnitude)
      }
    }
  }
}
