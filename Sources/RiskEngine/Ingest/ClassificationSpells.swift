/// One source's codes of assets in some schemes, each valid from one day to another.
struct ClassificationSpells: SavedState {
  private struct Spell: Hashable {
    var code: Int32
    var from: Int32
    /// The last day.
    var to: Int32
  }

  /// For each scheme, by asset: the spells that may still count.
  private var spells: [[Int32: [Spell]]]

  /// Makes a book of some schemes without spells.
  init(schemeCount: Int) { spells = Array(repeating: [:], count: schemeCount) }

  /// Takes in a spell.
  mutating func take(scheme: Int, asset: Int32, code: Int32, from: CalendarDate, to: CalendarDate?) {
    let spell = Spell(code: code, from: from.daysSinceEpoch, to: to?.daysSinceEpoch ?? .max)
    let known = spells[scheme][asset, default: []]
    // A spell that is told again with another end has that end.
    if let place = known.firstIndex(where: { $0.code == code && $0.from == spell.from }) {
      if known[place].to == .max || spell.to == .max {
        spells[scheme][asset]?[place].to = min(known[place].to, spell.to)
      } else {
        spells[scheme][asset]?[place].to = max(known[place].to, spell.to)
      }
      return
    }
    spells[scheme][asset, default: []].append(spell)
  }

  /// The codes of an asset that are valid on a day: none, one, or several that contradict each other.
  ///
  /// An open spell ends where a later one begins.
  func codes(scheme: Int, asset: Int32, at date: CalendarDate) -> [Int32] {
    guard let all = spells[scheme][asset] else { return [] }
    let day = date.daysSinceEpoch
    let valid = all.filter { $0.from <= day && day <= $0.to }
    guard let latest = valid.map(\.from).max() else { return [] }
    var codes: [Int32] = []
    for spell in valid where spell.from == latest || spell.to != .max {
      if !codes.contains(spell.code) { codes.append(spell.code) }
    }
    return codes
  }

  func save(to writer: inout StateWriter) {
    writer.write(spells.count)
    for scheme in spells {
      let all = scheme.sorted { $0.key < $1.key }
      writer.write(all.map(\.key))
      for (_, spells) in all {
        writer.write(spells.map(\.code))
        writer.write(spells.map(\.from))
        writer.write(spells.map(\.to))
      }
    }
  }

  init(from reader: inout StateReader) throws(StateError) {
    spells = []
    for _ in 0..<(try reader.readInt(in: 0..<1_000_000, "a number of schemes")) {
      var scheme: [Int32: [Spell]] = [:]
      for asset in try reader.readInt32s() {
        let codes = try reader.readInt32s()
        let starts = try reader.readInt32s()
        let ends = try reader.readInt32s()
        guard starts.count == codes.count, ends.count == codes.count else {
          throw .mismatch(offset: 0, expected: "as many days as codes")
        }
        scheme[asset] = codes.indices.map { Spell(code: codes[$0], from: starts[$0], to: ends[$0]) }
      }
      spells.append(scheme)
    }
  }
}
