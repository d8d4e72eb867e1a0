/// How far predicted loadings of single assets on the cap-weighted index were from realized ones.
public struct BetaError: Hashable, Sendable {
  /// The fewest periods of an asset that counts.
  public static let minimumCount = 20

  /// The number of assets.
  public let count: Int
  /// The mean over assets of the squared difference of the mean predicted and the realized beta; `nan` without assets.
  ///
  /// Contains the sampling variance of the realized beta, so that it is of use for comparing models.
  public let meanSquare: Double
  /// The mean over assets of the mean predicted less the realized beta.
  public let mean: Double

  init(predicted: [RunningMoments], realized: [RunningCovariance]) {
    var differences = RunningMoments()
    var square = 0.0
    for (forecast, outcome) in zip(predicted, realized) where outcome.count >= Self.minimumCount {
      let difference = forecast.mean - outcome.slope
      guard difference.isFinite else { continue }
      differences.append(difference)
      square += difference * difference
    }
    count = differences.count
    meanSquare = count > 0 ? square / Double(count) : .nan
    mean = count > 0 ? differences.mean : .nan
  }
}
