public import RiskEngine

/// Where the return of one portfolio over one period came from, with the names behind its codes; fractions a period.
public struct PeriodAttribution: Sendable {
  /// The portfolio.
  public var portfolio: String
  /// The date at whose close the weights were held.
  public var start: CalendarDate
  /// The end of the period.
  public var date: CalendarDate
  /// `Σ x` at the start.
  public var netWeight: Double
  /// Whether the period has factor returns; without, all is unmodelled.
  public var isEstimated: Bool
  /// The portfolio's return.
  public var attribution: Attribution
  /// The benchmark's return and the difference; `nil` without one.
  public var relative: RelativeAttribution?
  /// The return that the portfolio really made; `nan` where it was not given.
  public var realizedReturn: Double
  /// The factors of `attribution.layout`.
  public var factors: [NamedFactor]
  /// The model's groups.
  public var groups: [String]
  /// The ids behind the codes of assets.
  public var assets: IdentifierTable

  /// What the realised return has beyond that of the holdings: trading within the period, costs, fees, and prices other
  /// than the model's; 0 where it was not given.
  public var transactionGap: Double { realizedReturn.isFinite ? realizedReturn - attribution.total : 0 }
  /// What is attributed: the realised return where it was given, else that of the holdings.
  public var total: Double { realizedReturn.isFinite ? realizedReturn : attribution.total }
  /// The same less the benchmark's; `nan` without one.
  public var activeTotal: Double { relative.map { total - $0.benchmark.total } ?? .nan }
}
