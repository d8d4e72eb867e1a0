/// The test of Diebold and Mariano (*Journal of Business and Economic Statistics* 13, 1995) of equal losses.
public struct DieboldMariano: Hashable, Sendable {
  /// The number of periods in which both forecasts have a loss.
  public let count: Int
  /// The mean of the first loss less the second; negative where the first forecast is better.
  public let meanDifference: Double
  /// The standard error of the mean, robust to serial correlation up to `lags`.
  public let standardError: Double
  /// The lags of the standard error.
  public let lags: Int
  /// `meanDifference / standardError`; `nan` where the losses never differ by another amount.
  public let statistic: Double
  /// The probability of a larger magnitude under equal losses, by the normal distribution.
  public let pValue: Double

  /// Compares two series of losses of the same periods.
  ///
  /// - Parameters:
  ///   - first: the losses of the first forecast, `nan` where there is none.
  ///   - second: the losses of the second.
  ///   - horizon: the number of periods by which forecasts overlap and one; sets the fewest lags.
  ///   - lags: the lags, or `nil` for `max(horizon − 1, ⌊4 (T/100)^(2/9)⌋)`.
  /// - Complexity: O(T `lags`).
  public init(_ first: [Double], _ second: [Double], horizon: Int = 1, lags: Int? = nil) {
    precondition(first.count == second.count, "\(first.count) and \(second.count) losses")
    precondition(horizon >= 1, "a horizon of \(horizon) periods")
    let differences = zip(first, second).map { $0 - $1 }.filter { !$0.isNaN }
    count = differences.count
    self.lags = lags ?? max(horizon - 1, SerialCorrelation.defaultLags(count: differences.count))
    guard count > 1 else {
      meanDifference = differences.first ?? .nan
      standardError = .nan
      statistic = .nan
      pValue = .nan
      return
    }
    meanDifference = RunningMoments(differences).mean
    standardError =
      (SerialCorrelation.longRunVariance(of: differences, lags: self.lags) / Double(count)).squareRoot()
    statistic = standardError > 0 ? meanDifference / standardError : .nan
    pValue = statistic.isNaN ? .nan : min(1, 2 * StandardNormal.upperTail(abs(statistic)))
  }
}
