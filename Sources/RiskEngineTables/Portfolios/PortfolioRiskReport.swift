public import RiskEngine

/// The risk of one portfolio at one date, with the names behind its codes.
///
/// `risk` and `relative` hold variances and contributions over the model's horizon; `annualization` brings volatilities
/// and contributions to a year.
public struct PortfolioRiskReport: Sendable {
  /// The portfolio.
  public var portfolio: String
  /// The date of its holdings.
  public var date: CalendarDate
  /// The date of the model: the same, or an earlier one where that was asked for.
  public var modelDate: CalendarDate
  /// `Σ x` of all holdings, covered or not.
  public var netWeight: Double
  /// `Σ |x|` of all holdings.
  public var grossWeight: Double
  /// The risk, of the covered holdings.
  public var risk: PortfolioRisk
  /// The risk against the benchmark; `nil` without one.
  public var relative: RelativeRisk?
  /// `Σ |y|` of the benchmark; `nan` without one.
  public var benchmarkGrossWeight: Double
  /// The model's factors.
  public var factors: [NamedFactor]
  /// The model's groups.
  public var groups: [String]
  /// The ids behind the codes of assets.
  public var assets: IdentifierTable
  /// The scenarios that were asked for.
  public var scenarios: [ScenarioReport]

  /// `√(periods a year / horizon)`.
  public var annualization: Double { risk.annualization }
  /// The share of the absolute weight that the model covers.
  public var coveredShare: Double { risk.coverage.coveredGrossWeight / grossWeight }
  /// What a block of factors is called.
  public func name(of block: FactorBlock) -> String { block.name(groups: groups) }
}
