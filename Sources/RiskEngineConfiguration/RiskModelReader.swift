internal import RiskEngine

/// Reads the sections `idio` and `factor_covariance`.
enum RiskModelReader {
  /// Takes what the sections say over into settings.
  static func read(
    idio: Section?, factorCovariance: Section?, frequency: Configuration.Frequency,
    into settings: inout RiskModelSettings
  ) throws(ConfigurationError) {
    let usual: FactorCovarianceProfile =
      switch frequency {
      case .daily: .short
      case .weekly: .weekly
      case .monthly: .monthly
      }
    let profile = try self.profile(factorCovariance, "profile", frequency) ?? usual
    settings.factorCovariance = FactorCovarianceSettings(profile: profile)
    if let factorCovariance { try read(factorCovariance, into: &settings) }
    let idioProfile = try idio.map { (part) throws(ConfigurationError) in try self.profile(part, "profile", frequency) }
    settings.idioRisk = Self.idioSettings(idioProfile.flatMap(\.self) ?? profile)
    settings.walkForwardHalfLife = settings.idioRisk.halfLife
    settings.correlations = .estimated(IdioCorrelationSettings())
    if let idio { try readIdio(idio, into: &settings) }
  }

  /// A profile, which must be of the data's frequency.
  private static func profile(
    _ section: Section?, _ key: String, _ frequency: Configuration.Frequency
  ) throws(ConfigurationError) -> FactorCovarianceProfile? {
    guard let section, let profile = try section.choice(key, FactorCovarianceProfile.self) else { return nil }
    guard profile.periodsPerYear == frequency.periodsPerYear else {
      let fitting = FactorCovarianceProfile.allCases.filter { $0.periodsPerYear == frequency.periodsPerYear }
      throw section.error(
        key,
        "is \(profile.rawValue), whose half-lives count other periods than frequency: \(frequency.rawValue); "
          + "expected \(fitting.map(\.rawValue).joined(separator: " or "))")
    }
    return profile
  }

  private static func idioSettings(_ profile: FactorCovarianceProfile) -> IdioRiskSettings {
    switch profile {
    case .short: .short
    case .long: .long
    case .weekly: .weekly
    case .monthly: .monthly
    }
  }

  // MARK: Factor covariance

  private static func read(_ section: Section, into settings: inout RiskModelSettings) throws(ConfigurationError) {
    var result = settings.factorCovariance
    try moment(try section.section("volatility"), &result.variance)
    try moment(try section.section("correlation"), &result.correlation)
    result.removesNoise = try section.flag("denoise") ?? result.removesNoise
    if try section.word("eigenfactor") == "off" {
      result.eigenfactor = nil
    } else if let part = try section.section("eigenfactor") {
      var eigenfactor = result.eigenfactor ?? EigenfactorSettings()
      if let count = try part.integer("simulations") { eigenfactor.simulations = count }
      if let seed = try part.integer("seed") { eigenfactor.seed = UInt64(seed) }
      if let form = try part.choice("draws", EigenfactorSettings.Form.self) { eigenfactor.form = form }
      if try part.text("mode") == "scaled" {
        eigenfactor.mode = .scaled(amplification: try part.number("scale") ?? 1.4)
      } else if part.has("scale") {
        throw part.error("scale", "goes with mode scaled")
      }
      settings.eigenfactorInterval = try part.integer("every") ?? settings.eigenfactorInterval
      result.eigenfactor = eigenfactor
    }
    if try section.word("regime_half_life") == "off" {
      result.regime = nil
    } else if let halfLife = try section.number("regime_half_life") {
      result.regime?.halfLife = halfLife
    }
    if let form = try section.choice("regime", FactorRegimeSettings.Form.self) { result.regime?.form = form }
    if let word = try section.text("shrinkage") {
      result.shrinkage = word == "off" ? .none : FactorCovarianceSettings.Shrinkage(rawValue: word) ?? .none
      if result.shrinkage != .none {
        // Shrinkage is of a covariance without lags.
        for key in ["volatility", "correlation"] {
          if let part = try section.section(key), let lags = try part.integer("newey_west_lags"), lags > 0 {
            throw part.error(
              "newey_west_lags", "is \(lags); expected 0, for shrinkage \(word) is of products without lags")
          }
        }
        result.variance.lags = 0
        result.correlation.lags = 0
      }
    }
    if let missing = try section.choice("missing", FactorCovarianceSettings.Missing.self) { result.missing = missing }
    if let repair = try section.choice("repair", FactorCovarianceSettings.Repair.self) { result.repair = repair }
    settings.covarianceInterval = try section.integer("every") ?? settings.covarianceInterval
    do throws(FactorCovarianceError) {
      settings.factorCovariance = try result.validated()
    } catch {
      throw section.error("\(error)")
    }
  }

  private static func moment(_ section: Section?, _ moment: inout FactorMoment) throws(ConfigurationError) {
    guard let section else { return }
    if let halfLife = try section.number("half_life") { moment.halfLife = halfLife }
    if let lags = try section.integer("newey_west_lags") { moment.lags = lags }
  }

  // MARK: Idio risk

  private static func readIdio(_ section: Section, into settings: inout RiskModelSettings) throws(ConfigurationError) {
    settings.estimation = try section.choice("estimation", RiskModelSettings.Estimation.self) ?? settings.estimation
    if let initial = try section.text("initial"), initial != "half" {
      guard let date = CalendarDate(text: initial.utf8) else {
        throw section.error("initial", "is '\(initial)'; expected half, or a date such as 2015-12-31")
      }
      settings.initial = .date(date)
    }
    settings.iterated.mode =
      switch try section.text("mode") ?? "aue" {
      case "naive": .naive
      case "two-stage": .twoStage
      case "em_random": .randomFactors
      default: .almostUnbiased
      }
    if let floor = try section.number("floor") { settings.iterated.weighting.floor = floor }
    if let shrinkage = try section.number("weight_shrinkage") { settings.iterated.weighting.shrinkage = shrinkage }
    if let count = try section.integer("max_iterations") { settings.iterated.maximumIterations = count }
    if section.isSection("sweeps"), let sweeps = try section.section("sweeps") {
      settings.sweepWindow = try sweeps.integer("window") ?? 128
    } else {
      _ = try section.word("sweeps")
    }
    if let part = try section.section("variance") {
      if let halfLife = try part.number("half_life") { settings.idioRisk.halfLife = halfLife }
      if let lags = try part.integer("newey_west_lags") { settings.idioRisk.neweyWestLags = lags }
      if let halfLife = try part.number("newey_west_half_life") { settings.idioRisk.neweyWestHalfLife = halfLife }
    }
    settings.walkForwardHalfLife = try section.number("half_life") ?? settings.idioRisk.halfLife
    settings.idioRisk.hasStructuralModel = try section.flag("structural") ?? settings.idioRisk.hasStructuralModel
    if try section.word("bayesian_shrinkage") == "off" {
      settings.idioRisk.bayesianShrinkage = 0
    } else if let shrinkage = try section.number("bayesian_shrinkage") {
      settings.idioRisk.bayesianShrinkage = shrinkage
    }
    if try section.word("regime_half_life") == "off" {
      settings.idioRisk.regimeHalfLife = nil
    } else if let halfLife = try section.number("regime_half_life") {
      settings.idioRisk.regimeHalfLife = halfLife
    }
    try readCorrelations(section, into: &settings)
  }

  private static func readCorrelations(
    _ section: Section, into settings: inout RiskModelSettings
  ) throws(ConfigurationError) {
    var correlations = IdioCorrelationSettings()
    switch try section.text("correlations") ?? "linked" {
    case "off":
      settings.correlations = .off
      for key in section.keys where key.hasPrefix("correlation_") {
        throw section.error(key, "goes with correlations linked or thresholded")
      }
      return
    case "thresholded": correlations.form = .thresholded
    default: correlations.form = .linked
    }
    if let halfLife = try section.number("correlation_half_life") { correlations.halfLife = halfLife }
    if let window = try section.integer("correlation_window") { correlations.window = window }
    if let count = try section.integer("correlation_observations") { correlations.minimumObservations = count }
    if let threshold = try section.number("correlation_threshold") { correlations.multiplier = threshold }
    if let rule = try section.text("correlation_rule") { correlations.thresholding = rule == "soft" ? .soft : .hard }
    if let interval = try section.integer("correlation_every") { correlations.interval = interval }
    do throws(IdioCorrelationSettingsError) {
      settings.correlations = .estimated(try correlations.validated())
    } catch {
      throw section.error("\(error)")
    }
    settings.correlatesRegressions = try section.flag("correlate_regressions") ?? false
  }
}
