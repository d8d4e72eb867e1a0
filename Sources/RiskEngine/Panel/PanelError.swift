/// What is wrong with a panel's rows.
///
/// A panel claims to be clean: these are mistakes in the input, not events in the data, and stop the run.
public enum PanelError: Error, Hashable, Sendable {
  /// An asset has two rows on one date.
  case duplicateRow(date: CalendarDate, asset: String)
  /// A value is infinite.
  case infiniteValue(column: Column, date: CalendarDate, asset: String)
  /// A cap or a weight is negative.
  case negativeValue(column: Column, date: CalendarDate, asset: String, value: Double)
  /// Two labels of a group differ only in case or blanks.
  case labelsDifferInCaseOrBlanks(group: String, first: String, second: String)
  /// A label consists of blanks.
  case blankLabel(group: String)
  /// The rows of a date came after those of a later date.
  case datesNotAscending(previous: CalendarDate, found: CalendarDate)
  /// The fractions of an asset's memberships do not sum to 1, or one is not positive.
  case badMembership(group: String, date: CalendarDate?, asset: String, sum: Double)
  /// There is no row at all.
  case noRows
  /// There are too few dates for the lag.
  case tooFewDates(count: Int, lag: Int)

  /// A column of the panel.
  public enum Column: Hashable, Sendable {
    /// The return.
    case `return`
    /// The market capitalization.
    case cap
    /// The regression weight.
    case weight
    /// The weight in the constraints.
    case constraintWeight
    /// A style's loading.
    case style(String)
  }
}

extension PanelError: CustomStringConvertible {
  /// What was found and what was expected, with its place.
  public var description: String {
    switch self {
    case .duplicateRow(let date, let asset):
      "asset '\(asset)' has more than one row on \(date); expected one row for each date and asset"
    case .infiniteValue(let column, let date, let asset):
      "the \(column) of asset '\(asset)' on \(date) is infinite; expected a finite number or none"
    case .negativeValue(let column, let date, let asset, let value):
      "the \(column) of asset '\(asset)' on \(date) is \(value); expected zero or more"
    case .labelsDifferInCaseOrBlanks(let group, let first, let second):
      "labels '\(first)' and '\(second)' of group '\(group)' differ only in case or blanks; expected one spelling"
    case .blankLabel(let group):
      "a label of group '\(group)' consists of blanks; expected a text, or nothing where the label is missing"
    case .datesNotAscending(let previous, let found):
      "rows of \(found) after rows of \(previous); expected dates in ascending order"
    case .badMembership(let group, let date, let asset, let sum):
      "the fractions of asset '\(asset)' in group '\(group)'\(date.map { " on \($0)" } ?? "") sum to \(sum); "
        + "expected positive fractions that sum to 1"
    case .noRows: "the panel has no rows; expected at least one"
    case .tooFewDates(let count, let lag):
      "the panel has \(count) date\(count == 1 ? "" : "s"), which leaves no period at lag \(lag); "
        + "expected at least \(lag + 1)"
    }
  }
}

extension PanelError.Column: CustomStringConvertible {
  /// The column in words.
  public var description: String {
    switch self {
    case .return: "return"
    case .cap: "market cap"
    case .weight: "weight"
    case .constraintWeight: "constraint weight"
    case .style(let name): "style '\(name)'"
    }
  }
}
