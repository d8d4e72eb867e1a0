extension TableError: CustomStringConvertible {
  /// One line for a person: the file, the place in it, what was found and what was expected.
  public var description: String { "\(path): \(explanation)" }

  private var explanation: String {
    switch self {
    case .fileMissing: "no such file"
    case .isDirectory: "is a folder, expected a file"
    case .notReadable(_, let reason): "cannot be opened: \(reason)"
    case .unknownFormat:
      "unknown kind of table, expected a name that ends in .parquet, .csv, .csv.gz, .csv.zst, .feather or .arrow"
    case .emptyFile: "is empty, expected a table"
    case .notOfFormat(_, let format, let reason): "is no \(format.displayName) file: \(reason)"
    case .truncated(_, let format): "is a \(format.displayName) file whose end is missing"
    case .corrupt(_, let reason): "is damaged: \(Self.oneLine(reason))"
    case .unknownColumn(_, let column, let nearest, let available):
      Self.explanation(ofUnknown: column, nearest: nearest, available: available)
    case .duplicateColumn(_, let column): "has more than one column '\(column)'"
    case .wrongType(_, let column, let found, let expected):
      "column '\(column)': found \(found), expected \(expected.expectation)"
    case .unparsableValue(_, let row, let column, let found, let expected):
      "row \(row), column '\(column)': found '\(Self.oneLine(found))', expected \(expected.valueExpectation)"
    case .raggedRow(_, let row, let found, let expected):
      "row \(row): found \(found) field\(found == 1 ? "" : "s"), expected \(expected)"
    case .readFailed(_, let reason): "cannot be read: \(reason)"
    case .cannotCreate(_, let reason): "cannot be created: \(reason)"
    case .writeFailed(_, let reason): "cannot be written: \(reason)"
    case .internalFault(_, let reason): "a fault of this program: \(Self.oneLine(reason))"
    }
  }

  /// Says which column is wanted and which there are, the first twenty of many.
  private static func explanation(ofUnknown column: String, nearest: String?, available: [String]) -> String {
    let hint = nearest.map { " (did you mean '\($0)'?)" } ?? ""
    let shown = available.prefix(20).map { "'\($0)'" }.joined(separator: ", ")
    let rest = available.count > 20 ? " and \(available.count - 20) more" : ""
    return "no column '\(column)'\(hint); it has \(shown)\(rest)"
  }

  /// A text without ends of lines, cut where it is long.
  private static func oneLine(_ text: String) -> String {
    let line = text.map { $0.isNewline ? " " : String($0) }.joined()
    return line.count <= 200 ? line : line.prefix(200) + "…"
  }
}

extension TableFormat {
  /// The name for people.
  var displayName: String {
    switch self {
    case .parquet: "Parquet"
    case .csv: "CSV"
    case .feather: "Feather (Arrow)"
    }
  }
}

extension ColumnKind {
  /// What a column of the kind has to be.
  fileprivate var expectation: String {
    switch self {
    case .date: "date"
    case .identifier: "text or integer"
    case .number: "number"
    case .boolean: "boolean"
    }
  }

  /// What a value of the kind has to be.
  fileprivate var valueExpectation: String {
    switch self {
    case .date: "a date such as 2024-01-31 or 20240131, without a time of day"
    case .identifier: "UTF-8 text"
    case .number: "a number"
    case .boolean: "true, false, 1 or 0"
    }
  }
}
