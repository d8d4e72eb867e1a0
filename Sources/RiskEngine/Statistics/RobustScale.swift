/// The median and a robust standard deviation.
enum RobustScale {
  /// `1 / Φ⁻¹(0.75)`, which makes the median absolute deviation of a normal sample its standard deviation.
  static let medianDeviationFactor = 1.482_602_218_505_602
  /// The interquartile range of a standard normal.
  static let normalQuartileRange = 1.348_979_500_392_163_5

  /// The median, and 1.4826 times the median absolute deviation; where that is 0, the interquartile range over 1.349.
  ///
  /// - Parameters:
  ///   - sample: finite; put into another order.
  ///   - scratch: room for as many.
  /// - Returns: `nil` of no numbers, and where both measures of scale are 0.
  /// - Complexity: O(n) on average.
  static func estimate(_ sample: inout [Double], _ scratch: inout [Double]) -> (median: Double, deviation: Double)? {
    guard !sample.isEmpty else { return nil }
    var values = sample.mutableSpan
    let median = Selection.median(&values)
    scratch.removeAll(keepingCapacity: true)
    for value in sample { scratch.append(abs(value - median)) }
    var deviations = scratch.mutableSpan
    let deviation = medianDeviationFactor * Selection.median(&deviations)
    if deviation > 0 { return (median, deviation) }
    var again = sample.mutableSpan
    let low = Selection.quantile(0.25, &again)
    let range = (Selection.quantile(0.75, &again) - low) / normalQuartileRange
    return range > 0 ? (median, range) : nil
  }
}
