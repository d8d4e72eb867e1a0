public import RiskEngine

/// The values of one column for some rows.
public enum OutputValues: Sendable {
  /// Days; `TableBatch.missingDate` is missing.
  case dates([CalendarDate])
  /// Numbers; NaN is missing.
  case numbers([Double])
  /// Whole numbers of 32 bits.
  case int32([Int32])
  /// Whole numbers of 64 bits.
  case int64([Int64])
  /// True or false.
  case booleans([Bool])
  /// Codes and the table that they belong to, the same one in every call, grown or not; -1 is missing.
  case identifiers([Int32], of: IdentifierTable)

  /// The number of rows.
  public var count: Int {
    switch self {
    case .dates(let values): values.count
    case .numbers(let values): values.count
    case .int32(let values): values.count
    case .int64(let values): values.count
    case .booleans(let values): values.count
    case .identifiers(let codes, _): codes.count
    }
  }

  /// Whether these are values of a kind of column.
  func fits(_ kind: OutputColumn.Kind) -> Bool {
    switch (self, kind) {
    case (.dates, .date), (.numbers, .number), (.int32, .int32), (.int64, .int64), (.booleans, .boolean),
      (.identifiers, .identifier):
      true
    default: false
    }
  }
}
