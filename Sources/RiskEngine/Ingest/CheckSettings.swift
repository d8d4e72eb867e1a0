/// The thresholds and severities of the checks.
///
/// Defaults are choices of this engine, made so that clean data raise next to nothing.
public struct CheckSettings: Hashable, Sendable {
  /// Severities that differ from the usual ones.
  public var severities: [Check: Severity] = [:]
  /// Checks that are not made.
  public var disabled: Set<Check> = []

  /// The tolerance of a close outside its low and high, relative.
  public var rangeTolerance = 1e-6
  /// Equal closes in a row, with volume, that are reported.
  public var staleDays = 5
  /// Equal closes in a row, in any case, that are reported.
  public var staleDaysWithoutVolume = 10
  /// Equal closes in a row from which on the return is dropped.
  public var staleDaysDropped = 21
  /// The log return from which on a price jumps.
  public var jumpLogReturn = 0.405_465_108_108_164_4
  /// The multiple of the asset's median absolute log return from which on a price jumps.
  public var jumpScore = 10.0
  /// The most recent returns that the median is taken of.
  public var jumpWindow = 252
  /// The fewest returns that a median is taken of; with fewer the size alone decides.
  public var jumpMinimumObservations = 21
  /// How near the log of a ratio has to be to that of a split.
  public var splitTolerance = 0.02
  /// The days before and after in which the shares have to move with a split.
  public var splitDays = 5
  /// The log return from which on a price spikes.
  public var spikeLogReturn = 0.25
  /// The log return over two days within which a spike is taken back.
  public var spikeRevertLogReturn = 0.05
  /// How near a ratio of two vendors has to be to a power of ten or an exchange rate, relative.
  public var unitTolerance = 0.02
  /// The difference of a return from prices and actions that is reported: absolute.
  public var returnTolerance = 1e-4
  /// The difference of a return from prices and actions that is reported: relative.
  public var returnRelativeTolerance = 1e-3
  /// The difference of a return from prices and actions from which on it is dropped.
  public var returnDropped = 0.02
  /// The relative gap of a market capitalization to price times shares that is reported.
  public var capTolerance = 0.01
  /// The gap from which on the capitalization is dropped.
  public var capDropped = 0.2
  /// Missing trading days in a row that are reported as a warning.
  public var gapWarned = 6
  /// Missing trading days in a row after which an asset counts as gone.
  public var gapExit = 20
  /// The fraction of assets that come or go on one date that is reported.
  public var driftWarned = 0.02
  /// The fraction of assets that come or go on one date that stops the run.
  public var driftFatal = 0.1
  /// The fewest assets that have to come, go or lack a value for a warning about a date.
  public var driftMinimumAssets = 5
  /// The dates that the usual fraction of missing values is taken of.
  public var missingWindow = 21
  /// The change of the fraction of missing values that stops the run.
  public var missingFatal = 0.2
  /// The relative gap of a balance sheet that is reported.
  public var balanceTolerance = 0.01
  /// The multiple of the usual median absolute return that makes a day unusual.
  public var unusualMultiple = 10.0
  /// The dates that the usual median absolute return is taken of.
  public var unusualWindow = 252
  /// The share of the usual number of assets below which a date is no trading day, where the calendar is inferred.
  public var tradingDayShare = 0.1
  /// The trading days for which prices, shares and caps are carried forward.
  public var carryDays = 5
  /// The trading days after which a fundamental number is too old: 18 months.
  public var fundamentalDays = 378
  /// The trading days for which short interest, published twice a month, is carried forward.
  public var shortInterestDays = 42
  /// The days after its fiscal end for which a published number counts: 18 months.
  public var publishedDays = 548
  /// The trading days for which risk-free and exchange rates are carried forward.
  public var rateDays = 5

  /// The defaults.
  public init() {}

  /// What a finding of a check does: as set here, else as asked for.
  ///
  /// A milder usual level, such as a count, is not raised by a setting made for the check's main case. Rows and values
  /// that cannot be used are errors at least, whatever is set.
  func severity(_ check: Check, _ usual: Severity) -> Severity {
    guard !severities.isEmpty, usual > .info, let set = severities[check] else { return usual }
    switch check {
    case .impossibleValue, .conflictingRows, .nonTradingDate, .lookAhead: return max(set, .error)
    default: return set
    }
  }

  /// Whether a check is made.
  @inline(__always)
  func makes(_ check: Check) -> Bool { disabled.isEmpty || !disabled.contains(check) }

  /// Whether what a check finds is dropped, where that is what it usually does.
  @inline(__always)
  func drops(_ check: Check) -> Bool {
    (disabled.isEmpty && severities.isEmpty) || (makes(check) && severity(check, .error) >= .error)
  }

  /// Whether so long a run of equal closes is dropped, where it is reported at all.
  func dropsRun(of length: Int) -> Bool {
    makes(.stalePrice)
      && severity(.stalePrice, length >= staleDaysDropped ? .error : .warn) >= .error
  }

  /// Checks the thresholds.
  func validate() throws(IngestionError) {
    let positive: [(String, Double)] = [
      ("jumpLogReturn", jumpLogReturn), ("jumpScore", jumpScore), ("splitTolerance", splitTolerance),
      ("spikeLogReturn", spikeLogReturn), ("spikeRevertLogReturn", spikeRevertLogReturn),
      ("unusualMultiple", unusualMultiple),
    ]
    for (name, value) in positive where !(value > 0 && value < .infinity) {
      throw .badThreshold(name: name, found: value, expected: "a finite number above 0")
    }
    let notNegative: [(String, Double)] = [
      ("rangeTolerance", rangeTolerance), ("unitTolerance", unitTolerance), ("returnTolerance", returnTolerance),
      ("returnRelativeTolerance", returnRelativeTolerance), ("returnDropped", returnDropped),
      ("capTolerance", capTolerance), ("capDropped", capDropped), ("driftWarned", driftWarned),
      ("driftFatal", driftFatal), ("missingFatal", missingFatal), ("balanceTolerance", balanceTolerance),
      ("tradingDayShare", tradingDayShare),
    ]
    for (name, value) in notNegative where !(value >= 0 && value < .infinity) {
      throw .badThreshold(name: name, found: value, expected: "a finite number of 0 or more")
    }
    let counts: [(String, Int, Int)] = [
      ("staleDays", staleDays, 2), ("staleDaysWithoutVolume", staleDaysWithoutVolume, 2),
      ("staleDaysDropped", staleDaysDropped, 2), ("jumpWindow", jumpWindow, 1),
      ("jumpMinimumObservations", jumpMinimumObservations, 1), ("splitDays", splitDays, 0),
      ("gapWarned", gapWarned, 1), ("gapExit", gapExit, 1), ("driftMinimumAssets", driftMinimumAssets, 0),
      ("missingWindow", missingWindow, 1), ("unusualWindow", unusualWindow, 1), ("carryDays", carryDays, 0),
      ("fundamentalDays", fundamentalDays, 0), ("publishedDays", publishedDays, 0), ("rateDays", rateDays, 0),
    ]
    for (name, value, least) in counts where !(least...1_000_000).contains(value) {
      throw .badThreshold(name: name, found: Double(value), expected: "a whole number from \(least) to 1000000")
    }
    if gapExit < carryDays {
      throw .badThreshold(name: "gapExit", found: Double(gapExit), expected: "carryDays, \(carryDays), or more")
    }
  }
}

extension CheckSettings {
  /// The default settings for data of a frequency: spells of time that are trading days for daily data are periods.
  ///
  /// Runs of equal closes and windows of medians are numbers of observations, whatever the frequency.
  ///
  /// - Parameter periodsPerYear: 252, 52 or 12.
  public static func defaults(periodsPerYear: Int) -> CheckSettings {
    var settings = CheckSettings()
    func periods(_ days: Int) -> Int { max(1, (days * periodsPerYear + 126) / 252) }
    settings.gapWarned = periods(settings.gapWarned)
    settings.gapExit = periods(settings.gapExit)
    settings.carryDays = periods(settings.carryDays)
    settings.fundamentalDays = periods(settings.fundamentalDays)
    settings.shortInterestDays = periods(settings.shortInterestDays)
    settings.rateDays = periods(settings.rateDays)
    settings.splitDays = periods(settings.splitDays)
    return settings
  }
}
