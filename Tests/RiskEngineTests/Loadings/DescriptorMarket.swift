import RiskEngine
import TestSupport

/// A small market by asset and date, with every field that descriptors ask for.
struct DescriptorMarket {
  /// One asset on one date.
  struct Row {
    var totalReturn = Double.nan
    var isNew = false
    var isRevoked = false
    var inEstimation = true
    var issuer: String?
    var industry: String?
    /// In the order of the schema.
    var numbers: [Double]

    subscript(field: FieldName) -> Double {
      get { DescriptorMarket.place[field].map { numbers[$0] } ?? .nan }
      set { if let place = DescriptorMarket.place[field] { numbers[place] = newValue } }
    }
  }

  static let numbers: [FieldName] = FieldName.knownNumbers + ["own"]
  static let schema = MarketSchema(numbers: numbers, labels: [.issuer, .industry])
  static let place = Dictionary(uniqueKeysWithValues: numbers.enumerated().map { ($1, $0) })

  /// For each date the rows by id.
  var rows: [[String: Row]]
  /// For each date the risk-free return.
  var riskFree: [Double]

  var dateCount: Int { rows.count }

  /// The ids of all assets, ascending by bytes.
  var ids: [String] { Set(rows.flatMap(\.keys)).sorted { IdentifierTable.precedes($0, $1) } }

  /// A market without rows.
  init(dates: Int) {
    rows = Array(repeating: [:], count: dates)
    riskFree = Array(repeating: 0, count: dates)
  }

  static func date(_ number: Int) -> CalendarDate { CalendarDate(daysSinceEpoch: Int32(10_000 + number)) }

  /// The days, whose codes are given in the order of their first appearance, after those of some ids.
  func days(codesFirst ids: [String] = []) -> (days: [MarketDay], members: [[Bool]], assets: IdentifierTable) {
    var identifiers = MarketIdentifiers()
    for id in ids { _ = identifiers.assets.code(for: id) }
    var days: [MarketDay] = []
    var members: [[Bool]] = []
    for date in rows.indices {
      let ids = rows[date].keys.sorted { IdentifierTable.precedes($0, $1) }
      let rows = ids.compactMap { self.rows[date][$0] }
      func codes(_ field: FieldName, _ texts: [String?]) -> [Int32] {
        texts.map { text in text.map { identifiers.code(of: $0, in: field) } ?? MarketDay.missingLabel }
      }
      members.append(rows.map(\.inEstimation))
      days.append(
        MarketDay(
          date: Self.date(date), assets: ids.map { identifiers.assets.code(for: $0) },
          numbers: Self.numbers.indices.map { place in rows.map { $0.numbers[place] } },
          labels: [codes(.issuer, rows.map(\.issuer)), codes(.industry, rows.map(\.industry))],
          totalReturns: rows.map(\.totalReturn), riskFreeReturn: riskFree[date], isNewListing: rows.map(\.isNew),
          isPreviousReturnRevoked: rows.map(\.isRevoked)))
    }
    return (days, members, identifiers.assets)
  }

  /// What an engine makes of all dates, in blocks.
  func run(
    _ requests: [DescriptorRequest], periodsPerYear: Int = 252, block: Int = 64, workers: Int = 2,
    codesFirst: [String] = []
  ) throws -> Run {
    let (days, members, assets) = days(codesFirst: codesFirst)
    var engine = try DescriptorEngine(
      requests: requests, schema: Self.schema, industry: .industry, periodsPerYear: periodsPerYear)
    var results: [DescriptorDay] = []
    for start in stride(from: 0, to: days.count, by: block) {
      let part = start..<min(start + block, days.count)
      results += engine.advance(
        Array(days[part]), inEstimation: Array(members[part]), assetCount: assets.count, workers: workers)
    }
    return Run(market: self, engine: engine, days: results)
  }

  /// What came out, by id.
  struct Run {
    let market: DescriptorMarket
    var engine: DescriptorEngine
    var days: [DescriptorDay]

    /// The value of a column for an asset, or `nil` where it has no row.
    func value(_ id: String, date: Int, column: Int = 0) -> Double? {
      let ids = market.rows[date].keys.sorted { IdentifierTable.precedes($0, $1) }
      return ids.firstIndex(of: id).map { days[date].values[column][$0] }
    }

    /// A column's values for an asset on all dates; NaN where it has no row.
    func series(_ id: String, column: Int = 0) -> [Double] {
      days.indices.map { value(id, date: $0, column: column) ?? .nan }
    }

    /// The bits of everything.
    var bits: [[UInt64]] {
      days.map { day in
        [day.marketReturn.bitPattern, UInt64(day.marketCount)] + day.values.joined().map(\.bitPattern)
      }
    }
  }
}

extension DescriptorMarket {
  /// One asset with some returns, a cap of 1 and nothing else.
  static func single(returns: [Double], riskFree: Double = 0) -> DescriptorMarket {
    var market = DescriptorMarket(dates: returns.count)
    market.riskFree = Array(repeating: riskFree, count: returns.count)
    for (date, value) in returns.enumerated() {
      var row = Row(numbers: Array(repeating: .nan, count: numbers.count))
      row.totalReturn = value
      row[.marketCap] = 1
      market.rows[date]["a"] = row
    }
    return market
  }

  /// Assets that list late, leave for a while, begin anew, and whose returns and fields are missing here and there.
  ///
  /// - Parameter year: the periods of a year, by which accounts are published.
  static func random(assets: Int = 10, dates: Int, year: Int, seed: UInt64) -> DescriptorMarket {
    var random = TestRandom(seed: seed)
    var market = DescriptorMarket(dates: dates)
    for date in 0..<dates { market.riskFree[date] = date % 3 == 0 ? 0 : 1e-4 * random.uniform() }
    let common = (0..<dates).map { _ in 0.01 * random.normal() }
    for asset in 0..<assets {
      // Ids whose order is not that of the numbers.
      let id = "id\(asset * 7 % assets)"
      let isRegular = asset % 3 == 0
      let first = isRegular ? 0 : random.integer(below: max(1, dates / 3))
      let beta = 0.5 + random.uniform()
      var row = Row(numbers: Array(repeating: .nan, count: numbers.count))
      var price = 5 + 50 * random.uniform()
      var shares = 1e6 * (1 + 20 * random.uniform())
      row.issuer = random.uniform() < 0.4 ? "issuer\(random.integer(below: 3))" : nil
      row.industry = "industry\(random.integer(below: 3))"
      var missing = 0
      for date in first..<dates {
        let value = beta * common[date] + 0.02 * random.normal()
        price *= 1 + value
        if date % max(1, year / 4) == asset % max(1, year / 4) {
          shares *= 1 + 0.02 * random.uniform()
          market.publish(&row, shares: shares, price: price, &random)
        }
        if !isRegular, missing == 0, random.uniform() < 0.01 {
          missing = random.uniform() < 0.1 ? 15 + random.integer(below: 12) : 1 + random.integer(below: 3)
        }
        if missing > 0 {
          missing -= 1
          continue
        }
        if random.uniform() < 0.002 {
          row.industry = random.uniform() < 0.2 ? nil : "industry\(random.integer(below: 3))"
        }
        var today = row
        today.totalReturn = random.uniform() < 0.03 ? .nan : value
        today.isRevoked = random.uniform() < 0.02
        today.isNew = !isRegular && random.uniform() < 0.0005
        today.inEstimation = random.uniform() < 0.9
        today[.close] = random.uniform() < 0.01 ? .nan : price
        today[.volume] =
          random.uniform() < 0.05 ? [0, .nan][random.integer(below: 2)] : shares * 0.01 * random.uniform()
        today[.shares] = random.uniform() < 0.01 ? .nan : shares
        today[.marketCap] = random.uniform() < 0.01 ? [Double.nan, 0][random.integer(below: 2)] : price * shares
        today[.shortInterest] = shares * 0.05 * random.uniform()
        today["own"] = random.normal()
        market.rows[date][id] = today
      }
    }
    return market
  }

  /// New accounts, some of them missing, of one sign or the other where that can be.
  private func publish(_ row: inout Row, shares: Double, price: Double, _ random: inout TestRandom) {
    let size = shares * price
    for field in FieldName.fundamentals where field != .shortInterest {
      let value: Double =
        switch field {
        case .netIncome, .operatingCashFlow, .ebitda, .netBuybacks: size * 0.1 * (random.uniform() - 0.2)
        case .bookEquity: size * (random.uniform() - 0.05)
        case .forwardEarnings, .forwardDividends: price * 0.1 * (random.uniform() - 0.1)
        case .forwardEarningsDispersion, .longTermGrowth: 0.3 * random.uniform()
        default: size * (0.1 + random.uniform())
        }
      row[field] = random.uniform() < 0.05 ? .nan : value
    }
  }
}
