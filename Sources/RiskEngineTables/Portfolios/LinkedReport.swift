public import RiskEngine

/// The return of a portfolio over all of its periods, by effect.
public struct LinkedReport: Sendable {
  /// A source of return, linked over the periods.
  public struct Effect: Hashable, Sendable {
    /// The factor; or `idio`, `unmodelled`, `transaction`.
    public var name: String
    /// `market`, `style`, the group of a label, or as the name.
    public var kind: String
    /// What it made of the portfolio's compounded return.
    public var contribution: Double
    /// What it made of the benchmark's, by compounding; `nan` without one.
    public var benchmarkContribution: Double
    /// What it made of the difference; `nan` without a benchmark.
    public var activeContribution: Double
  }

  /// The portfolio.
  public var portfolio: String
  /// The start of the first period.
  public var firstDate: CalendarDate
  /// The end of the last.
  public var lastDate: CalendarDate
  /// The periods.
  public var periodCount: Int
  /// Those without factor returns.
  public var unestimatedCount: Int
  /// `Π (1 + R_t) − 1`: of the realised returns where they were given.
  public var portfolioReturn: Double
  /// The benchmark's; `nan` without one.
  public var benchmarkReturn: Double
  /// The sources, in the order of the model's factors; those that made nothing are left out.
  public var effects: [Effect]
  /// The mean over periods of `Σ x` with an idio return.
  public var meanModelledWeight: Double
  /// The largest `Σ |x|` of a period without one.
  public var largestUnmodelledWeight: Double
  /// The largest `Σ |x|` of a period whose return is not known: it is in no contribution.
  public var largestUnknownWeight: Double

  /// `R − R̄`; `nan` without a benchmark.
  public var activeReturn: Double { portfolioReturn - benchmarkReturn }

  /// The effects summed by kind, in their order.
  public var kinds: [Effect] {
    var kinds: [Effect] = []
    for effect in effects {
      if let place = kinds.firstIndex(where: { $0.kind == effect.kind }) {
        kinds[place].contribution += effect.contribution
        kinds[place].benchmarkContribution += effect.benchmarkContribution
        kinds[place].activeContribution += effect.activeContribution
      } else {
        var first = effect
        first.name = effect.kind
        kinds.append(first)
      }
    }
    return kinds
  }
}
