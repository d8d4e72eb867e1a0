internal import LinAlg

/// All rows of one date, checked, with what later periods ask of them.
struct PanelDay: Sendable {
  /// The date.
  let date: CalendarDate
  /// The rows, in the order in which they arrived.
  let rows: PanelRows
  /// The row numbers in ascending order of the assets' bytes.
  let rowsByAsset: [Int32]
  /// For each asset of the table its row, or -1; assets that the table gained later are not in it.
  private let rowOfAsset: [Int32]
  /// For each row the reasons that its own loadings, cap, labels and universe give.
  let reasons: [ExclusionReasons]

  /// Checks the rows of a date.
  ///
  /// - Throws: `PanelError` for a second row of an asset, an infinite value, or a negative cap or weight.
  /// - Complexity: O(n log n) comparisons where assets are not in order, else O(n).
  init(
    rows: PanelRows, schema: PanelSchema, assets: IdentifierTable, assetOrder: IdentifierOrder,
    memberships: [MembershipTable?]
  ) throws(PanelError) {
    let date = rows.dates[0]
    self.date = date
    self.rows = rows
    var rowOfAsset = [Int32](repeating: -1, count: assets.count)
    var isAscending = true
    var lastRank: Int32 = -1
    for row in 0..<rows.count {
      let asset = Int(rows.assets[row])
      guard rowOfAsset[asset] < 0 else { throw .duplicateRow(date: date, asset: assets.texts[asset]) }
      rowOfAsset[asset] = Int32(row)
      isAscending = isAscending && assetOrder.ranks[asset] > lastRank
      lastRank = assetOrder.ranks[asset]
    }
    self.rowOfAsset = rowOfAsset
    let identity = (0..<Int32(rows.count))
    rowsByAsset =
      isAscending
      ? Array(identity)
      : identity.sorted { assetOrder.ranks[Int(rows.assets[Int($0)])] < assetOrder.ranks[Int(rows.assets[Int($1)])] }

    var reasons = [ExclusionReasons](repeating: [], count: rows.count)
    func fail(_ row: Int, _ column: PanelError.Column) -> PanelError {
      .infiniteValue(column: column, date: date, asset: assets[rows.assets[row]])
    }
    if !Gather.allFinite(rows.returns.span) {
      for row in 0..<rows.count where rows.returns[row].isInfinite { throw fail(row, .return) }
    }
    for (style, values) in rows.styles.enumerated() where !Gather.allFinite(values.span) {
      for row in 0..<rows.count where !values[row].isFinite {
        if values[row].isInfinite { throw fail(row, .style(schema.styles[style])) }
        reasons[row].insert(.noLoading)
      }
    }
    for (values, column) in [
      (rows.caps, PanelError.Column.cap), (rows.weights, .weight), (rows.constraintWeights, .constraintWeight),
    ] where !values.isEmpty {
      for row in 0..<rows.count where !(values[row] > 0 && values[row] < .infinity) {
        if values[row] == .infinity { throw fail(row, column) }
        if values[row] < 0 {
          throw .negativeValue(column: column, date: date, asset: assets[rows.assets[row]], value: values[row])
        }
        if column == .cap { reasons[row].insert(.noCap) }
      }
    }
    if schema.hasUniverse {
      for row in 0..<rows.count where !rows.inUniverse[row] { reasons[row].insert(.outsideUniverse) }
    }
    for group in schema.groups.indices {
      if let table = memberships[group] {
        for row in 0..<rows.count where table.entries(of: rows.assets[row], at: date).isEmpty {
          reasons[row].insert(.noLabel)
        }
      } else {
        for row in 0..<rows.count where rows.labels[group][row] == PanelRows.missingLabel {
          reasons[row].insert(.noLabel)
        }
      }
    }
    self.reasons = reasons
  }

  /// The row of an asset, or `nil` where it has none.
  @inline(__always)
  func row(of asset: Int32) -> Int32? {
    guard Int(asset) < rowOfAsset.count else { return nil }
    let row = rowOfAsset[Int(asset)]
    return row < 0 ? nil : row
  }
}
