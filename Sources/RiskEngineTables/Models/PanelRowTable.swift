internal import RiskEngine

/// The rows of a panel as a table of the same columns.
enum PanelRowTable {
  static func outputColumns(_ columns: PanelColumns, assetStorage: IdentifierStorage) -> [OutputColumn] {
    [
      OutputColumn(columns.date, .date), OutputColumn(columns.asset, .identifier(assetStorage)),
      OutputColumn(columns.return, .number),
    ]
      + [columns.cap, columns.weight, columns.constraintWeight].compactMap(\.self).map { OutputColumn($0, .number) }
      + [columns.issuer].compactMap(\.self).map { .text($0) }
      + columns.groups.filter { columns.memberships[$0] == nil }.map { .text($0) }
      + [columns.universe].compactMap(\.self).map { OutputColumn($0, .boolean) }
      + columns.styles.map { OutputColumn($0, .number) }
  }

  /// The values of a date's rows, in the order of the columns; rows ascend by asset.
  static func values(
    _ day: DayRows<PanelRows>, columns: PanelColumns, texts: PanelTexts, order: inout OutputOrder
  ) -> [OutputValues] {
    let rows = day.rows
    let range = day.range
    order.update(texts.assets)
    let sorted = order.rows(ofAssets: Array(rows.assets[range])).map { range.lowerBound + Int($0) }
    // Most panels have their assets in order.
    let isInOrder = zip(sorted, range).allSatisfy { $0 == $1 }
    func taken<Value>(_ column: [Value]) -> [Value] {
      isInOrder ? Array(column[range]) : sorted.map { column[$0] }
    }
    var values: [OutputValues] = [
      .dates(taken(rows.dates)), .identifiers(taken(rows.assets), of: texts.assets), .numbers(taken(rows.returns)),
    ]
    for column in [rows.caps, rows.weights, rows.constraintWeights] where !column.isEmpty {
      values.append(.numbers(taken(column)))
    }
    if columns.issuer != nil { values.append(.identifiers(taken(rows.issuers), of: texts.issuers)) }
    for (index, group) in columns.groups.enumerated() where columns.memberships[group] == nil {
      values.append(.identifiers(taken(rows.labels[index]), of: texts.labels[index]))
    }
    if columns.universe != nil { values.append(.booleans(taken(rows.inUniverse))) }
    for style in columns.styles.indices {
      var column = [Double](repeating: 0, count: sorted.count)
      rows.withStyle(style) { Self.gather($0, at: sorted, into: &column) }
      values.append(.numbers(column))
    }
    return values
  }

  private static func gather(_ values: Span<Double>, at rows: [Int], into column: inout [Double]) {
    var column = column.mutableSpan
    let rows = rows.span
    for place in rows.indices { column[place] = values[rows[place]] }
  }
}
