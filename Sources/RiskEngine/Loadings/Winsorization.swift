/// How outliers of a cross-section are brought back.
public enum Winsorization: Hashable, Sendable {
  /// They are not.
  case none
  /// Values beyond the `tail` and `1 − tail` quantiles of the estimation universe become those quantiles.
  case quantile(tail: Double)
  /// Values whose robust score is beyond `outlier` are set apart; all values are clipped at `clip` standard deviations
  /// about the mean of the others, and those set apart too, or they are missing where `removes`.
  ///
  /// The three groups and a clip of 3 are Menchero, Orr and Wang (2011); the outlier's 10 is a choice of this engine.
  case threeGroup(clip: Double, outlier: Double, removes: Bool)
  /// Values beyond `multiple` robust standard deviations of the median are clipped there.
  case medianDeviation(multiple: Double)
  /// Robust scores beyond `clip` are bent by a hyperbolic tangent, so that they stay below `limit` in their order.
  case smooth(clip: Double, limit: Double)

  /// What is wrong with its numbers, or `nil`.
  var fault: String? {
    switch self {
    case .none: nil
    case .quantile(let tail): tail >= 0 && tail < 0.5 ? nil : "a tail of \(tail); expected 0 or more and less than 0.5"
    case .threeGroup(let clip, let outlier, _):
      clip > 0 && outlier >= clip && outlier.isFinite
        ? nil : "a clip of \(clip) and an outlier of \(outlier); expected 0 < clip <= outlier"
    case .medianDeviation(let multiple):
      multiple > 0 && multiple.isFinite ? nil : "a multiple of \(multiple); expected more than 0"
    case .smooth(let clip, let limit):
      clip > 0 && limit > clip && limit.isFinite ? nil : "a clip of \(clip) and a limit of \(limit); expected 0 < clip < limit"
    }
  }
}

/// A value that winsorization changed.
public struct ClippedValue: Hashable, Sendable {
  /// The descriptor's column, or the style's for a power.
  public var column: Int
  /// The row.
  public var row: Int
  /// The value before.
  public var before: Double
  /// The value after; NaN where it is missing.
  public var after: Double
}

/// The cut values of one column.
struct WinsorizationCuts: Hashable {
  /// Below this values are clipped to it.
  var lower = -Double.infinity
  /// Above this values are clipped to it.
  var upper = Double.infinity
  /// Below this values are missing.
  var removedBelow = -Double.infinity
  /// Above this values are missing.
  var removedAbove = Double.infinity
  /// Median and robust deviation, for the smooth clip.
  var center = 0.0
  var scale = 0.0

  /// The cuts of a column whose moments are those of `sample`.
  ///
  /// - Parameters:
  ///   - sample: the values of the estimation universe, finite; put into another order.
  ///   - scratch: room for as many.
  init(_ method: Winsorization, sample: inout [Double], scratch: inout [Double]) {
    guard !sample.isEmpty else { return }
    switch method {
    case .none: return
    case .quantile(let tail):
      var values = sample.mutableSpan
      lower = Selection.quantile(tail, &values)
      upper = Selection.quantile(1 - tail, &values)
    case .medianDeviation(let multiple):
      guard let (median, deviation) = RobustScale.estimate(&sample, &scratch) else { return }
      lower = median - multiple * deviation
      upper = median + multiple * deviation
    case .smooth:
      guard let (median, deviation) = RobustScale.estimate(&sample, &scratch) else { return }
      center = median
      scale = deviation
    case .threeGroup(let clip, let outlier, let removes):
      guard let (median, deviation) = RobustScale.estimate(&sample, &scratch) else { return }
      let below = median - outlier * deviation
      let above = median + outlier * deviation
      var count = 0.0
      var sum = 0.0
      for value in sample where below <= value && value <= above {
        count += 1
        sum += value
      }
      guard count > 1 else { return }
      let mean = sum / count
      var squares = 0.0
      for value in sample where below <= value && value <= above { squares += (value - mean) * (value - mean) }
      let standard = (squares / (count - 1)).squareRoot()
      lower = mean - clip * standard
      upper = mean + clip * standard
      if removes {
        removedBelow = below
        removedAbove = above
      }
    }
  }

  /// A value after the cuts; NaN where it is removed.
  @inline(__always)
  func apply(_ value: Double, _ method: Winsorization) -> Double {
    if case .smooth(let clip, let limit) = method {
      guard scale > 0 else { return value }
      let score = (value - center) / scale
      guard abs(score) > clip else { return value }
      let room = limit - clip
      let bent = clip + room * PortableMath.tanh((abs(score) - clip) / room)
      return center + scale * (score < 0 ? -bent : bent)
    }
    if value < removedBelow || value > removedAbove { return .nan }
    return min(max(value, lower), upper)
  }
}
