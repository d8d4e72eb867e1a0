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

  func nextDay() throws(PanelFileError) -> PanelRows? {
    guard !isOutOfOrder else { return nil }
    var day = PanelRows(schema: schema)
    while true {
      if batch == nil {
        batch = try reader.next()
        position = 0
      }
      guard let current = batch else { break }
      let date = day.dates.first ?? current.dates[position]
      var end = position
      while end < current.count, current.dates[end] == date { end += 1 }
      if end > position { day.append(position..<end, of: current) }
      position = end
      guard end == current.count else { break }
      batch = nil
    }
    guard let date = day.dates.first else { return nil }
    if let lastDate, date <= lastDate {
      isOutOfOrder = true
      return nil
    }
    lastDate = date
    return day
  }
}
