/// The labels of a group of assets: few large ones and many small, with Zipf's law for sizes.
struct GroupSizes {
  /// The share of all assets that each label has: in proportion to `1 / (j + 2)`.
  let shares: [Double]

  /// Makes the shares of some labels.
  init(labelCount: Int) {
    let terms = (0..<labelCount).map { 1 / Double($0 + 2) }
    let total = terms.reduce(0, +)
    shares = terms.map { $0 / total }
  }

  /// Whole numbers of assets that add up to `total`, rounded by largest remainder; of equal ones the first label's.
  func counts(total: Int) -> [Int] {
    let exact = shares.map { $0 * Double(total) }
    var counts = exact.map { Int($0) }
    let byRemainder = exact.indices.sorted {
      let (left, right) = (exact[$0] - Double(counts[$0]), exact[$1] - Double(counts[$1]))
      return left == right ? $0 < $1 : left > right
    }
    for label in byRemainder.prefix(total - counts.reduce(0, +)) { counts[label] += 1 }
    return counts
  }

  /// The label in whose part of (0, 1) a uniform number falls.
  func label(at uniform: Double) -> Int32 {
    var rest = uniform
    for (label, share) in shares.enumerated() {
      rest -= share
      if rest < 0 { return Int32(label) }
    }
    return Int32(shares.count - 1)
  }
}
