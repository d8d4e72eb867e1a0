import Foundation
import RiskEngine

/// Descriptors computed a second time, straight from their formulas and from whole histories.
struct NaiveDescriptors {
  /// What is known of one asset at the close of one date: by age, 0 the date itself, back to where its history begins.
  struct History {
    var returns: [Double] = []
    var riskFree: [Double] = []
    var market: [Double] = []
    var industry: [Double] = []
    var rows: [DescriptorMarket.Row?] = []
    var issuerCap = Double.nan

    var count: Int { returns.count }
    func field(_ name: FieldName, age: Int = 0) -> Double { rows[age]?[name] ?? .nan }
    func fields(_ name: FieldName) -> [Double] { rows.map { $0?[name] ?? .nan } }
    var excess: [Double] { zip(returns, riskFree).map { $0 - $1 } }
    var logs: [Double] { zip(returns, riskFree).map { log(1 + $0) - log(1 + $1) } }
  }

  let market: DescriptorMarket
  /// By date.
  let marketReturns: [Double]
  let marketCounts: [Int]

  init(_ market: DescriptorMarket) {
    self.market = market
    var returns: [Double] = []
    var counts: [Int] = []
    for date in 0..<market.dateCount {
      let ids = Self.weighted(market, date) { _ in true }
      returns.append(Self.mean(market, date, ids))
      counts.append(ids.count)
    }
    marketReturns = returns
    marketCounts = counts
  }

  /// The members of the date before with a cap then and a return now.
  private static func weighted(
    _ market: DescriptorMarket, _ date: Int, _ isWanted: (DescriptorMarket.Row) -> Bool
  ) -> [String] {
    guard date > 0 else { return [] }
    return market.rows[date - 1].filter { id, row in
      row.inEstimation && row[.marketCap] > 0 && isWanted(row)
        && market.rows[date][id]?.totalReturn.isFinite == true
    }.keys.sorted()
  }

  private static func mean(_ market: DescriptorMarket, _ date: Int, _ ids: [String]) -> Double {
    guard !ids.isEmpty else { return .nan }
    let caps = ids.map { market.rows[date - 1][$0]?[.marketCap] ?? 0 }
    let sum = zip(ids, caps).reduce(0.0) { $0 + $1.1 * (market.rows[date][$1.0]?.totalReturn ?? 0) }
    return sum / caps.reduce(0, +) - market.riskFree[date]
  }

  private func industryReturn(_ id: String, _ date: Int) -> Double {
    guard let industry = market.rows[date][id]?.industry else { return .nan }
    return Self.mean(market, date, Self.weighted(market, date) { $0.industry == industry })
  }

  /// The history of an asset with a row on a date.
  func history(_ id: String, _ date: Int) -> History {
    var first = date
    var absent = 0
    for past in stride(from: date, through: 0, by: -1) {
      if let row = market.rows[past][id] {
        absent = 0
        first = past
        if row.isNew { break }
      } else {
        absent += 1
        if absent > 20 { break }
      }
    }
    var history = History()
    for past in stride(from: date, through: first, by: -1) {
      let row = market.rows[past][id]
      let isRevoked = past < date && market.rows[past + 1][id]?.isRevoked == true
      history.returns.append(isRevoked ? .nan : row?.totalReturn ?? .nan)
      history.riskFree.append(market.riskFree[past])
      history.market.append(marketReturns[past])
      history.industry.append(industryReturn(id, past))
      history.rows.append(row)
    }
    let own = market.rows[date][id]?[.marketCap] ?? .nan
    history.issuerCap = own
    if let issuer = market.rows[date][id]?.issuer, own.isFinite {
      history.issuerCap = market.rows[date].values.filter { $0.issuer == issuer && $0[.marketCap].isFinite }
        .map { $0[.marketCap] }.sorted().reduce(0, +)
    }
    return history
  }

  // MARK: Pieces

  /// Observed values with their weights, within a window after a skip.
  static func observed(
    _ series: [Double], _ parameters: DescriptorParameters
  ) -> [(weight: Double, value: Double, age: Int)] {
    let skip = parameters.skip ?? 0
    var end = series.count
    if case .periods(let count)? = parameters.window { end = min(end, skip + count) }
    return series.indices.filter { $0 >= skip && $0 < end && series[$0].isFinite }
      .map { (pow(0.5, Double($0 - skip) / (parameters.halfLife ?? .infinity)), series[$0], $0) }
  }

  static func mean(_ values: [(weight: Double, value: Double, age: Int)]) -> Double {
    values.reduce(0) { $0 + $1.weight * $1.value } / values.reduce(0) { $0 + $1.weight }
  }

  static func least(_ parameters: DescriptorParameters, _ year: Int) -> Int {
    let least = parameters.minimumObservations ?? 1
    guard least < 1 else { return Int(least) }
    guard case .periods(let count)? = parameters.window else { return Int(ceil(least * Double(year))) }
    return Int(ceil(least * Double(count)))
  }

  /// The value of about some years before: of the month that began then or up to a month before then, the first known.
  static func sample(_ series: [Double], years: Int, _ year: Int) -> Double {
    let month = max(1, year / 12)
    // By age since the history's start.
    let values = Array(series.reversed())
    let wanted = values.count - 1 - years * year
    guard wanted >= 0 else { return .nan }
    let start = wanted / month * month
    return values[start..<min(start + month, values.count)].first { $0.isFinite } ?? .nan
  }

  static func regression(
    _ history: History, _ parameters: DescriptorParameters, _ isCounted: (Double) -> Bool
  ) -> (slope: Double, deviation: Double, count: Int) {
    let paired = zip(history.excess, history.market).map { $1.isFinite && isCounted($1) ? $0 : .nan }
    let points = observed(paired, parameters)
    let total = points.reduce(0) { $0 + $1.weight }
    func average(_ body: ((weight: Double, value: Double, age: Int)) -> Double) -> Double {
      points.reduce(0) { $0 + $1.weight * body($1) } / total
    }
    let meanX = average { $0.value }
    let meanY = average { history.market[$0.age] }
    let covariance = average { ($0.value - meanX) * (history.market[$0.age] - meanY) }
    let variance = average { pow(history.market[$0.age] - meanY, 2) }
    let slope = covariance / variance
    let alpha = meanX - slope * meanY
    let squares = average { pow($0.value - alpha - slope * history.market[$0.age], 2) }
    return (slope, squares.squareRoot(), points.count)
  }

  static func trend(_ h: History, _ field: FieldName, _ year: Int) -> (slope: Double, variability: Double)? {
    let shares = h.fields(.shares)
    let hasShares = shares.contains { $0 > 0 }
    func perShare(_ total: Double, _ shares: Double) -> Double { hasShares ? total / shares : total }
    let latest = perShare(h.field(field), shares[0])
    guard latest.isFinite else { return nil }
    var points = [(0.0, latest)]
    for back in 1...4 {
      let value = perShare(sample(h.fields(field), years: back, year), sample(shares, years: back, year))
      if value.isFinite { points.append((Double(-back), value)) }
    }
    guard points.count >= 4 else { return nil }
    let n = Double(points.count)
    let size = points.map { abs($0.1) }.reduce(0, +) / n
    let meanX = points.map(\.0).reduce(0, +) / n
    let meanY = points.map(\.1).reduce(0, +) / n
    let slope =
      points.map { ($0.0 - meanX) * ($0.1 - meanY) }.reduce(0, +) / points.map { pow($0.0 - meanX, 2) }.reduce(0, +)
    let deviation = (points.map { pow($0.1 - meanY, 2) }.reduce(0, +) / (n - 1)).squareRoot()
    return (slope / size, deviation / size)
  }
}
