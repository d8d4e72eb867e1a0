/// What is wrong with a portfolio, or with a question about one.
public enum PortfolioError: Error, Hashable, Sendable {
  /// A weight is infinite or not a number.
  case weightNotFinite(asset: String, found: Double)
  /// Instruments, by their places in the list, whose risk is nothing or a combination of the others'.
  case instrumentsDependent(places: [Int])
  /// A number of a constraint is infinite or not a number.
  case constraintNotFinite(name: String)
  /// Constraints that no portfolio satisfies; this one contradicts others.
  case constraintContradictory(name: String)
  /// An expected return is infinite or not a number; the asset is a code.
  case expectedReturnNotFinite(asset: Int32, found: Double)
  /// Every portfolio that satisfies the constraints has the same expected return, zero.
  case noExpectedReturn
  /// The Sharpe ratio has no largest value: the expected return of the portfolio of least variance is not positive.
  case sharpeRatioNotAttained(expectedReturn: Double)
  /// A shock, or a coefficient of its combination, is infinite or not a number.
  case shockNotFinite(name: String)
  /// The model gives shocks no probability at all: this share of their length lies outside what factor returns can do.
  case shockImpossible(names: [String], share: Double)
  /// A number of a stress is outside what it allows.
  case stressOutOfRange(key: String, found: Double, expected: String)
  /// The labels of a group have no total returns: the model has no market, and this is not its first group.
  case noTotalReturns(group: Int)
  /// Stressed covariances make no risk model.
  case model(RiskModelError)
}

extension PortfolioError: CustomStringConvertible {
  /// What was found and what was expected.
  public var description: String {
    switch self {
    case .weightNotFinite(let asset, let found):
      "the weight of asset '\(asset)' is \(found); expected a finite number"
    case .instrumentsDependent(let places):
      "instruments \(places.map { String($0 + 1) }.joined(separator: ", ")) have no risk of their own beside the others; "
        + "expected instruments whose risk differs"
    case .constraintNotFinite(let name): "the constraint '\(name)' has an infinite or missing number"
    case .constraintContradictory(let name):
      "the constraint '\(name)' contradicts the others; expected constraints that some portfolio satisfies"
    case .expectedReturnNotFinite(let asset, let found):
      "the expected return of the asset of code \(asset) is \(found); expected a finite number"
    case .noExpectedReturn:
      "the constraints leave no expected return; expected returns that are not a combination of the constraints"
    case .sharpeRatioNotAttained(let expected):
      "the portfolio of least variance has an expected return of \(expected), so no portfolio has the largest Sharpe "
        + "ratio; expected a positive one"
    case .shockNotFinite(let name): "the shock '\(name)' has an infinite or missing number"
    case .shockImpossible(let names, let share):
      "the shocks to \(names.map { "'\($0)'" }.joined(separator: ", ")) cannot occur together: a share of \(share) of "
        + "them breaks what the factor returns always satisfy, such as zero sums of label returns"
    case .stressOutOfRange(let key, let found, let expected): "\(key) is \(found); expected \(expected)"
    case .noTotalReturns(let group):
      "the labels of group \(group + 1) have no total returns in a model without a market; expected the first group"
    case .model(let error): "\(error)"
    }
  }
}
