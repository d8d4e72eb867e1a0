/// The regressions of a panel.
public struct RegressionResult: Sendable {
  /// The factors, those of every period.
  public let factors: FactorAxis
  /// One regression for each cross-section of the panel, in date order.
  public let periods: [PeriodRegression]

  /// Makes a result.
  public init(factors: FactorAxis, periods: [PeriodRegression]) {
    self.factors = factors
    self.periods = periods
  }

  /// `f`: periods × factors, as fractions per period; `nan` where a factor has no return.
  ///
  /// - Complexity: O(T m).
  public var factorReturns: [[Double]] { periods.map { factors.aligned($0.factorReturns, of: $0) } }

  /// Standard errors: periods × factors; `nan` where there is none.
  ///
  /// - Complexity: O(T m).
  public var standardErrors: [[Double]] { periods.map { factors.aligned($0.standardErrors, of: $0) } }
}
