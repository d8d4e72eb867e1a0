import RiskEngine
import Testing

/// Settings, their profiles, and what is refused.
@Suite struct IdioRiskSettingsTests {
  /// The published half-lives, lags and shrinkage, and our own for weeks and months.
  @Test func profilesHaveTheirNumbers() {
    let profiles = [IdioRiskSettings.short, .long, .weekly, .monthly]
    #expect(profiles.map(\.halfLife) == [84, 252, 26, 36])
    #expect(profiles.map(\.neweyWestLags) == [5, 5, 1, 0])
    #expect(profiles.map(\.neweyWestHalfLife).prefix(3) == [252, 252, 52])
    #expect(profiles.map(\.regimeHalfLife) == [42, 168, 9, 6])
    #expect(profiles.allSatisfy { $0.bayesianShrinkage == 0.1 })
    #expect(profiles.map(\.periodsPerYear) == [252, 252, 52, 12])
    #expect(profiles.map(\.horizon) == [21, 21, 13.0 / 3, 1])
    #expect(profiles.map(\.minimumObservations) == [20, 20, 20, 12])
    #expect(profiles.map(\.reliability.window) == [252, 252, 156, 120])
    let schema = PanelSchema(hasCaps: true)
    #expect(throws: Never.self) { for profile in profiles { _ = try IdioRiskForecaster(profile, schema: schema) } }
  }

  /// Each number out of its range is named, with what was found.
  @Test func numbersOutOfRangeAreRefused() {
    let changes: [(key: String, change: (inout IdioRiskSettings) -> Void)] = [
      ("periods_per_year", { $0.periodsPerYear = 0 }),
      ("horizon", { $0.horizon = 0 }),
      ("horizon", { $0.horizon = .nan }),
      ("variance.half_life", { $0.halfLife = -1 }),
      ("variance.newey_west_lags", { $0.neweyWestLags = -1 }),
      ("variance.newey_west_half_life", { $0.neweyWestHalfLife = 0 }),
      ("variance.newey_west_prior_count", { $0.neweyWestPriorCount = -1 }),
      ("variance.newey_west_median_count", { $0.neweyWestMedianCount = 0 }),
      ("variance.minimum_observations", { $0.minimumObservations = 0 }),
      ("reliability.window", { $0.reliability.window = 3 }),
      ("reliability.none_count", { $0.reliability.noneCount = 252 }),
      ("reliability.full_count", { $0.reliability.fullCount = 60 }),
      ("reliability.full_count", { $0.reliability.fullCount = 253 }),
      ("bayesian_shrinkage", { $0.bayesianShrinkage = -0.1 }),
      ("regime_half_life", { $0.regimeHalfLife = 0 }),
      ("regime_minimum_periods", { $0.regimeMinimumPeriods = 0 }),
      ("relative_bounds.lower", { $0.relativeBounds = 2...3 }),
      ("relative_bounds.upper", { $0.relativeBounds = 0.1...0.9 }),
      ("annual_bounds.lower", { $0.annualBounds = -1...1 }),
    ]
    for (key, change) in changes {
      var settings = IdioRiskSettings()
      change(&settings)
      do {
        _ = try IdioRiskForecaster(settings, schema: PanelSchema(hasCaps: true))
        Issue.record("\(key) was accepted")
      } catch IdioRiskSettingsError.outOfRange(let found, _, _) {
        #expect(found == key)
      } catch { Issue.record("\(error)") }
    }
    let error = IdioRiskSettingsError.outOfRange(key: "horizon", found: 0, expected: 1...2)
    #expect("\(error)" == "idio.horizon is 0.0; expected a number from 1.0 to 2.0")
  }

  /// Steps that weigh by cap are refused where there are none, and the others do without.
  @Test func capsAreAskedFor() throws {
    let schema = PanelSchema()
    #expect(throws: IdioRiskSettingsError.noCaps(key: "structural")) { try IdioRiskForecaster(schema: schema) }
    var settings = IdioRiskSettings()
    settings.hasStructuralModel = false
    #expect(throws: IdioRiskSettingsError.noCaps(key: "bayesian_shrinkage")) {
      try IdioRiskForecaster(settings, schema: schema)
    }
    settings.bayesianShrinkage = 0
    #expect(throws: IdioRiskSettingsError.noCaps(key: "regime_half_life")) {
      try IdioRiskForecaster(settings, schema: schema)
    }
    settings.regimeHalfLife = nil
    #expect(throws: Never.self) { try IdioRiskForecaster(settings, schema: schema) }
  }
}
