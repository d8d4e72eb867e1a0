/// Which share line of each issuer is its primary one.
struct PrimaryLines: Sendable {
  /// For each issuer's code the best row of the day, or −1.
  private var bestRows: [Int32] = []
  /// For each issuer's code what decided for its best row.
  private var bestSizes: [Double] = []
  /// For each issuer's code the number of candidates of the day.
  private var candidateCounts: [Int32] = []

  /// Marks the primary lines among the candidates; an asset without an issuer stands for itself.
  ///
  /// - Parameters:
  ///   - issuers: the issuer's code of each row, negative where it is missing.
  ///   - isCandidate: whether each row can be a primary line.
  ///   - size: what decides between a row and others of its issuer; NaN comes last, of equal ones the earlier row wins.
  /// - Returns: whether each row is a primary line; false for one that is no candidate.
  /// - Complexity: O(n); `size` is called only where an issuer has several lines.
  mutating func mark(_ issuers: [Int32], where isCandidate: [Bool], size: (_ row: Int) -> Double) -> [Bool] {
    var isPrimary = isCandidate
    for row in issuers.indices where isCandidate[row] && issuers[row] >= 0 {
      let issuer = Int(issuers[row])
      while candidateCounts.count <= issuer {
        candidateCounts.append(0)
        bestRows.append(-1)
        bestSizes.append(.nan)
      }
      candidateCounts[issuer] += 1
    }
    for row in issuers.indices where isCandidate[row] && issuers[row] >= 0 {
      let issuer = Int(issuers[row])
      guard candidateCounts[issuer] > 1 else { continue }
      let found = size(row)
      let known = found == found ? found : -.infinity
      let best = bestRows[issuer]
      if best >= 0 && known <= bestSizes[issuer] {
        isPrimary[row] = false
        continue
      }
      if best >= 0 { isPrimary[Int(best)] = false }
      bestRows[issuer] = Int32(row)
      bestSizes[issuer] = known
    }
    for row in issuers.indices where isCandidate[row] && issuers[row] >= 0 {
      candidateCounts[Int(issuers[row])] = 0
      bestRows[Int(issuers[row])] = -1
    }
    return isPrimary
  }
}
