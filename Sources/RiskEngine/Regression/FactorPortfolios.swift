public import LinAlg

/// The holdings of one period's factor-mimicking portfolios, `f = Pᵀ r`.
///
/// With `W = Ω⁻¹`, column `k` is the portfolio of least idio variance among those with the loadings of
/// factor `k` (Menchero, *Characteristics of factor portfolios*, 2010).
public struct FactorPortfolios: Sendable {
  /// The date of the returns that the portfolios earn.
  public let date: CalendarDate
  /// The factors.
  public let layout: FactorLayout
  /// The asset of each row, a code of the panel's asset table.
  public let assets: [Int32]
  /// `P`: rows of the cross-section × factors, in units of the portfolio's own factor; 0 at rows that are
  /// not regressed.
  public let holdings: Matrix

  /// Makes portfolios.
  ///
  /// - Precondition: `holdings` is assets × factors.
  public init(date: CalendarDate, layout: FactorLayout, assets: [Int32], holdings: Matrix) {
    precondition(
      holdings.rowCount == assets.count && holdings.columnCount == layout.count,
      "\(holdings.rowCount) × \(holdings.columnCount) holdings of \(assets.count) assets and \(layout.count) factors")
    self.date = date
    self.layout = layout
    self.assets = assets
    self.holdings = holdings
  }
}
