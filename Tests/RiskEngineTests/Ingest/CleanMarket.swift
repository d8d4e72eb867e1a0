import RiskEngine
import TestSupport

/// A random market without an error in it, as one or several vendors tell of it.
///
/// Log price changes are normal with a volatility of 2% a day, truncated nowhere.
struct CleanMarket {
  let ids: [String]
  let days: Int
  /// By asset and day.
  let closes: [[Double]]
  let shares: [Double]
  let industries: [String]

  static let numbers: [FieldName] = [
    .return, .close, .high, .low, .volume, .shares, .marketCap, .bookEquity, .totalAssets, .totalLiabilities,
  ]

  init(assets: Int, days: Int, seed: UInt64, volatility: Double = 0.02) {
    self.days = days
    ids = (0..<assets).map { "A" + String(repeating: "0", count: 3 - "\($0)".count) + "\($0)" }
    let stream = RandomStream(seed: seed, stream: 0)
    closes = (0..<assets).map { asset in
      var log = 3 + 0.5 * stream.normal(draw: 1, id: UInt32(asset), date: 0)
      return (0..<days).map { day in
        if day > 0 { log += volatility * stream.normal(draw: 0, id: UInt32(asset), date: UInt32(day)) }
        return PortableMath.exp(log)
      }
    }
    shares = (0..<assets).map { (1e6 * (1 + Double($0 % 7))).rounded() }
    industries = (0..<assets).map { ["Banks", "Energy", "Software"][$0 % 3] }
  }

  /// The simple return of a day.
  func totalReturn(_ asset: Int, _ day: Int) -> Double {
    day == 0 ? .nan : closes[asset][day] / closes[asset][day - 1] - 1
  }

  /// A vendor's table with one row a date and asset.
  func table(_ name: String, priority: Int = 1, numbers: [FieldName] = numbers) -> VendorTable {
    var table = VendorTable(name, .daily, priority: priority, numbers: numbers, labels: [.industry])
    for day in 0..<days {
      for (asset, id) in ids.enumerated() {
        let close = closes[asset][day]
        let assets = shares[asset] * 12
        let all: [FieldName: Double] = [
          .return: totalReturn(asset, day), .close: close, .high: close * 1.01, .low: close * 0.99,
          .volume: shares[asset] / 100, .shares: shares[asset], .marketCap: close * shares[asset],
          .bookEquity: assets * 0.375, .totalAssets: assets, .totalLiabilities: assets * 0.625,
        ]
        table.rows.append(
          VendorRow(
            date: VendorFeed.date(day), asset: id, numbers: all.filter { numbers.contains($0.key) },
            labels: [.industry: industries[asset]]))
      }
    }
    return table
  }

  /// A feed of some vendors, all of whom are right.
  func feed(vendors: Int = 1, numbers: [FieldName] = numbers) -> VendorFeed {
    var feed = VendorFeed(
      (0..<vendors).map { table(["first", "second", "third", "fourth"][$0], priority: $0 + 1, numbers: numbers) })
    feed.groups = [.industry]
    return feed
  }
}
