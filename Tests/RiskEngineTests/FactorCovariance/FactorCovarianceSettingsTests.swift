import Testing

@testable import RiskEngine

/// Profiles and what is refused.
@Suite struct FactorCovarianceSettingsTests {
  @Test func profiles() throws {
    for profile in FactorCovarianceProfile.allCases {
      let settings = try profile.settings.validated(periodsPerYear: profile.periodsPerYear)
      #expect(settings.removesNoise && settings.missing == .em && settings.shrinkage == .none)
    }
    #expect(FactorCovarianceProfile.short.settings.variance == FactorMoment(halfLife: 84, lags: 5))
    #expect(FactorCovarianceProfile.long.settings.variance == FactorMoment(halfLife: 252, lags: 5))
    #expect(FactorCovarianceProfile.short.settings.correlation == FactorMoment(halfLife: 504, lags: 2))
    #expect(FactorCovarianceProfile.short.settings.regime?.halfLife == 42)
    #expect(FactorCovarianceProfile.long.settings.regime?.halfLife == 168)
    #expect(FactorCovarianceProfile.weekly.settings.horizon == 13.0 / 3)
    #expect(FactorCovarianceProfile.monthly.settings.horizon == 1)
  }

  /// A daily profile on monthly data.
  @Test func otherFrequencies() {
    #expect(throws: FactorCovarianceError.otherFrequency(found: 252, expected: 12)) {
      try FactorCovarianceProfile.short.settings.validated(periodsPerYear: 12)
    }
  }

  static let wrong: [(key: String, change: @Sendable (inout FactorCovarianceSettings) -> Void)] = [
    ("variance.half_life", { $0.variance.halfLife = 0 }),
    ("variance.newey_west_lags", { $0.variance.lags = -1 }),
    ("correlation.half_life", { $0.correlation.halfLife = .nan }),
    ("correlation.newey_west_lags", { $0.correlation.lags = 1000 }),
    ("horizon", { $0.horizon = 0 }),
    ("least_share", { $0.leastShare = 0 }),
    ("minimum_variance_count", { $0.minimumVarianceCount = 0 }),
    ("minimum_correlation_count", { $0.minimumCorrelationCount = 0 }),
    ("eigenfactor.simulations", { $0.eigenfactor?.simulations = 0 }),
    ("eigenfactor.length_step", { $0.eigenfactor?.lengthStep = 0 }),
    ("eigenfactor.a", { $0.eigenfactor?.mode = .scaled(amplification: -1) }),
    ("regime.half_life", { $0.regime?.halfLife = -3 }),
    ("regime.clip", { $0.regime?.clip = 0.5 }),
    ("regime.minimum_count", { $0.regime?.minimumCount = 0 }),
    ("aggregation", { $0.aggregation = .exact }),
    (
      "horizon",
      {
        $0.aggregation = .exact
        $0.horizon = 5
      }
    ),
    ("shrinkage", { $0.shrinkage = .identity }),
    (
      "shrinkage",
      {
        $0.shrinkage = .identity
        $0.correlation.lags = 0
        $0.missing = .available
      }
    ),
  ]

  @Test(arguments: wrong.indices)
  func wrongSettingsAreNamed(index: Int) {
    var settings = FactorCovarianceSettings(profile: .short)
    Self.wrong[index].change(&settings)
    do throws(FactorCovarianceError) {
      _ = try FactorCovarianceEstimator(settings: settings)
      Issue.record("\(Self.wrong[index].key) was accepted")
    } catch {
      #expect(error.description.hasPrefix("factor_covariance.\(Self.wrong[index].key) is "))
      #expect(error.description.contains("expected"))
    }
  }
}
