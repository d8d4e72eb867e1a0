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

  /// The days from one trading day to the next beyond which one is missing, or `nil` after too few.
  ///
  /// The usual step is the median one; weekends and holidays make it longer by up to 5 days, or by half.
  var longestStep: Int32? {
    guard days.count > 5 else { return nil }
    let steps = zip(days.dropFirst(), days).map { $0 - $1 }.sorted()
    let usual = steps[steps.count / 2]
    return usual + max(5, usual / 2)
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
