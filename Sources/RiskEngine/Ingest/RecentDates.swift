/// The dates of the latest trading days.
struct RecentDates: SavedState {
  private static let limit = 64

  private var first = 0
  private var days: [Int32] = []

  /// Makes none.
  init() {}

  /// Adds the next trading day.
  mutating func append(_ date: CalendarDate) {
    days.append(date.daysSinceEpoch)
    if days.count > Self.limit {
      days.removeFirst()
      first += 1
    }
  }

  /// The date of a trading day, or `nil` where it is too long ago.
  func date(of day: Int) -> CalendarDate? {
    days.indices.contains(day - first) ? CalendarDate(daysSinceEpoch: days[day - first]) : nil
  }

  func save(to writer: inout StateWriter) {
    writer.write(first)
    writer.write(days)
  }

  init(from reader: inout StateReader) throws(StateError) {
    first = try reader.readInt()
    days = try reader.readInt32s()
  }
}
