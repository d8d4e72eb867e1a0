/// The ratios for serial correlation of one date's assets, drawn to their median.
enum NeweyWestRatios {
  /// The least ratio of an asset.
  static let floor = 0.25
  /// The greatest ratio of an asset.
  static let cap = 2.5
  /// With fewer assets that have enough observations their median is taken to be 1.
  private static let fewestAssets = 20

  /// Brings ratios into `floor...cap` and shrinks them for noise: `κ ← κ̄ + n / (n + n₀) (κ − κ̄)`.
  ///
  /// - Parameters:
  ///   - ratios: one an asset; changed.
  ///   - counts: the observations of each asset.
  /// - Returns: `κ̄`, the median of the ratios with enough observations; 1 of fewer than 20.
  static func shrink(
    _ ratios: inout [Double], counts: [Int32], settings: IdioRiskSettings, statistics: inout OrderStatistics
  ) -> Double {
    var sample = [Double]()
    sample.reserveCapacity(ratios.count)
    for index in ratios.indices {
      ratios[index] = min(max(ratios[index], floor), cap)
      if Int(counts[index]) >= settings.neweyWestMedianCount { sample.append(ratios[index]) }
    }
    let median = sample.count < fewestAssets ? 1 : statistics.median(of: sample.span)
    let prior = Double(settings.neweyWestPriorCount)
    for index in ratios.indices {
      let count = Double(counts[index])
      let share = count > 0 ? count / (count + prior) : 0
      ratios[index] = median + share * (ratios[index] - median)
    }
    return median
  }
}
