/// Rows of a cross-section in groups of nearly equal counts, by the rank of their caps.
struct SizeGroups {
  /// The most groups.
  private static let mostGroups = 10
  /// The fewest rows a group.
  private static let fewestRows = 20

  private struct Entry {
    var cap: Double
    var rank: Int32
    var row: Int32
  }

  /// The group of each row, 0 the smallest; −1 of a row without a positive cap.
  private(set) var groups: [Int8] = []
  /// The number of groups.
  private(set) var count = 1
  private var entries: [Entry] = []

  /// Makes the groups: `max(1, min(10, ⌊N / 20⌋))` of `N` rows with a cap.
  ///
  /// - Parameters:
  ///   - caps: at least one a row.
  ///   - assets: the asset of each row.
  ///   - ranks: for each asset its place by bytes, which orders equal caps.
  /// - Complexity: O(n log n).
  mutating func assign(caps: [Double], assets: [Int32], ranks: [Int32]) {
    let rowCount = assets.count
    entries.removeAll(keepingCapacity: true)
    for row in 0..<min(rowCount, caps.count) where caps[row] > 0 && caps[row] < .infinity {
      entries.append(Entry(cap: caps[row], rank: ranks[Int(assets[row])], row: Int32(row)))
    }
    entries.sort { $0.cap < $1.cap || ($0.cap == $1.cap && $0.rank < $1.rank) }
    let total = entries.count
    count = max(1, min(Self.mostGroups, total / Self.fewestRows))
    groups = Array(repeating: -1, count: rowCount)
    for (place, entry) in entries.enumerated() { groups[Int(entry.row)] = Int8(place * count / total) }
  }
}
