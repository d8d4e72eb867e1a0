import RiskEngine
import Testing

/// Published numbers as they were known, and values that are used on for a limited time.
@Suite struct PointInTimeTests {
  private let market = CleanMarket(assets: 2, days: 30, seed: 31)

  private func feed(days: Int = 30, _ publish: (inout VendorTable) -> Void) -> VendorFeed {
    var accounts = VendorTable("accounts", .fundamentals, priority: 2)
    publish(&accounts)
    var feed = VendorFeed([CleanMarket(assets: 2, days: days, seed: 31).table("first", numbers: [.close]), accounts])
    feed.items = [.sales]
    return feed
  }

  @Test func aNumberCountsFromTheDayOnWhichItIsKnown() throws {
    let quarter = VendorFeed.date(0, plus: -40)
    let next = VendorFeed.date(5)
    let found = try feed { accounts in
      accounts.publish("A000", "sales_ttm", end: quarter, known: VendorFeed.date(3), 100)
      // Restated, overtaken, and restated again when a later period is known already.
      accounts.publish("A000", "sales_ttm", end: quarter, known: VendorFeed.date(8), 110)
      accounts.publish("A000", "sales_ttm", end: next, known: VendorFeed.date(12), 200)
      accounts.publish("A000", "sales_ttm", end: quarter, known: VendorFeed.date(15), 120)
      accounts.publish("A000", "sales_ttm", end: next, known: VendorFeed.date(18), 210)
    }.ingest()
    let values = (0..<30).map { found.number(.sales, "A000", $0) }
    #expect(values[..<3].allSatisfy { $0.isNaN })
    #expect(values[3..<8].allSatisfy { $0 == 100 } && values[8..<12].allSatisfy { $0 == 110 })
    #expect(values[12..<18].allSatisfy { $0 == 200 } && values[18...].allSatisfy { $0 == 210 })
    #expect((0..<30).allSatisfy { found.number(.sales, "A001", $0).isNaN })
    #expect(found.count(.restatement, .info, source: 1) == 3 && found.findings.isEmpty)
  }

  /// Day 2 is a Friday.
  @Test func aNumberOfASaturdayIsKnownOnMonday() throws {
    var feed = feed {
      $0.publish("A000", "sales_ttm", end: VendorFeed.date(0), known: VendorFeed.date(2, plus: 1), 100)
    }
    for _ in 0..<2 {
      let found = try feed.ingest()
      #expect(found.number(.sales, "A000", 2).isNaN && found.number(.sales, "A000", 3) == 100)
      feed.furtherDates = [VendorFeed.date(2, plus: 1)]
    }
  }

  @Test func aNumberIsTooOldAfterEighteenMonths() throws {
    let found = try feed(days: 400) {
      $0.publish("A000", "sales_ttm", end: VendorFeed.date(0), known: VendorFeed.date(0), 100)
    }.ingest()
    for day in 0..<400 {
      let age = VendorFeed.date(day).daysSinceEpoch - VendorFeed.date(0).daysSinceEpoch
      #expect(found.number(.sales, "A000", day).isNaN == (age > 548), "\(age) days")
    }
  }

  @Test func aNumberKnownBeforeItsPeriodEndedIsDropped() throws {
    let found = try feed { accounts in
      accounts.publish("A000", "sales_ttm", end: VendorFeed.date(0), known: VendorFeed.date(0), 100)
      accounts.publish("A000", "sales_ttm", end: VendorFeed.date(20), known: VendorFeed.date(10), 999)
    }.ingest()
    #expect((0..<30).allSatisfy { found.number(.sales, "A000", $0) == 100 })
    #expect(found.findings.map(\.check) == [.lookAhead])
  }

  @Test func twoNumbersOfOneDayContradictEachOther() throws {
    for seed in UInt64(1)...4 {
      let found = try feed { accounts in
        accounts.publish("A000", "sales_ttm", end: VendorFeed.date(0), known: VendorFeed.date(0), 100)
        for value in [110.0, 120, 110] {
          accounts.publish("A000", "sales_ttm", end: VendorFeed.date(0), known: VendorFeed.date(5), value)
        }
      }.ingest(shufflingBy: seed)
      // The vintage before holds.
      #expect((0..<30).allSatisfy { found.number(.sales, "A000", $0) == 100 })
      #expect(found.findings.map(\.check) == [.conflictingRows])
    }
  }

  @Test func aNumberWithoutItsPeriodOrInfiniteIsDropped() throws {
    let found = try feed { accounts in
      accounts.publish("A000", "sales_ttm", end: SourceRows.missingDate, known: VendorFeed.date(3), 100)
      accounts.publish("A000", "sales_ttm", end: VendorFeed.date(0), known: VendorFeed.date(4), .infinity)
      accounts.publish("A000", "sales_ttm", end: VendorFeed.date(0), known: VendorFeed.date(5), .nan)
      accounts.publish("A000", "unwanted", end: VendorFeed.date(0), known: VendorFeed.date(5), 1)
    }.ingest()
    #expect((0..<30).allSatisfy { found.number(.sales, "A000", $0).isNaN })
    #expect(found.findings.map(\.check) == [.impossibleValue, .impossibleValue])
    #expect(found.findings.map(\.field) == ["fiscal_end", .sales])
  }

  /// Of two vendors' numbers those of the latest fiscal period count, of the same period those of the first vendor.
  @Test func twoVendorsOfNumbers() throws {
    var feed = feed {
      $0.publish("A000", "sales_ttm", end: VendorFeed.date(0), known: VendorFeed.date(0), 100)
      $0.publish("A000", "sales_ttm", end: VendorFeed.date(8), known: VendorFeed.date(20), 200)
    }
    var second = VendorTable("second_accounts", .fundamentals, priority: 3)
    second.publish("A000", "sales_ttm", end: VendorFeed.date(0), known: VendorFeed.date(5), 101)
    second.publish("A000", "sales_ttm", end: VendorFeed.date(8), known: VendorFeed.date(10), 201)
    feed.tables.append(second)
    let found = try feed.ingest()
    let values = (0..<30).map { found.number(.sales, "A000", $0) }
    #expect(values[..<10].allSatisfy { $0 == 100 })
    #expect(values[10..<20].allSatisfy { $0 == 201 } && values[20...].allSatisfy { $0 == 200 })
    // They disagree where both have the same period.
    #expect(found.findings(.vendorsDisagree).count == 5 + 10)
  }

  @Test func aNumberGoesWithItsAsset() throws {
    var feed = feed(days: 60) {
      $0.publish("A000", "sales_ttm", end: VendorFeed.date(0), known: VendorFeed.date(0), 100)
    }
    feed.remove(0, "A000", 10..<40)
    let found = try feed.ingest()
    #expect(found.number(.sales, "A000", 9) == 100 && found.isNew("A000", 40))
    #expect((40..<60).allSatisfy { found.number(.sales, "A000", $0).isNaN })
  }

  // MARK: Missing values by field

  @Test func eachFieldIsCarriedAsLongAsItMay() throws {
    let fields: [FieldName] = CleanMarket.numbers + [.open, .floatShares, .shortInterest, "user"]
    var table = market.table("first", numbers: fields)
    for index in table.rows.indices {
      let numbers = table.rows[index].numbers
      table.rows[index].numbers[.open] = numbers[.close]
      table.rows[index].numbers[.floatShares] = numbers[.shares]
      table.rows[index].numbers[.shortInterest] = 5
      table.rows[index].numbers["user"] = 7
    }
    var feed = VendorFeed([table])
    feed.settings.fundamentalDays = 12
    // Everything is missing from day 10 on, but rows are there.
    feed.change(0, "A000", 10..<30) {
      $0.numbers = [:]
      $0.labels = [:]
    }
    let found = try feed.ingest()
    for field in fields where field != .return {
      let limit: Int
      switch field {
      case .close, .shares, .floatShares, .marketCap: limit = 5
      case .bookEquity, .totalAssets, .totalLiabilities, .shortInterest: limit = 12
      default: limit = 0
      }
      for day in 10..<30 {
        let value = found.number(field, "A000", day)
        let expected = day - 9 <= limit ? found.number(field, "A000", 9) : .nan
        #expect(value == expected || (value.isNaN && expected.isNaN), "\(field) on day \(day)")
      }
      // Nothing takes the place of a missing value.
      #expect((0..<30).allSatisfy { found.number(field, "A000", $0) != 0 })
    }
    #expect((10..<30).allSatisfy { found.totalReturn("A000", $0).isNaN })
    #expect((0..<30).allSatisfy { found.label(.industry, "A000", $0) == market.industries[0] })
    let carried = 20 + 3 * 5 + 5 + 4 * 12
    #expect(found.count(.carriedForward, .info) == carried)
  }

  @Test func spellsOfClassificationHoldUntilTheNext() throws {
    var feed = InjectedCase.spells
    let id = InjectedCase.id
    feed.tables[1].classify(id, "industry", "Energy", from: VendorFeed.date(20))
    feed.tables[1].classify(id, "industry", "Banks", from: VendorFeed.date(30), to: VendorFeed.date(39))
    feed.tables[1].classify(id, "sector", "Mining", from: VendorFeed.date(35))
    let found = try feed.ingest()
    let labels = (0..<60).map { found.label(.industry, id, $0) }
    #expect(labels[..<20].allSatisfy { $0 == "Software" } && labels[20..<30].allSatisfy { $0 == "Energy" })
    // The later of two spells counts, and when it ends the open one before it does again.
    #expect(labels[30..<40].allSatisfy { $0 == "Banks" } && labels[40...].allSatisfy { $0 == "Energy" })
    #expect(found.findings.isEmpty)
  }
}
