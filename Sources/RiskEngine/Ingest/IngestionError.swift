/// What is wrong with how ingestion is set up.
public enum IngestionError: Error, Hashable, Sendable {
  /// No source has one row a date and asset.
  case noDailySource
  /// Two sources have the same name.
  case duplicateSource(name: String)
  /// More sources have a field than can be reconciled.
  case tooManySources(field: FieldName, count: Int)
  /// No source has a return or a close.
  case noReturns
  /// A threshold is out of its range.
  case badThreshold(name: String, found: Double, expected: String)
}

extension IngestionError: CustomStringConvertible {
  /// What was found and what was expected.
  public var description: String {
    switch self {
    case .noDailySource:
      "no source has one row a date and asset; expected at least one of kind daily, prices or returns"
    case .duplicateSource(let name): "two sources are named '\(name)'; expected different names"
    case .tooManySources(let field, let count):
      "\(count) sources have the field '\(field)'; expected at most \(Reconciliation.mostVendors)"
    case .noReturns:
      "no source has a field 'return' or 'close'; expected one of them, for without it nothing has a return"
    case .badThreshold(let name, let found, let expected): "\(name) is \(found); expected \(expected)"
    }
  }
}
