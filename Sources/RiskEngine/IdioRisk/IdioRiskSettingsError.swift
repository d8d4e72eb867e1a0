/// What is wrong with the settings of idio risk.
public enum IdioRiskSettingsError: Error, Hashable, Sendable {
  /// A number is outside what its key allows.
  case outOfRange(key: String, found: Double, expected: ClosedRange<Double>)
  /// A step needs market capitalizations, which the panel lacks.
  case noCaps(key: String)
}

extension IdioRiskSettingsError: CustomStringConvertible {
  /// The key, what was found and what was expected.
  public var description: String {
    switch self {
    case .outOfRange(let key, let found, let expected):
      "idio.\(key) is \(found); expected a number from \(expected.lowerBound) to \(expected.upperBound)"
    case .noCaps(let key):
      "idio.\(key) is on, but the data have no market capitalizations; expected off, or a column of them"
    }
  }
}
