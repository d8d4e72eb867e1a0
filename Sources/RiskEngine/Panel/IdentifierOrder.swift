/// The order of an identifier table's texts by their bytes, kept up to date while the table grows.
struct IdentifierOrder: Sendable {
  /// The codes in ascending order of their texts.
  private(set) var sortedCodes: [Int32] = []
  /// The place of each code in `sortedCodes`.
  private(set) var ranks: [Int32] = []

  /// Takes in the codes that the table has gained.
  ///
  /// - Complexity: O(n + m log m) for m new codes among n; O(1) where there are none.
  mutating func update(_ table: IdentifierTable) {
    guard table.count > ranks.count else { return }
    let added = (Int32(ranks.count)..<Int32(table.count)).sorted {
      IdentifierTable.precedes(table[$0], table[$1])
    }
    var merged = [Int32]()
    merged.reserveCapacity(table.count)
    var next = 0
    for code in sortedCodes {
      while next < added.count, IdentifierTable.precedes(table[added[next]], table[code]) {
        merged.append(added[next])
        next += 1
      }
      merged.append(code)
    }
    merged.append(contentsOf: added[next...])
    sortedCodes = merged
    ranks = Array(repeating: 0, count: merged.count)
    for (rank, code) in merged.enumerated() { ranks[Int(code)] = Int32(rank) }
  }
}
