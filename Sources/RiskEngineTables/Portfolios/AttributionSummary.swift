public import ModelStore
internal import RiskEngine

/// The linked attribution of a portfolio in short; fractions over all periods.
public struct AttributionSummary: Sendable, Codable {
  /// A source of return.
  public struct Effect: Sendable, Codable {
    /// Its name.
    public var name: String
    /// What it is.
    public var kind: String
    /// What it made of the portfolio's return.
    public var contribution: Double
    /// What it made of the benchmark's.
    @NullWhenNaN public var benchmarkContribution: Double
    /// What it made of the difference.
    @NullWhenNaN public var activeContribution: Double
  }

  /// The portfolio.
  public var portfolio: String
  /// The start of the first period.
  public var firstDate: String
  /// The end of the last.
  public var lastDate: String
  /// The periods.
  public var periods: Int
  /// Those without factor returns, of which all is unmodelled.
  public var unestimatedPeriods: Int
  /// How they are linked.
  public var linking: String
  /// The compounded return.
  public var `return`: Double
  /// The benchmark's.
  @NullWhenNaN public var benchmarkReturn: Double
  /// The difference.
  @NullWhenNaN public var activeReturn: Double
  /// The effects by kind; they sum to the return.
  public var kinds: [Effect]
  /// All effects; they sum to the return.
  public var effects: [Effect]
  /// The mean weight with an idio return.
  public var meanModelledWeight: Double
  /// The largest absolute weight of a period without one.
  public var largestUnmodelledWeight: Double
  /// The largest absolute weight of a period whose return is not known.
  public var largestUnknownWeight: Double

  /// Summarizes a report.
  public init(_ report: LinkedReport, linking: LinkingMethod) {
    portfolio = report.portfolio
    firstDate = report.firstDate.description
    lastDate = report.lastDate.description
    periods = report.periodCount
    unestimatedPeriods = report.unestimatedCount
    self.linking = linking.rawValue
    `return` = report.portfolioReturn
    benchmarkReturn = report.benchmarkReturn
    activeReturn = report.activeReturn
    func effect(_ effect: LinkedReport.Effect) -> Effect {
      Effect(
        name: effect.name, kind: effect.kind, contribution: effect.contribution,
        benchmarkContribution: effect.benchmarkContribution, activeContribution: effect.activeContribution)
    }
    kinds = report.kinds.map(effect)
    effects = report.effects.map(effect)
    meanModelledWeight = report.meanModelledWeight
    largestUnmodelledWeight = report.largestUnmodelledWeight
    largestUnknownWeight = report.largestUnknownWeight
  }
}
