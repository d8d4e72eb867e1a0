/// The risk-adjusted performance of one series of returns, such as a factor's.
///
/// Returns are fractions per period, missing ones left out; observations on either side of a gap count as neighbours. Of
/// fewer than `minimumCount` returns all but the count is `nan`. The level of a factor with an identification constraint,
/// such as the market or an industry, depends on the constraint; that of a style does not.
public struct FactorPerformance: Hashable, Sendable {
  /// The fewest returns of which anything is said.
  public static let minimumCount = 20

  /// `T`: the number of returns.
  public let count: Int
  /// `p f̄`: the arithmetic mean a year.
  public let annualMean: Double
  /// `Π(1 + f)^(p/T) − 1`: the geometric mean a year; `nan` where a return is −1 or less.
  public let annualGeometricMean: Double
  /// `√p s`: the standard deviation a year.
  public let annualVolatility: Double
  /// The Sharpe ratio per period, `nan` where the returns do not vary.
  public let sharpeRatio: SharpeRatio
  /// `√p SR`.
  public let annualSharpeRatio: Double
  /// `√T f̄ / s`, equal to `√T SR`.
  public let tStatistic: Double
  /// `f̄ / √(Ŝ/T)` with `Ŝ` the long-run variance of Newey and West.
  public let neweyWestTStatistic: Double
  /// The lags of `neweyWestTStatistic`.
  public let neweyWestLags: Int
  /// The standard error of `annualSharpeRatio` for independent normal returns (Lo).
  public let annualSharpeNormalError: Double
  /// The standard error of `annualSharpeRatio` for independent returns of this skewness and kurtosis (Mertens).
  public let annualSharpeError: Double
  /// `η(p) SR`: the Sharpe ratio a year with the series' own autocorrelations (Lo); `nan` where they give no variance.
  ///
  /// Autocorrelations of all lags below `p` and below `T` are used, whose errors add up: of use for long series only.
  public let autocorrelatedSharpeRatio: Double
  /// The probability that the true Sharpe ratio is above the benchmark (PSR).
  public let probabilisticSharpeRatio: Double
  /// The probability that the true Sharpe ratio is above the largest expected of as many factors without merit (DSR);
  /// `nan` for a series on its own.
  public var deflatedSharpeRatio: Double
  /// The number of returns that would prove a Sharpe ratio above the benchmark; `∞` where this one is not above it.
  public let minimumTrackRecord: Double
  /// `max (1 − W_t / max_{s≤t} W_s)` of the wealth `W = Π(1 + f)`, `W₀ = 1`.
  public let maximumDrawdown: Double
  /// `ρ̂₁, ρ̂₂, …`.
  public let autocorrelations: [Double]
  /// `T (T + 2) Σ ρ̂_l² / (T − l)`, chi-square with as many degrees of freedom as lags without autocorrelation.
  public let ljungBox: Double
  /// The probability of a larger `ljungBox` without autocorrelation.
  public let ljungBoxPValue: Double
  /// `π`: the share of returns above 0.
  public let hitRate: Double
  /// `√(π (1 − π) / T)`.
  public let hitRateError: Double
  /// `γ₃`.
  public var skewness: Double { sharpeRatio.skewness }
  /// `γ₄`, 3 for the normal distribution.
  public var kurtosis: Double { sharpeRatio.kurtosis }

  /// Measures a series.
  ///
  /// - Parameters:
  ///   - returns: fractions per period in date order; `nan` is missing.
  ///   - settings: periods a year, lags and benchmarks.
  /// - Complexity: O(T (L + p)).
  public init(_ returns: [Double], settings: PerformanceSettings) {
    let observed = returns.filter { !$0.isNaN }
    count = observed.count
    deflatedSharpeRatio = .nan
    neweyWestLags = settings.neweyWestLags ?? SerialCorrelation.defaultLags(count: observed.count)
    guard observed.count >= Self.minimumCount else {
      sharpeRatio = SharpeRatio(value: .nan, count: observed.count, skewness: .nan, kurtosis: .nan)
      (annualMean, annualGeometricMean, annualVolatility) = (.nan, .nan, .nan)
      (annualSharpeRatio, tStatistic, neweyWestTStatistic) = (.nan, .nan, .nan)
      (annualSharpeNormalError, annualSharpeError, autocorrelatedSharpeRatio) = (.nan, .nan, .nan)
      (probabilisticSharpeRatio, minimumTrackRecord, maximumDrawdown) = (.nan, .nan, .nan)
      autocorrelations = Array(repeating: .nan, count: settings.autocorrelationLags)
      (ljungBox, ljungBoxPValue, hitRate, hitRateError) = (.nan, .nan, .nan, .nan)
      return
    }
    let total = Double(observed.count)
    let periods = Double(settings.periodsPerYear)
    let moments = RunningMoments(observed)
    let sharpe = SharpeRatio(moments)
    sharpeRatio = sharpe
    annualMean = periods * moments.mean
    annualVolatility = periods.squareRoot() * moments.standardDeviation
    annualSharpeRatio = periods.squareRoot() * sharpe.value
    annualSharpeNormalError = periods.squareRoot() * sharpe.normalStandardError
    annualSharpeError = periods.squareRoot() * sharpe.standardError
    tStatistic = total.squareRoot() * sharpe.value
    let longRun = SerialCorrelation.longRunVariance(of: observed, lags: neweyWestLags)
    neweyWestTStatistic =
      moments.squares > 0 && longRun > 0 ? moments.mean / (longRun / total).squareRoot() : .nan
    probabilisticSharpeRatio = sharpe.probability(above: settings.benchmarkSharpeRatio)
    minimumTrackRecord = sharpe.minimumTrackRecord(
      above: settings.benchmarkSharpeRatio, significance: settings.significance)

    let wealth = Self.wealth(observed)
    annualGeometricMean = PortableMath.exp(wealth.logarithm * periods / total) - 1
    maximumDrawdown = wealth.drawdown
    let lags = max(settings.autocorrelationLags, min(settings.periodsPerYear, observed.count) - 1)
    let covariances = SerialCorrelation.autocovariances(of: observed, lags: lags)
    let correlations = covariances.dropFirst().map { moments.squares > 0 ? $0 / covariances[0] : .nan }
    autocorrelatedSharpeRatio =
      sharpe.value * SharpeRatio.scale(periods: settings.periodsPerYear, autocorrelations: correlations)
    autocorrelations = Array(correlations.prefix(settings.autocorrelationLags))
    var box = 0.0
    let boxLags = min(settings.autocorrelationLags, observed.count - 1)
    for lag in 0..<boxLags { box += correlations[lag] * correlations[lag] / (total - Double(lag + 1)) }
    ljungBox = boxLags > 0 ? total * (total + 2) * box : .nan
    ljungBoxPValue =
      ljungBox.isNaN ? .nan : ChiSquareDistribution(degreesOfFreedom: Double(boxLags)).upperTail(ljungBox)
    let share = Double(observed.count { $0 > 0 }) / total
    hitRate = share
    hitRateError = (share * (1 - share) / total).squareRoot()
  }

  /// The logarithm of the final wealth, `nan` where it is not positive on the way, and the largest drawdown.
  private static func wealth(_ returns: [Double]) -> (logarithm: Double, drawdown: Double) {
    var (wealth, peak, drawdown, logarithm) = (1.0, 1.0, 0.0, 0.0)
    for value in returns {
      wealth *= 1 + value
      logarithm += value > -1 ? PortableMath.log(1 + value) : .nan
      peak = max(peak, wealth)
      drawdown = max(drawdown, 1 - wealth / peak)
    }
    // A return below −1 would make wealth negative: all of it is lost.
    return (logarithm, min(1, drawdown))
  }

  /// Measures several series that are chosen from: each gets its deflated Sharpe ratio too.
  ///
  /// The number of trials is that of the series with a Sharpe ratio, the variance that of their ratios: of correlated
  /// series there are fewer independent trials, so that the deflated ratio is on the low side.
  ///
  /// - Parameters:
  ///   - series: for each factor its returns.
  ///   - settings: the same for all.
  ///   - workers: the number of workers; `nil` takes one a processor. The same bits for any.
  public static func measure(
    _ series: [[Double]], settings: PerformanceSettings, workers: Int? = nil
  ) -> [FactorPerformance] {
    var performances = concurrentMap(
      count: series.count, workers: workers ?? CrossSectionalRegression.defaultWorkerCount
    ) { FactorPerformance(series[$0], settings: settings) }
    let ratios = RunningMoments(performances.map(\.sharpeRatio.value))
    guard ratios.count >= 2 else { return performances }
    for index in performances.indices {
      performances[index].deflatedSharpeRatio = performances[index].sharpeRatio.deflatedProbability(
        trialCount: Double(ratios.count), variance: ratios.variance)
    }
    return performances
  }
}
