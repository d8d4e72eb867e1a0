/// The assets from the largest to the smallest, and how much of the market lies in each and all larger ones.
struct CapRanking: Sendable {
  private var order = DescendingOrder()
  /// For each row, its rank from 1; 0 for a row that is not ranked.
  private(set) var ranks: [Int32] = []
  /// For each row, the cap of the row and all before it in the ranking, as a fraction of the cap of all.
  private(set) var shares: [Double] = []

  /// Ranks the rows that are eligible; of equal caps the earlier row comes first.
  ///
  /// - Parameters:
  ///   - caps: the cap of each row; positive and finite where it is eligible.
  ///   - isEligible: whether each row is ranked.
  /// - Complexity: O(n).
  mutating func rank(_ caps: [Double], where isEligible: [Bool]) {
    order.sort(caps, where: isEligible)
    ranks = Array(repeating: 0, count: caps.count)
    shares = Array(repeating: .nan, count: caps.count)
    // Neumaier's sum: the share of the smallest assets is lost in a plain one.
    var sum = 0.0
    var compensation = 0.0
    for (index, row) in order.places.enumerated() {
      let cap = caps[Int(row)]
      let next = sum + cap
      compensation += sum >= cap ? (sum - next) + cap : (cap - next) + sum
      sum = next
      ranks[Int(row)] = Int32(index + 1)
      shares[Int(row)] = sum + compensation
    }
    let total = sum + compensation
    for row in order.places { shares[Int(row)] /= total }
  }
}
