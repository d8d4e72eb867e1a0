import LinAlg
import Testing
import TestSupport

/// `|fl(AB) − AB| ≤ γₖ |A||B|` for sums of k products in any order: Higham, 2002, (3.13).
///
/// Scaling and adding to what was there costs two roundings more.
@Suite struct ProductTests {
  static let shapes = [(1, 1, 1), (2, 3, 4), (12, 1, 5), (1, 40, 1), (33, 70, 12), (5, 0, 4), (0, 3, 2), (3, 2, 0)]

  private func requireClose(
    _ computed: Matrix, _ exact: ReferenceMatrix, bound: ReferenceMatrix, inner: Int,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for j in 0..<computed.columnCount {
      for i in 0..<computed.rowCount {
        let error = Double(abs(Extended(computed[i, j]) - exact[i, j]))
        #expect(error <= gamma(inner + 2) * Double(bound[i, j]), "entry (\(i), \(j))", sourceLocation: sourceLocation)
      }
    }
  }

  @Test(arguments: shapes)
  func productsOfViewsAgreeWithPlainLoops(rows: Int, inner: Int, columns: Int) {
    let a = NamedMatrix.random.matrix(rowCount: rows, columnCount: inner)
    let b = NamedMatrix.hilbert.matrix(rowCount: inner, columnCount: columns)
    let (wideA, wideB) = (ReferenceMatrix(a), ReferenceMatrix(b))
    let exact = wideA * wideB
    let bound = wideA.magnitudes * wideB.magnitudes
    let (aT, bT) = (a.transposed, b.transposed)
    requireClose(a.multiplied(by: b), exact, bound: bound, inner: inner)
    requireClose(a.view.multiplied(by: bT.view.transposed), exact, bound: bound, inner: inner)
    requireClose(aT.view.transposed.multiplied(by: b.view), exact, bound: bound, inner: inner)
    requireClose(aT.view.transposed.multiplied(by: bT.view.transposed), exact, bound: bound, inner: inner)
    requireClose(
      bT.view.multiplied(by: aT.view), exact.transposed, bound: bound.transposed, inner: inner)
    for j in 0..<columns {
      let product = Matrix(rowCount: rows, columnCount: 1, storage: a.multiplied(by: b.column(j)))
      let transposed = Matrix(
        rowCount: rows, columnCount: 1, storage: aT.view.transposed.multiplied(by: b.column(j)))
      for computed in [product, transposed] {
        requireClose(
          computed, ReferenceMatrix(rowCount: rows, columnCount: 1) { i, _ in exact[i, j] },
          bound: ReferenceMatrix(rowCount: rows, columnCount: 1) { i, _ in bound[i, j] }, inner: inner)
      }
    }
  }

  /// Blocks of larger matrices, so that leading dimensions are not row counts.
  @Test func blocksMultiply() {
    let a = NamedMatrix.random.matrix(rowCount: 9, columnCount: 8)
    let b = NamedMatrix.random.matrix(rowCount: 7, columnCount: 6)
    let product = a.view.block(rows: 2..<6, columns: 3..<8).multiplied(by: b.view.block(rows: 1..<6, columns: 2..<5))
    let wideA = ReferenceMatrix(rowCount: 4, columnCount: 5) { Extended(a[$0 + 2, $1 + 3]) }
    let wideB = ReferenceMatrix(rowCount: 5, columnCount: 3) { Extended(b[$0 + 1, $1 + 2]) }
    requireClose(product, wideA * wideB, bound: wideA.magnitudes * wideB.magnitudes, inner: 5)
  }

  @Test func addingAProductKeepsAndScales() {
    let a = NamedMatrix.random.matrix(rowCount: 4, columnCount: 5)
    let b = NamedMatrix.random.matrix(rowCount: 5, columnCount: 3)
    let start = NamedMatrix.hilbert.matrix(rowCount: 4, columnCount: 3)
    var sum = start
    sum.addProduct(a.view, b.view, scale: -2, keeping: 0.5)
    let product = ReferenceMatrix(a) * ReferenceMatrix(b)
    let magnitudes = ReferenceMatrix(a).magnitudes * ReferenceMatrix(b).magnitudes
    requireClose(
      sum, ReferenceMatrix(rowCount: 4, columnCount: 3) { -2 * product[$0, $1] + 0.5 * Extended(start[$0, $1]) },
      bound: ReferenceMatrix(rowCount: 4, columnCount: 3) { 2 * magnitudes[$0, $1] + 0.5 * Extended(start[$0, $1]) },
      inner: 5)
  }

  /// What is not kept is not read, whatever it is.
  @Test func nothingKeptIsNotRead() {
    var sum = Matrix(rowCount: 2, columnCount: 2) { _, _ in .nan }
    sum.addProduct(Matrix.identity(order: 2).view, Matrix.identity(order: 2).view, keeping: 0)
    #expect(sum == .identity(order: 2))
    sum = Matrix(rowCount: 2, columnCount: 2) { _, _ in .nan }
    let (tall, wide) = (Matrix.zeros(rowCount: 2, columnCount: 0), Matrix.zeros(rowCount: 0, columnCount: 2))
    sum.addProduct(tall.view, wide.view, keeping: 0)
    #expect(sum == .zeros(rowCount: 2, columnCount: 2))
    var y = [Double.nan, .nan]
    var product = y.mutableSpan
    Matrix.identity(order: 2).view.multiply([3, 4].span, into: &product)
    SymmetricMatrix.identity(order: 2).multiply([3, 4].span, into: &product)
    #expect(y == [3, 4])
  }

  @Test(arguments: [(1, 1), (5, 3), (70, 12), (3, 5), (0, 4), (4, 0)])
  func gramMatricesAgreeWithPlainLoops(rows: Int, columns: Int) {
    let a = NamedMatrix.random.matrix(rowCount: rows, columnCount: columns)
    let wide = ReferenceMatrix(a)
    let bound = wide.magnitudes.transposed * wide.magnitudes
    requireClose(SymmetricMatrix(gramOf: a).full, wide.transposed * wide, bound: bound, inner: rows)
    let outer = wide.magnitudes * wide.magnitudes.transposed
    requireClose(
      SymmetricMatrix(gramOf: a.view.transposed).full, wide * wide.transposed, bound: outer, inner: columns)

    var sum = SymmetricMatrix.identity(order: columns)
    sum.addGram(of: a.view, scale: 3, keeping: 2)
    let gram = wide.transposed * wide
    requireClose(
      sum.full, ReferenceMatrix(rowCount: columns, columnCount: columns) { ($0 == $1 ? 2 : 0) + 3 * gram[$0, $1] },
      bound: ReferenceMatrix(rowCount: columns, columnCount: columns) { ($0 == $1 ? 2 : 0) + 3 * bound[$0, $1] },
      inner: rows)
  }

  @Test(arguments: NamedSymmetricMatrix.allCases, [0, 1, 2, 12, 70])
  func symmetricTimesVectorAgreesWithPlainLoops(name: NamedSymmetricMatrix, order: Int) {
    let a = name.matrix(order: order)
    let x = (0..<order).map { Double($0 % 5) - 1.75 }
    let (wideA, wideX) = (ReferenceMatrix(a), ReferenceMatrix(column: x))
    requireClose(
      Matrix(rowCount: order, columnCount: 1, storage: a.multiplied(by: x)), wideA * wideX,
      bound: wideA.magnitudes * wideX.magnitudes, inner: order)
  }

  @Test func shapesThatDoNotFitTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = Matrix.identity(order: 2).multiplied(by: Matrix.identity(order: 3))
    }
    await #expect(processExitsWith: .failure) {
      _ = Matrix.identity(order: 2).multiplied(by: [1, 2, 3])
    }
    await #expect(processExitsWith: .failure) {
      _ = SymmetricMatrix.identity(order: 2).multiplied(by: [1])
    }
    await #expect(processExitsWith: .failure) {
      var sum = SymmetricMatrix.identity(order: 2)
      sum.addGram(of: Matrix.identity(order: 3).view)
    }
    await #expect(processExitsWith: .failure) {
      var sum = Matrix.identity(order: 2)
      sum.addProduct(Matrix.identity(order: 3).view, Matrix.identity(order: 3).view)
    }
  }
}
