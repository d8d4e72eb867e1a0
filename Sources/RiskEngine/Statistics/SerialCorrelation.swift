/// Autocovariances of a series and what they say of the variance of its mean.
public enum SerialCorrelation {
  /// `γ̂_l = Σ_{t>l} (x_t − x̄)(x_{t−l} − x̄) / T` for the lags 0 to `lags`.
  ///
  /// - Parameters:
  ///   - series: the observations in order, none of them NaN.
  ///   - lags: the longest lag; those of `series.count` or more are 0.
  /// - Complexity: O(T `lags`).
  public static func autocovariances(of series: [Double], lags: Int) -> [Double] {
    precondition(lags >= 0, "\(lags) lags")
    let count = series.count
    var covariances = [Double](repeating: 0, count: lags + 1)
    guard count > 0 else { return covariances }
    let mean = RunningMoments(series).mean
    let deviations = series.map { $0 - mean }
    let span = deviations.span
    let longest = min(lags, count - 1)
    var lag = 0
    // Four lags at a time: of their sums none waits for another.
    while lag + 3 <= longest {
      let sums = SampleSums.laggedProducts(span, lag: lag)
      for place in 0..<4 { covariances[lag + place] = sums[place] / Double(count) }
      lag += 4
    }
    while lag <= longest {
      covariances[lag] =
        SampleSums.product(span.extracting(lag..<count), span.extracting(0..<count - lag)) / Double(count)
      lag += 1
    }
    return covariances
  }

  /// `Ŝ = γ̂₀ + 2 Σ_{l=1}^{L} (1 − l / (L + 1)) γ̂_l`, so that `Ŝ / T` estimates the variance of the mean.
  ///
  /// Never negative but for rounding (Newey and West, *Econometrica* 55, 1987).
  ///
  /// - Complexity: O(T L).
  public static func longRunVariance(of series: [Double], lags: Int) -> Double {
    let covariances = autocovariances(of: series, lags: lags)
    var variance = covariances[0]
    for lag in 0..<lags { variance += 2 * (1 - Double(lag + 1) / Double(lags + 1)) * covariances[lag + 1] }
    return max(0, variance)
  }

  /// `⌊4 (T / 100)^(2/9)⌋`, a common choice of lags for `T` observations (Newey and West, *Review of Economic
  /// Studies* 61, 1994).
  public static func defaultLags(count: Int) -> Int {
    guard count > 0 else { return 0 }
    return Int(4 * PortableMath.exp(PortableMath.log(Double(count) / 100) * 2 / 9))
  }
}
