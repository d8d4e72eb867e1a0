internal import RiskEngine

/// All rows of one date: a run of rows among others, which are not copied.
struct DayRows {
  /// The rows, of this date and of others.
  var rows: PanelRows
  /// Where the date's rows are; not empty.
  var range: Range<Int>
}

/// The rows of a panel file, date after date.
protocol DayReader: AnyObject {
  /// All rows of the next date, or `nil` after the last.
  func nextDay() throws(PanelFileError) -> DayRows?
  /// The asset ids met so far.
  var assets: IdentifierTable { get }
  /// For each group the labels met so far.
  var labels: [IdentifierTable] { get }
}

/// The dates of a file do not ascend.
struct OutOfDateOrder: Error {}
