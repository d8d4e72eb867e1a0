/// The accounts and signals that vendors show beside prices, in units of the price currency.
struct SyntheticAccounts: Sendable {
  /// The fields in the order of their columns.
  let fields: [FieldName]
  private let styleCount: Int
  private let issuers: [Int32]
  private let account: RandomStream

  /// The accounts of every market, in the order of their columns.
  private static let accountFields: [FieldName] = [
    .bookEquity, .netIncome, .sales, .costOfRevenue, .operatingCashFlow, .dividends, .totalAssets, .totalDebt,
    .longTermDebt, .forwardEarnings,
  ]

  /// Prepares the accounts of a market.
  init(_ market: SyntheticMarket) {
    styleCount = market.configuration.styleCount
    issuers = market.population.issuers
    account = SyntheticStream.account.stream(seed: market.configuration.seed)
    let signals = SyntheticSignal.all(styleCount: styleCount)
    fields = Self.accountFields + signals.dropFirst(SyntheticSignal.accountCount).map(\.field)
  }

  /// The values of every field for the rows of one period.
  ///
  /// A style of the first ones that the market does not have is a constant of the asset.
  ///
  /// - Parameters:
  ///   - loadings: for each style the true loading of each row of the block.
  ///   - closes: the unadjusted price of each row of the block.
  /// - Complexity: O(rows · styles + assets ever alive).
  func columns(
    _ block: SyntheticBlock, rows: Range<Int>, loadings: [[Double]], closes: [Double]
  ) -> [[Double]] {
    var issuerCaps = [Double](repeating: 0, count: issuers.count)
    for row in rows { issuerCaps[Int(issuers[Int(block.rows.assets[row])])] += block.rows.caps[row] }
    var columns = fields.map { _ in [Double]() }
    for column in columns.indices { columns[column].reserveCapacity(rows.count) }
    var first = [Double](repeating: 0, count: SyntheticSignal.accountCount)
    for row in rows {
      let asset = block.rows.assets[row]
      for style in first.indices {
        first[style] = style < styleCount ? loadings[style][row] : standIn(style, asset)
      }
      let ratios = SyntheticSignal.ratios(first)
      let cap = issuerCaps[Int(issuers[Int(asset)])]
      let sales = cap * ratios[3]
      let assets = sales / ratios[7]
      let debt = assets * ratios[8]
      let values = [
        cap * ratios[0], cap * ratios[1], sales, sales * (1 - ratios[6]), cap * ratios[4], cap * ratios[5], assets,
        debt, 0.7 * debt, closes[row] * ratios[2],
      ]
      for (column, value) in values.enumerated() { columns[column].append(value) }
      for style in stride(from: SyntheticSignal.accountCount, to: styleCount, by: 1) {
        columns[values.count + style - SyntheticSignal.accountCount].append(
          SyntheticSignal.further(loadings[style][row]))
      }
    }
    return columns
  }

  /// A standard normal number of an asset that stands for a style.
  func standIn(_ style: Int, _ asset: Int32) -> Double {
    account.normal(draw: style, id: UInt32(asset), date: 0)
  }
}
