internal import RiskEngine

/// Rows of a panel in a temporary table, with codes in place of texts.
struct PanelSpillLayout: SpillLayout {
  let columns: PanelColumns

  /// A column beside date, asset and return: where its values are in `PanelRows`.
  private enum Content {
    case number(WritableKeyPath<PanelRows, [Double]>)
    case codes(WritableKeyPath<PanelRows, [Int32]>)
    case universe
  }

  /// The columns in the order of the table, under names that cannot clash.
  private var contents: [(name: String, content: Content)] {
    var contents: [(name: String, content: Content)] = [
      ("asset", .codes(\.assets)), ("return", .number(\.returns)),
    ]
    if columns.cap != nil { contents.append(("cap", .number(\.caps))) }
    if columns.weight != nil { contents.append(("weight", .number(\.weights))) }
    if columns.constraintWeight != nil { contents.append(("constraint", .number(\.constraintWeights))) }
    if columns.universe != nil { contents.append(("universe", .universe)) }
    if columns.issuer != nil { contents.append(("issuer", .codes(\.issuers))) }
    for (index, group) in columns.groups.enumerated() where columns.memberships[group] == nil {
      contents.append(("group\(index)", .codes(\.labels[index])))
    }
    for index in columns.styles.indices { contents.append(("style\(index)", .number(\.styles[index]))) }
    return contents
  }

  /// The columns to write.
  var outputColumns: [OutputColumn] {
    [OutputColumn("date", .date)]
      + contents.map { entry in
        switch entry.content {
        case .number: OutputColumn(entry.name, .number)
        case .codes: OutputColumn(entry.name, .int32)
        case .universe: OutputColumn(entry.name, .boolean)
        }
      }
  }

  /// The values to write.
  func values(of rows: PanelRows) -> [OutputValues] {
    [.dates(rows.dates)]
      + contents.map { entry in
        switch entry.content {
        case .number(let path): .numbers(rows[keyPath: path])
        case .codes(let path): .int32(rows[keyPath: path])
        case .universe: .booleans(rows.inUniverse)
        }
      }
  }

  /// Reads a whole table back.
  func read(_ path: String) throws(TableError) -> PanelRows {
    let contents = contents
    let requests =
      [ColumnRequest("date", .date)]
      + contents.map { entry in
        switch entry.content {
        case .number, .codes: ColumnRequest(entry.name, .number)
        case .universe: ColumnRequest(entry.name, .boolean)
        }
      }
    let reader = try TableReader(path: path, columns: requests)
    var rows = PanelRows(schema: columns.schema)
    while let batch = try reader.next() {
      batch.appendDates("date", to: &rows.dates)
      for entry in contents {
        switch entry.content {
        case .number(let path): batch.appendNumbers(entry.name, to: &rows[keyPath: path])
        case .codes(let path): rows[keyPath: path] += batch.numbers(entry.name).map { Int32($0) }
        case .universe: batch.appendBooleans(entry.name, missingAs: false, to: &rows.inUniverse)
        }
      }
    }
    return rows
  }
}
