internal import LinAlg
public import ModelStore
internal import RiskEngine

/// What an estimate or an update of a model came to.
public struct ModelSummary: Sendable, Codable {
  /// A factor at the last date.
  public struct Factor: Sendable, Codable {
    /// Its name.
    public var name: String
    /// Market, style, or the group of the label.
    public var kind: String
    /// Its volatility a year, as a fraction.
    public var annualVolatility: Double
    /// Its Sharpe ratio a year over the history.
    @NullWhenNaN public var annualSharpe: Double
    /// Its t-statistic over the history, with Newey-West errors.
    @NullWhenNaN public var tStatistic: Double
  }

  /// The first date.
  public var firstDate = ""
  /// The last date.
  public var lastDate = ""
  /// The number of dates that were taken in.
  public var dateCount = 0
  /// The number of periods, by outcome.
  public var outcomes: [String: Int] = [:]
  /// The rows left out of regressions, by reason.
  public var excluded: [String: Int] = [:]
  /// The first date with a forecast of risk, of those taken in.
  public var firstForecast = ""
  /// The number of dates with a forecast.
  public var forecastCount = 0
  /// How idio variances were estimated: walk-forward, iterated or off.
  public var estimation = ""
  /// Whether the model used the future throughout.
  public var isInSample = false
  /// How the iterated estimate ended; `nil` where there was none.
  public var convergence: IdioConvergence?
  /// The assets of the last date.
  public var assetCount = 0
  /// The factors at the last date with a forecast.
  public var factors: [Factor] = []
  /// The median idio volatility a year at the last date, as a fraction.
  @NullWhenNaN public var medianIdioVolatility: Double = .nan
  /// What factor volatilities were last multiplied by for the regime.
  @NullWhenNaN public var factorRegime: Double = .nan
  /// What idio volatilities were last multiplied by for the regime.
  @NullWhenNaN public var idioRegime: Double = .nan
  /// Pairs of assets whose idio returns correlate at the last date.
  public var correlatedGroups = 0
  /// What the loadings came to, of vendors' tables.
  public var loadings: LoadingJob.Summary?
  /// Seconds by stage.
  public var seconds: [String: Double] = [:]
  /// The largest resident memory of the process, in bytes.
  public var peakBytes = 0

  init() {}

  /// What an update came to that found no date after the model's last one, and left the model as it was.
  init(nothingAfter lastDate: String, estimation: String, seconds: [String: Double]) {
    self.lastDate = lastDate
    self.estimation = estimation
    self.seconds = seconds
    peakBytes = PeakMemory.bytes
  }

  /// Whether an update found no new date, so that nothing was written; `lastDate` is then the model's.
  public var isNothingNew: Bool { dateCount == 0 }

  /// Takes in what the stages came to.
  mutating func take(
    _ stages: ModelStages, plan: EstimationPlan, dates: [CalendarDate], split: CalendarDate?,
    seconds: [String: Double]
  ) {
    firstDate = dates.first?.description ?? ""
    lastDate = dates.last?.description ?? ""
    dateCount = stages.dateCount
    outcomes = stages.outcomes
    excluded = Dictionary(
      stages.exclusions.byName.filter { $0.count > 0 }.map { ($0.name, $0.count) }, uniquingKeysWith: { $0 + $1 })
    firstForecast = stages.firstForecast?.description ?? ""
    forecastCount = stages.forecastCount
    estimation = plan.settings.estimation.rawValue
    isInSample = plan.settings.estimation == .iterated
    self.seconds = seconds
    peakBytes = PeakMemory.bytes
    guard let day = stages.lastForecast, let covariance = day.covariance else { return }
    assetCount = day.idioRisk.assets.count
    factorRegime = covariance.regimeMultiplier
    idioRegime = day.idioRisk.regimeMultiplier
    correlatedGroups = day.correlations?.components.count ?? 0
    let annual = (Double(plan.periodsPerYear) / plan.settings.factorCovariance.horizon).squareRoot()
    let idioAnnual = (Double(plan.periodsPerYear) / plan.settings.idioRisk.horizon).squareRoot()
    let known = day.idioRisk.volatilities.filter(\.isFinite).sorted()
    if !known.isEmpty { medianIdioVolatility = idioAnnual * Quantile.interpolated(0.5, ofSorted: known) }
    for (factor, performance) in zip(stages.factors, stages.performances) {
      guard let position = stages.pipeline.registry.factors.firstIndex(where: { $0.name == factor.name }),
        let place = covariance.factors.firstIndex(of: position)
      else { continue }
      factors.append(
        Factor(
          name: factor.name, kind: factor.kind,
          annualVolatility: annual * max(0, covariance.covariance[place, place]).squareRoot(),
          annualSharpe: performance.annualSharpeRatio,
          tStatistic: performance.neweyWestTStatistic))
    }
  }
}
