public import LinAlg

/// A matrix in extended precision with textbook algorithms in plain loops, to hold the library's against.
public struct ReferenceMatrix: Equatable, Sendable {
  /// The number of rows.
  public let rowCount: Int
  /// The number of columns.
  public let columnCount: Int
  private var storage: [Extended]

  /// Makes a matrix whose entries are `value(row, column)`.
  public init(rowCount: Int, columnCount: Int, value: (_ row: Int, _ column: Int) -> Extended) {
    self.rowCount = rowCount
    self.columnCount = columnCount
    storage = []
    for column in 0..<columnCount {
      for row in 0..<rowCount { storage.append(value(row, column)) }
    }
  }

  /// Widens a matrix.
  public init(_ matrix: Matrix) {
    self.init(rowCount: matrix.rowCount, columnCount: matrix.columnCount) { Extended(matrix[$0, $1]) }
  }

  /// Widens a symmetric matrix and writes out both triangles.
  public init(_ matrix: SymmetricMatrix) {
    self.init(rowCount: matrix.order, columnCount: matrix.order) { Extended(matrix[$0, $1]) }
  }

  /// Widens a vector to a matrix of one column.
  public init(column: [Double]) {
    self.init(rowCount: column.count, columnCount: 1) { row, _ in Extended(column[row]) }
  }

  /// The identity matrix.
  public static func identity(order: Int) -> ReferenceMatrix {
    ReferenceMatrix(rowCount: order, columnCount: order) { $0 == $1 ? 1 : 0 }
  }

  /// The entry in a row and a column.
  public subscript(row: Int, column: Int) -> Extended {
    get { storage[row + column * rowCount] }
    set { storage[row + column * rowCount] = newValue }
  }

  /// The transpose.
  public var transposed: ReferenceMatrix {
    ReferenceMatrix(rowCount: columnCount, columnCount: rowCount) { self[$1, $0] }
  }

  /// The magnitudes of the entries.
  public var magnitudes: ReferenceMatrix {
    ReferenceMatrix(rowCount: rowCount, columnCount: columnCount) { abs(self[$0, $1]) }
  }

  /// The matrix product, each entry summed in order.
  public static func * (a: ReferenceMatrix, b: ReferenceMatrix) -> ReferenceMatrix {
    precondition(a.columnCount == b.rowCount, "\(a.columnCount) columns times \(b.rowCount) rows")
    return ReferenceMatrix(rowCount: a.rowCount, columnCount: b.columnCount) { i, j in
      var sum: Extended = 0
      for k in 0..<a.columnCount { sum += a[i, k] * b[k, j] }
      return sum
    }
  }

  /// The difference.
  public static func - (a: ReferenceMatrix, b: ReferenceMatrix) -> ReferenceMatrix {
    precondition(a.rowCount == b.rowCount && a.columnCount == b.columnCount, "different shapes")
    return ReferenceMatrix(rowCount: a.rowCount, columnCount: a.columnCount) { a[$0, $1] - b[$0, $1] }
  }

  /// The root of the sum of squares of the entries.
  public var frobeniusNorm: Double {
    Double(storage.reduce(0) { $0 + $1 * $1 }.squareRoot())
  }

  /// The largest sum of magnitudes of a column.
  public var oneNorm: Double {
    Double((0..<columnCount).map { column in (0..<rowCount).reduce(0) { $0 + abs(self[$1, column]) } }.max() ?? 0)
  }

  /// The largest magnitude of an entry.
  public var largestMagnitude: Double {
    Double(storage.map(abs).max() ?? 0)
  }

  /// The root of the sum of squares of a column.
  public func columnNorm(_ column: Int) -> Double {
    Double((0..<rowCount).reduce(0) { $0 + self[$1, column] * self[$1, column] }.squareRoot())
  }
}
