internal import RiskEngine

/// The dates of a table whose rows are in date order, as they come.
///
/// Memory is one batch of rows and one date.
final class OrderedDayReader<Source: DatedRowSource>: DayReader {
  typealias Rows = Source.Rows
  typealias Failure = Source.Failure

  private let source: Source
  private var batch: Rows?
  private var position = 0
  private var lastDate: CalendarDate?
  /// Set when a date came after a later one; nothing more is given then.
  private(set) var isOutOfOrder = false

  /// Reads from a source of rows.
  init(_ source: Source) {
    self.source = source
  }

  func nextDay() throws(Failure) -> DayRows<Rows>? {
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
  private func takeDay() throws(Failure) -> DayRows<Rows>? {
    guard let first = try currentBatch() else { return nil }
    let range = takeRun(of: first.dates[position], in: first)
    guard range.upperBound == first.dates.count else { return DayRows(rows: first, range: range) }
    // The date may go on in the next batch.
    let date = first.dates[range.lowerBound]
    batch = nil
    guard var next = try currentBatch(), next.dates[0] == date else { return DayRows(rows: first, range: range) }
    var day = source.noRows
    day.append(range, of: first)
    while true {
      day.append(takeRun(of: date, in: next), of: next)
      guard position == next.dates.count else { break }
      batch = nil
      guard let more = try currentBatch(), more.dates[0] == date else { break }
      next = more
    }
    return DayRows(rows: day, range: 0..<day.dates.count)
  }

  /// The batch that holds the next row, or `nil` after the last.
  private func currentBatch() throws(Failure) -> Rows? {
    if let batch, position < batch.dates.count { return batch }
    batch = try source.next()
    position = 0
    return batch
  }

  /// The rows of one date from the position on, which moves behind them.
  private func takeRun(of date: CalendarDate, in batch: Rows) -> Range<Int> {
    let start = position
    let dates = batch.dates
    var end = start
    while end < dates.count, dates[end] == date { end += 1 }
    position = end
    return start..<end
  }
}
