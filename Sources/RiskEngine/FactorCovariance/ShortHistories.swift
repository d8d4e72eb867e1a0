internal import LinAlg

/// What little is known of factors with few returns, blended with what similar ones are like.
enum ShortHistories {
  /// Blends variances: `(n σ² + (n_σ − n) σ̄²) / n_σ` for a factor with `n < n_σ` returns.
  ///
  /// `σ̄²` is the median variance of the factors of the same block with enough returns, of all factors with enough where
  /// the block has none, and where there are none at all the variance stays.
  ///
  /// - Returns: the number of factors that were blended.
  static func blend(
    variances: inout [Double], counts: [Int], blocks: [FactorBlock], minimumCount: Int
  ) -> Int {
    let long = counts.indices.filter { counts[$0] >= minimumCount }
    guard !long.isEmpty else { return 0 }
    let raw = variances
    var blended = 0
    for factor in counts.indices where counts[factor] < minimumCount {
      let similar = long.filter { blocks[$0] == blocks[factor] }
      let median = median((similar.isEmpty ? long : similar).map { raw[$0] })
      let count = Double(counts[factor])
      variances[factor] = (count * raw[factor] + (Double(minimumCount) - count) * median) / Double(minimumCount)
      blended += 1
    }
    return blended
  }

  /// Blends correlations: `(n / n_ρ) C + (1 − n / n_ρ) C̄` for a pair with `n < n_ρ` common returns.
  ///
  /// `C̄` is the mean correlation of the two blocks over the pairs with enough, 0 where there are none.
  ///
  /// - Returns: the number of pairs that were blended.
  static func blend(
    correlations: inout SymmetricMatrix, commonCount: (Int, Int) -> Int, blocks: [FactorBlock], minimumCount: Int
  ) -> Int {
    let order = correlations.order
    var names = [FactorBlock]()
    let ofFactor = blocks.map { block in
      if let found = names.firstIndex(of: block) { return found }
      names.append(block)
      return names.count - 1
    }
    var sums = [Double](repeating: 0, count: names.count * names.count)
    var pairs = [Int](repeating: 0, count: names.count * names.count)
    var short = [(row: Int, column: Int, count: Int)]()
    for column in 0..<order {
      for row in column + 1..<max(order, column + 1) {
        let count = commonCount(row, column)
        guard count >= minimumCount else {
          short.append((row, column, count))
          continue
        }
        let (a, b) = (ofFactor[row], ofFactor[column])
        sums[max(a, b) + names.count * min(a, b)] += correlations[row, column]
        pairs[max(a, b) + names.count * min(a, b)] += 1
      }
    }
    for (row, column, count) in short {
      let (a, b) = (ofFactor[row], ofFactor[column])
      let place = max(a, b) + names.count * min(a, b)
      let mean = pairs[place] > 0 ? sums[place] / Double(pairs[place]) : 0
      let share = Double(count) / Double(minimumCount)
      correlations[row, column] = share * correlations[row, column] + (1 - share) * mean
    }
    return short.count
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : 0.5 * (sorted[middle - 1] + sorted[middle])
  }
}
