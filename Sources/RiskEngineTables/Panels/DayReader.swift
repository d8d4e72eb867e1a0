internal import RiskEngine

/// The rows of a panel file, date after date.
protocol DayReader: AnyObject {
  /// All rows of the next date, or `nil` after the last.
  func nextDay() throws(PanelFileError) -> PanelRows?
  /// The asset ids met so far.
  var assets: IdentifierTable { get }
  /// For each group the labels met so far.
  var labels: [IdentifierTable] { get }
}

/// The dates of a file do not ascend.
struct OutOfDateOrder: Error {}
