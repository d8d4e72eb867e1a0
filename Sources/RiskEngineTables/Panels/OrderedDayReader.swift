internal import RiskEngine

/// The dates of a file whose rows are in date order, as they come.
///
/// Memory is one batch of rows and one date.
final class OrderedDayReader: DayReader {
  private let reader: PanelRowReader
  private let schema: PanelSchema
  private var batch: PanelRows?
  private var position = 0
  private var lastDate: CalendarDate?
  /// Set when a date came after a later one; nothing more is given then.
  private(set) var isOutOfOrder = false

  /// Reads from a reader of rows.
  init(reader: PanelRowReader, schema: PanelSchema) {
    self.reader = reader
    self.schema = schema
  }

  var assets: IdentifierTable { reader.assets }
  var labels: [IdentifierTable] { reader.labels }

  func nextDay() throws(PanelFileError) -> DayRows? {
    guard !isOutOfOrder, let day = try takeDay() else { return nil }
    let date = day.rows.dates[day.range.lowerBound]
    if let lastDate, date <= lastDate {
      isOutOfOrder = true
      return nil
    }
    lastDate = date
    return day
  }

  /// The rows up to the next change of date.
  private func takeDay() throws(PanelFileError) -> DayRows? {
    guard let first = try currentBatch() else { return nil }
    let range = takeRun(of: first.dates[position], in: first)
    guard range.upperBound == first.count else { return DayRows(rows: first, range: range) }
    // The date may go on in the next batch.
    let date = first.dates[range.lowerBound]
    batch = nil
    guard var next = try currentBatch(), next.dates[0] == date else { return DayRows(rows: first, range: range) }
    var day = PanelRows(schema: schema)
    day.append(range, of: first)
    while true {
      day.append(takeRun(of: date, in: next), of: next)
      guard position == next.count else { break }
      batch = nil
      guard let more = try currentBatch(), more.dates[0] == date else { break }
      next = more
    }
    return DayRows(rows: day, range: 0..<day.count)
  }

  /// The batch that holds the next row, or `nil` after the last.
  private func currentBatch() throws(PanelFileError) -> PanelRows? {
    if let batch, position < batch.count { return batch }
    batch = try reader.next()
    position = 0
    return batch
  }

  /// The rows of one date from the position on, which moves behind them.
  private func takeRun(of date: CalendarDate, in batch: PanelRows) -> Range<Int> {
    let start = position
    while position < batch.count, batch.dates[position] == date { position += 1 }
    return start..<position
  }
}
