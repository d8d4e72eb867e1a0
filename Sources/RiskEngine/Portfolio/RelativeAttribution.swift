/// Where the returns of a portfolio, of its benchmark, and the difference of both came from.
public struct RelativeAttribution: Hashable, Sendable {
  /// Of `x`.
  public var portfolio: Attribution
  /// Of `y`.
  public var benchmark: Attribution
  /// Of `x − y`: each of its contributions is the portfolio's less the benchmark's.
  public var active: Attribution

  /// Attributes a period's return against a benchmark.
  ///
  /// - Parameters: as of `Attribution`.
  public init(
    _ holdings: Holdings, against benchmark: Holdings, section: CrossSection, regression: PeriodRegression,
    otherReturns: [Double] = []
  ) {
    portfolio = Attribution(holdings, section: section, regression: regression, otherReturns: otherReturns)
    self.benchmark = Attribution(benchmark, section: section, regression: regression, otherReturns: otherReturns)
    active = Attribution(
      holdings.active(against: benchmark), section: section, regression: regression, otherReturns: otherReturns)
  }
  /// Brings three attributions of one period together: of `x`, of `y` and of `x − y`.
  public init(portfolio: Attribution, benchmark: Attribution, active: Attribution) {
    self.portfolio = portfolio
    self.benchmark = benchmark
    self.active = active
  }
}
