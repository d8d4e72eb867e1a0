/// The length of each period's returns under the forecast covariance: tests the inverse of `Ω_r`.
///
/// `d_t = √(r_tᵀ Ω̂_r⁻¹ r_t / n_t)`; of normal returns with that covariance `n d² ∼ χ²_n`, so that `E d² = 1` and the
/// standard deviation of `d` is about `1/√(2n)`. Its standard deviation alone would reward an inflated forecast, so it
/// comes with the mean, and models are ranked by the ratio.
public struct MahalanobisStatistics: Hashable, Sendable {
  /// The number of periods.
  public let count: Int
  /// The mean of `d`; about 1 for a right forecast.
  public let mean: Double
  /// The standard deviation of `d` over time, with `T − 1`.
  public let standardDeviation: Double
  /// The mean of `1/√(2 n_t)`: the standard deviation of `d` for a right forecast of normal returns, about.
  public let expectedStandardDeviation: Double
  /// `Σ rᵀΩ_r⁻¹r / Σ n`; 1 for a right forecast, above it risk was forecast too low.
  public let pooledSquare: Double
  /// The probability of a smaller `Σ rᵀΩ_r⁻¹r` for normal returns of the forecast covariance.
  public let pooledProbability: Double
  /// `Σ_t (r_tᵀΩ_r⁻¹r_t + ln |Ω_r|)`: the smaller the better, among models of the same returns.
  public let quasiDistance: Double

  /// `standardDeviation / mean`, which a common scale of the forecasts does not change.
  public var relativeDeviation: Double { standardDeviation / mean }

  /// Makes the statistics from squared lengths, numbers of assets and logarithms of determinants, one a period; a period
  /// without a squared length is left out.
  public init(squaredLengths: [Double], assetCounts: [Int], logDeterminants: [Double]) {
    precondition(
      squaredLengths.count == assetCounts.count && squaredLengths.count == logDeterminants.count,
      "\(squaredLengths.count), \(assetCounts.count) and \(logDeterminants.count) periods")
    var distances = RunningMoments()
    var (square, assets, expected, distance) = (0.0, 0.0, 0.0, 0.0)
    for period in squaredLengths.indices where squaredLengths[period].isFinite && assetCounts[period] > 0 {
      let n = Double(assetCounts[period])
      distances.append((squaredLengths[period] / n).squareRoot())
      square += squaredLengths[period]
      assets += n
      expected += 1 / (2 * n).squareRoot()
      distance += squaredLengths[period] + logDeterminants[period]
    }
    count = distances.count
    let hasAny = count > 0
    mean = hasAny ? distances.mean : .nan
    standardDeviation = distances.standardDeviation
    expectedStandardDeviation = hasAny ? expected / Double(count) : .nan
    pooledSquare = hasAny ? square / assets : .nan
    pooledProbability = hasAny ? ChiSquareDistribution(degreesOfFreedom: assets).cumulative(square) : .nan
    quasiDistance = hasAny ? distance : .nan
  }
}
