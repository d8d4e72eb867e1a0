/// Some consecutive periods of a synthetic market: what a panel shows of them, and the truth.
///
/// Arrays have an entry for each row of `rows`. With `B` the loadings and labels of the asset's row at the
/// date before (hidden loadings put back), `f` the period's factor returns and `ε` the idio return,
/// `B f + ε` is the asset's return, to rounding, whether the panel shows it or not.
public struct SyntheticBlock: Sendable {
  /// A loading that the panel does not show.
  public struct HiddenLoading: Hashable, Sendable {
    /// The row in the block.
    public let row: Int
    /// The position of the style.
    public let style: Int
    /// The true loading.
    public let loading: Double
  }

  /// The panel, ordered by date, then asset.
  public var rows: PanelRows
  /// The return of each row, whether the panel shows it or not; `NaN` in an asset's first row.
  public var returns: [Double]
  /// The true idio return of each row, as a fraction; `NaN` in an asset's first row.
  public var idioReturns: [Double]
  /// The variance of each row's idio return given its date's regime and earnings, before any delisting
  /// return and the floor, in fractions squared.
  public var idioVariances: [Double]
  /// What happened to the asset of each row in the period that ends at the row's date.
  public var events: [SyntheticEvents]
  /// The loadings that `rows` does not show.
  public var hiddenLoadings: [HiddenLoading]
  /// The periods, in order.
  public var periods: [SyntheticPeriod]

  /// Makes a block without rows that has room for some.
  init(schema: PanelSchema, rowCapacity: Int) {
    rows = PanelRows(schema: schema)
    returns = []
    idioReturns = []
    idioVariances = []
    events = []
    hiddenLoadings = []
    periods = []
    rows.dates.reserveCapacity(rowCapacity)
    rows.assets.reserveCapacity(rowCapacity)
    rows.returns.reserveCapacity(rowCapacity)
    rows.caps.reserveCapacity(rowCapacity)
    rows.inUniverse.reserveCapacity(rowCapacity)
    for group in rows.labels.indices { rows.labels[group].reserveCapacity(rowCapacity) }
    returns.reserveCapacity(rowCapacity)
    idioReturns.reserveCapacity(rowCapacity)
    idioVariances.reserveCapacity(rowCapacity)
    events.reserveCapacity(rowCapacity)
  }

  /// The rows of one of the block's periods.
  ///
  /// - Complexity: O(rows of the period · columns).
  public func rows(of period: SyntheticPeriod) -> PanelRows {
    var part = rows
    part.dates = Array(rows.dates[period.rows])
    part.assets = Array(rows.assets[period.rows])
    part.returns = Array(rows.returns[period.rows])
    part.caps = Array(rows.caps[period.rows])
    part.inUniverse = Array(rows.inUniverse[period.rows])
    part.labels = rows.labels.map { Array($0[period.rows]) }
    part.styles = rows.styles.map { Array($0[period.rows]) }
    return part
  }
}
