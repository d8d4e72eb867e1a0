/// A panel in memory: its cross-sections in date order, and the texts behind their codes.
public struct Panel: Sendable {
  /// The columns.
  public let schema: PanelSchema
  /// The number of dates by which loadings are older than the returns that they explain.
  public let lag: Int
  /// The asset ids.
  public let assets: IdentifierTable
  /// For each group of the schema its labels.
  public let labels: [IdentifierTable]
  /// The cross-sections, one for each date of the panel but the first `lag`.
  public let crossSections: [CrossSection]
  /// What is known at the close of each date, for risk models; empty unless asked for.
  public let snapshots: [CrossSection]

  /// Makes a panel from cross-sections and the tables behind their codes.
  public init(
    schema: PanelSchema, lag: Int, assets: IdentifierTable, labels: [IdentifierTable],
    crossSections: [CrossSection], snapshots: [CrossSection] = []
  ) {
    self.snapshots = snapshots
    self.schema = schema
    self.lag = lag
    self.assets = assets
    self.labels = labels
    self.crossSections = crossSections
  }

  /// Makes a panel from columns: row `i` is asset `assets[i]` on `dates[i]`, in any order.
  ///
  /// - Parameters:
  ///   - dates: the date of each row.
  ///   - assets: the asset id of each row.
  ///   - returns: the return over the period that ends at the row's date, as a fraction; `nan` if missing.
  ///   - caps: the market capitalizations, or `nil` where there are none.
  ///   - groups: for each categorical group its name and the labels, "" where one is missing; factors are
  ///     identified in this order.
  ///   - styles: for each style its name and the loadings; `nan` where one is missing.
  ///   - universe: whether the asset is in the estimation universe; `nil` if all are.
  ///   - weights: regression weights of the caller's own, or `nil`.
  ///   - lag: loadings, caps, labels and universe explain the returns of the `lag`-th later date.
  ///   - precision: how loadings are stored.
  ///   - keepsSnapshots: whether what is known at each date's close is kept, too, as risk models need it; it takes as
  ///     much memory again.
  /// - Throws: `PanelError` for rows that contradict each other or are impossible.
  /// - Precondition: all columns have one length.
  /// - Complexity: O(n log n) for n rows.
  public init(
    dates: [CalendarDate], assets: [String], returns: [Double], caps: [Double]? = nil,
    groups: KeyValuePairs<String, [String]> = [:], styles: KeyValuePairs<String, [Double]> = [:],
    universe: [Bool]? = nil, weights: [Double]? = nil, lag: Int = 1,
    precision: LoadingColumns.Precision = .float64, keepsSnapshots: Bool = false
  ) throws(PanelError) {
    let count = dates.count
    precondition(assets.count == count && returns.count == count, "columns of different lengths")
    precondition((caps?.count ?? count) == count && (universe?.count ?? count) == count, "columns of different lengths")
    precondition((weights?.count ?? count) == count, "columns of different lengths")
    for (name, column) in groups { precondition(column.count == count, "\(column.count) rows of '\(name)'") }
    for (name, column) in styles { precondition(column.count == count, "\(column.count) rows of '\(name)'") }
    let schema = PanelSchema(
      groups: groups.map(\.key), styles: styles.map(\.key), hasCaps: caps != nil, hasUniverse: universe != nil,
      hasWeights: weights != nil)
    var assetTable = IdentifierTable()
    let assetCodes = assets.map { assetTable.code(for: $0) }
    var labelTables = groups.map { _ in IdentifierTable() }
    var labelCodes = [[Int32]]()
    for (index, group) in groups.enumerated() {
      labelCodes.append(
        group.value.map { $0.isEmpty ? PanelRows.missingLabel : labelTables[index].code(for: $0) })
    }
    let order = dates.indices.sorted { dates[$0] == dates[$1] ? $0 < $1 : dates[$0] < dates[$1] }
    var assembler = PanelAssembler(schema: schema, lag: lag, precision: precision)
    var crossSections = [CrossSection]()
    var snapshots = [CrossSection]()
    var start = 0
    while start < count {
      var end = start
      while end < count, dates[order[end]] == dates[order[start]] { end += 1 }
      let rows = order[start..<end]
      var day = PanelRows(schema: schema)
      day.dates = rows.map { dates[$0] }
      day.assets = rows.map { assetCodes[$0] }
      day.returns = rows.map { returns[$0] }
      day.caps = caps.map { caps in rows.map { caps[$0] } } ?? []
      day.inUniverse = universe.map { universe in rows.map { universe[$0] } } ?? []
      day.weights = weights.map { weights in rows.map { weights[$0] } } ?? []
      day.labels = labelCodes.map { codes in rows.map { codes[$0] } }
      day.styles = styles.map { style in rows.map { style.value[$0] } }
      if let crossSection = try assembler.append(day, assets: assetTable, labels: labelTables) {
        crossSections.append(crossSection)
      }
      if keepsSnapshots, let snapshot = assembler.snapshot() { snapshots.append(snapshot) }
      start = end
    }
    guard count > 0 else { throw .noRows }
    guard !crossSections.isEmpty else { throw .tooFewDates(count: Set(dates).count, lag: lag) }
    self.init(
      schema: schema, lag: lag, assets: assetTable, labels: labelTables, crossSections: crossSections,
      snapshots: snapshots)
  }
}
