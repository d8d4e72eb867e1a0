/// The latest published number of each asset and item of one source, as known at a close.
///
/// Of several, that of the latest fiscal end counts; a number published again for the same fiscal end replaces it from
/// the day on which it became known.
struct PublishedNumbers: SavedState {
  /// For each item, by asset: the fiscal end in days since 1970, the value, and the code of its currency or −1.
  private var ends: [[Int32]]
  private var values: [[Double]]
  private var currencies: [[Int32]]

  private static let none = Int32.min

  /// A published number.
  struct Number {
    var value: Double
    /// The fiscal end in days since 1970.
    var fiscalEnd: Int32
    /// The code of its currency, or −1.
    var currency: Int32
  }

  /// Makes a book of some items without numbers.
  init(itemCount: Int) {
    ends = Array(repeating: [], count: itemCount)
    values = Array(repeating: [], count: itemCount)
    currencies = Array(repeating: [], count: itemCount)
  }

  /// Takes in a number; tells whether the item had one of the same or a later fiscal end.
  mutating func take(item: Int, asset: Int32, fiscalEnd: CalendarDate, value: Double, currency: Int32) -> Bool {
    let index = Int(asset)
    if ends[item].count <= index {
      let missing = index + 1 - ends[item].count
      ends[item] += Array(repeating: Self.none, count: missing)
      values[item] += Array(repeating: .nan, count: missing)
      currencies[item] += Array(repeating: -1, count: missing)
    }
    let known = ends[item][index]
    let isRepeated = known != Self.none && known >= fiscalEnd.daysSinceEpoch
    if known <= fiscalEnd.daysSinceEpoch {
      ends[item][index] = fiscalEnd.daysSinceEpoch
      values[item][index] = value
      currencies[item][index] = currency
    }
    return isRepeated
  }

  /// Forgets an asset.
  mutating func forget(_ asset: Int32) {
    for item in ends.indices where Int(asset) < ends[item].count {
      ends[item][Int(asset)] = Self.none
      values[item][Int(asset)] = .nan
      currencies[item][Int(asset)] = -1
    }
  }

  /// The number of an asset, or `nil` where there is none or its fiscal end is more than some days ago.
  @inline(__always)
  func number(item: Int, asset: Int32, at date: CalendarDate, withinDays limit: Int32) -> Number? {
    let index = Int(asset)
    guard index < ends[item].count, ends[item][index] != Self.none, date.daysSinceEpoch - ends[item][index] <= limit
    else { return nil }
    return Number(value: values[item][index], fiscalEnd: ends[item][index], currency: currencies[item][index])
  }

  func save(to writer: inout StateWriter) {
    writer.write(ends.count)
    for item in ends.indices {
      writer.write(ends[item])
      writer.write(values[item])
      writer.write(currencies[item])
    }
  }

  init(from reader: inout StateReader) throws(StateError) {
    ends = []
    values = []
    currencies = []
    for _ in 0..<(try reader.readInt(in: 0..<1_000_000, "a number of items")) {
      ends.append(try reader.readInt32s())
      values.append(try reader.readDoubles())
      currencies.append(try reader.readInt32s())
      guard let count = ends.last?.count, values.last?.count == count, currencies.last?.count == count else {
        throw .mismatch(offset: 0, expected: "as many numbers as fiscal ends")
      }
    }
  }
}
