/// The latest rates by name, each with the trading day of its publication.
struct RateBook: SavedState {
  private var rates: [String: (rate: Double, day: Int)] = [:]

  /// Makes a book without rates.
  init() {}

  /// Takes in a rate.
  mutating func set(_ name: String, _ rate: Double, day: Int) { rates[name] = (rate, day) }

  /// The latest rate of a name and its age in trading days.
  func rate(_ name: String, at day: Int) -> (rate: Double, age: Int)? {
    rates[name].map { ($0.rate, day - $0.day) }
  }

  /// The units of one currency for one of another, by a pair's rate or the inverse of the reverse pair's.
  func exchange(from: String, to: String, at day: Int) -> (rate: Double, age: Int)? {
    if from == to { return (1, 0) }
    if let direct = rate(from + to, at: day) { return direct }
    if let reverse = rate(to + from, at: day) { return (1 / reverse.rate, reverse.age) }
    return nil
  }

  /// All rates that there are, ascending by name.
  var names: [String] { rates.keys.sorted { IdentifierTable.precedes($0, $1) } }

  func save(to writer: inout StateWriter) {
    let names = names
    writer.write(names)
    writer.write(names.map { rates[$0]!.rate })
    for name in names { writer.write(rates[name]!.day) }
  }

  init(from reader: inout StateReader) throws(StateError) {
    let names = try reader.readStrings()
    let values = try reader.readDoubles()
    guard values.count == names.count else { throw .mismatch(offset: 0, expected: "as many rates as names") }
    for (name, value) in zip(names, values) { rates[name] = (value, try reader.readInt()) }
  }
}
