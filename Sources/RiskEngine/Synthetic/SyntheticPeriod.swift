/// The truth of one period of a synthetic market.
public struct SyntheticPeriod: Sendable {
  /// The number of the period, from 0; the first has no returns.
  public let index: Int
  /// The date at which the period ends.
  public let date: CalendarDate
  /// The rows of the date in the block.
  public let rows: Range<Int>
  /// The true factor returns in the order of `SyntheticMarket.factorNames`, as fractions; all 0 at the first date.
  ///
  /// In each group their sum weighted with the caps of the assets regressed is zero: caps of the date
  /// before, of the assets that were in the universe with all loadings then and show a return now. A label
  /// without such assets has a return too, which nobody can estimate.
  public let factorReturns: [Double]
  /// The number of assets regressed.
  public let regressedCount: Int
  /// Whether the volatility regime is the stressed one.
  public let isStressed: Bool
}
