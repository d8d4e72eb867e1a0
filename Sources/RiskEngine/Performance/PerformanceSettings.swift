/// How the performance of a series of returns is measured.
public struct PerformanceSettings: Hashable, Sendable {
  /// `p`: the number of periods in a year, such as 252, 52 or 12.
  public var periodsPerYear: Int
  /// The lags of the Newey–West standard error; `nil`, the default, is `⌊4 (T/100)^(2/9)⌋`.
  public var neweyWestLags: Int?
  /// The number of autocorrelations; default 10.
  public var autocorrelationLags: Int
  /// `SR*`: the Sharpe ratio per period that a track record has to prove; default 0.
  public var benchmarkSharpeRatio: Double
  /// The probability of a false proof in the minimum track record; default 0.05.
  public var significance: Double

  /// Makes settings.
  ///
  /// - Precondition: `periodsPerYear` is at least 1, lags are not negative, `significance` is between 0 and 1.
  public init(
    periodsPerYear: Int, neweyWestLags: Int? = nil, autocorrelationLags: Int = 10, benchmarkSharpeRatio: Double = 0,
    significance: Double = 0.05
  ) {
    precondition(periodsPerYear >= 1, "\(periodsPerYear) periods a year")
    precondition((neweyWestLags ?? 0) >= 0 && autocorrelationLags >= 0, "negative lags")
    precondition(significance > 0 && significance < 1, "a significance of \(significance)")
    precondition(benchmarkSharpeRatio.isFinite, "a Sharpe ratio of \(benchmarkSharpeRatio)")
    self.periodsPerYear = periodsPerYear
    self.neweyWestLags = neweyWestLags
    self.autocorrelationLags = autocorrelationLags
    self.benchmarkSharpeRatio = benchmarkSharpeRatio
    self.significance = significance
  }
}
