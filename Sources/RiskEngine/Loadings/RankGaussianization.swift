/// Normal scores of ranks: `Φ⁻¹((rank − 3/8) / (n + 1/4))` (Blom, 1958), the same for equal values.
enum RankGaussianization {
  /// Replaces the finite values of a column by their scores.
  ///
  /// - Complexity: O(n log n).
  static func apply(_ values: inout [Double]) {
    let rows = values.indices.filter { values[$0].isFinite }.sorted {
      values[$0] == values[$1] ? $0 < $1 : values[$0] < values[$1]
    }
    let count = Double(rows.count)
    var start = 0
    var scores: [(row: Int, score: Double)] = []
    scores.reserveCapacity(rows.count)
    while start < rows.count {
      var end = start + 1
      while end < rows.count, values[rows[end]] == values[rows[start]] { end += 1 }
      let rank = 0.5 * Double(start + 1 + end)
      let score = StandardNormal.quantile((rank - 0.375) / (count + 0.25))
      for place in start..<end { scores.append((rows[place], score)) }
      start = end
    }
    for (row, score) in scores { values[row] = score }
  }
}
