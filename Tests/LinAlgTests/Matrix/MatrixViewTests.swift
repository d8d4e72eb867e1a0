import LinAlg
import Testing

@Suite struct MatrixViewTests {
  /// Entry `(i, j)` is `10 i + j`.
  private let matrix = Matrix(rowCount: 4, columnCount: 3) { Double(10 * $0 + $1) }

  private func entries(_ view: MatrixView) -> [Double] {
    (0..<view.columnCount).flatMap { column in (0..<view.rowCount).map { view[$0, column] } }
  }

  @Test func aViewShowsTheMatrix() {
    #expect(entries(matrix.view) == matrix.storage)
    #expect(entries(matrix.view.transposed) == matrix.transposed.storage)
    #expect(entries(matrix.view.transposed.transposed) == matrix.storage)
  }

  @Test func blocksAreWindows() {
    let block = entries(matrix.view.block(rows: 1..<3, columns: 1..<3))
    #expect(block == [11, 21, 12, 22])
    let transposedBlock = entries(matrix.view.transposed.block(rows: 1..<3, columns: 1..<3))
    #expect(transposedBlock == [11, 12, 21, 22])
    let rows = entries(matrix.view.rows(3..<4))
    #expect(rows == [30, 31, 32])
    let columns = entries(matrix.view.columns(2..<3))
    #expect(columns == [2, 12, 22, 32])
    let nested = entries(matrix.view.rows(1..<4).columns(0..<2).rows(1..<2))
    #expect(nested == [20, 21])
  }

  @Test func emptyBlocksHaveTheirShape() {
    let noRows = matrix.view.rows(2..<2)
    let noColumns = matrix.view.transposed.columns(4..<4)
    #expect(noRows.rowCount == 0 && noRows.columnCount == 3)
    #expect(noColumns.rowCount == 3 && noColumns.columnCount == 0)
    let empty = Matrix.zeros(rowCount: 0, columnCount: 5).view
    #expect(empty.rowCount == 0 && empty.columnCount == 5 && empty.transposed.rowCount == 5)
  }

  /// Every other row of a matrix of four, by a leading dimension over borrowed numbers.
  @Test func aLeadingDimensionSkips() {
    let numbers: [Double] = [1, 2, 9, 3, 4, 9, 5, 6]
    let view = MatrixView(numbers.span, rowCount: 2, columnCount: 3, leadingDimension: 3)
    let shown = entries(view)
    #expect(shown == [1, 2, 3, 4, 5, 6])
  }

  @Test func outOfRangeTraps() async {
    await #expect(processExitsWith: .failure) {
      _ = Matrix.identity(order: 2).view[2, 0]
    }
    await #expect(processExitsWith: .failure) {
      _ = Matrix.identity(order: 2).view.transposed[0, 2]
    }
    await #expect(processExitsWith: .failure) {
      _ = Matrix.identity(order: 2).view.rows(1..<3).rowCount
    }
    await #expect(processExitsWith: .failure) {
      let numbers = [1.0, 2, 3]
      _ = MatrixView(numbers.span, rowCount: 2, columnCount: 2).rowCount
    }
    await #expect(processExitsWith: .failure) {
      let numbers = [1.0, 2, 3, 4]
      _ = MatrixView(numbers.span, rowCount: 2, columnCount: 2, leadingDimension: 1).rowCount
    }
  }
}
