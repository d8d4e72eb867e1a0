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

  /// The values of a date's rows, in the order of the columns.
  static func values(_ day: DayRows<PanelRows>, columns: PanelColumns, texts: PanelTexts) -> [OutputValues] {
    let rows = day.rows
    let range = day.range
    var values: [OutputValues] = [
      .dates(Array(rows.dates[range])), .identifiers(Array(rows.assets[range]), of: texts.assets),
      .numbers(Array(rows.returns[range])),
    ]
    for column in [rows.caps, rows.weights, rows.constraintWeights] where !column.isEmpty {
      values.append(.numbers(Array(column[range])))
    }
    if columns.issuer != nil { values.append(.identifiers(Array(rows.issuers[range]), of: texts.issuers)) }
    for (index, group) in columns.groups.enumerated() where columns.memberships[group] == nil {
      values.append(.identifiers(Array(rows.labels[index][range]), of: texts.labels[index]))
    }
    if columns.universe != nil { values.append(.booleans(Array(rows.inUniverse[range]))) }
    for style in columns.styles.indices {
      var column: [Double] = []
      rows.withStyle(style) { span in
        column.reserveCapacity(range.count)
        for row in range { column.append(span[row]) }
      }
      values.append(.numbers(column))
    }
    return values
  }
}
