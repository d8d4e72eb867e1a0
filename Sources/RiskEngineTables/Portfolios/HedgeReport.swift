public import RiskEngine

/// The hedge of one portfolio at one date, with the names behind its codes.
public struct HedgeReport: Sendable {
  /// The portfolio.
  public var portfolio: String
  /// The date of its holdings.
  public var date: CalendarDate
  /// The date of the model.
  public var modelDate: CalendarDate
  /// The hedge.
  public var hedge: Hedge
  /// What of the portfolio the model covers.
  public var coverage: PortfolioCoverage
  /// `Σ |x|` of all holdings.
  public var grossWeight: Double
  /// What is bought, in the order of the hedge's ratios: factors, or the instruments of the file.
  public var instruments: [String]
  /// The model's factors.
  public var factors: [NamedFactor]
  /// The ids behind the codes of assets.
  public var assets: IdentifierTable
  /// `√(periods a year / horizon)`.
  public var annualization: Double
}
