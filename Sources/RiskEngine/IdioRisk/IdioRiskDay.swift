/// The forecasts of idio risk as of one date, stage by stage.
///
/// Arrays have an entry for each row of the snapshot. Volatilities are fractions over the horizon of the settings; NaN is
/// missing.
public struct IdioRiskDay: Sendable {
  /// The date whose close the forecasts are made at.
  public var date: CalendarDate
  /// The assets of the snapshot's rows.
  public var assets: [Int32]
  /// The idio returns of each asset so far, those left out not counted.
  public var observationCounts: [Int32] = []
  /// `κ`: the ratio for serial correlation, by which variances are multiplied.
  public var neweyWestRatios: [Double] = []
  /// `σ^TS = √(H s² κ)`: the time-series forecast.
  public var timeSeries: [Double] = []
  /// `γ`: how far the time series is relied on; empty without a structural model.
  public var reliability: [Double] = []
  /// `σ^STR`: the structural model's forecast; empty where the step is off.
  public var structural: [Double] = []
  /// `γ σ^TS + (1 − γ) σ^STR`.
  public var blended: [Double] = []
  /// `σ^SH`: what was blended, drawn to assets of like size.
  public var shrunk: [Double] = []
  /// `σ`: the forecast, with the volatility regime and within the bounds.
  public var volatilities: [Double] = []
  /// `σ` for the next period alone, from the same steps without the ratio for serial correlation, regime and bounds: the
  /// forecast that the next idio returns are held against.
  ///
  /// Empty where the regime is off.
  public var onePeriod: [Double] = []
  /// What became of each forecast.
  public var flags: [IdioRiskFlags] = []
  /// The size group of each row, 0 the smallest; −1 without a cap.
  public var sizeGroups: [Int8] = []
  /// The structural model; `nil` where the step is off.
  public var structuralFit: StructuralFit?
  /// `B`: the cap-weighted root mean square of the period's idio returns over the forecasts of the date before; NaN where
  /// there is none.
  public var crossSectionalBias = Double.nan
  /// `λ_S`: what volatilities are multiplied by for the regime; 1 where the step is off or has too few periods.
  public var regimeMultiplier = 1.0
  /// The periods with a bias statistic so far.
  public var regimePeriodCount = 0
  /// The median ratio for serial correlation, to which ratios are drawn.
  public var medianNeweyWestRatio = 1.0
  /// The idio returns of the period that were left out for their leverage, or as no numbers.
  public var leftOutCount = 0

  /// The number of rows with some flag.
  public func count(of flag: IdioRiskFlags) -> Int { flags.reduce(0) { $0 + ($1.isDisjoint(with: flag) ? 0 : 1) } }
}
