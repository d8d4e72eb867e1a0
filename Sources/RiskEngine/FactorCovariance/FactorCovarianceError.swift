/// What is wrong with the settings of a factor covariance.
public enum FactorCovarianceError: Error, Hashable, Sendable {
  /// A number is outside what its key allows.
  case outOfRange(key: String, found: Double, expected: ClosedRange<Double>)
  /// The half-lives are for data of another frequency.
  case otherFrequency(found: Int, expected: Int)
  /// The exact aggregation needs a whole horizon that is longer than the lags.
  case horizonTooShort(found: Double, lags: Int)
  /// Two choices do not go together.
  case incompatible(key: String, found: String, with: String, expected: String)
}

extension FactorCovarianceError: CustomStringConvertible {
  /// The key, what was found and what was expected.
  public var description: String {
    switch self {
    case .outOfRange(let key, let found, let expected):
      "factor_covariance.\(key) is \(found); expected a number from \(expected.lowerBound) to \(expected.upperBound)"
    case .otherFrequency(let found, let expected):
      "factor_covariance.profile is for data of \(found) periods a year; expected a profile for \(expected)"
    case .horizonTooShort(let found, let lags):
      "factor_covariance.horizon is \(found); expected a whole number above \(lags), the lags, "
        + "since aggregation is exact"
    case .incompatible(let key, let found, let other, let expected):
      "factor_covariance.\(key) is \(found) together with \(other); expected \(expected)"
    }
  }
}
