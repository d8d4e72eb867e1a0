internal import RiskEngine

/// Rows of a table as columns, one of them of dates.
protocol DatedRows: Sendable {
  /// The date of each row.
  var dates: [CalendarDate] { get }
  /// Adds some rows of others with the same columns.
  mutating func append(_ range: Range<Int>, of other: Self)
  /// Some rows in another order.
  func rows(at positions: ArraySlice<Int32>) -> Self
}

/// Rows of a table, batch after batch, in the order of the table.
protocol DatedRowSource: AnyObject {
  associatedtype Rows: DatedRows
  associatedtype Failure: Error
  associatedtype Layout: SpillLayout where Layout.Rows == Rows
  /// The next rows, or `nil` after the last.
  func next() throws(Failure) -> Rows?
  /// No rows, with the columns of the table.
  var noRows: Rows { get }
  /// How rows are put into temporary files.
  var spillLayout: Layout { get }
  /// What the source makes of an error about a temporary file.
  func failure(_ error: TableError) -> Failure
}

/// How rows are put into a temporary table and read back.
protocol SpillLayout {
  associatedtype Rows: DatedRows
  /// The columns to write, the first of them the dates.
  var outputColumns: [OutputColumn] { get }
  /// The values to write.
  func values(of rows: Rows) -> [OutputValues]
  /// Reads a whole table back.
  func read(_ path: String) throws(TableError) -> Rows
}
