/// Why covariances make no risk model.
public enum RiskModelError: Error, Hashable, Sendable {
  /// The market or a style, which every asset loads on, has no covariance.
  case factorWithoutCovariance(factor: String)
  /// The factor covariance of these factors is infinite or not a number.
  case factorCovarianceNotFinite(factor: String, other: String)
  /// The factor covariance has a negative eigenvalue that rounding does not explain.
  case factorCovarianceIndefinite(smallest: Double, largest: Double)
  /// The eigenvalues of the factor covariance were not found.
  case factorCovarianceNotDecomposed
  /// The idio covariance of linked assets, with these codes, is not positive definite.
  case idioBlockIndefinite(assets: [Int32])
  /// Variances so different that the system for `Ω⁻¹` cannot be factorized.
  case precisionNotFactorized
}

extension RiskModelError: CustomStringConvertible {
  /// What was found and what was expected.
  public var description: String {
    switch self {
    case .factorWithoutCovariance(let factor):
      "the factor '\(factor)' has no covariance; expected one for the market and for every style"
    case .factorCovarianceNotFinite(let factor, let other):
      "the covariance of the factors '\(factor)' and '\(other)' is not a finite number"
    case .factorCovarianceIndefinite(let smallest, let largest):
      "the factor covariance has the eigenvalue \(smallest) beside \(largest); expected none below 0"
    case .factorCovarianceNotDecomposed: "the eigenvalues of the factor covariance were not found"
    case .idioBlockIndefinite(let assets):
      "the idio covariance of \(assets.count) linked assets is not positive definite; expected positive eigenvalues"
    case .precisionNotFactorized: "the inverse of the covariance was not found; expected variances of similar sizes"
    }
  }
}
