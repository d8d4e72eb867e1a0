import Testing

@testable import RiskEngine

/// Names, parameters and their errors.
@Suite struct DescriptorCatalogTests {
  /// The names that configurations may use.
  static let names = """
    log_market_cap market_beta downside_beta residual_volatility volatility downside_volatility cumulative_range \
    max_return momentum reversal long_term_reversal industry_momentum seasonality turnover_month turnover_quarter \
    turnover_year amihud_illiquidity book_to_price sales_to_price cash_flow_to_price earnings_to_price \
    forward_earnings_to_price ebitda_to_enterprise_value dividend_to_price forward_dividend_to_price shareholder_yield \
    market_leverage debt_to_assets book_leverage sales_growth earnings_growth assets_growth issuance_growth \
    capex_growth forecast_growth gross_profitability gross_margin return_on_equity return_on_assets asset_turnover \
    cash_flow_to_assets accruals earnings_variability analyst_dispersion short_interest_ratio days_to_cover column
    """.split(separator: " ").map(String.init)

  @Test func everyNameIsThereOnce() {
    #expect(DescriptorCatalog.entries.map(\.name).sorted() == Self.names.sorted())
  }

  /// Documentation, and fields that the engine knows.
  @Test func everyEntryIsDescribed() {
    for entry in DescriptorCatalog.entries {
      #expect(!entry.formula.isEmpty && !entry.source.isEmpty, "\(entry.name)")
      let known = Set(FieldName.knownNumbers + [.issuerCap])
      #expect((entry.fields + entry.optionalFields).allSatisfy { known.contains($0) }, "\(entry.name)")
    }
  }

  /// Defaults are valid, and parameters that are given take their place, at every frequency.
  @Test(arguments: [252, 52, 12])
  func defaultsAreValid(periodsPerYear: Int) throws {
    for entry in DescriptorCatalog.entries {
      let field: FieldName? = entry.name == "column" ? "x" : nil
      let request = DescriptorRequest(entry.name, DescriptorParameters(field: field))
      var expected = entry.defaults(periodsPerYear: periodsPerYear)
      expected.field = field
      #expect(try request.resolved(periodsPerYear: periodsPerYear).parameters == expected)
    }
  }

  @Test func defaultsAreScaledByFrequency() throws {
    let momentum = try #require(DescriptorCatalog.entry("momentum"))
    #expect(momentum.defaults(periodsPerYear: 252) == momentum.defaults)
    #expect(
      momentum.defaults(periodsPerYear: 12)
        == DescriptorParameters(halfLife: 6, window: .periods(24), skip: 1, minimumObservations: 0.5))
    #expect(
      momentum.defaults(periodsPerYear: 52)
        == DescriptorParameters(halfLife: 26, window: .periods(104), skip: 4, minimumObservations: 0.5))
    let downside = try #require(DescriptorCatalog.entry("downside_beta")).defaults(periodsPerYear: 12)
    #expect(downside.minimumObservations == 2)
    #expect(downside.halfLife == .infinity)
    let reversal = try #require(DescriptorCatalog.entry("reversal")).defaults(periodsPerYear: 12)
    #expect(reversal.window == .periods(1))
    #expect(reversal.skip == 0)
  }

  static func error(_ name: String, _ parameters: DescriptorParameters = .init()) -> String? {
    do throws(DescriptorError) {
      try DescriptorRequest(name, parameters).validate()
      return nil
    } catch { return error.description }
  }

  @Test func unknownNames() {
    #expect(Self.error("momentun") == "no descriptor is named 'momentun'; did you mean 'momentum'?")
    #expect(Self.error("zzz") == "no descriptor is named 'zzz'")
  }

  @Test func parametersThatAreNotTaken() {
    #expect(
      Self.error("book_to_price", .init(halfLife: 3))
        == "descriptor 'book_to_price' takes no half_life; it takes no parameters")
    #expect(
      Self.error("max_return", .init(halfLife: 3))
        == "descriptor 'max_return' takes no half_life; it takes window, minimum_observations")
    #expect(
      Self.error("momentum", .init(shrinks: true))
        == "descriptor 'momentum' takes no shrink; it takes half_life, window, skip, minimum_observations")
    #expect(Self.error("momentum", .init(field: "x"))?.contains("takes no field") == true)
    #expect(Self.error("column") == "descriptor 'column' names no field; expected field: NAME")
    #expect(Self.error("column", .init(field: "x")) == nil)
  }

  @Test(arguments: [0, -1, .nan, -Double.infinity])
  func halfLivesOutOfRange(halfLife: Double) {
    #expect(
      Self.error("momentum", .init(halfLife: halfLife))
        == "half_life of descriptor 'momentum' is \(halfLife); expected a number of periods above 0; infinite for equal weights"
    )
  }

  @Test func windowsOutOfRange() {
    #expect(
      Self.error("volatility", .init(window: .periods(0)))
        == "window of descriptor 'volatility' is 0; expected 1 to 100000 periods, or unlimited")
    #expect(Self.error("volatility", .init(window: .periods(100_001)))?.contains("100001") == true)
    #expect(
      Self.error("turnover_month", .init(window: .periods(20)))
        == "window of descriptor 'turnover_month' is 20; expected 21 to 100000 periods")
    #expect(
      Self.error("seasonality", .init(window: .unlimited))
        == "window of descriptor 'seasonality' is unlimited; expected 252 to 100000 periods")
    #expect(Self.error("cumulative_range", .init(window: .unlimited)) != nil)
    #expect(
      Self.error("momentum", .init(skip: -1)) == "skip of descriptor 'momentum' is -1; expected 0 to 100000 periods")
    // A month is shorter in weeks.
    #expect(throws: Never.self) {
      try DescriptorRequest("turnover_month", .init(window: .periods(4))).validate(periodsPerYear: 52)
    }
  }

  @Test(arguments: [0, -0.5, 1.5, .nan, Double.infinity])
  func observationsOutOfRange(least: Double) {
    #expect(
      Self.error("momentum", .init(minimumObservations: least))?
        .hasPrefix("minimum_observations of descriptor 'momentum' is \(least); expected a share") == true)
  }

  @Test func observationsAreAtMostTheWindow() throws {
    #expect(
      Self.error("momentum", .init(window: .periods(10), minimumObservations: 11))
        == "minimum_observations of descriptor 'momentum' is 11.0; expected at most the window of 10")
    // A default gives way.
    let request = DescriptorRequest("downside_beta", .init(window: .periods(30)))
    #expect(try request.resolved(periodsPerYear: 252).parameters.minimumObservations == 30)
  }
}
