/// What is wrong with the settings of idio correlations.
public enum IdioCorrelationSettingsError: Error, Hashable, Sendable {
  /// A number is outside what its key allows.
  case outOfRange(key: String, found: Double, expected: ClosedRange<Double>)
}

extension IdioCorrelationSettingsError: CustomStringConvertible {
  /// The key, what was found and what was expected.
  public var description: String {
    switch self {
    case .outOfRange(let key, let found, let expected):
      "idio.correlations.\(key) is \(found); expected a number from \(expected.lowerBound) to \(expected.upperBound)"
    }
  }
}
