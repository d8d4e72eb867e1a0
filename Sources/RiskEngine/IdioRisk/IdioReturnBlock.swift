/// The idio returns of a block of dates by asset code, each with the variance of the asset's idio risk.
struct IdioReturnBlock: Sendable {
  /// The idio returns of one date.
  struct Day: Sendable {
    /// `u = e / √divisor` of each asset, four codes a vector; NaN where there is none, or it is left out.
    var values: [SIMD4<Double>]
    /// For each asset whether the date's snapshot has it.
    var isPresent: [Bool]
    /// The idio returns that were left out.
    var leftOutCount = 0

    /// Takes a date's idio returns.
    ///
    /// - Precondition: no asset comes twice.
    init(_ period: IdioRiskPeriod, chunkCount: Int) {
      let codeCount = chunkCount * IdioHistories.assetCount
      values = Array(repeating: SIMD4(repeating: .nan), count: codeCount / 4)
      isPresent = Array(repeating: false, count: codeCount)
      for asset in period.snapshot.assets { isPresent[Int(asset)] = true }
      let returns = period.idioReturns
      for index in 0..<returns.count {
        if returns.isLeftOut[index] {
          leftOutCount += 1
          continue
        }
        let asset = Int(returns.assets[index])
        precondition(
          values[asset / 4][asset % 4].isNaN, "two idio returns of an asset on \(period.snapshot.loadingsDate)")
        // Adding 0 makes −0 0, so that no bit depends on the order in which equal returns are sorted.
        values[asset / 4][asset % 4] = returns.values[index] / returns.divisors[index].squareRoot() + 0
      }
    }

    /// `u` of an asset, or NaN.
    @inline(__always)
    func value(of asset: Int32) -> Double { values[Int(asset) / 4][Int(asset) % 4] }
  }

  /// The dates.
  var days: [Day]
  /// The number of the first date, counted from the first of the history.
  var firstPeriod: Int
}
