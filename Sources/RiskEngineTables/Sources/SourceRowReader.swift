internal import RiskEngine

/// The rows of a source's files, batch after batch, in the order of the files.
final class SourceRowReader: DatedRowSource {
  /// The days after a fiscal end on which a number counts as known where nothing tells.
  private static let annualLag: Int32 = 90
  private static let quarterlyLag: Int32 = 60

  private let source: SourceDescription
  private let columns: SourceColumns
  private let files: [SourceFile]
  private let identifiers: SharedIdentifiers
  private let options: TableReadOptions
  /// Whether only what orders rows is read.
  private let isOrderOnly: Bool
  private var nextFile = 0
  private var current: OpenFile?
  /// The number of rows read.
  private(set) var rowCount = 0

  private struct OpenFile {
    var reader: TableReader
    var partitions: [String: String]
    var assets = IdentifierTranslation()
    var labels: [IdentifierTranslation]
  }

  init(
    source: SourceDescription, columns: SourceColumns, files: [SourceFile], identifiers: SharedIdentifiers,
    isOrderOnly: Bool = false, options: TableReadOptions
  ) {
    self.source = source
    self.columns = columns
    self.files = files
    self.identifiers = identifiers
    self.isOrderOnly = isOrderOnly
    self.options = options
  }

  var noRows: SourceRows { SourceRows(schema: columns.schema) }
  var spillLayout: SourceSpillLayout { SourceSpillLayout(schema: columns.schema) }
  static func failure(_ error: TableError) -> SourceError { .table(source: "", error: error) }

  func next() throws(SourceError) -> SourceRows? {
    while true {
      if current == nil {
        guard nextFile < files.count else { return nil }
        current = try open(files[nextFile])
        nextFile += 1
      }
      if let rows = try nextBatch() { return rows }
      current = nil
    }
  }

  private func wrapped<Value>(_ body: () throws(TableError) -> Value) throws(SourceError) -> Value {
    do throws(TableError) { return try body() } catch { throw .table(source: source.name, error: error) }
  }

  /// The columns that are read from a file; those that its folders name are not in it.
  private func requests(_ file: SourceFile) -> [ColumnRequest] {
    var requests = [ColumnRequest(columns.orderingColumn, .date, isRequired: !columns.isOrderingDerived)]
    for name in columns.dateColumns { requests.append(ColumnRequest(name, .date)) }
    if isOrderOnly {
      if let period = columns.schema.labels.firstIndex(of: "period") {
        requests.append(ColumnRequest(columns.labelColumns[period], .identifier))
      }
    } else {
      if let asset = columns.assetColumn { requests.append(ColumnRequest(asset, .identifier)) }
      for name in columns.numberColumns { requests.append(ColumnRequest(name, .number)) }
      for name in columns.labelColumns { requests.append(ColumnRequest(name, .identifier)) }
    }
    return requests.filter { file.partitions[$0.name] == nil }
  }

  private func open(_ file: SourceFile) throws(SourceError) -> OpenFile {
    let reader = try wrapped { () throws(TableError) in
      try TableReader(path: file.path, columns: requests(file), options: options)
    }
    return OpenFile(
      reader: reader, partitions: file.partitions, labels: columns.labelColumns.map { _ in IdentifierTranslation() })
  }

  private func nextBatch() throws(SourceError) -> SourceRows? {
    guard var file = current, let batch = try wrapped({ () throws(TableError) in try file.reader.next() }) else {
      return nil
    }
    // Codes learnt below belong to the open file.
    current = nil
    var rows = noRows
    let count = batch.rowCount
    rowCount += count
    for (index, name) in columns.dateColumns.enumerated() {
      rows.furtherDates[index] = try dates(name, batch, file)
    }
    if !isOrderOnly {
      if let asset = columns.assetColumn {
        if let constant = file.partitions[asset] {
          rows.assets = Array(repeating: identifiers.tables.assets.code(for: constant), count: count)
        } else {
          rows.assets = batch.identifiers(asset, through: &file.assets, into: &identifiers.tables.assets)
        }
      }
      for (index, name) in columns.numberColumns.enumerated() {
        if let constant = file.partitions[name] {
          rows.numbers[index] = Array(repeating: Double(constant) ?? .nan, count: count)
        } else {
          rows.numbers[index] = batch.numbers(name)
        }
      }
    }
    for (index, name) in columns.labelColumns.enumerated() where !isOrderOnly || isPeriod(index) {
      let field = columns.schema.labels[index]
      if let constant = file.partitions[name] {
        rows.labels[index] = Array(repeating: identifiers.tables.code(of: constant, in: field), count: count)
      } else {
        rows.labels[index] = batch.identifiers(
          name, through: &file.labels[index], into: &identifiers.tables.labels[field, default: IdentifierTable()])
      }
    }
    rows.dates = try orderingDates(rows, batch, file)
    current = file
    return rows
  }

  private func isPeriod(_ index: Int) -> Bool { columns.schema.labels[index] == "period" }

  private func dates(
    _ name: String, _ batch: TableBatch, _ file: OpenFile
  ) throws(SourceError) -> [CalendarDate] {
    guard let constant = file.partitions[name] else { return batch.dates(name) }
    guard let date = CalendarDate(text: constant.utf8) else {
      throw .table(
        source: source.name,
        error: .unparsableValue(path: file.reader.path, row: 1, column: name, found: constant, expected: .date))
    }
    return Array(repeating: date, count: batch.rowCount)
  }

  /// The dates that order rows, derived where the kind allows it.
  private func orderingDates(
    _ rows: SourceRows, _ batch: TableBatch, _ file: OpenFile
  ) throws(SourceError) -> [CalendarDate] {
    let name = columns.orderingColumn
    let isThere = file.partitions[name] != nil || file.reader.has(name)
    var dates =
      isThere
      ? try self.dates(name, batch, file) : Array(repeating: SourceRows.missingDate, count: batch.rowCount)
    guard let missing = dates.firstIndex(of: SourceRows.missingDate) else { return dates }
    guard columns.isOrderingDerived, let ends = columns.schema.dates.firstIndex(of: "fiscal_end") else {
      throw .missingDate(
        source: source.name, path: file.reader.path, row: batch.firstRow + missing + 1, column: name)
    }
    let periods = columns.schema.labels.firstIndex(of: "period")
    for row in dates.indices where dates[row] == SourceRows.missingDate {
      let end = rows.furtherDates[ends][row]
      guard end != SourceRows.missingDate else {
        throw .missingDate(
          source: source.name, path: file.reader.path, row: batch.firstRow + row + 1,
          column: columns.dateColumns[ends])
      }
      let period = periods.flatMap { identifiers.tables.text(of: rows.labels[$0][row], in: "period") }
      let isQuarterly = period.map { ["q", "quarter", "quarterly"].contains($0.lowercased()) } ?? false
      dates[row] = CalendarDate(
        daysSinceEpoch: end.daysSinceEpoch + (isQuarterly ? Self.quarterlyLag : Self.annualLag))
    }
    return dates
  }
}
