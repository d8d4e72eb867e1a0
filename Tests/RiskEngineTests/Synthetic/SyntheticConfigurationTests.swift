import RiskEngine
import Testing

/// Every number of the configuration is checked, and the error names it.
@Suite struct SyntheticConfigurationTests {
  /// A change that makes a configuration invalid, and what the error says.
  struct Fault: Sendable {
    var field: String
    var value: Double
    var allowed: String
    var change: @Sendable (inout SyntheticConfiguration) -> Void

    init(
      _ field: String, _ value: Double, _ allowed: String,
      _ change: @escaping @Sendable (inout SyntheticConfiguration) -> Void
    ) {
      (self.field, self.value, self.allowed, self.change) = (field, value, allowed, change)
    }
  }

  static let faults: [Fault] = [
    Fault("assetCount", 9, "from 10 to 10000000") { $0.assetCount = 9 },
    Fault("periodCount", 0, "from 1 to 1000000") { $0.periodCount = 0 },
    Fault("industryCount", 3001, "from 0 to 3000") { $0.industryCount = 3001 },
    Fault("countryCount", -1, "from 0 to 3000") { $0.countryCount = -1 },
    Fault("styleCount", -1, "from 0 to 1000") { $0.styleCount = -1 },
    Fault("periodsPerYear", 0, "from 1 to 366") { $0.periodsPerYear = 0 },
    Fault("caps.logMean", 101, "from -100.0 to 100.0") { $0.caps.logMean = 101 },
    Fault("caps.logDeviation", -0.1, "from 0.0 to 10.0") { $0.caps.logDeviation = -0.1 },
    Fault("lifetimes.annualDeathRate", 1.1, "from 0.0 to 1.0") { $0.lifetimes.annualDeathRate = 1.1 },
    Fault("lifetimes.delistingFraction", 2, "from 0.0 to 1.0") { $0.lifetimes.delistingFraction = 2 },
    Fault("lifetimes.delistingReturn", -1, "from -0.95 to 1.0") { $0.lifetimes.delistingReturn = -1 },
    Fault("lifetimes.seasoningPeriods", -1, "from 0 to 10000") { $0.lifetimes.seasoningPeriods = -1 },
    Fault("lifetimes.outsideUniverseFraction", 0.6, "from 0.0 to 0.5") {
      $0.lifetimes.outsideUniverseFraction = 0.6
    },
    Fault("styles.monthlyPersistence", 1, "from 0.0 to less than 1.0") { $0.styles.monthlyPersistence = 1 },
    Fault("styles.correlation", -0.25, "more than -0.25 and less than 1.0") {
      $0.styleCount = 5
      $0.styles.correlation = -0.25
    },
    Fault("factors.marketVolatility", 3, "from 0.0 to 2.0") { $0.factors.marketVolatility = 3 },
    Fault("factors.industryVolatility", 3, "from 0.0 to 2.0") { $0.factors.industryVolatility = 3 },
    Fault("factors.countryVolatility", 3, "from 0.0 to 2.0") { $0.factors.countryVolatility = 3 },
    Fault("factors.firstStyleVolatility", 0, "from 0.0001 to 2.0") { $0.factors.firstStyleVolatility = 0 },
    Fault("factors.lastStyleVolatility", 0, "from 0.0001 to 2.0") { $0.factors.lastStyleVolatility = 0 },
    Fault("factors.sharpeRatioBound", -1, "from 0.0 to 10.0") { $0.factors.sharpeRatioBound = -1 },
    Fault("factors.commonFactorCount", -1, "from 0 to 1000") { $0.factors.commonFactorCount = -1 },
    Fault("factors.uniqueVariance", 0, "from 0.001 to 1000.0") { $0.factors.uniqueVariance = 0 },
    Fault("factors.movingAverage", 1.5, "from -1.0 to 1.0") { $0.factors.movingAverage = 1.5 },
    Fault("regimes.stressMultiplier", 0.5, "from 1.0 to 10.0") { $0.regimes.stressMultiplier = 0.5 },
    Fault("regimes.idioShare", 1.5, "from 0.0 to 1.0") { $0.regimes.idioShare = 1.5 },
    Fault("regimes.calmPersistence", 1, "from 0.0 to less than 1.0") { $0.regimes.calmPersistence = 1 },
    Fault("regimes.stressPersistence", -1, "from 0.0 to less than 1.0") { $0.regimes.stressPersistence = -1 },
    Fault("idio.medianVolatility", -1, "from 0.0 to 1.0") { $0.idio.medianVolatility = -1 },
    Fault("idio.sizeSlope", 2, "from -1.0 to 1.0") { $0.idio.sizeSlope = 2 },
    Fault("idio.dispersion", 2, "from 0.0 to 1.0") { $0.idio.dispersion = 2 },
    Fault("idio.degreesOfFreedom", 2, "from 3 to 1000") { $0.idio.degreesOfFreedom = 2 },
    Fault("idio.pairedFraction", 2, "from 0.0 to 1.0") { $0.idio.pairedFraction = 2 },
    Fault("idio.pairCorrelation", 2, "from -1.0 to 1.0") { $0.idio.pairCorrelation = 2 },
    Fault("idio.earningsInterval", 0, "from 1 to 10000") { $0.idio.earningsInterval = 0 },
    Fault("idio.earningsJump", -1, "from 0.0 to 100.0") { $0.idio.earningsJump = -1 },
    Fault("idio.returnFloor", -1, "from -0.999 to 0.0") { $0.idio.returnFloor = -1 },
    Fault("missing.returnFraction", 1, "from 0.0 to less than 1.0") { $0.missing.returnFraction = 1 },
    Fault("missing.loadingFraction", -1, "from 0.0 to less than 1.0") { $0.missing.loadingFraction = -1 },
    Fault("missing.haltProbability", 1, "from 0.0 to less than 1.0") { $0.missing.haltProbability = 1 },
    Fault("missing.meanHaltLength", 0.5, "from 1.0 to 10000.0") { $0.missing.meanHaltLength = 0.5 },
  ]

  @Test func everyFieldIsChecked() {
    for fault in Self.faults {
      var configuration = SyntheticConfiguration()
      fault.change(&configuration)
      #expect(
        throws: SyntheticConfigurationError.outOfRange(
          field: fault.field, value: fault.value, allowed: fault.allowed)
      ) { try configuration.validated() }
      #expect(throws: SyntheticConfigurationError.self) { try SyntheticMarket(configuration) }
    }
  }

  @Test func notANumberIsOutOfEveryRange() {
    var configuration = SyntheticConfiguration()
    configuration.styles.correlation = .nan
    #expect(throws: SyntheticConfigurationError.self) { try configuration.validated() }
    configuration = SyntheticConfiguration()
    configuration.missing.returnFraction = .nan
    #expect(throws: SyntheticConfigurationError.self) { try configuration.validated() }
  }

  @Test func datesEndWithTheCalendar() throws {
    var configuration = SyntheticConfiguration()
    let last = try #require(CalendarDate(year: 9999, month: 12, day: 31))
    configuration.startDate = last
    configuration.periodCount = 1
    #expect(try configuration.validated() == configuration)
    configuration.periodCount = 2
    let error = SyntheticConfigurationError.datesBeyondCalendar(start: last, periods: 2)
    #expect(throws: error) { try configuration.validated() }
    #expect(error.description == "2 weekdays from 9999-12-31 end after the year 9999")
  }

  @Test(arguments: SyntheticMode.allCases)
  func defaultsAreValid(mode: SyntheticMode) throws {
    let configuration = SyntheticConfiguration(mode: mode)
    #expect(try configuration.validated() == configuration)
    #expect(SyntheticMode(rawValue: mode.rawValue) == mode)
  }

  @Test func errorsSayWhatIsAllowed() {
    let error = SyntheticConfigurationError.outOfRange(field: "idio.sizeSlope", value: 2, allowed: "from -1.0 to 1.0")
    #expect(error.description == "idio.sizeSlope is 2.0; allowed: from -1.0 to 1.0")
  }
}
