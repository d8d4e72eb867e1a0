import RiskEngine

/// A whole synthetic market in one block, with the joins that tests need.
struct SyntheticHistory {
  let market: SyntheticMarket
  let block: SyntheticBlock
  /// For each period the row of each asset in the block.
  let rowsByAsset: [[Int32: Int]]

  init(_ configuration: SyntheticConfiguration) throws {
    var market = try SyntheticMarket(configuration, workers: 2)
    guard let block = market.nextBlock(periodCount: configuration.periodCount) else {
      preconditionFailure("a market without periods")
    }
    self.market = market
    self.block = block
    rowsByAsset = block.periods.map { period in
      Dictionary(uniqueKeysWithValues: period.rows.map { (block.rows.assets[$0], $0) })
    }
  }

  /// A market of a size that a test goes through in a moment.
  static func configuration(_ mode: SyntheticMode) -> SyntheticConfiguration {
    var configuration = SyntheticConfiguration(mode: mode)
    configuration.assetCount = 150
    configuration.periodCount = 70
    configuration.industryCount = 9
    configuration.countryCount = 3
    configuration.styleCount = 4
    configuration.seed = 20
    configuration.lifetimes.annualDeathRate *= 20
    return configuration
  }

  /// The loadings of the styles on a row, hidden ones put back.
  func trueLoadings() -> [[Double]] {
    var loadings = block.rows.styles
    for hidden in block.hiddenLoadings { loadings[hidden.style][hidden.row] = hidden.loading }
    return loadings
  }

  /// The row of the asset of a row at the date before, where it has one.
  func earlierRow(of row: Int, at period: SyntheticPeriod) -> Int? {
    period.index == 0 ? nil : rowsByAsset[period.index - 1][block.rows.assets[row]]
  }
}
