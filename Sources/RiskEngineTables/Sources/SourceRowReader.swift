internal import RiskEngine

/// The rows of a source's files, batch after batch, in the order of the files.
final class SourceRowReader: DatedRowSource {
  /// How much of the rows is read; columns that are not stay empty.
  enum Content {
    /// The dates that order rows.
    case order
    /// The dates that order rows, and the assets.
    case keys
    /// Everything.
    case all
  }

  /// The days after a fiscal end on which a number counts as known where nothing tells.
  private static let annualLag: Int32 = 90
  private static let quarterlyLag: Int32 = 60
  /// What says that a number is a quarter's.
  private static let quarterlyPeriods: Set<String> = ["q", "quarter", "quarterly"]

  private let source: SourceDescription
  private let columns: SourceColumns
  private let files: [SourceFile]
  private let identifiers: SharedIdentifiers
  private let options: TableReadOptions
  private let content: Content
  private var nextFile = 0
  private var current: OpenFile?
  /// The number of rows read.
  private(set) var rowCount = 0
  /// How many of them had no ordering date and got one that was worked out from another.
  private(set) var derivedDateCount = 0
  /// The columns that the files have, in the order of their first appearance.
  private(set) var columnNames: [String] = []

  private struct OpenFile {
    var reader: TableReader
    var partitions: [String: String?]
    var assets = IdentifierTranslation()
    var labels: [IdentifierTranslation]
  }

  /// Reads files of a source.
  init(
    source: SourceDescription, columns: SourceColumns, files: [SourceFile], identifiers: SharedIdentifiers,
    content: Content = .all, options: TableReadOptions
  ) {
    self.source = source
    self.columns = columns
    self.files = files
    self.identifiers = identifiers
    self.content = content
    self.options = options
  }

  var noRows: SourceRows { SourceRows(schema: columns.schema) }
  var spillLayout: SourceSpillLayout { SourceSpillLayout(schema: columns.schema) }
  func failure(_ error: TableError) -> SourceError { .table(source: source.name, error: error) }

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
    do throws(TableError) { return try body() } catch { throw failure(error) }
  }

  /// The columns that are read from a file; those that its folders name are not in it.
  private func requests(_ file: SourceFile) -> [ColumnRequest] {
    var requests = [ColumnRequest(columns.orderingColumn, .date, isRequired: columns.isOrderingRequired)]
    if content != .order, let asset = columns.assetColumn { requests.append(ColumnRequest(asset, .identifier)) }
    if content == .all {
      for name in columns.numberColumns { requests.append(ColumnRequest(name, .number)) }
    }
    for (index, name) in columns.labelColumns.enumerated() where isRead(label: index) {
      requests.append(ColumnRequest(name, .identifier))
    }
    for (index, name) in columns.dateColumns.enumerated() where isRead(date: index) {
      requests.append(ColumnRequest(name, .date))
    }
    return requests.filter { file.partitions[$0.name] == nil }
  }

  /// Whether a field of labels is read; what makes up an ordering date always is.
  private func isRead(label: Int) -> Bool {
    content == .all || (columns.shape.isOrderingDerived && label == columns.period)
  }

  private func isRead(date: Int) -> Bool { content == .all || date == columns.fiscalEnd }

  private func open(_ file: SourceFile) throws(SourceError) -> OpenFile {
    let reader = try wrapped { () throws(TableError) in
      try TableReader(path: file.path, columns: requests(file), options: options)
    }
    for name in reader.columnNames where !columnNames.contains(name) { columnNames.append(name) }
    return OpenFile(
      reader: reader, partitions: file.partitions, labels: columns.labelColumns.map { _ in IdentifierTranslation() })
  }

  private func nextBatch() throws(SourceError) -> SourceRows? {
    guard var file = current, let batch = try wrapped({ () throws(TableError) in try file.reader.next() }) else {
      return nil
    }
    // Codes learnt below belong to the open file, which is changed in place.
    current = nil
    var rows = noRows
    rowCount += batch.rowCount
    if content != .order, let asset = columns.assetColumn {
      if let constant = file.partitions[asset] {
        rows.assets = repeated(constant.map { identifiers.tables.assets.code(for: $0) }, batch)
      } else {
        rows.assets = batch.identifiers(asset, through: &file.assets, into: &identifiers.tables.assets)
      }
    }
    if content == .all {
      for (index, name) in columns.numberColumns.enumerated() {
        rows.numbers[index] = try numbers(name, batch, file)
      }
    }
    for (index, name) in columns.labelColumns.enumerated() where isRead(label: index) {
      let field = columns.schema.labels[index]
      if let constant = file.partitions[name] {
        rows.labels[index] = repeated(constant.map { identifiers.tables.code(of: $0, in: field) }, batch)
      } else {
        rows.labels[index] = batch.identifiers(
          name, through: &file.labels[index], into: &identifiers.tables.labels[field, default: IdentifierTable()])
      }
    }
    for (index, name) in columns.dateColumns.enumerated() where isRead(date: index) {
      rows.furtherDates[index] = try dates(name, batch, file)
    }
    rows.dates = try orderingDates(rows, batch, file)
    current = file
    return rows
  }

  private func repeated(_ code: Int32?, _ batch: TableBatch) -> [Int32] {
    Array(repeating: code ?? SourceRows.missingCode, count: batch.rowCount)
  }

  private func numbers(_ name: String, _ batch: TableBatch, _ file: OpenFile) throws(SourceError) -> [Double] {
    guard let constant = file.partitions[name] else { return batch.numbers(name) }
    let number = try constant.map { text throws(SourceError) in
      try parsed(Double(text), text, name, .number, batch, file)
    }
    return Array(repeating: number ?? .nan, count: batch.rowCount)
  }

  private func dates(
    _ name: String, _ batch: TableBatch, _ file: OpenFile
  ) throws(SourceError) -> [CalendarDate] {
    guard let constant = file.partitions[name] else { return batch.dates(name) }
    let date = try constant.map { text throws(SourceError) in
      try parsed(CalendarDate(text: text.utf8), text, name, .date, batch, file)
    }
    return Array(repeating: date ?? SourceRows.missingDate, count: batch.rowCount)
  }

  /// The value of a folder's name.
  private func parsed<Value>(
    _ value: Value?, _ text: String, _ name: String, _ kind: ColumnKind, _ batch: TableBatch, _ file: OpenFile
  ) throws(SourceError) -> Value {
    guard let value else {
      throw failure(
        .unparsableValue(
          path: file.reader.path, row: batch.firstRow + 1, column: name, found: text, expected: kind))
    }
    return value
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
    guard let fiscalEnd = columns.fiscalEnd else { throw missingDate(name, missing, batch, file) }
    for row in missing..<dates.count where dates[row] == SourceRows.missingDate {
      let end = rows.furtherDates[fiscalEnd][row]
      guard end != SourceRows.missingDate else {
        throw missingDate(columns.dateColumns[fiscalEnd], row, batch, file)
      }
      let period = columns.period.flatMap { identifiers.tables.text(of: rows.labels[$0][row], in: "period") }
      let isQuarterly = period.map { Self.quarterlyPeriods.contains($0.lowercased()) } ?? false
      dates[row] = CalendarDate(
        daysSinceEpoch: end.daysSinceEpoch + (isQuarterly ? Self.quarterlyLag : Self.annualLag))
      derivedDateCount += 1
    }
    return dates
  }

  private func missingDate(_ column: String, _ row: Int, _ batch: TableBatch, _ file: OpenFile) -> SourceError {
    .missingDate(source: source.name, path: file.reader.path, row: batch.firstRow + row + 1, column: column)
  }
}
