/// Why a synthetic market cannot be made.
public enum SyntheticConfigurationError: Error, Hashable, Sendable {
  /// A number is outside what its field allows.
  case outOfRange(field: String, value: Double, allowed: String)
  /// The last date would lie after the year 9999.
  case datesBeyondCalendar(start: CalendarDate, periods: Int)
}

extension SyntheticConfigurationError: CustomStringConvertible {
  /// What was found and what is allowed.
  public var description: String {
    switch self {
    case .outOfRange(let field, let value, let allowed): "\(field) is \(value); allowed: \(allowed)"
    case .datesBeyondCalendar(let start, let periods):
      "\(periods) weekdays from \(start) end after the year 9999"
    }
  }
}

extension SyntheticConfiguration {
  /// Checks every number.
  ///
  /// - Returns: the configuration itself.
  /// - Throws: the first field found out of its range.
  public func validated() throws(SyntheticConfigurationError) -> Self {
    try validateCounts()
    try caps.validate()
    try lifetimes.validate()
    try styles.validate(styleCount: styleCount)
    try factors.validate()
    try regimes.validate()
    try idio.validate()
    try missing.validate()
    try vendors.validate(periodsPerYear: periodsPerYear)
    return self
  }

  /// Checks counts and dates.
  private func validateCounts() throws(SyntheticConfigurationError) {
    try Self.check("assetCount", assetCount, in: 10...10_000_000)
    try Self.check("periodCount", periodCount, in: 1...1_000_000)
    try Self.check("industryCount", industryCount, in: 0...assetCount)
    try Self.check("countryCount", countryCount, in: 0...assetCount)
    try Self.check("styleCount", styleCount, in: 0...1000)
    try Self.check("periodsPerYear", periodsPerYear, in: 1...366)
    let calendar = WeekdayCalendar(start: startDate)
    if startDate.components.year < 0 || calendar.daysSinceEpoch(ofPeriod: periodCount - 1) > 2_932_896 {
      throw .datesBeyondCalendar(start: startDate, periods: periodCount)
    }
  }

  /// Throws where a whole number is outside a range.
  fileprivate static func check(
    _ field: String, _ value: Int, in range: ClosedRange<Int>
  ) throws(SyntheticConfigurationError) {
    if !range.contains(value) {
      throw .outOfRange(
        field: field, value: Double(value), allowed: "from \(range.lowerBound) to \(range.upperBound)")
    }
  }

  /// Throws where a number is outside a range, ends included, or is not a number.
  fileprivate static func check(
    _ field: String, _ value: Double, in range: ClosedRange<Double>
  ) throws(SyntheticConfigurationError) {
    if !range.contains(value) {
      throw .outOfRange(field: field, value: value, allowed: "from \(range.lowerBound) to \(range.upperBound)")
    }
  }

  /// Throws where a number is outside a range whose upper end is excluded, or is not a number.
  fileprivate static func check(
    _ field: String, _ value: Double, in range: Range<Double>
  ) throws(SyntheticConfigurationError) {
    if !range.contains(value) {
      throw .outOfRange(
        field: field, value: value, allowed: "from \(range.lowerBound) to less than \(range.upperBound)")
    }
  }
}

extension SyntheticConfiguration.Caps {
  /// Checks every number.
  fileprivate func validate() throws(SyntheticConfigurationError) {
    try SyntheticConfiguration.check("caps.logMean", logMean, in: -100...100)
    try SyntheticConfiguration.check("caps.logDeviation", logDeviation, in: 0...10)
  }
}

extension SyntheticConfiguration.Lifetimes {
  /// Checks every number.
  fileprivate func validate() throws(SyntheticConfigurationError) {
    try SyntheticConfiguration.check("lifetimes.annualDeathRate", annualDeathRate, in: 0...1)
    try SyntheticConfiguration.check("lifetimes.delistingFraction", delistingFraction, in: 0...1)
    try SyntheticConfiguration.check("lifetimes.delistingReturn", delistingReturn, in: -0.95...1)
    try SyntheticConfiguration.check("lifetimes.seasoningPeriods", seasoningPeriods, in: 0...10_000)
    try SyntheticConfiguration.check("lifetimes.outsideUniverseFraction", outsideUniverseFraction, in: 0...0.5)
  }
}

extension SyntheticConfiguration.Styles {
  /// Checks every number; the correlations must be those of a positive definite matrix.
  fileprivate func validate(styleCount: Int) throws(SyntheticConfigurationError) {
    try SyntheticConfiguration.check("styles.monthlyPersistence", monthlyPersistence, in: 0..<1)
    let least = -1 / Double(max(styleCount - 1, 1))
    if !(correlation > least && correlation < 1) {
      throw .outOfRange(
        field: "styles.correlation", value: correlation, allowed: "more than \(least) and less than 1.0")
    }
  }
}

extension SyntheticConfiguration.Factors {
  /// Checks every number.
  fileprivate func validate() throws(SyntheticConfigurationError) {
    try SyntheticConfiguration.check("factors.marketVolatility", marketVolatility, in: 0...2)
    try SyntheticConfiguration.check("factors.industryVolatility", industryVolatility, in: 0...2)
    try SyntheticConfiguration.check("factors.countryVolatility", countryVolatility, in: 0...2)
    try SyntheticConfiguration.check("factors.firstStyleVolatility", firstStyleVolatility, in: 0.0001...2)
    try SyntheticConfiguration.check("factors.lastStyleVolatility", lastStyleVolatility, in: 0.0001...2)
    try SyntheticConfiguration.check("factors.sharpeRatioBound", sharpeRatioBound, in: 0...10)
    try SyntheticConfiguration.check("factors.commonFactorCount", commonFactorCount, in: 0...1000)
    try SyntheticConfiguration.check("factors.uniqueVariance", uniqueVariance, in: 0.001...1000)
    try SyntheticConfiguration.check("factors.movingAverage", movingAverage, in: -1...1)
  }
}

extension SyntheticConfiguration.Regimes {
  /// Checks every number.
  fileprivate func validate() throws(SyntheticConfigurationError) {
    try SyntheticConfiguration.check("regimes.stressMultiplier", stressMultiplier, in: 1...10)
    try SyntheticConfiguration.check("regimes.idioShare", idioShare, in: 0...1)
    try SyntheticConfiguration.check("regimes.calmPersistence", calmPersistence, in: 0..<1)
    try SyntheticConfiguration.check("regimes.stressPersistence", stressPersistence, in: 0..<1)
  }
}

extension SyntheticConfiguration.Idio {
  /// Checks every number.
  fileprivate func validate() throws(SyntheticConfigurationError) {
    try SyntheticConfiguration.check("idio.medianVolatility", medianVolatility, in: 0...1)
    try SyntheticConfiguration.check("idio.sizeSlope", sizeSlope, in: -1...1)
    try SyntheticConfiguration.check("idio.dispersion", dispersion, in: 0...1)
    if let degreesOfFreedom {
      try SyntheticConfiguration.check("idio.degreesOfFreedom", degreesOfFreedom, in: 3...1000)
    }
    try SyntheticConfiguration.check("idio.pairedFraction", pairedFraction, in: 0...1)
    try SyntheticConfiguration.check("idio.pairCorrelation", pairCorrelation, in: -1...1)
    try SyntheticConfiguration.check("idio.earningsInterval", earningsInterval, in: 1...10_000)
    try SyntheticConfiguration.check("idio.earningsJump", earningsJump, in: 0...100)
    try SyntheticConfiguration.check("idio.returnFloor", returnFloor, in: -0.999...0)
  }
}

extension SyntheticConfiguration.Missing {
  /// Checks every number.
  fileprivate func validate() throws(SyntheticConfigurationError) {
    try SyntheticConfiguration.check("missing.returnFraction", returnFraction, in: 0..<1)
    try SyntheticConfiguration.check("missing.loadingFraction", loadingFraction, in: 0..<1)
    try SyntheticConfiguration.check("missing.haltProbability", haltProbability, in: 0..<1)
    try SyntheticConfiguration.check("missing.meanHaltLength", meanHaltLength, in: 1...10_000)
  }
}

extension SyntheticConfiguration.Vendors {
  /// Checks every number; all errors of an asset and period together have a probability.
  fileprivate func validate(periodsPerYear: Int) throws(SyntheticConfigurationError) {
    let mostRate = 1000 * Double(periodsPerYear)
    for kind in SyntheticVendorError.allCases {
      try SyntheticConfiguration.check("vendors.errorRates.\(kind.rawValue)", errorRates[kind] ?? 0, in: 0...mostRate)
    }
    let total = SyntheticVendorError.daily.reduce(0) { $0 + (errorRates[$1] ?? 0) }
    // Rows on Saturdays are drawn on Fridays alone, five times as often.
    let onFridays = total + 4 * (errorRates[.nonTradingDate] ?? 0)
    try SyntheticConfiguration.check("the sum of vendors.errorRates", onFridays, in: 0...mostRate)
    try SyntheticConfiguration.check("vendors.secondVendorShare", secondVendorShare, in: 0...1)
    try SyntheticConfiguration.check("vendors.splitRate", splitRate, in: 0...mostRate)
    try SyntheticConfiguration.check("vendors.payingFraction", payingFraction, in: 0...1)
    try SyntheticConfiguration.check("vendors.dividendYield", dividendYield, in: 0...0.01)
    try SyntheticConfiguration.check("vendors.riskFreeRate", riskFreeRate, in: -0.1...1)
    try SyntheticConfiguration.check("vendors.publicationLag", publicationLag, in: 0...365)
    try SyntheticConfiguration.check("vendors.publicationLagSpread", publicationLagSpread, in: 0...publicationLag)
    try SyntheticConfiguration.check("vendors.unpublishedFraction", unpublishedFraction, in: 0...1)
    try SyntheticConfiguration.check("vendors.restatedFraction", restatedFraction, in: 0...1)
  }
}
