/// Scratch for the ``QR`` factorization of matrices of one shape and for its solves; sized once, reused.
///
/// Not copyable, so that two workers cannot share one by accident.
public struct QRWorkspace: ~Copyable, Sendable {
  /// The number of rows that the scratch serves.
  public let rowCount: Int
  /// The number of columns that the scratch serves.
  public let columnCount: Int
  /// Serves `geqp3`, `ormqr` on one column, and `trcon`.
  var real: [Double]
  var integer: [Int32]

  /// Makes scratch for a shape: of the order of 32 (rows + columns) reals.
  public init(rowCount: Int, columnCount: Int) {
    self.rowCount = rowCount
    self.columnCount = columnCount
    let factorizing = LAPACK.geqp3ScratchCount(rowCount: rowCount, columnCount: columnCount)
    let applying = LAPACK.ormqrScratchCount(
      rowCount: rowCount, reflectorCount: min(rowCount, columnCount), columnCount: 1)
    real = Array(repeating: 0, count: max(factorizing, applying))
    integer = Array(repeating: 0, count: columnCount)
  }

  /// Traps unless the scratch was made for this shape.
  func requireShape(rowCount: Int, columnCount: Int) {
    precondition(
      self.rowCount == rowCount && self.columnCount == columnCount,
      "scratch for \(self.rowCount) × \(self.columnCount), matrix of \(rowCount) × \(columnCount)")
  }
}
