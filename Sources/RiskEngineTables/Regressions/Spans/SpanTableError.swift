/// What is wrong with a table that hands sums or variances of spans on.
public enum SpanTableError: Error, Hashable, Sendable {
  /// A number that every row has is missing, or is no whole number in its range.
  case badNumber(path: String, row: Int, column: String, found: Double, expected: String)
  /// There are other numbers of spans in two tables that belong together.
  case differentSpans(path: String, found: Int, expected: Int)
  /// A span ended without an asset that it started with.
  case missingAsset(path: String, asset: String)
}

extension SpanTableError: CustomStringConvertible {
  /// What was found and what was expected, with its place.
  public var description: String {
    switch self {
    case .badNumber(let path, let row, let column, let found, let expected):
      "\(path), row \(row), column '\(column)': \(found); expected \(expected)"
    case .differentSpans(let path, let found, let expected):
      "\(path): \(found) spans; expected \(expected)"
    case .missingAsset(let path, let asset):
      "\(path): no asset '\(asset)', which its span started with"
    }
  }
}
