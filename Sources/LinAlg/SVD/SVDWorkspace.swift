/// Scratch for the ``SVD`` of matrices of one shape; sized once, reused.
///
/// Not copyable, so that two workers cannot share one by accident.
public struct SVDWorkspace: ~Copyable, Sendable {
  /// The number of rows that the scratch serves.
  public let rowCount: Int
  /// The number of columns that the scratch serves.
  public let columnCount: Int
  var real: [Double]
  var integer: [Int32]

  /// Makes scratch for a shape: of the order of min(rows, columns)² reals.
  public init(rowCount: Int, columnCount: Int) {
    self.rowCount = rowCount
    self.columnCount = columnCount
    real = Array(repeating: 0, count: LAPACK.gesddScratchCount(rowCount: rowCount, columnCount: columnCount))
    integer = Array(repeating: 0, count: 8 * min(rowCount, columnCount))
  }
}
