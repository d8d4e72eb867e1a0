/// The assets from the largest to the smallest, and how much of the market lies in each and all larger ones.
struct CapRanking: Sendable {
  private struct Entry: Sendable {
    var cap: Double
    var row: Int32
  }

  private var entries: [Entry] = []
  /// For each row, its rank from 1; 0 for a row that is not ranked.
  private(set) var ranks: [Int32] = []
  /// For each row, the cap of the row and all before it in the ranking, as a fraction of the cap of all.
  private(set) var shares: [Double] = []

  /// Ranks the rows that are eligible; of equal caps the earlier row comes first.
  ///
  /// - Parameters:
  ///   - caps: the cap of each row; positive and finite where it is eligible.
  ///   - isEligible: whether each row is ranked.
  /// - Complexity: O(n log n).
  mutating func rank(_ caps: [Double], where isEligible: [Bool]) {
    entries.removeAll(keepingCapacity: true)
    for row in caps.indices where isEligible[row] { entries.append(Entry(cap: caps[row], row: Int32(row))) }
    entries.sort { $0.cap > $1.cap || ($0.cap == $1.cap && $0.row < $1.row) }
    ranks = Array(repeating: 0, count: caps.count)
    shares = Array(repeating: .nan, count: caps.count)
    // Neumaier's sum: the share of the smallest assets is lost in a plain one.
    var sum = 0.0
    var compensation = 0.0
    for (index, entry) in entries.enumerated() {
      let next = sum + entry.cap
      compensation += sum >= entry.cap ? (sum - next) + entry.cap : (entry.cap - next) + sum
      sum = next
      ranks[Int(entry.row)] = Int32(index + 1)
      shares[Int(entry.row)] = sum + compensation
    }
    let total = sum + compensation
    for entry in entries { shares[Int(entry.row)] /= total }
  }
}
