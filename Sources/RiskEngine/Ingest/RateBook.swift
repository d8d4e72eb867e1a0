/// The latest rates by name, each with its date and the trading day on or before it.
struct RateBook: SavedState {
  private struct Rate: Hashable {
    var date: CalendarDate
    var day: Int
    var value: Double
  }

  /// By name, ascending by date.
  private var rates: [String: [Rate]] = [:]

  /// Makes a book without rates.
  init() {}

  /// Takes in a rate; of several of one date the first counts.
  mutating func set(_ name: String, _ value: Double, date: CalendarDate, day: Int) {
    let all = rates[name, default: []]
    let place = all.firstIndex { $0.date >= date } ?? all.count
    if place < all.count, all[place].date == date { return }
    rates[name, default: []].insert(Rate(date: date, day: day, value: value), at: place)
  }

  /// Forgets all rates before the latest one on or before a date.
  mutating func trim(to date: CalendarDate) {
    for name in rates.keys {
      guard let all = rates[name], all.count > 1, let last = all.lastIndex(where: { $0.date <= date }) else { continue }
      rates[name] = Array(all[last...])
    }
  }

  /// The latest rate of a name that is dated on or before a date, and its age in trading days.
  func rate(_ name: String, upTo date: CalendarDate, at day: Int) -> (rate: Double, age: Int)? {
    guard let found = rates[name]?.last(where: { $0.date <= date }) else { return nil }
    return (found.value, day - found.day)
  }

  /// The units of one currency for one of another, by a pair's rate or the inverse of the reverse pair's.
  func exchange(from: String, to: String, upTo date: CalendarDate, at day: Int) -> (rate: Double, age: Int)? {
    if from == to { return (1, 0) }
    if let direct = rate(from + to, upTo: date, at: day) { return direct }
    if let reverse = rate(to + from, upTo: date, at: day) { return (1 / reverse.rate, reverse.age) }
    return nil
  }

  /// All names that there are, ascending.
  var names: [String] { rates.keys.sorted { IdentifierTable.precedes($0, $1) } }

  func save(to writer: inout StateWriter) {
    let names = names
    writer.write(names)
    for name in names {
      let all = rates[name] ?? []
      writer.write(all.map(\.date.daysSinceEpoch))
      writer.write(all.map { Int32(clamping: $0.day) })
      writer.write(all.map(\.value))
    }
  }

  init(from reader: inout StateReader) throws(StateError) {
    for name in try reader.readStrings() {
      let dates = try reader.readInt32s()
      let days = try reader.readInt32s()
      let values = try reader.readDoubles()
      guard days.count == dates.count, values.count == dates.count else {
        throw .mismatch(offset: 0, expected: "as many days and rates as dates")
      }
      rates[name] = dates.indices.map {
        Rate(date: CalendarDate(daysSinceEpoch: dates[$0]), day: Int(days[$0]), value: values[$0])
      }
    }
  }
}
