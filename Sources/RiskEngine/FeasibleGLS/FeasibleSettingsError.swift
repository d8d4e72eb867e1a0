/// What is wrong with the settings of feasible generalized least squares.
public enum FeasibleSettingsError: Error, Hashable, Sendable {
  /// A number is outside what its key allows.
  case outOfRange(key: String, found: Double, expected: String)
  /// The regression has an option that this estimation has no use for.
  case unsupportedRegression(key: String, found: String, expected: String)
}

extension FeasibleSettingsError: CustomStringConvertible {
  /// The key, what was found and what was expected.
  public var description: String {
    switch self {
    case .outOfRange(let key, let found, let expected): "\(key) is \(found); expected \(expected)"
    case .unsupportedRegression(let key, let found, let expected): "\(key) is \(found); expected \(expected)"
    }
  }
}
