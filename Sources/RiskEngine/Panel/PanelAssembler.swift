internal import LinAlg

/// Turns the rows of a panel, date after date, into cross-sections: a fold over periods.
///
/// The period that ends at date t joins the returns of t with the loadings, caps, labels and universe of
/// the same assets at the `lag`-th earlier date of the panel. The state is the rows of the last `lag`
/// dates, so memory does not grow with the history.
public struct PanelAssembler: Sendable {
  /// The columns of the panel.
  public let schema: PanelSchema
  /// The number of dates by which loadings are older than the returns that they explain.
  public let lag: Int
  /// The precision in which loadings are kept.
  public let precision: LoadingColumns.Precision
  /// For each group its fractional memberships, where it has such.
  private let memberships: [MembershipTable?]
  /// The last `lag` dates, the oldest first.
  private var days: [PanelDay] = []
  private var assetOrder = IdentifierOrder()
  private var labelOrders: [IdentifierOrder]
  /// The normalized spelling of each label so far, and the label that has it.
  private var spellings: [[String: String]]
  private var lastDate: CalendarDate?
  /// What the last join came to, where it kept every row.
  private var lastAlignment: RowAlignment?
  /// The last date, and what its own rows came to where all were kept.
  private var lastDay: PanelDay?
  private var lastSnapshot: RowAlignment?

  /// Makes an assembler that has seen no date.
  ///
  /// - Parameters:
  ///   - schema: the columns of the panel.
  ///   - lag: loadings, caps, labels and universe explain the returns of the `lag`-th later date.
  ///   - precision: how loadings are stored.
  ///   - memberships: by group name, the groups whose labels come from a membership table.
  /// - Precondition: `lag` is not negative and each key of `memberships` is a group of the schema.
  public init(
    schema: PanelSchema, lag: Int = 1, precision: LoadingColumns.Precision = .float64,
    memberships: [String: MembershipTable] = [:]
  ) {
    precondition(lag >= 0, "a lag of \(lag)")
    for group in memberships.keys { precondition(schema.groups.contains(group), "no group '\(group)'") }
    self.schema = schema
    self.lag = lag
    self.precision = precision
    self.memberships = schema.groups.map { memberships[$0] }
    labelOrders = Array(repeating: IdentifierOrder(), count: schema.groups.count)
    spellings = Array(repeating: [:], count: schema.groups.count)
  }

  /// Takes in all rows of the next date.
  ///
  /// - Parameters:
  ///   - rows: the rows of one date, at least one.
  ///   - range: which of the rows, where there are others among them; they are kept, not copied.
  ///   - assets: the asset table, which may have grown since the last call.
  ///   - labels: the label table of each group, likewise.
  /// - Returns: the cross-section of the period that ends at this date, or `nil` while there is no date
  ///   that is `lag` dates earlier.
  /// - Throws: `PanelError`.
  /// - Complexity: O(n (K + G)), and O(n log n) where assets do not come in order.
  public mutating func append(
    _ rows: PanelRows, in range: Range<Int>? = nil, assets: IdentifierTable, labels: [IdentifierTable]
  ) throws(PanelError) -> CrossSection? {
    let day = try checked(rows, in: range ?? 0..<rows.count, assets: assets, labels: labels)
    lastDay = day
    guard lag > 0 else { return join(returns: day, loadings: day) }
    defer { days.append(day) }
    guard days.count == lag else { return nil }
    let earlier = days.removeFirst()
    return join(returns: day, loadings: earlier)
  }

  /// Checks all rows of the next date and joins nothing, for who only passes them on.
  ///
  /// - Throws: `PanelError`, as `append`.
  /// - Complexity: O(n G), and O(n log n) where assets do not come in order.
  public mutating func check(
    _ rows: PanelRows, in range: Range<Int>, assets: IdentifierTable, labels: [IdentifierTable]
  ) throws(PanelError) {
    _ = try checked(rows, in: range, assets: assets, labels: labels)
  }

  /// The rows of the next date, checked.
  private mutating func checked(
    _ rows: PanelRows, in range: Range<Int>, assets: IdentifierTable, labels: [IdentifierTable]
  ) throws(PanelError) -> PanelDay {
    precondition(!range.isEmpty, "a date without rows")
    let date = rows.dates[range.lowerBound]
    if let lastDate, date <= lastDate { throw .datesNotAscending(previous: lastDate, found: date) }
    lastDate = date
    assetOrder.update(assets)
    for group in schema.groups.indices { try checkSpellings(of: labels[group], group: group) }
    return try PanelDay(
      rows: rows, range: range, schema: schema, assets: assets, assetOrder: assetOrder, memberships: memberships)
  }

  /// The rows of the last date with their own loadings, caps, labels and universe: what is known at its close.
  ///
  /// Rows without a return are there too; `returns` are 0 throughout.
  ///
  /// - Returns: `nil` before the first date.
  /// - Complexity: O(n (K + G)).
  public mutating func snapshot() -> CrossSection? {
    guard let day = lastDay else { return nil }
    if let lastSnapshot, lastSnapshot.fits(returns: nil, loadings: day) {
      return section(lastSnapshot.rows, returns: nil, loadings: day, dropped: [])
    }
    var dropped = [CrossSection.DroppedRow]()
    var kept: [Int32] = []
    kept.reserveCapacity(day.range.count)
    for row in day.rowsByAsset {
      let reasons = day.reasons(ofRow: row)
      if reasons.isDisjoint(with: .withoutIdioReturn) {
        kept.append(row)
      } else {
        dropped.append(.init(asset: day.asset(ofRow: row), reasons: reasons))
      }
    }
    let rows = ordered(JoinedRows(current: kept, earlier: kept), returns: day, loadings: day)
    lastSnapshot =
      dropped.isEmpty && memberships.allSatisfy { $0 == nil } ? RowAlignment(rows, returns: day, loadings: day) : nil
    return section(rows, returns: nil, loadings: day, dropped: dropped)
  }

  /// Refuses labels that differ only in case or blanks from another label of their group.
  private mutating func checkSpellings(of table: IdentifierTable, group: Int) throws(PanelError) {
    let known = labelOrders[group].ranks.count
    guard table.count > known else { return }
    for text in table.texts[known...] {
      let spelling = String(text.lowercased().filter { !$0.isWhitespace })
      if spelling.isEmpty { throw .blankLabel(group: schema.groups[group]) }
      if let other = spellings[group][spelling] {
        throw .labelsDifferInCaseOrBlanks(group: schema.groups[group], first: other, second: text)
      }
      spellings[group][spelling] = text
    }
    labelOrders[group].update(table)
  }

  /// Joins the returns of one date with the loadings of another.
  private mutating func join(returns day: PanelDay, loadings earlier: PanelDay) -> CrossSection {
    if let lastAlignment, lastAlignment.fits(returns: day, loadings: earlier) {
      return section(lastAlignment.rows, returns: day, loadings: earlier, dropped: [])
    }
    var rows = JoinedRows()
    rows.current.reserveCapacity(day.range.count)
    rows.earlier.reserveCapacity(day.range.count)
    var dropped = [CrossSection.DroppedRow]()
    for row in day.rowsByAsset {
      let asset = day.asset(ofRow: row)
      var reasons: ExclusionReasons = day.return(ofRow: row).isFinite ? [] : .noReturn
      guard let earlierRow = earlier.row(of: asset) else {
        dropped.append(.init(asset: asset, reasons: reasons.union(.noEarlierRow)))
        continue
      }
      reasons.formUnion(earlier.reasons(ofRow: earlierRow))
      if reasons.isDisjoint(with: .withoutIdioReturn) {
        rows.current.append(row)
        rows.earlier.append(earlierRow)
      } else {
        dropped.append(.init(asset: asset, reasons: reasons))
      }
    }
    rows = ordered(rows, returns: day, loadings: earlier)
    lastAlignment =
      dropped.isEmpty && memberships.allSatisfy { $0 == nil }
      ? RowAlignment(rows, returns: day, loadings: earlier) : nil
    return section(rows, returns: day, loadings: earlier, dropped: dropped)
  }

  /// Joined rows in the order of a cross-section, with its labels.
  private func ordered(
    _ joined: consuming JoinedRows, returns day: PanelDay, loadings earlier: PanelDay
  ) -> JoinedRows {
    var rows = joined
    rows.orderingGroup = orderingGroup(rows: rows.earlier, of: earlier)
    if let group = rows.orderingGroup {
      let order = stableOrder(of: rows.earlier, byLabelsOf: group, in: earlier)
      rows.current = order.map { rows.current[Int($0)] }
      rows.earlier = order.map { rows.earlier[Int($0)] }
      for position in rows.earlier.indices.dropFirst()
      where earlier.label(ofRow: rows.earlier[position], group: group)
        != earlier.label(ofRow: rows.earlier[position - 1], group: group)
      {
        rows.segmentStarts.append(Int32(position))
      }
    }
    if let group = rows.orderingGroup, !rows.current.isEmpty {
      rows.segmentLabels = rows.segmentStarts.map {
        earlier.label(ofRow: rows.earlier[Int($0)], group: group)
      }
    }
    if !rows.current.isEmpty { rows.segmentStarts.append(Int32(rows.current.count)) }
    rows.assets = rows.current.map { day.asset(ofRow: $0) }
    rows.groups = schema.groups.indices.map { group in
      guard let table = memberships[group] else {
        return .labels(rows.earlier.map { earlier.label(ofRow: $0, group: group) })
      }
      var column = GroupColumn.Memberships()
      for asset in rows.assets { column.append(table.entries(of: asset, at: earlier.date)) }
      return .memberships(column)
    }
    return rows
  }

  /// The cross-section of rows that are joined and in order.
  private func section(
    _ joined: JoinedRows, returns day: PanelDay?, loadings earlier: PanelDay, dropped: [CrossSection.DroppedRow]
  ) -> CrossSection {
    CrossSection(
      date: day?.date ?? earlier.date, loadingsDate: earlier.date, orderingGroup: joined.orderingGroup,
      segmentStarts: joined.segmentStarts, segmentLabels: joined.segmentLabels, assets: joined.assets,
      reasons: earlier.hasNoReasons
        ? Array(repeating: [], count: joined.earlier.count) : joined.earlier.map { earlier.reasons(ofRow: $0) },
      returns: day.map { padded($0.rows.returns, of: $0, at: joined.current) }
        ?? Array(repeating: 0, count: joined.current.count + CenteredGram.padding),
      caps: paddedOrEmpty(earlier.rows.caps, of: earlier, at: joined.earlier),
      weights: paddedOrEmpty(earlier.rows.weights, of: earlier, at: joined.earlier),
      constraintWeights: schema.hasConstraintWeights
        ? padded(earlier.rows.constraintWeights, of: earlier, at: joined.earlier) : [],
      groups: joined.groups,
      issuers: earlier.rows.issuers.isEmpty ? [] : joined.earlier.map { earlier.issuer(ofRow: $0) },
      loadings: loadings(of: earlier, at: joined.earlier), styleCount: schema.styles.count, dropped: dropped,
      // Where no row was dropped, none lacks a return.
      missingReturnShare: day.map {
        dropped.isEmpty && $0.hasAllReturns && $0.range.count == earlier.range.count
          ? 0 : missingReturnShare(returns: $0, loadings: earlier)
      } ?? 0)
  }

  /// The share of the estimation universe of one date that has no return on another.
  ///
  /// Sums run in the order of the assets' bytes.
  private func missingReturnShare(returns day: PanelDay, loadings earlier: PanelDay) -> Double {
    var total = 0.0
    var missing = 0.0
    for row in earlier.rowsByAsset where earlier.reasons(ofRow: row).isDisjoint(with: [.outsideUniverse, .noCap]) {
      let cap = schema.hasCaps ? earlier.cap(ofRow: row) : 1
      total += cap
      guard let later = day.row(of: earlier.asset(ofRow: row)), day.return(ofRow: later).isFinite else {
        missing += cap
        continue
      }
    }
    return total > 0 ? missing / total : 0
  }

  /// The group with most labels among some rows, the first of several; only groups of one label a row.
  private func orderingGroup(rows: [Int32], of day: PanelDay) -> Int? {
    var best: (group: Int, labelCount: Int)?
    for group in schema.groups.indices where memberships[group] == nil {
      var isPresent = [Bool](repeating: false, count: labelOrders[group].ranks.count)
      var labelCount = 0
      for row in rows {
        let label = Int(day.label(ofRow: row, group: group))
        if !isPresent[label] {
          isPresent[label] = true
          labelCount += 1
        }
      }
      if labelCount > (best?.labelCount ?? -1) { best = (group, labelCount) }
    }
    return best?.group
  }

  /// The positions of `rows` sorted by the bytes of their labels, equal ones in the order given.
  private func stableOrder(of rows: [Int32], byLabelsOf group: Int, in day: PanelDay) -> [Int32] {
    let ranks = labelOrders[group].ranks
    var next = [Int32](repeating: 0, count: ranks.count + 1)
    for row in rows { next[Int(ranks[Int(day.label(ofRow: row, group: group))]) + 1] += 1 }
    for rank in 0..<ranks.count { next[rank + 1] += next[rank] }
    var order = [Int32](repeating: 0, count: rows.count)
    for (position, row) in rows.enumerated() {
      let rank = Int(ranks[Int(day.label(ofRow: row, group: group))])
      order[Int(next[rank])] = Int32(position)
      next[rank] += 1
    }
    return order
  }

  /// Some rows of a date's column, then padding.
  private func padded(_ column: [Double], of day: PanelDay, at rows: [Int32]) -> [Double] {
    var target = [Double](repeating: 0, count: rows.count + CenteredGram.padding)
    var span = target.mutableSpan
    Gather.rows(of: column.span.extracting(day.range), at: rows.span, into: &span)
    return target
  }

  /// Some rows of a date's column that the panel may lack, a missing number as 0, then padding.
  private func paddedOrEmpty(_ column: [Double], of day: PanelDay, at rows: [Int32]) -> [Double] {
    guard !column.isEmpty else { return [] }
    var target = padded(column, of: day, at: rows)
    for row in rows.indices where target[row].isNaN { target[row] = 0 }
    return target
  }

  /// Some rows of a date's styles, column by column, then padding.
  private func loadings(of day: PanelDay, at rows: [Int32]) -> LoadingColumns {
    let count = rows.count * schema.styles.count + CenteredGram.padding
    switch precision {
    case .float64:
      var target = [Double](repeating: 0, count: count)
      for style in schema.styles.indices {
        day.rows.withStyle(style) { values in
          var span = target.mutableSpan
          Gather.rows(of: values.extracting(day.range), at: rows.span, into: &span, offset: style * rows.count)
        }
      }
      return .float64(target)
    case .float32:
      var target = [Float](repeating: 0, count: count)
      for style in schema.styles.indices {
        day.rows.withStyle(style) { values in
          for (position, row) in rows.enumerated() {
            target[style * rows.count + position] = Float(values[day.range.lowerBound + Int(row)])
          }
        }
      }
      return .float32(target)
    }
  }
}
