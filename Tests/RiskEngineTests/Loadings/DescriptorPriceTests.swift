import RiskEngine
import TestSupport
import Testing

/// Descriptors of real prices against the second implementation.
@Suite(.enabled(if: SharedData.isPresent, "reads ../shared"))
struct DescriptorPriceTests {
  /// The last 800 dates, with price changes as returns and every cap the price.
  static func market() throws -> DescriptorMarket {
    let table = try CSVTable(contentsOf: SharedData.url("data/us20_daily_prices.csv"))
    let dates = table.texts("date")
    let assets = table.texts("asset")
    let prices = table.numbers("price")
    let ordered = Set(dates).sorted().suffix(800)
    let places = Dictionary(uniqueKeysWithValues: ordered.enumerated().map { ($1, $0) })
    var market = DescriptorMarket(dates: ordered.count)
    var last: [String: Double] = [:]
    for row in dates.indices.sorted(by: { dates[$0] < dates[$1] }) {
      defer { last[assets[row]] = prices[row] }
      guard let date = places[dates[row]] else { continue }
      var values = DescriptorMarket.Row(numbers: Array(repeating: .nan, count: DescriptorMarket.numbers.count))
      values.totalReturn = prices[row] / (last[assets[row]] ?? .nan) - 1
      values[.marketCap] = prices[row]
      market.rows[date][assets[row]] = values
    }
    return market
  }

  @Test func pricesOfTwentyStocks() throws {
    let market = try Self.market()
    try #require(market.ids.count == 20)
    let names = [
      "momentum", "market_beta", "volatility", "residual_volatility", "downside_beta", "downside_volatility",
      "cumulative_range", "reversal", "max_return",
    ]
    try DescriptorAgreementTests.compare(
      market, names.map { DescriptorRequest($0) }, periodsPerYear: 252,
      dates: Array(stride(from: 7, to: market.dateCount, by: 97)) + [market.dateCount - 1])
  }
}
