/// Rows of one source that became available since the trading day before: a run of rows, which are not copied.
public struct SourceSlice: Sendable {
  /// The rows, these and others.
  public var rows: SourceRows
  /// Which of them.
  public var range: Range<Int>

  /// Names rows.
  public init(rows: SourceRows, range: Range<Int>) {
    self.rows = rows
    self.range = range
  }

  /// All of some rows.
  public init(_ rows: SourceRows) {
    self.init(rows: rows, range: 0..<rows.count)
  }
}
