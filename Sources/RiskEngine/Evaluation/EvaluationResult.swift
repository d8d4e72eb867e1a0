/// What the tests of risk forecasts came to.
public struct EvaluationResult: Sendable {
  /// How forecasts were tested.
  public let settings: EvaluationSettings
  /// Each portfolio, by family and name.
  public let portfolios: [PortfolioEvaluation]
  /// Each family that has portfolios, in the order of `TestFamily`.
  public let families: [FamilyEvaluation]
  /// Each evaluation, in date order.
  public let periods: [EvaluatedPeriod]
  /// Rolling bias statistics, by date, then family; empty unless asked for.
  public let rolling: [RollingBias]
  /// The lengths of returns under the forecast covariance.
  public let mahalanobis: MahalanobisStatistics
  /// Correlations of idio returns of some assets; `nil` where no idio returns were given.
  public let residualCorrelation: ResidualCorrelation.Summary?
  /// Predicted against realized betas to the cap-weighted index.
  public let betaError: BetaError

  init(
    settings: EvaluationSettings, portfolios: [PortfolioEvaluation], periods: [EvaluatedPeriod],
    rolling: [RollingBias], residualCorrelation: ResidualCorrelation.Summary?, betaError: BetaError
  ) {
    self.settings = settings
    self.portfolios = portfolios
    self.periods = periods
    self.rolling = rolling
    self.residualCorrelation = residualCorrelation
    self.betaError = betaError
    families = TestFamily.allCases.compactMap { family in
      let ofFamily = portfolios.filter { $0.portfolio.family == family }
      return ofFamily.isEmpty ? nil : FamilyEvaluation(family, ofFamily, confidence: settings.confidence)
    }
    mahalanobis = MahalanobisStatistics(
      squaredLengths: periods.map(\.squaredLength), assetCounts: periods.map(\.assetCount),
      logDeterminants: periods.map(\.logDeterminant))
  }

  /// How a family did; `nil` if it has no portfolio.
  public func family(_ family: TestFamily) -> FamilyEvaluation? { families.first { $0.family == family } }

  /// Where the model is calibrated and where not, in words.
  public var verdict: CalibrationVerdict { CalibrationVerdict(families) }

  /// The test of equal losses on a family's portfolios against another model evaluated on the same periods.
  ///
  /// - Returns: `nil` where the two share no date with losses of the family. The first forecast is that of `self`.
  public func comparison(with other: EvaluationResult, on family: TestFamily) -> DieboldMariano? {
    var losses = [CalendarDate: Double]()
    for period in other.periods { losses[period.date] = period.losses[family] }
    let pairs = periods.compactMap { period -> (Double, Double)? in
      guard let mine = period.losses[family], let theirs = losses[period.date] else { return nil }
      return (mine, theirs)
    }
    // Windows do not overlap: losses are serially correlated only as far as volatilities are.
    return pairs.isEmpty ? nil : DieboldMariano(pairs.map(\.0), pairs.map(\.1))
  }
}
