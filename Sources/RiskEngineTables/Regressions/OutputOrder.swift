internal import RiskEngine

/// The order of assets in result tables: whole numbers by value, texts by their bytes.
struct OutputOrder {
  private let storage: IdentifierStorage
  /// The place of each asset code.
  private var ranks: [Int32] = []
  /// For each place the row of the cross-section at hand, or -1.
  private var slots: [Int32] = []

  /// Makes the order of no assets.
  init(storage: IdentifierStorage) {
    self.storage = storage
  }

  /// Takes in assets that the table has gained.
  ///
  /// - Complexity: O(n log n) where there are any.
  mutating func update(_ table: IdentifierTable) {
    guard table.count > ranks.count else { return }
    if storage == .text {
      ranks = table.ranks()
    } else {
      let values = table.texts.map { Int128($0) ?? 0 }
      ranks = Array(repeating: 0, count: table.count)
      let codes = (0..<table.count).sorted { values[$0] < values[$1] }
      for (rank, code) in codes.enumerated() { ranks[code] = Int32(rank) }
    }
    slots = Array(repeating: -1, count: table.count)
  }

  /// The row numbers of a cross-section's assets in the order of the tables.
  ///
  /// - Complexity: O(n + N) for N assets in all.
  mutating func rows(ofAssets assets: [Int32]) -> [Int32] {
    for (row, asset) in assets.enumerated() { slots[Int(ranks[Int(asset)])] = Int32(row) }
    var rows = [Int32]()
    rows.reserveCapacity(assets.count)
    for place in slots.indices where slots[place] >= 0 {
      rows.append(slots[place])
      slots[place] = -1
    }
    return rows
  }
}
