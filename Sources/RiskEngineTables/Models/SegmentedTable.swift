internal import ModelStore
internal import RiskEngine

/// Where the segments of a model's tables are written.
protocol SegmentSink: AnyObject {
  /// Where the next segment of a table is to be written.
  func newSegment(of table: String, columns: [OutputColumn]) throws -> String
  /// Takes in a segment that is written whole.
  func finishSegment(
    of table: String, path: String, rowCount: Int, firstDate: CalendarDate?, lastDate: CalendarDate?) throws
}

/// A table of a model that is written in date order, as segments of so many dates.
///
/// The rows of a date never lie in two segments, so that those of one date are found without reading the history.
final class SegmentedTable {
  let name: String
  let columns: [OutputColumn]
  private let sink: any SegmentSink
  private let datesPerSegment: Int
  private let options: TableWriteOptions
  private var writer: TableWriter?
  private var path = ""
  private var rowCount = 0
  private var dateCount = 0
  private var firstDate: CalendarDate?
  private var lastDate: CalendarDate?
  /// Whether a table without rows gets a segment all the same.
  private let isWrittenEmpty: Bool
  private var hasSegment = false

  /// Few enough that memory does not grow with the history, and one date is read quickly.
  static let datesPerSegment = 252

  init(
    _ name: String, _ columns: [OutputColumn], sink: any SegmentSink, datesPerSegment: Int = datesPerSegment,
    rowsPerGroup: Int = 32_768, isWrittenEmpty: Bool = true
  ) {
    self.name = name
    self.columns = columns
    self.sink = sink
    self.datesPerSegment = datesPerSegment
    self.isWrittenEmpty = isWrittenEmpty
    options = TableWriteOptions(rowsPerGroup: rowsPerGroup)
  }

  /// Adds rows of one date, later than those before or the same.
  func append(_ values: [OutputValues], date: CalendarDate) throws {
    if date != lastDate {
      if dateCount == datesPerSegment { try finish() }
      dateCount += 1
    }
    let writer = try open()
    firstDate = firstDate ?? date
    lastDate = date
    rowCount += values.first?.count ?? 0
    try writer.append(values)
  }

  /// Adds rows of several dates, later than those before.
  func append(_ values: [OutputValues], from first: CalendarDate, through last: CalendarDate) throws {
    let writer = try open()
    firstDate = firstDate ?? first
    lastDate = last
    rowCount += values.first?.count ?? 0
    try writer.append(values)
  }

  /// Adds rows that belong to no date.
  func append(_ values: [OutputValues]) throws {
    let writer = try open()
    rowCount += values.first?.count ?? 0
    try writer.append(values)
  }

  /// Ends the table.
  func close() throws {
    if !hasSegment, isWrittenEmpty { _ = try open() }
    try finish()
  }

  /// Ends the segment that is being written.
  private func finish() throws {
    guard let open = writer else { return }
    try open.close()
    writer = nil
    try sink.finishSegment(of: name, path: path, rowCount: rowCount, firstDate: firstDate, lastDate: lastDate)
    rowCount = 0
    dateCount = 0
    firstDate = nil
    lastDate = nil
  }

  private func open() throws -> TableWriter {
    if let writer { return writer }
    path = try sink.newSegment(of: name, columns: columns)
    let opened = try TableWriter(path: path, columns: columns, options: options)
    writer = opened
    hasSegment = true
    return opened
  }
}

/// The tables of a folder of results: one file each.
final class FolderSink: SegmentSink {
  private let output: OutputFolder
  private let format: TableFormat

  init(_ output: OutputFolder, format: TableFormat) {
    self.output = output
    self.format = format
  }

  func newSegment(of table: String, columns: [OutputColumn]) -> String {
    output.stagingPath(of: "\(table).\(format.fileExtension)")
  }

  func finishSegment(
    of table: String, path: String, rowCount: Int, firstDate: CalendarDate?, lastDate: CalendarDate?
  ) {}
}
