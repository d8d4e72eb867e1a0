import Testing

@testable import RiskEngine

/// What holds of the engine whatever the descriptors: blocks, workers, saved state, codes, absences, what is skipped.
@Suite struct DescriptorEngineTests {
  /// All descriptors, and those with endless windows again.
  static let requests =
    DescriptorAgreementTests.requests()
    + DescriptorCatalog.entries.filter { $0.defaults.window != nil && $0.windowNeed == .any }.map {
      DescriptorRequest($0.name, DescriptorParameters(window: .unlimited))
    }

  static func market(_ seed: UInt64 = 21) -> DescriptorMarket {
    DescriptorMarket.random(assets: 70, dates: 90, year: 12, seed: seed)
  }

  @Test func blocksAndWorkersDoNotMatter() throws {
    let market = Self.market()
    let expected = try market.run(Self.requests, periodsPerYear: 12, block: 1000, workers: 1).bits
    for (block, workers) in [(1, 1), (7, 3), (64, 2), (1000, 4)] {
      #expect(try market.run(Self.requests, periodsPerYear: 12, block: block, workers: workers).bits == expected)
    }
  }

  /// Codes are given in another order: the same values in every row.
  @Test func codesDoNotMatter() throws {
    let market = Self.market()
    let expected = try market.run(Self.requests, periodsPerYear: 12).bits
    let reversed = try market.run(Self.requests, periodsPerYear: 12, codesFirst: market.ids.reversed()).bits
    #expect(reversed == expected)
  }

  @Test func resumingDayByDayGivesTheSameBits() throws {
    let market = Self.market()
    let whole = try market.run(Self.requests, periodsPerYear: 12)
    let (days, members, assets) = market.days()
    var bytes: [UInt8]?
    var results: [DescriptorDay] = []
    var last: [UInt8] = []
    for (day, inEstimation) in zip(days, members) {
      var engine = try Self.engine()
      if let bytes {
        var reader = StateReader(bytes)
        try engine.restore(from: &reader)
        #expect(reader.isAtEnd)
      }
      results += engine.advance([day], inEstimation: [inEstimation], assetCount: assets.count, workers: 2)
      var writer = StateWriter()
      engine.save(to: &writer)
      bytes = writer.bytes
      last = writer.bytes
    }
    #expect(DescriptorMarket.Run(market: market, engine: whole.engine, days: results).bits == whole.bits)
    var writer = StateWriter()
    whole.engine.save(to: &writer)
    #expect(writer.bytes == last)
  }

  private static func engine(_ requests: [DescriptorRequest] = requests) throws -> DescriptorEngine {
    try DescriptorEngine(
      requests: requests, schema: DescriptorMarket.schema, industry: .industry, periodsPerYear: 12)
  }

  /// The state of other descriptors, parameters, frequencies or fields is refused, and the engine goes on as it was.
  @Test func stateOfSomethingElseIsRefused() throws {
    let market = Self.market()
    var engine = try market.run([DescriptorRequest("momentum"), DescriptorRequest("volatility")], periodsPerYear: 12)
      .engine
    var writer = StateWriter()
    engine.save(to: &writer)
    let bytes = writer.bytes
    let halfLife = DescriptorParameters(halfLife: 9)
    let others = [
      try Self.engine([DescriptorRequest("volatility"), DescriptorRequest("momentum")]),
      try Self.engine([DescriptorRequest("momentum", halfLife), DescriptorRequest("volatility")]),
      try DescriptorEngine(
        requests: engine.requests, schema: DescriptorMarket.schema, industry: .industry, periodsPerYear: 52),
    ]
    for var other in others {
      var reader = StateReader(bytes)
      #expect(throws: StateError.self) { try other.restore(from: &reader) }
    }
    for count in stride(from: 0, to: bytes.count, by: 997) {
      var reader = StateReader(Array(bytes[..<count]))
      #expect(throws: StateError.self) { try engine.restore(from: &reader) }
    }
    var after = StateWriter()
    engine.save(to: &after)
    #expect(after.bytes == bytes)
  }

  /// Later days, whatever they bring, do not change earlier values: bit for bit.
  @Test(arguments: [40, 80])
  func laterDaysDoNotMatter(from date: Int) throws {
    let market = Self.market()
    let expected = Array(try market.run(Self.requests, periodsPerYear: 12).bits[..<date])
    var changed = market
    for later in date..<market.dateCount {
      changed.riskFree[later] = 0.5
      for (place, id) in market.ids.enumerated() {
        guard var row = changed.rows[later][id] else { continue }
        row.totalReturn = place % 2 == 0 ? .nan : 3
        // A revocation on the first later day is of the latest earlier day's return, which stays in what was said then.
        row.isRevoked = place % 3 == 0
        row.isNew = place % 5 == 0
        row.numbers = row.numbers.map { place % 2 == 0 ? .nan : -7 * $0 }
        row.industry = "another"
        row.inEstimation = place % 2 == 1
        changed.rows[later][id] = place % 7 == 0 ? nil : row
      }
    }
    #expect(Array(try changed.run(Self.requests, periodsPerYear: 12).bits[..<date]) == expected)
  }

  /// A return that is revoked is as if it had been missing, exactly, from the next day on.
  @Test(arguments: [DescriptorParameters.Window.periods(8), .unlimited])
  func revokedReturnsAreForgotten(window: DescriptorParameters.Window) throws {
    let names = ["volatility", "downside_volatility", "momentum", "reversal", "market_beta", "residual_volatility"]
    let requests = names.map { name in
      DescriptorRequest(name, DescriptorParameters(window: window, minimumObservations: 2))
    }
    // The asset is no member, so that the market stays the same.
    var market = DescriptorClosedFormTests.scaled(by: 2, returns: DescriptorClosedFormTests.random(30))
    for date in 0..<30 { market.rows[date]["b"]?.totalReturn += 0.001 * Double(date % 4) }
    var missing = market
    missing.rows[20]["b"]?.totalReturn = .nan
    market.rows[20]["b"]?.totalReturn = 8
    market.rows[21]["b"]?.isRevoked = true
    let found = try market.run(requests)
    let expected = try missing.run(requests)
    for column in names.indices where names[column] != "momentum" {
      #expect(found.value("b", date: 20, column: column) != expected.value("b", date: 20, column: column))
    }
    for date in 21..<30 {
      for column in names.indices {
        let bits = found.value("b", date: date, column: column)?.bitPattern
        #expect(bits == expected.value("b", date: date, column: column)?.bitPattern, "\(names[column]) on date \(date)")
      }
    }
  }

  /// Twenty days without a row are missing values; twenty-one, or a new listing, end the history.
  @Test func absenceEndsHistories() throws {
    let parameters = DescriptorParameters(window: .periods(60), minimumObservations: 30)
    for (absence, isNew, isRemembered) in [(20, false, true), (21, false, false), (0, true, false)] {
      var market = DescriptorMarket.single(returns: DescriptorClosedFormTests.random(90))
      for date in 50..<50 + absence { market.rows[date]["a"] = nil }
      market.rows[50 + absence]["a"]?.isNew = isNew
      let series = try market.run([DescriptorRequest("volatility", parameters)], block: 13).series("a")
      #expect(series[50 + absence].isFinite == isRemembered)
      #expect(series[49].isFinite)
    }
  }

  /// The market's return is that of the date before's members, weighted by the caps of then.
  @Test func marketReturnLooksBackOneDate() throws {
    var market = DescriptorMarket(dates: 3)
    market.riskFree = [0, 0.001, 0.001]
    func set(_ date: Int, _ id: String, _ value: Double, cap: Double, isMember: Bool = true) {
      var row = DescriptorMarket.Row(numbers: Array(repeating: .nan, count: DescriptorMarket.numbers.count))
      row.totalReturn = value
      row[.marketCap] = cap
      row.inEstimation = isMember
      market.rows[date][id] = row
    }
    set(0, "a", 0.5, cap: 1)
    set(0, "b", 0.5, cap: 3)
    set(0, "c", 0.5, cap: 9, isMember: false)
    set(0, "d", 0.5, cap: .nan)
    set(0, "e", 0.5, cap: 5)
    set(1, "a", 0.04, cap: 100)
    set(1, "b", 0.08, cap: 100, isMember: false)
    set(1, "c", 1, cap: 100)
    set(1, "d", 1, cap: 1)
    // A member that left, one whose return is missing.
    set(1, "e", .nan, cap: 1)
    set(2, "b", 0.1, cap: 1)
    let run = try market.run([])
    #expect(run.days[0].marketReturn.isNaN)
    #expect(run.days.map(\.marketCount) == [0, 2, 0])
    #expect(run.days[1].marketReturn == (1 * 0.04 + 3 * 0.08) / 4 - 0.001)
    #expect(run.days[2].marketReturn.isNaN)
  }

  /// What the fields do not allow is skipped and told, and its column is missing throughout.
  @Test func missingFieldsAreReported() throws {
    let requests = [
      "momentum", "book_to_price", "market_leverage", "industry_momentum", "log_market_cap", "volatility",
      "turnover_month",
    ].map { DescriptorRequest($0) }
    let schema = MarketSchema(numbers: [.close, .volume])
    var engine = try DescriptorEngine(requests: requests, schema: schema, industry: .industry)
    #expect(
      engine.skipped == [
        .init(index: 1, name: "book_to_price", missing: [.bookEquity, .issuerCap]),
        .init(index: 2, name: "market_leverage", missing: [.issuerCap, .longTermDebt, .totalDebt]),
        .init(index: 3, name: "industry_momentum", missing: [.industry]),
        .init(index: 4, name: "log_market_cap", missing: [.issuerCap]),
        .init(index: 6, name: "turnover_month", missing: [.shares]),
      ])
    let days = (0..<3).map { date in
      MarketDay(
        date: DescriptorMarket.date(date), assets: [0, 1], numbers: [[1, 1], [1, 1]], labels: [],
        totalReturns: [0.1, 0.2])
    }
    let results = engine.advance(days, inEstimation: Array(repeating: [true, true], count: 3), assetCount: 2)
    // Without caps the members weigh the same.
    #expect(results[2].marketReturn == (0.1 + 0.2) / 2)
    #expect(results.allSatisfy { day in day.values.count == 7 && day.values.allSatisfy { $0.count == 2 } })
    #expect(results.allSatisfy { day in [1, 2, 3, 4, 6].allSatisfy { day.values[$0].allSatisfy { $0.isNaN } } })
    // One kind of debt is enough.
    let some = MarketSchema(numbers: [.marketCap, .totalDebt], labels: [.industry])
    let other = try DescriptorEngine(
      requests: ["market_leverage", "industry_momentum"].map { DescriptorRequest($0) }, schema: some,
      industry: .industry)
    #expect(other.skipped.isEmpty)
  }

  /// A block without days, a day without rows, and a market without requests.
  @Test func emptyInput() throws {
    var engine = try Self.engine()
    #expect(engine.advance([], inEstimation: [], assetCount: 0).isEmpty)
    let columns = Array(repeating: [Double](), count: DescriptorMarket.numbers.count)
    let day = MarketDay(
      date: DescriptorMarket.date(0), assets: [], numbers: columns, labels: [[], []], totalReturns: [])
    let results = engine.advance([day], inEstimation: [[]], assetCount: 0)
    #expect(results[0].values.count == Self.requests.count)
    #expect(results[0].marketReturn.isNaN)
  }

  /// A descriptor of one's own runs beside the engine's.
  @Test func descriptorsOfOnesOwn() throws {
    struct DaysListed: Descriptor {
      struct State: SavedState {
        var count = 0
        func save(to writer: inout StateWriter) { writer.write(count) }
        init() {}
        init(from reader: inout StateReader) throws(StateError) { count = try reader.readInt() }
      }
      var fields: [FieldName] { [.close] }
      func initialState() -> State { State() }
      func value(_ state: inout State, _ day: AssetDay) -> Double {
        state.count += 1
        return day.isPresent ? Double(state.count) + day[0] : .nan
      }
    }
    var market = DescriptorMarket.single(returns: Array(repeating: 0, count: 6))
    for date in 0..<6 { market.rows[date]["a"]?[.close] = 100 }
    market.rows[3]["a"] = nil
    let (days, members, assets) = market.days()
    var engine = DescriptorEngine(
      requests: [DescriptorRequest("days_listed")], descriptors: [DaysListed()], schema: DescriptorMarket.schema)
    let results = engine.advance(days, inEstimation: members, assetCount: assets.count)
    #expect(results.map(\.values) == [[[101]], [[102]], [[103]], [[]], [[105]], [[106]]])
  }
}
