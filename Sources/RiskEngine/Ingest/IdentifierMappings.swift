/// Which asset a vendor's own id means, from one day to another.
struct IdentifierMappings: SavedState {
  private struct Mapping: Hashable {
    var asset: Int32
    /// The last day, in days since 1970.
    var to: Int32
  }

  /// By the code of the vendor's id, the latest that began.
  private var mappings: [Int32: Mapping] = [:]

  /// Makes none.
  init() {}

  /// Takes in that an id means an asset from now on, through a day or for good.
  mutating func set(_ id: Int32, asset: Int32, to: CalendarDate?) {
    mappings[id] = Mapping(asset: asset, to: to?.daysSinceEpoch ?? .max)
  }

  /// The asset that an id means on a date: itself where nothing tells.
  @inline(__always)
  func asset(of id: Int32, at date: CalendarDate) -> Int32 {
    guard !mappings.isEmpty, let mapping = mappings[id], date.daysSinceEpoch <= mapping.to else { return id }
    return mapping.asset
  }

  func save(to writer: inout StateWriter) {
    let all = mappings.sorted { $0.key < $1.key }
    writer.write(all.map(\.key))
    writer.write(all.map(\.value.asset))
    writer.write(all.map(\.value.to))
  }

  init(from reader: inout StateReader) throws(StateError) {
    let ids = try reader.readInt32s()
    let assets = try reader.readInt32s()
    let ends = try reader.readInt32s()
    guard assets.count == ids.count, ends.count == ids.count else {
      throw .mismatch(offset: 0, expected: "an asset and a day for each identifier")
    }
    for (index, id) in ids.enumerated() { mappings[id] = Mapping(asset: assets[index], to: ends[index]) }
  }
}
