public import RiskEngine

/// What is wrong with a source.
public enum SourceError: Error, Hashable, Sendable {
  /// Something about one of its files.
  case table(source: String, error: TableError)
  /// No file is there.
  case noFiles(source: String, path: String, folder: String)
  /// The kind needs a field that no column is named for.
  case missingField(source: String, kind: SourceKind, field: FieldName, mapped: [FieldName])
  /// A kind has no such field.
  case fieldNotOfKind(source: String, kind: SourceKind, field: FieldName, known: [FieldName])
  /// Two fields are the same column.
  case columnTwice(source: String, column: String, fields: [FieldName])
  /// The files have other rows than when their dates were read.
  case changedWhileRead(source: String, expected: Int, found: Int)
  /// A row has no date.
  case missingDate(source: String, path: String, row: Int, column: String)

  /// The status that a program stopped by this error exits with, after the convention of `sysexits.h`.
  public var exitCode: Int32 {
    switch self {
    case .table(_, let error): error.exitCode
    case .noFiles: 66
    case .missingField, .fieldNotOfKind, .columnTwice, .missingDate: 65
    case .changedWhileRead: 74
    }
  }
}

extension SourceError: CustomStringConvertible {
  /// What was found and what was expected, with its place.
  public var description: String {
    switch self {
    case .table(let source, let error): "source '\(source)': \(error)"
    case .noFiles(let source, let path, let folder):
      "source '\(source)': no file matches '\(path)' in \(folder); expected at least one"
    case .missingField(let source, let kind, let field, let mapped):
      "source '\(source)' of kind \(kind.rawValue) names no column for '\(field)'; "
        + "named are \(mapped.map(\.rawValue).joined(separator: ", "))"
    case .fieldNotOfKind(let source, let kind, let field, let known):
      "source '\(source)': kind \(kind.rawValue) has no field '\(field)'"
        + (NearestName.find(field.rawValue, among: known.map(\.rawValue)).map { " (did you mean '\($0)'?)" } ?? "")
        + "; it has \(known.map(\.rawValue).joined(separator: ", "))"
    case .columnTwice(let source, let column, let fields):
      "source '\(source)': column '\(column)' is named for "
        + fields.map { "'\($0)'" }.joined(separator: " and ") + "; expected a column for one field"
    case .changedWhileRead(let source, let expected, let found):
      "source '\(source)': its files changed while they were read: found \(found) rows in date order, "
        + "expected \(expected)"
    case .missingDate(let source, let path, let row, let column):
      "source '\(source)': \(path): row \(row), column '\(column)': no date; expected one in every row"
    }
  }
}
