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

  /// Makes an assembler that has seen no date.
  ///
  /// - Parameters:
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
  ///   - assets: the asset table, which may have grown since the last call.
  ///   - labels: the label table of each group, likewise.
  /// - Returns: the cross-section of the period that ends at this date, or `nil` while there is no date
  ///   that is `lag` dates earlier.
  /// - Throws: `PanelError`.
  /// - Complexity: O(n (K + G)), and O(n log n) where assets do not come in order.
  public mutating func append(
    _ rows: PanelRows, assets: IdentifierTable, labels: [IdentifierTable]
  ) throws(PanelError) -> CrossSection? {
    precondition(rows.count > 0, "a date without rows")
    let date = rows.dates[0]
    if let lastDate, date <= lastDate { throw .datesNotAscending(previous: lastDate, found: date) }
    lastDate = date
    assetOrder.update(assets)
    for group in schema.groups.indices { try checkSpellings(of: labels[group], group: group) }
    let day = try PanelDay(
      rows: rows, schema: schema, assets: assets, assetOrder: assetOrder, memberships: memberships)
    guard lag > 0 else { return join(returns: day, loadings: day) }
    defer { days.append(day) }
    guard days.count == lag else { return nil }
    let earlier = days.removeFirst()
    return join(returns: day, loadings: earlier)
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
  private func join(returns day: PanelDay, loadings earlier: PanelDay) -> CrossSection {
    var kept = [Int32]()
    var keptEarlier = [Int32]()
    kept.reserveCapacity(day.rows.count)
    keptEarlier.reserveCapacity(day.rows.count)
    var dropped = [CrossSection.DroppedRow]()
    for row in day.rowsByAsset {
      let asset = day.rows.assets[Int(row)]
      var reasons: ExclusionReasons = day.rows.returns[Int(row)].isFinite ? [] : .noReturn
      guard let earlierRow = earlier.row(of: asset) else {
        dropped.append(.init(asset: asset, reasons: reasons.union(.noEarlierRow)))
        continue
      }
      reasons.formUnion(earlier.reasons[Int(earlierRow)])
      if reasons.isDisjoint(with: .withoutIdioReturn) {
        kept.append(row)
        keptEarlier.append(earlierRow)
      } else {
        dropped.append(.init(asset: asset, reasons: reasons))
      }
    }
    let orderingGroup = orderingGroup(rows: keptEarlier, of: earlier)
    var segmentStarts: [Int32] = [0]
    var segmentLabels = [Int32]()
    if let orderingGroup {
      let order = stableOrder(of: keptEarlier, byLabelsOf: orderingGroup, in: earlier)
      kept = order.map { kept[Int($0)] }
      keptEarlier = order.map { keptEarlier[Int($0)] }
      let labels = earlier.rows.labels[orderingGroup]
      for position in keptEarlier.indices.dropFirst()
      where labels[Int(keptEarlier[position])] != labels[Int(keptEarlier[position - 1])] {
        segmentStarts.append(Int32(position))
      }
    }
    if let orderingGroup {
      let labels = earlier.rows.labels[orderingGroup]
      if !kept.isEmpty { segmentLabels = segmentStarts.map { labels[Int(keptEarlier[Int($0)])] } }
    }
    if !kept.isEmpty { segmentStarts.append(Int32(kept.count)) }
    let assets = kept.map { day.rows.assets[Int($0)] }
    return CrossSection(
      date: day.date, loadingsDate: earlier.date, orderingGroup: orderingGroup,
      segmentStarts: segmentStarts, segmentLabels: segmentLabels, assets: assets,
      reasons: keptEarlier.map { earlier.reasons[Int($0)] },
      returns: padded(day.rows.returns, at: kept),
      caps: paddedOrEmpty(earlier.rows.caps, at: keptEarlier),
      weights: paddedOrEmpty(earlier.rows.weights, at: keptEarlier),
      constraintWeights: schema.hasConstraintWeights ? padded(earlier.rows.constraintWeights, at: keptEarlier) : [],
      groups: schema.groups.indices.map { group in
        guard let table = memberships[group] else {
          return .labels(keptEarlier.map { earlier.rows.labels[group][Int($0)] })
        }
        var column = GroupColumn.Memberships()
        for asset in assets { column.append(table.entries(of: asset, at: earlier.date)) }
        return .memberships(column)
      },
      loadings: loadings(earlier.rows.styles, at: keptEarlier), styleCount: schema.styles.count,
      dropped: dropped)
  }

  /// The group with most labels among some rows, the first of several; only groups of one label a row.
  private func orderingGroup(rows: [Int32], of day: PanelDay) -> Int? {
    var best: (group: Int, labelCount: Int)?
    for group in schema.groups.indices where memberships[group] == nil {
      var isPresent = [Bool](repeating: false, count: labelOrders[group].ranks.count)
      var labelCount = 0
      let labels = day.rows.labels[group]
      for row in rows {
        let label = Int(labels[Int(row)])
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
    let labels = day.rows.labels[group]
    var next = [Int32](repeating: 0, count: ranks.count + 1)
    for row in rows { next[Int(ranks[Int(labels[Int(row)])]) + 1] += 1 }
    for rank in 0..<ranks.count { next[rank + 1] += next[rank] }
    var order = [Int32](repeating: 0, count: rows.count)
    for (position, row) in rows.enumerated() {
      let rank = Int(ranks[Int(labels[Int(row)])])
      order[Int(next[rank])] = Int32(position)
      next[rank] += 1
    }
    return order
  }

  /// Some rows of a column, then padding.
  private func padded(_ column: [Double], at rows: [Int32]) -> [Double] {
    var target = [Double](repeating: 0, count: rows.count + CenteredGram.padding)
    var span = target.mutableSpan
    Gather.rows(of: column.span, at: rows.span, into: &span)
    return target
  }

  /// Some rows of a column that the panel may lack, a missing number as 0, then padding.
  private func paddedOrEmpty(_ column: [Double], at rows: [Int32]) -> [Double] {
    guard !column.isEmpty else { return [] }
    var target = padded(column, at: rows)
    for row in rows.indices where target[row].isNaN { target[row] = 0 }
    return target
  }

  /// Some rows of the styles, column by column, then padding.
  private func loadings(_ styles: [[Double]], at rows: [Int32]) -> LoadingColumns {
    let count = rows.count * styles.count + CenteredGram.padding
    switch precision {
    case .float64:
      var target = [Double](repeating: 0, count: count)
      var span = target.mutableSpan
      for (style, values) in styles.enumerated() {
        Gather.rows(of: values.span, at: rows.span, into: &span, offset: style * rows.count)
      }
      return .float64(target)
    case .float32:
      var target = [Float](repeating: 0, count: count)
      for (style, values) in styles.enumerated() {
        for (position, row) in rows.enumerated() {
          target[style * rows.count + position] = Float(values[Int(row)])
        }
      }
      return .float32(target)
    }
  }
}
