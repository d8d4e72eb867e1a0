internal import RiskEngine

/// All rows of one date: a run of rows among others, which are not copied.
struct DayRows<Rows: DatedRows> {
  /// The rows, of this date and of others.
  var rows: Rows
  /// Where the date's rows are; not empty.
  var range: Range<Int>
}

/// The rows of a table, date after date.
protocol DayReader<Rows, Failure>: AnyObject {
  associatedtype Rows: DatedRows
  associatedtype Failure: Error
  /// All rows of the next date, or `nil` after the last.
  func nextDay() throws(Failure) -> DayRows<Rows>?
}
