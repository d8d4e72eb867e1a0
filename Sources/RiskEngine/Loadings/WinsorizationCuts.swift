/// The cut values of one column on one date.
///
/// With the same cuts, winsorizing again changes nothing; the quantiles of winsorized values are other ones.
public struct WinsorizationCuts: Hashable, Sendable {
  /// Values below it are clipped to it, or bent by the smooth clip; in the unit of the column.
  public internal(set) var lower = -Double.infinity
  /// Values above it are clipped to it, or bent by the smooth clip.
  public internal(set) var upper = Double.infinity
  /// Values below it are missing.
  public internal(set) var removedBelow = -Double.infinity
  /// Values above it are missing.
  public internal(set) var removedAbove = Double.infinity

  /// The cuts of a column.
  ///
  /// - Parameters:
  ///   - sample: the values of the estimation universe, finite, in any order.
  ///   - statistics: buffers.
  /// - Returns: `nil` where nothing is cut: by choice, without values, and where neither the median absolute deviation
  ///   nor the interquartile range is a scale.
  /// - Complexity: O(n) on average.
  static func estimate(
    _ method: Winsorization, sample: EstimationSample, statistics: inout OrderStatistics
  ) -> WinsorizationCuts? {
    let values = sample.values
    guard values.count > 0 else { return nil }
    if case .none = method { return nil }
    if case .quantile(let tail) = method {
      let quantiles = statistics.quantiles([tail, 1 - tail], of: values)
      return WinsorizationCuts(lower: quantiles[0], upper: quantiles[1])
    }
    guard let (median, deviation) = statistics.robustScale(of: values) else { return nil }
    switch method {
    case .none, .quantile: return nil
    case .medianDeviation(let multiple): return WinsorizationCuts(center: median, reach: multiple * deviation)
    case .smooth(let clip, _): return WinsorizationCuts(center: median, reach: clip * deviation)
    case .threeGroup(let clip, let outlier, let removes):
      let group = WinsorizationCuts(center: median, reach: outlier * deviation)
      guard let (mean, standard) = moments(values, from: group.lower, to: group.upper) else { return nil }
      var cuts = WinsorizationCuts(center: mean, reach: clip * standard)
      if removes {
        cuts.removedBelow = group.lower
        cuts.removedAbove = group.upper
      }
      return cuts
    }
  }

  private init(lower: Double, upper: Double) {
    self.lower = lower
    self.upper = upper
  }

  private init(center: Double, reach: Double) {
    lower = center - reach
    upper = center + reach
  }

  /// The mean, and the standard deviation over the count less one, of the values within a range.
  private static func moments(
    _ sample: Span<Double>, from low: Double, to high: Double
  ) -> (mean: Double, deviation: Double)? {
    var count = 0
    var sum = 0.0
    for index in sample.indices {
      let isInside = sample[index] >= low && sample[index] <= high
      count &+= isInside ? 1 : 0
      sum += isInside ? sample[index] : 0
    }
    guard count > 1 else { return nil }
    let mean = sum / Double(count)
    var squares = 0.0
    for index in sample.indices {
      let deviation = sample[index] >= low && sample[index] <= high ? sample[index] - mean : 0
      squares += deviation * deviation
    }
    let deviation = (squares / Double(count - 1)).squareRoot()
    return deviation > 0 && deviation < .infinity ? (mean, deviation) : nil
  }

  /// Whether a value does not stay as it is; what is missing does.
  @inline(__always)
  func changes(_ value: Double) -> Bool {
    value < max(lower, removedBelow) || value > min(upper, removedAbove)
  }

  /// A value after the cuts; NaN where it is removed.
  @inline(__always)
  func apply(_ value: Double, _ method: Winsorization) -> Double {
    if value < removedBelow || value > removedAbove { return .nan }
    guard case .smooth(let clip, let limit) = method else { return min(max(value, lower), upper) }
    // In units of the robust deviation that the cuts are `clip` of.
    let deviation = (upper - lower) / (2 * clip)
    let room = limit - clip
    if value > upper { return upper + deviation * room * PortableMath.tanh((value - upper) / deviation / room) }
    if value < lower { return lower - deviation * room * PortableMath.tanh((lower - value) / deviation / room) }
    return value
  }
}
