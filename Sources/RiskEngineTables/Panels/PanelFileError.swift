public import RiskEngine

/// What is wrong with a panel file as a panel; what is wrong with it as a table is a `TableError`.
public enum PanelFileError: Error, Sendable {
  /// A table cannot be read or written.
  case table(TableError)
  /// The rows contradict each other or are impossible; the rows of the file, from 1, where they are known.
  case panel(path: String, error: PanelError, rows: [Int])
  /// A row has no date or no asset.
  case missingKey(path: String, row: Int, column: String)
  /// A file of memberships names a label twice for one asset, or has a fraction that is missing.
  case missingMembership(path: String, row: Int, column: String)
  /// Nothing could be estimated.
  case nothingEstimated(path: String, periods: Int, outcome: String, exclusion: String?)

  /// The status that a program stopped by this error exits with, after the convention of `sysexits.h`.
  public var exitCode: Int32 {
    switch self {
    case .table(let error): error.exitCode
    case .panel, .missingKey, .missingMembership, .nothingEstimated: 65
    }
  }
}

extension PanelFileError: CustomStringConvertible {
  /// What was found and what was expected, with its place.
  public var description: String {
    switch self {
    case .table(let error): return error.description
    case .panel(let path, let error, let rows):
      guard !rows.isEmpty else { return "\(path): \(error)" }
      let list = rows.prefix(5).map { String($0) }.joined(separator: ", ") + (rows.count > 5 ? ", …" : "")
      return "\(path), row\(rows.count == 1 ? "" : "s") \(list): \(error)"
    case .missingKey(let path, let row, let column):
      return "\(path), row \(row), column '\(column)': missing; expected a value in every row"
    case .missingMembership(let path, let row, let column):
      return "\(path), row \(row), column '\(column)': missing; expected a value in every row"
    case .nothingEstimated(let path, let periods, let outcome, let exclusion):
      let why = exclusion.map { "; most rows were excluded for: \($0)" } ?? ""
      return "\(path): none of \(periods) periods could be estimated, most of them \(outcome)\(why)"
    }
  }
}
