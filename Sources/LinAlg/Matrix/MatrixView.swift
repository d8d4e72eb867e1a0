/// A window on a matrix of doubles that someone else owns, as it stands or transposed; nothing is copied.
///
/// Entry `(i, j)` of the stored block lives at `entries[i + j * leadingDimension]`. A transposed view
/// exchanges rows and columns without moving a number. The view cannot outlive what it looks at.
public struct MatrixView: ~Escapable, Copyable {
  /// The numbers looked at, from the block's first to its last.
  let entries: Span<Double>
  /// The rows of the block as stored.
  let storedRowCount: Int
  /// The columns of the block as stored.
  let storedColumnCount: Int
  /// The distance in `entries` between two neighbours of a stored row.
  public let leadingDimension: Int
  /// Whether rows are stored columns.
  public let isTransposed: Bool

  /// Looks at numbers as a column-major matrix.
  ///
  /// - Precondition: `leadingDimension >= max(1, rowCount)`, and all entries lie within `entries`.
  @_lifetime(copy entries)
  public init(_ entries: Span<Double>, rowCount: Int, columnCount: Int, leadingDimension: Int? = nil) {
    let leadingDimension = leadingDimension ?? max(1, rowCount)
    precondition(rowCount >= 0 && columnCount >= 0, "a view of \(rowCount) × \(columnCount)")
    precondition(
      leadingDimension >= max(1, rowCount), "a leading dimension of \(leadingDimension) for \(rowCount) rows")
    let needed = rowCount == 0 || columnCount == 0 ? 0 : leadingDimension * (columnCount - 1) + rowCount
    precondition(
      entries.count >= needed,
      "\(entries.count) entries for \(rowCount) × \(columnCount), leading dimension \(leadingDimension)")
    self.entries = entries
    storedRowCount = rowCount
    storedColumnCount = columnCount
    self.leadingDimension = leadingDimension
    isTransposed = false
  }

  @_lifetime(copy base)
  private init(transposing base: MatrixView) {
    entries = base.entries
    storedRowCount = base.storedRowCount
    storedColumnCount = base.storedColumnCount
    leadingDimension = base.leadingDimension
    isTransposed = !base.isTransposed
  }

  /// The number of rows.
  public var rowCount: Int { isTransposed ? storedColumnCount : storedRowCount }
  /// The number of columns.
  public var columnCount: Int { isTransposed ? storedRowCount : storedColumnCount }

  /// The same entries with rows and columns exchanged.
  public var transposed: MatrixView {
    @_lifetime(copy self)
    get { MatrixView(transposing: self) }
  }

  /// The entry in a row and a column.
  public subscript(row: Int, column: Int) -> Double {
    precondition(
      row >= 0 && row < rowCount && column >= 0 && column < columnCount,
      "(\(row), \(column)) of \(rowCount) × \(columnCount)")
    return isTransposed ? entries[column + row * leadingDimension] : entries[row + column * leadingDimension]
  }

  /// The block of some rows and some columns.
  @_lifetime(copy self)
  public func block(rows: Range<Int>, columns: Range<Int>) -> MatrixView {
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= rowCount
        && columns.lowerBound >= 0 && columns.upperBound <= columnCount,
      "rows \(rows) and columns \(columns) of \(rowCount) × \(columnCount)")
    let (storedRows, storedColumns) = isTransposed ? (columns, rows) : (rows, columns)
    let isEmpty = storedRows.isEmpty || storedColumns.isEmpty
    let start = isEmpty ? 0 : storedRows.lowerBound + storedColumns.lowerBound * leadingDimension
    let end = isEmpty ? 0 : storedRows.upperBound + (storedColumns.upperBound - 1) * leadingDimension
    let stored = MatrixView(
      entries.extracting(start..<end), rowCount: storedRows.count, columnCount: storedColumns.count,
      leadingDimension: leadingDimension)
    return isTransposed ? stored.transposed : stored
  }

  /// Some rows, all columns.
  @_lifetime(copy self)
  public func rows(_ rows: Range<Int>) -> MatrixView {
    block(rows: rows, columns: 0..<columnCount)
  }

  /// Some columns, all rows.
  @_lifetime(copy self)
  public func columns(_ columns: Range<Int>) -> MatrixView {
    block(rows: 0..<rowCount, columns: columns)
  }
}

extension Matrix {
  /// The whole matrix as an operand.
  public var view: MatrixView {
    @_lifetime(borrow self)
    get { MatrixView(storage.span, rowCount: rowCount, columnCount: columnCount) }
  }
}
