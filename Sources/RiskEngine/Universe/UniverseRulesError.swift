/// What is wrong with the rules of a universe.
public enum UniverseRulesError: Error, Hashable, Sendable {
  /// A number is outside what its key allows.
  case outOfRange(key: String, found: Double, expected: ClosedRange<Double>)
  /// Something comes in that leaves at once.
  case leaveBeforeEnter(key: String, enter: Double, leave: Double, expected: Order)
  /// A list names nothing.
  case emptyList(key: String)
  /// A list has an empty entry.
  case emptyEntry(key: String, position: Int)
  /// A list names something twice.
  case repeatedEntry(key: String, found: String)
  /// The market has no such field.
  case unknownField(key: String, found: FieldName, expected: [FieldName])
  /// The memory was made with another number.
  case resumedWithOther(key: String, found: Int, expected: Int)
  /// The memory was made for a market with other fields.
  case resumedWithOtherFields(key: String, found: Bool, expected: Bool)

  /// How the thresholds of a rule have to be ordered.
  public enum Order: String, Hashable, Sendable {
    /// `leave` at or below `enter`: more is better.
    case leaveAtMostEnter = "leave at or below enter"
    /// `leave` at or above `enter`: less is better.
    case leaveAtLeastEnter = "leave at or above enter"
  }
}

extension UniverseRulesError: CustomStringConvertible {
  /// The key, what was found and what was expected.
  public var description: String {
    switch self {
    case .outOfRange(let key, let found, let expected):
      "universe.\(key) is \(found); expected a number from \(expected.lowerBound) to \(expected.upperBound)"
    case .leaveBeforeEnter(let key, let enter, let leave, let expected):
      "universe.\(key) has enter \(enter) and leave \(leave); expected \(expected.rawValue)"
    case .emptyList(let key): "universe.\(key) is an empty list; expected at least one label, or off"
    case .emptyEntry(let key, let position):
      "universe.\(key) has an empty entry at position \(position); expected a label"
    case .repeatedEntry(let key, let found): "universe.\(key) has '\(found)' twice; expected each label once"
    case .unknownField(let key, let found, let expected):
      "universe.\(key) is '\(found)', which the data have not; expected one of "
        + expected.map { "'\($0)'" }.joined(separator: ", ")
    case .resumedWithOther(let key, let found, let expected):
      "universe.\(key) is \(found), but the saved universe was made with \(expected); expected \(expected)"
    case .resumedWithOtherFields(let key, let found, let expected):
      "the data \(found ? "have" : "lack") what universe.\(key) needs, but the saved universe was made "
        + "\(expected ? "with" : "without") it; expected the same fields"
    }
  }
}
