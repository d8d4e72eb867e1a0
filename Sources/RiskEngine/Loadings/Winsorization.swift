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
      clip > 0 && limit > clip && limit.isFinite
        ? nil : "a clip of \(clip) and a limit of \(limit); expected 0 < clip < limit"
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
