import RiskEngine
import TestSupport

/// Markets whose assets drift across every threshold, with rows, values and labels missing.
enum RandomUniverseMarket {
  /// Rules whose thresholds the assets of `make` cross often.
  static func rules() -> UniverseRules {
    var rules = UniverseRules()
    rules.countries = ["US", "CA"]
    rules.capCoverage = .init(enter: 0.95, leave: 0.98)
    rules.minimumNames = 8
    rules.freeFloat = .init(enter: 0.25, leave: 0.2)
    rules.minimumPrice = .init(enter: 3, leave: 2.5)
    rules.liquidity = .init(enter: 0.004, leave: 0.0035)
    rules.listingAge = 12
    rules.observedReturns = .init(enter: 0.8, leave: 0.75)
    rules.windowDays = 10
    rules.pendingDays = 4
    rules.graceDays = 3
    rules.absenceDays = 5
    return rules
  }

  /// A market of some assets and dates.
  static func make(assets: Int = 45, dates: Int = 90, seed: UInt64) -> UniverseMarket {
    var random = TestRandom(seed: seed)
    var market = UniverseMarket([:], dates: dates)
    for asset in 0..<assets {
      var row = UniverseMarket.Row()
      row.close = 3.5 + 10 * random.uniform()
      row.shares = 1e6 * (1 + 20 * random.uniform())
      if random.uniform() < 0.4 { row.issuer = "issuer\(random.integer(below: 8))" }
      row.country = ["US", "CA", "US", "CA", "US", "CA", "MX", nil][random.integer(below: 8)]
      row.type = random.uniform() < 0.1 ? (random.uniform() < 0.5 ? "fund" : nil) : "common"
      var fraction = 0.3 + 0.7 * random.uniform()
      var traded = 0.004 + 0.008 * random.uniform()
      var missing = 0
      let first = random.uniform() < 0.7 ? 0 : random.integer(below: dates)
      // An id whose order is not that of the numbers.
      let id = "asset\(asset * 7 % assets)"
      for date in first..<dates {
        row.close *= 1 + 0.03 * random.normal()
        fraction = min(1, max(0.1, fraction + 0.02 * random.normal()))
        traded = max(0, traded + 0.001 * random.normal())
        if missing == 0 && random.uniform() < 0.02 { missing = 1 + random.integer(below: 9) }
        if missing > 0 {
          missing -= 1
          continue
        }
        var today = row
        today.floatShares = row.shares * fraction
        today.volume = traded * row.shares * (0.5 + random.uniform())
        today.cap = row.close * row.shares
        today.totalReturn = random.uniform() < 0.1 ? .nan : 0.01 * random.normal()
        today.isRevoked = random.uniform() < 0.05
        today.isNew = random.uniform() < 0.005
        if random.uniform() < 0.1 { today.volume = .nan }
        if random.uniform() < 0.01 { today.close = .nan }
        if random.uniform() < 0.01 { today.floatShares = .nan }
        if random.uniform() < 0.005 { today.cap = [Double.nan, 0, -1][random.integer(below: 3)] }
        if random.uniform() < 0.005 { today.type = "fund" }
        market.rows[date][id] = today
      }
    }
    return market
  }
}
