/// How idio risk is forecast from idio returns.
///
/// Half-lives, windows, lags and counts are in periods of the data. The steps are those of Menchero, Orr and Wang, *The
/// Barra US Equity Model (USE4)*, 2011, section 5: a time series, a structural model for assets with too little of one,
/// shrinkage to assets of like size, and the volatility regime. Each but the first can be switched off.
public struct IdioRiskSettings: Hashable, Sendable {
  /// The periods of a year, by which volatilities are annualized to be held to `annualBounds`.
  ///
  /// Default 252.
  public var periodsPerYear = 252
  /// `H`: the periods that a forecast is for.
  ///
  /// Default 21, a month of days.
  public var horizon = 21.0
  /// The half-life of the variance.
  ///
  /// Default 84 (USE4S: USE4, table 5.1).
  public var halfLife = 84.0
  /// `L`: the autocovariances that the ratio for serial correlation takes in; 0 leaves it out.
  ///
  /// Default 5 (USE4, table 5.1).
  public var neweyWestLags = 5
  /// The half-life of the autocovariances.
  ///
  /// Default 252 (USE4, table 5.1).
  public var neweyWestHalfLife = 252.0
  /// The observations at which an asset's own ratio for serial correlation counts as much as the median.
  ///
  /// Default 252, our own choice, at which the ratio of a series without serial correlation has a standard deviation of
  /// about 0.16.
  public var neweyWestPriorCount = 252
  /// The fewest observations with which an asset counts in the median ratio for serial correlation.
  ///
  /// Default 126, our own choice.
  public var neweyWestMedianCount = 126
  /// The fewest observations with which there is a time-series forecast.
  ///
  /// Default 20, our own choice.
  public var minimumObservations = 20
  /// Whether assets with too little of a time series take part of the structural model's forecast.
  ///
  /// Default true.
  public var hasStructuralModel = true
  /// How far a time series can be relied on.
  public var reliability = ReliabilityRule()
  /// `q`: how much forecasts are drawn to those of like size; 0 leaves them.
  ///
  /// Default 0.1 (USE4, table 5.1).
  public var bayesianShrinkage = 0.1
  /// The half-life of the volatility regime; `nil` leaves it out.
  ///
  /// Default 42 (USE4S: USE4, table 5.1).
  public var regimeHalfLife: Double? = 42
  /// The fewest periods with a bias statistic from which a regime is told.
  ///
  /// Default 21, our own choice.
  public var regimeMinimumPeriods = 21
  /// The least and the greatest volatility as multiples of the date's median; `nil` is without.
  ///
  /// Default 0.05 to 10, our own choice: wide, since volatilities of three medians are real.
  public var relativeBounds: ClosedRange<Double>? = 0.05...10
  /// The least and the greatest volatility a year, as fractions; `nil` is without.
  ///
  /// Default 0.02 to 5, our own choice.
  public var annualBounds: ClosedRange<Double>? = 0.02...5

  /// Makes the settings of `short`.
  public init() {}

  /// For days, responsive: half-lives of 84 and 42 (USE4S: USE4, table 5.1).
  public static let short = IdioRiskSettings()

  /// For days, slow: half-lives of 252 and 168 (USE4L: USE4, table 5.1).
  public static let long: IdioRiskSettings = {
    var settings = IdioRiskSettings()
    settings.halfLife = 252
    settings.regimeHalfLife = 168
    return settings
  }()

  /// For weeks: half-lives of 26 and 9, one lag with a half-life of 52; a horizon of 13 / 3.
  ///
  /// No published model stands behind these numbers. The first two are those of weekly factor volatilities here; a year
  /// of autocovariances, and the counts, are those of days in weeks: at 52 observations the ratio with one lag is as
  /// noisy as at 252 with five. The reliability rule asks for more than 52 and at best 104 of 156.
  public static let weekly: IdioRiskSettings = {
    var settings = IdioRiskSettings()
    settings.periodsPerYear = 52
    settings.horizon = 13.0 / 3
    settings.halfLife = 26
    settings.neweyWestLags = 1
    settings.neweyWestHalfLife = 52
    settings.neweyWestPriorCount = 52
    settings.neweyWestMedianCount = 26
    settings.reliability = ReliabilityRule(window: 156, noneCount: 52, fullCount: 104)
    settings.regimeHalfLife = 9
    settings.regimeMinimumPeriods = 9
    return settings
  }()

  /// For months: half-lives of 36 and 6, no lags; a horizon of 1.
  ///
  /// Chosen by the loss QLIKE on 49 US industry portfolios from 1990 to 2023, where it is 1.486, against 1.527 for a
  /// half-life of 84 and 1.559 for 84 with five lags. The reliability rule asks for more than 24 and at best 60 of 120.
  public static let monthly: IdioRiskSettings = {
    var settings = IdioRiskSettings()
    settings.periodsPerYear = 12
    settings.horizon = 1
    settings.halfLife = 36
    settings.neweyWestLags = 0
    settings.minimumObservations = 12
    settings.reliability = ReliabilityRule(window: 120, noneCount: 24, fullCount: 60)
    settings.regimeHalfLife = 6
    settings.regimeMinimumPeriods = 6
    return settings
  }()

  /// The same settings, once every number is known to be in its range.
  ///
  /// - Throws: the first that is not.
  func validated() throws(IdioRiskSettingsError) -> IdioRiskSettings {
    try Self.check("periods_per_year", Double(periodsPerYear), in: 1...366)
    try Self.check("horizon", horizon, in: 0.01...10_000)
    try Self.check("variance.half_life", halfLife, in: 0.1 ... .infinity)
    try Self.check("variance.newey_west_lags", Double(neweyWestLags), in: 0...100)
    try Self.check("variance.newey_west_half_life", neweyWestHalfLife, in: 0.1 ... .infinity)
    try Self.check("variance.newey_west_prior_count", Double(neweyWestPriorCount), in: 0...100_000)
    try Self.check("variance.newey_west_median_count", Double(neweyWestMedianCount), in: 1...100_000)
    try Self.check("variance.minimum_observations", Double(minimumObservations), in: 1...100_000)
    try Self.check("reliability.window", Double(reliability.window), in: 4...10_000)
    try Self.check("reliability.none_count", Double(reliability.noneCount), in: 0...Double(reliability.window - 1))
    try Self.check(
      "reliability.full_count", Double(reliability.fullCount),
      in: Double(reliability.noneCount + 1)...Double(reliability.window))
    try Self.check("bayesian_shrinkage", bayesianShrinkage, in: 0...1e6)
    if let regimeHalfLife { try Self.check("regime_half_life", regimeHalfLife, in: 0.1 ... .infinity) }
    try Self.check("regime_minimum_periods", Double(regimeMinimumPeriods), in: 1...100_000)
    if let relativeBounds {
      try Self.check("relative_bounds.lower", relativeBounds.lowerBound, in: 0...1)
      try Self.check("relative_bounds.upper", relativeBounds.upperBound, in: 1 ... .infinity)
    }
    if let annualBounds {
      try Self.check("annual_bounds.lower", annualBounds.lowerBound, in: 0...100)
      try Self.check("annual_bounds.upper", annualBounds.upperBound, in: annualBounds.lowerBound ... .infinity)
    }
    return self
  }

  private static func check(
    _ key: String, _ value: Double, in range: ClosedRange<Double>
  ) throws(IdioRiskSettingsError) {
    guard range.contains(value) else { throw .outOfRange(key: key, found: value, expected: range) }
  }

  /// All settings in words: saved state is of one such text.
  var signature: String {
    let bounds = [relativeBounds, annualBounds].map { $0.map { "\($0)" } ?? "off" }
    return """
      idio risk over \(horizon) periods, \(periodsPerYear) a year; half-life \(halfLife); \(neweyWestLags) lags of \
      half-life \(neweyWestHalfLife), prior \(neweyWestPriorCount), median \(neweyWestMedianCount); at least \
      \(minimumObservations); structural \(hasStructuralModel), reliable at \(reliability.noneCount) to \
      \(reliability.fullCount) of \(reliability.window); shrinkage \(bayesianShrinkage); regime \
      \(regimeHalfLife.map { "\($0)" } ?? "off") from \(regimeMinimumPeriods); bounds \(bounds[0]) and \(bounds[1])
      """
  }
}
