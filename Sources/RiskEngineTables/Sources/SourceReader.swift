internal import Foundation
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

  private let files: [SourceFile]
  private let days: any DayReader<SourceRows, SourceError>
  private var pending: DayRows<SourceRows>?
  private let schema: SourceSchema

  /// Opens a source.
  ///
  /// - Parameter identifiers: what codes stand for; shared by all sources of a market.
  /// - Throws: `SourceError`.
  public init(
    _ source: SourceDescription, identifiers: SharedIdentifiers, options: PanelFile.Options = PanelFile.Options()
  ) throws(SourceError) {
    self.source = source
    let columns = try SourceColumns(source)
    schema = columns.schema
    profile = SourceProfile(
      name: source.name, kind: source.kind, priority: source.priority, schema: columns.schema,
      hasAdjustedPrices: source.hasAdjustedPrices, currency: source.currency, tolerances: source.tolerances)
    let readOptions = TableReadOptions(threads: options.threads, delimiter: source.delimiter)
    let found = try SourceFiles.find(source)
    // The dates of each file, so that files follow each other where they can.
    var runsByFile: [(file: SourceFile, runs: DateRuns)] = []
    for file in found {
      let reader = SourceRowReader(
        source: source, columns: columns, files: [file], identifiers: identifiers, isOrderOnly: true,
        options: readOptions)
      var runs = DateRuns()
      while let rows = try reader.next() { runs.append(rows.dates.span) }
      runsByFile.append((file, runs))
    }
    let inOrder = runsByFile.enumerated().sorted { left, right in
      let (a, b) = (left.element.runs.runs.first?.date, right.element.runs.runs.first?.date)
      guard let a, let b, a != b else { return left.offset < right.offset }
      return a < b
    }.map(\.element)
    files = inOrder.map(\.file)
    var all = DateRuns()
    for entry in inOrder { all.append(entry.runs) }
    dates = all.rowsByDate.map(\.date)
    rowCount = all.rowCount
    let rows = SourceRowReader(
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

  /// The rows up to a date that were not given before.
  ///
  /// - Throws: `SourceError`.
  public func rows(upTo date: CalendarDate) throws(SourceError) -> SourceSlice {
    var single: SourceSlice?
    var gathered: SourceRows?
    while true {
      if pending == nil { pending = try days.nextDay() }
      guard let day = pending, day.rows.dates[day.range.lowerBound] <= date else { break }
      pending = nil
      if gathered != nil {
        gathered?.append(day.range, of: day.rows)
      } else if let first = single {
        // Rows of several dates are put together.
        var rows = SourceRows(schema: schema)
        rows.append(first.range, of: first.rows)
        rows.append(day.range, of: day.rows)
        gathered = rows
      } else {
        single = SourceSlice(rows: day.rows, range: day.range)
      }
    }
    if let gathered { return SourceSlice(gathered) }
    return single ?? SourceSlice(SourceRows(schema: schema))
  }
}
