/// Floors and caps of a date's volatilities.
enum VolatilityBounds {
  /// Brings volatilities into the bounds around their median, then into those of a year, and flags what was moved.
  ///
  /// - Parameters:
  ///   - volatilities: over the horizon; NaN is missing. Changed.
  ///   - flags: one a row; changed.
  static func apply(
    _ volatilities: inout [Double], flags: inout [IdioRiskFlags], settings: IdioRiskSettings,
    statistics: inout OrderStatistics
  ) {
    let sample = volatilities.filter { $0.isFinite }
    guard !sample.isEmpty else { return }
    var floor = 0.0
    var cap = Double.infinity
    if let bounds = settings.relativeBounds {
      let median = statistics.median(of: sample.span)
      floor = bounds.lowerBound * median
      // 0 times infinity is no bound.
      cap = bounds.upperBound < .infinity ? bounds.upperBound * median : .infinity
    }
    if let bounds = settings.annualBounds {
      let perHorizon = (settings.horizon / Double(settings.periodsPerYear)).squareRoot()
      let (least, most) = (bounds.lowerBound * perHorizon, bounds.upperBound * perHorizon)
      floor = min(max(floor, least), most)
      cap = min(max(cap, least), most)
    }
    for row in volatilities.indices where volatilities[row].isFinite {
      if volatilities[row] < floor {
        volatilities[row] = floor
        flags[row].insert(.floored)
      } else if volatilities[row] > cap {
        volatilities[row] = cap
        flags[row].insert(.capped)
      }
    }
  }
}
