internal import RiskEngine

/// Mean and deviation of the known entries of a series; NaN where they are too few.
struct SeriesMoments {
  /// The mean.
  let mean: Double
  /// The standard deviation, of a sample.
  let deviation: Double
  /// The standard error of the mean, of independent entries.
  let meanError: Double

  init(_ values: [Double]) {
    let known = values.filter(\.isFinite)
    guard known.count >= FactorPerformance.minimumCount else {
      mean = .nan
      deviation = .nan
      meanError = .nan
      return
    }
    let mean = known.reduce(0, +) / Double(known.count)
    let squares = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    deviation = (squares / Double(known.count - 1)).squareRoot()
    meanError = deviation / Double(known.count).squareRoot()
  }
}
