/// What became of one asset's forecast of idio risk.
public struct IdioRiskFlags: OptionSet, Hashable, Sendable {
  /// One bit a flag.
  public let rawValue: UInt8

  /// Makes a set from its bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Too few observations for a time-series forecast.
  public static let noTimeSeries = IdioRiskFlags(rawValue: 1)
  /// The forecast is wholly the structural model's.
  public static let structuralOnly = IdioRiskFlags(rawValue: 2)
  /// There is neither a time series nor a structural model: the forecast is the median of the asset's size group.
  public static let sizeGroupMedian = IdioRiskFlags(rawValue: 4)
  /// The structural model knows no member of a label of the asset, whose coefficient is taken to be 0.
  public static let unknownLabel = IdioRiskFlags(rawValue: 8)
  /// The forecast was raised to a floor.
  public static let floored = IdioRiskFlags(rawValue: 16)
  /// The forecast was lowered to a cap.
  public static let capped = IdioRiskFlags(rawValue: 32)
  /// There is no forecast.
  public static let noForecast = IdioRiskFlags(rawValue: 64)
}
