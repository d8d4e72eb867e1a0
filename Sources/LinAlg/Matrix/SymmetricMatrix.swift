/// A symmetric matrix of doubles, of which only the lower triangle is kept meaningful.
///
/// The storage is that of a full column-major square, so that BLAS and LAPACK work on it in place;
/// entries above the diagonal are never read.
public struct SymmetricMatrix: Sendable {
  /// The number of rows, and of columns.
  public let order: Int
  /// `order * order` numbers, column by column; those above the diagonal mean nothing.
  public var storage: [Double]

  /// Makes a matrix from a full square, column by column; what stands above the diagonal is not read.
  ///
  /// - Precondition: `storage.count == order * order`.
  @inlinable
  public init(order: Int, lowerTriangleOf storage: [Double]) {
    precondition(order >= 0, "a matrix of order \(order)")
    precondition(storage.count == order * order, "\(storage.count) entries for order \(order)")
    self.order = order
    self.storage = storage
  }

  /// Makes a matrix whose entries on and below the diagonal are `value(row, column)`.
  @inlinable
  public init(order: Int, value: (_ row: Int, _ column: Int) -> Double) {
    self = .zeros(order: order)
    for column in 0..<order {
      for row in column..<order { storage[row + column * order] = value(row, column) }
    }
  }

  /// A matrix of zeros.
  @inlinable
  public static func zeros(order: Int) -> SymmetricMatrix {
    SymmetricMatrix(order: order, lowerTriangleOf: Array(repeating: 0, count: order * order))
  }

  /// The identity matrix.
  public static func identity(order: Int) -> SymmetricMatrix {
    SymmetricMatrix(order: order) { $0 == $1 ? 1 : 0 }
  }

  /// The entry in a row and a column; `(i, j)` and `(j, i)` are one entry.
  @inlinable
  public subscript(row: Int, column: Int) -> Double {
    get {
      precondition(row >= 0 && row < order && column >= 0 && column < order, "(\(row), \(column)) of \(order)")
      return storage[max(row, column) + min(row, column) * order]
    }
    set {
      precondition(row >= 0 && row < order && column >= 0 && column < order, "(\(row), \(column)) of \(order)")
      storage[max(row, column) + min(row, column) * order] = newValue
    }
  }

  /// Takes the entries away, leaving the matrix unusable; they are not copied where the matrix is their only owner.
  mutating func takeStorage() -> [Double] {
    var taken: [Double] = []
    swap(&taken, &storage)
    return taken
  }

  /// The same matrix with both triangles written out.
  public var full: Matrix {
    var entries = storage
    let lower = storage.span
    var target = entries.mutableSpan
    for column in 1..<max(order, 1) {
      for row in 0..<column { target[row &+ column &* order] = lower[column &+ row &* order] }
    }
    return Matrix(rowCount: order, columnCount: order, storage: entries)
  }
}

extension SymmetricMatrix: Equatable {
  /// Whether the lower triangles are equal.
  public static func == (left: SymmetricMatrix, right: SymmetricMatrix) -> Bool {
    guard left.order == right.order else { return false }
    for column in 0..<left.order {
      for row in column..<left.order where left[row, column] != right[row, column] { return false }
    }
    return true
  }
}
