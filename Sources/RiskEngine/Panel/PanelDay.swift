internal import LinAlg

/// All rows of one date, checked, with what later periods ask of them.
///
/// Row numbers count from the date's first row.
struct PanelDay: Sendable {
  /// The date.
  let date: CalendarDate
  /// The rows, in the order in which they arrived, perhaps among those of other dates.
  let rows: PanelRows
  /// Which of `rows` are this date's.
  let range: Range<Int>
  /// The row numbers in ascending order of the assets' bytes.
  let rowsByAsset: [Int32]
  /// Whether no return is missing.
  let hasAllReturns: Bool
  /// Whether no row has a reason of its own.
  let hasNoReasons: Bool
  /// Whether no row has a reason of its own that prevents an idio return.
  let hasNoReasonAgainstIdioReturns: Bool
  /// For each asset of the table its row, or -1; assets that the table gained later are not in it.
  private let rowOfAsset: [Int32]
  /// For each row the reasons that its own loadings, cap, labels and universe give.
  private let reasons: [ExclusionReasons]

  /// Checks the rows of a date.
  ///
  /// - Throws: `PanelError` for a second row of an asset, an infinite value, or a negative cap or weight.
  /// - Complexity: O(n log n) comparisons where assets are not in order, else O(n).
  init(
    rows: PanelRows, range: Range<Int>, schema: PanelSchema, assets: IdentifierTable, assetOrder: IdentifierOrder,
    memberships: [MembershipTable?]
  ) throws(PanelError) {
    let date = rows.dates[range.lowerBound]
    self.date = date
    self.rows = rows
    self.range = range
    let first = range.lowerBound
    var rowOfAsset = [Int32](repeating: -1, count: assets.count)
    var isAscending = true
    var lastRank: Int32 = -1
    for row in range {
      let asset = Int(rows.assets[row])
      guard rowOfAsset[asset] < 0 else { throw .duplicateRow(date: date, asset: assets.texts[asset]) }
      rowOfAsset[asset] = Int32(row - first)
      isAscending = isAscending && assetOrder.ranks[asset] > lastRank
      lastRank = assetOrder.ranks[asset]
    }
    self.rowOfAsset = rowOfAsset
    let identity = 0..<Int32(range.count)
    rowsByAsset =
      isAscending
      ? Array(identity)
      : identity.sorted {
        assetOrder.ranks[Int(rows.assets[first + Int($0)])] < assetOrder.ranks[Int(rows.assets[first + Int($1)])]
      }

    var reasons = [ExclusionReasons](repeating: [], count: range.count)
    func fail(_ row: Int, _ column: PanelError.Column) -> PanelError {
      .infiniteValue(column: column, date: date, asset: assets[rows.assets[row]])
    }
    hasAllReturns = Gather.allFinite(rows.returns.span.extracting(range))
    if !hasAllReturns {
      for row in range where rows.returns[row].isInfinite { throw fail(row, .return) }
    }
    for style in schema.styles.indices where !rows.hasFiniteStyles {
      var infinite: Int?
      rows.withStyle(style) { values in
        guard !Gather.allFinite(values.extracting(range)) else { return }
        for row in range where !values[row].isFinite {
          if values[row].isInfinite, infinite == nil { infinite = row }
          reasons[row - first].insert(.noLoading)
        }
      }
      if let infinite { throw fail(infinite, .style(schema.styles[style])) }
    }
    for (values, column) in [
      (rows.caps, PanelError.Column.cap), (rows.weights, .weight), (rows.constraintWeights, .constraintWeight),
    ] where !values.isEmpty {
      for row in range where !(values[row] > 0 && values[row] < .infinity) {
        if values[row].isInfinite { throw fail(row, column) }
        if values[row] < 0 {
          throw .negativeValue(column: column, date: date, asset: assets[rows.assets[row]], value: values[row])
        }
        if column == .cap { reasons[row - first].insert(.noCap) }
      }
    }
    if schema.hasUniverse {
      for row in range where !rows.inUniverse[row] { reasons[row - first].insert(.outsideUniverse) }
    }
    for group in schema.groups.indices {
      if let table = memberships[group] {
        for row in range where table.entries(of: rows.assets[row], at: date).isEmpty {
          reasons[row - first].insert(.noLabel)
        }
      } else {
        for row in range where rows.labels[group][row] == PanelRows.missingLabel {
          reasons[row - first].insert(.noLabel)
        }
      }
    }
    self.reasons = reasons
    let all = reasons.reduce(into: ExclusionReasons()) { $0.formUnion($1) }
    hasNoReasons = all.isEmpty
    hasNoReasonAgainstIdioReturns = all.isDisjoint(with: .withoutIdioReturn)
  }

  /// The asset of a row.
  @inline(__always)
  func asset(ofRow row: Int32) -> Int32 { rows.assets[range.lowerBound + Int(row)] }

  /// The return of a row.
  @inline(__always)
  func `return`(ofRow row: Int32) -> Double { rows.returns[range.lowerBound + Int(row)] }

  /// The issuer of a row, of rows with issuers.
  func issuer(ofRow row: Int32) -> Int32 { rows.issuers[range.lowerBound + Int(row)] }

  /// The cap of a row, of a panel with caps.
  @inline(__always)
  func cap(ofRow row: Int32) -> Double { rows.caps[range.lowerBound + Int(row)] }

  /// The label of a row, of a group of one label a row.
  @inline(__always)
  func label(ofRow row: Int32, group: Int) -> Int32 { rows.labels[group][range.lowerBound + Int(row)] }

  /// The reasons that a row's own loadings, cap, labels and universe give.
  @inline(__always)
  func reasons(ofRow row: Int32) -> ExclusionReasons { reasons[Int(row)] }

  /// The row of an asset, or `nil` where it has none.
  @inline(__always)
  func row(of asset: Int32) -> Int32? {
    guard Int(asset) < rowOfAsset.count else { return nil }
    let row = rowOfAsset[Int(asset)]
    return row < 0 ? nil : row
  }
}
