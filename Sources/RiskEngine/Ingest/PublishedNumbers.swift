/// The latest published number of each asset and item, as known at a close.
///
/// Of several, that of the latest fiscal end counts; a number published again for the same fiscal end replaces it from
/// the day on which it became known.
struct PublishedNumbers: SavedState {
  /// For each item, by asset: the fiscal end in days since 1970, and the value.
  private var ends: [[Int32]]
  private var values: [[Double]]

  private static let none = Int32.min

  /// Makes a book of some items without numbers.
  init(itemCount: Int) {
    ends = Array(repeating: [], count: itemCount)
    values = Array(repeating: [], count: itemCount)
  }

  /// Takes in a number; tells whether the item had one of the same or a later fiscal end.
  mutating func take(item: Int, asset: Int32, fiscalEnd: CalendarDate, value: Double) -> Bool {
    let index = Int(asset)
    if ends[item].count <= index {
      let missing = index + 1 - ends[item].count
      ends[item] += Array(repeating: Self.none, count: missing)
      values[item] += Array(repeating: .nan, count: missing)
    }
    let known = ends[item][index]
    let isRepeated = known != Self.none && known >= fiscalEnd.daysSinceEpoch
    if known <= fiscalEnd.daysSinceEpoch {
      ends[item][index] = fiscalEnd.daysSinceEpoch
      values[item][index] = value
    }
    return isRepeated
  }

  /// The number of an asset, or NaN where there is none or its fiscal end is too long ago.
  func value(item: Int, asset: Int32, at date: CalendarDate, withinDays limit: Int32) -> Double {
    let index = Int(asset)
    guard index < ends[item].count, ends[item][index] != Self.none,
      date.daysSinceEpoch - ends[item][index] <= limit
    else { return .nan }
    return values[item][index]
  }

  func save(to writer: inout StateWriter) {
    writer.write(ends.count)
    for item in ends.indices {
      writer.write(ends[item])
      writer.write(values[item])
    }
  }

  init(from reader: inout StateReader) throws(StateError) {
    ends = []
    values = []
    for _ in 0..<(try reader.readInt()) {
      ends.append(try reader.readInt32s())
      values.append(try reader.readDoubles())
    }
  }
}
