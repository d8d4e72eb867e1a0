/// A dense matrix of doubles, stored column by column.
///
/// Entry `(i, j)` lives at `storage[i + j * rowCount]`, as BLAS and LAPACK expect with a leading
/// dimension of `rowCount`.
public struct Matrix: Equatable, Sendable {
  /// The number of rows.
  public let rowCount: Int
  /// The number of columns.
  public let columnCount: Int
  /// The entries, column by column: `rowCount * columnCount` numbers.
  public var storage: [Double]

  /// Makes a matrix from its entries, column by column.
  ///
  /// - Precondition: `storage.count == rowCount * columnCount`.
  @inlinable
  public init(rowCount: Int, columnCount: Int, storage: [Double]) {
    precondition(rowCount >= 0 && columnCount >= 0, "a matrix of \(rowCount) × \(columnCount)")
    precondition(
      storage.count == rowCount * columnCount,
      "\(storage.count) entries for a matrix of \(rowCount) × \(columnCount)")
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.storage = storage
  }

  /// Makes a matrix whose entries are `value(row, column)`.
  @inlinable
  public init(rowCount: Int, columnCount: Int, value: (_ row: Int, _ column: Int) -> Double) {
    var storage = [Double]()
    storage.reserveCapacity(rowCount * columnCount)
    for column in 0..<columnCount {
      for row in 0..<rowCount { storage.append(value(row, column)) }
    }
    self.init(rowCount: rowCount, columnCount: columnCount, storage: storage)
  }

  /// A matrix of zeros.
  public static func zeros(rowCount: Int, columnCount: Int) -> Matrix {
    Matrix(
      rowCount: rowCount, columnCount: columnCount,
      storage: Array(repeating: 0, count: rowCount * columnCount))
  }

  /// The identity matrix.
  public static func identity(order: Int) -> Matrix {
    Matrix(rowCount: order, columnCount: order) { $0 == $1 ? 1 : 0 }
  }

  /// The entry in a row and a column.
  @inlinable
  public subscript(row: Int, column: Int) -> Double {
    get {
      precondition(row >= 0 && row < rowCount, "row \(row) of \(rowCount)")
      return storage[row + column * rowCount]
    }
    set {
      precondition(row >= 0 && row < rowCount, "row \(row) of \(rowCount)")
      storage[row + column * rowCount] = newValue
    }
  }

  /// A copy of one column.
  public func column(_ column: Int) -> [Double] {
    Array(storage[column * rowCount..<(column + 1) * rowCount])
  }

  /// Takes the entries away, leaving the matrix unusable; they are not copied where the matrix is their only owner.
  mutating func takeStorage() -> [Double] {
    var taken: [Double] = []
    swap(&taken, &storage)
    return taken
  }

  /// The transpose, as a new matrix.
  public var transposed: Matrix {
    var entries = [Double](repeating: 0, count: storage.count)
    let source = storage.span
    var target = entries.mutableSpan
    for column in 0..<columnCount {
      for row in 0..<rowCount { target[column &+ row &* columnCount] = source[row &+ column &* rowCount] }
    }
    return Matrix(rowCount: columnCount, columnCount: rowCount, storage: entries)
  }
}
