public import RiskEngine

/// The rows of a source in the order of their dates, whatever their order in its files.
///
/// What is in date order streams, one file after the other; anything else is sorted on the way, outside memory where
/// it must be.
public final class SourceReader {
  /// The source.
  public let source: SourceDescription
  /// What ingestion has to know of it.
  public let profile: SourceProfile
  /// Its files.
  public var paths: [String] { files.map(\.path) }
  /// How the rows lay in the files.
  public let order: PanelFile.RowOrder
  /// The dates that rows have, ascending.
  public let dates: [CalendarDate]
  /// The number of rows.
  public let rowCount: Int
  /// How many rows have no ordering date and get one: published numbers of which only the fiscal end is told count as
  /// known 90 days after it, those of quarters 60.
  public let derivedDateCount: Int
  /// The fields of the kind that the files have under their own names and that no column was named for: not read.
  public let unmappedFields: [FieldName]

  let files: [SourceFile]
  private let columns: SourceColumns
  private let readOptions: TableReadOptions
  private let rows: SourceRowReader
  private let days: any DayReader<SourceRows, SourceError>
  private var pending: DayRows<SourceRows>?

  /// Opens a source and reads the dates of its rows.
  ///
  /// Parquet and Feather hold columns apart, so little of such files is read for that; CSV is read to its end.
  ///
  /// - Parameter identifiers: what codes stand for; shared by all sources of a market.
  /// - Throws: `SourceError`.
  public init(
    _ source: SourceDescription, identifiers: SharedIdentifiers, options: PanelFile.Options = PanelFile.Options()
  ) throws(SourceError) {
    self.source = source
    let columns = try SourceColumns(source)
    self.columns = columns
    profile = SourceProfile(
      name: source.name, kind: source.kind, priority: source.priority, schema: columns.schema,
      hasAdjustedPrices: source.hasAdjustedPrices, currency: source.currency, tolerances: source.tolerances)
    readOptions = TableReadOptions(threads: options.threads, delimiter: source.delimiter)
    // The dates of each file, so that files follow each other where they can.
    var runsByFile: [(file: SourceFile, runs: DateRuns)] = []
    var derivedDateCount = 0
    var columnNames: [String] = []
    for file in try SourceFiles.find(source) {
      // Codes are given while rows are read, not here.
      let reader = SourceRowReader(
        source: source, columns: columns, files: [file], identifiers: SharedIdentifiers(), content: .order,
        options: readOptions)
      var runs = DateRuns()
      while let rows = try reader.next() { runs.append(rows.dates.span) }
      runsByFile.append((file, runs))
      derivedDateCount += reader.derivedDateCount
      for name in reader.columnNames where !columnNames.contains(name) { columnNames.append(name) }
    }
    self.derivedDateCount = derivedDateCount
    unmappedFields = columns.shape.knownFields.filter { field in
      columnNames.contains(field.rawValue) && !columns.all.contains(field.rawValue)
        && !columns.fields.contains(field)
    }
    let inOrder = runsByFile.enumerated().sorted { left, right in
      let (a, b) = (left.element.runs.firstDate, right.element.runs.firstDate)
      guard let a, let b, a != b else { return left.offset < right.offset }
      return a < b
    }.map(\.element)
    files = inOrder.map(\.file)
    var all = DateRuns()
    for entry in inOrder { all.append(entry.runs) }
    dates = all.rowsByDate.map(\.date)
    rowCount = all.rowCount
    rows = SourceRowReader(
      source: source, columns: columns, files: files, identifiers: identifiers, options: readOptions)
    if all.isInDateOrder {
      order = .byDate
      days = OrderedDayReader(rows)
    } else {
      let sorted = try SpilledDayReader(
        source: rows, runs: all, memoryLimit: options.memoryLimit, temporaryFolder: options.temporaryFolder)
      order = sorted.isExternal ? .sortedExternally : .sortedInMemory
      days = sorted
    }
  }

  /// All rows with the next ordering date that were not given before, or `nil` after the last.
  ///
  /// - Throws: `SourceError`.
  public func nextDay() throws(SourceError) -> SourceSlice? {
    guard let day = try peek() else { return nil }
    pending = nil
    return SourceSlice(rows: day.rows, range: day.range)
  }

  /// The next date's rows, which stay the next.
  private func peek() throws(SourceError) -> DayRows<SourceRows>? {
    if pending == nil { pending = try days.nextDay() }
    if pending == nil, rows.rowCount != rowCount || (days as? OrderedDayReader<SourceRowReader>)?.isOutOfOrder == true {
      throw .changedWhileRead(source: source.name, expected: rowCount, found: rows.rowCount)
    }
    return pending
  }

  /// Reads files of the source.
  func rowReader(
    _ files: [SourceFile], _ identifiers: SharedIdentifiers, _ content: SourceRowReader.Content
  ) -> SourceRowReader {
    SourceRowReader(
      source: source, columns: columns, files: files, identifiers: identifiers, content: content, options: readOptions)
  }

  /// The rows up to a date that were not given before.
  ///
  /// - Throws: `SourceError`.
  public func rows(upTo date: CalendarDate) throws(SourceError) -> SourceSlice {
    var single: SourceSlice?
    var gathered: SourceRows?
    while true {
      guard let day = try peek(), day.rows.dates[day.range.lowerBound] <= date else { break }
      pending = nil
      if gathered != nil {
        gathered?.append(day.range, of: day.rows)
      } else if let first = single {
        // Rows of several dates are put together.
        var rows = SourceRows(schema: profile.schema)
        rows.append(first.range, of: first.rows)
        rows.append(day.range, of: day.rows)
        gathered = rows
      } else {
        single = SourceSlice(rows: day.rows, range: day.range)
      }
    }
    if let gathered { return SourceSlice(gathered) }
    return single ?? SourceSlice(SourceRows(schema: profile.schema))
  }
}
