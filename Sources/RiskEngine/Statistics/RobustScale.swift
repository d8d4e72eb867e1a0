/// Factors that make robust measures of scale the standard deviation of a normal sample.
enum RobustScale {
  /// `1 / Φ⁻¹(0.75)`, for the median absolute deviation.
  static let medianDeviationFactor = 1.482_602_218_505_602
  /// The interquartile range of a standard normal, by which that of a sample is divided.
  static let normalQuartileRange = 1.348_979_500_392_163_5
}
