internal import RiskEngine

/// A threshold of a check, with its key.
struct CheckThreshold {
  var check: Check
  var setting: Setting
  /// Takes the value of a section's key into settings.
  var read: @Sendable (Section, inout CheckSettings) throws(ConfigurationError) -> Void

  private static func number(
    _ check: Check, _ key: String, _ path: any WritableKeyPath<CheckSettings, Double> & Sendable,
    _ range: ClosedRange<Double>, _ meaning: String
  ) -> CheckThreshold {
    CheckThreshold(
      check: check,
      setting: Setting(
        "checks.\(check.rawValue).\(key)", .number(range), "\(CheckSettings()[keyPath: path])", meaning)
    ) { section, settings throws(ConfigurationError) in
      if let value = try section.number(key) { settings[keyPath: path] = value }
    }
  }

  private static func count(
    _ check: Check, _ key: String, _ path: any WritableKeyPath<CheckSettings, Int> & Sendable,
    _ range: ClosedRange<Int>, _ meaning: String
  ) -> CheckThreshold {
    CheckThreshold(
      check: check,
      setting: Setting(
        "checks.\(check.rawValue).\(key)", .integer(range), "\(CheckSettings()[keyPath: path])", meaning)
    ) { section, settings throws(ConfigurationError) in
      if let value = try section.integer(key) { settings[keyPath: path] = value }
    }
  }

  /// All of them.
  static let all: [CheckThreshold] = [
    number(
      .nonTradingDate, "share", \.tradingDayShare, 0...1, "Of the usual number of rows, below which no day trades."),
    number(
      .impossibleValue, "range_tolerance", \.rangeTolerance, 0...0.1, "Of a close outside low and high, relative."),
    count(.stalePrice, "days", \.staleDays, 2...1000, "Equal closes in a row with volume."),
    count(.stalePrice, "days_without_volume", \.staleDaysWithoutVolume, 2...1000, "Equal closes in a row in any case."),
    count(
      .stalePrice, "days_dropped", \.staleDaysDropped, 2...10_000, "Equal closes from which the return is dropped."),
    number(.jump, "log_return", \.jumpLogReturn, 0.01...10, "The size of a log return."),
    number(.jump, "score", \.jumpScore, 1...1000, "Its multiple of the asset's median absolute log return."),
    count(.jump, "window", \.jumpWindow, 21...2520, "The returns of that median."),
    number(.unadjustedSplit, "tolerance", \.splitTolerance, 0.0001...0.1, "Of the log of a split's ratio."),
    count(.unadjustedSplit, "days", \.splitDays, 0...60, "Within which shares move with the price."),
    number(.spike, "log_return", \.spikeLogReturn, 0.01...10, "The size of a log return."),
    number(.spike, "revert", \.spikeRevertLogReturn, 0.0001...1, "The log return over both days."),
    number(.unitError, "tolerance", \.unitTolerance, 0.0001...0.2, "Of a power of ten or an exchange rate, relative."),
    number(.returnMismatch, "absolute", \.returnTolerance, 0...1, "The difference allowed, absolute."),
    number(.returnMismatch, "relative", \.returnRelativeTolerance, 0...1, "The difference allowed, relative."),
    number(.returnMismatch, "dropped", \.returnDropped, 0...10, "The difference from which on a return is dropped."),
    number(.capMismatch, "tolerance", \.capTolerance, 0...1, "The relative gap allowed."),
    number(.capMismatch, "dropped", \.capDropped, 0...1, "The gap from which on a cap is dropped."),
    count(.gap, "warned", \.gapWarned, 1...1000, "Missing days in a row that are warned of."),
    count(.gap, "exit", \.gapExit, 1...1000, "Missing days in a row after which an asset counts as gone."),
    number(.universeDrift, "warned", \.driftWarned, 0...1, "The fraction of assets that is warned of."),
    number(.universeDrift, "fatal", \.driftFatal, 0...10, "The fraction that stops the run."),
    count(.universeDrift, "minimum_assets", \.driftMinimumAssets, 1...100_000, "The fewest that count."),
    count(.missingDrift, "window", \.missingWindow, 5...252, "The dates of the usual fraction."),
    number(.missingDrift, "fatal", \.missingFatal, 0...1, "The change that stops the run."),
    number(.balanceSheet, "tolerance", \.balanceTolerance, 0...1, "The relative gap allowed."),
    number(.unusualDay, "multiple", \.unusualMultiple, 1...1000, "Of the usual median absolute return."),
    count(.unusualDay, "window", \.unusualWindow, 21...2520, "The dates of the usual median."),
    count(.carriedForward, "days", \.carryDays, 0...60, "The periods for which prices, shares and caps are used on."),
    count(
      .carriedForward, "fundamental_days", \.fundamentalDays, 0...2520,
      "The periods for which fundamentals of daily rows are used on."),
    count(
      .carriedForward, "published_days", \.publishedDays, 0...10_000,
      "The calendar days after its fiscal end for which a published number is used."),
    count(
      .carriedForward, "short_interest_days", \.shortInterestDays, 0...2520,
      "The periods for which short interest is used on."),
    count(.carriedForward, "rate_days", \.rateDays, 0...60, "The periods for which rates are used on."),
  ]
}
