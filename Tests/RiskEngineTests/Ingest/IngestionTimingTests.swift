import TestSupport
import Testing

@testable import RiskEngine

/// What is given for a date depends on nothing later, on no order of rows or codes, and on no interruption.
@Suite struct IngestionTimingTests {
  private static let market = CleanMarket(assets: 12, days: 70, seed: 41)

  /// Two vendors with errors of every kind and tables of every kind.
  static let feed: VendorFeed = {
    // The second vendor tells of no returns, and neither of highs and lows, which would make errors of prices plain.
    var feed = VendorFeed([
      market.table("first", priority: 1, numbers: CleanMarket.numbers.filter { $0 != .high && $0 != .low }),
      market.table("second", priority: 2, numbers: [.close, .volume, .shares, .bookEquity]),
    ])
    feed.groups = [.industry]
    feed.change(0, "A001", 30..<31) { $0[.close] *= 1.4 }
    feed.change(1, "A001", 30..<31) { $0[.close] *= 1.4 }
    for vendor in 0..<2 { feed.change(vendor, "A002", 35..<70) { $0[.close] *= 2 } }
    feed.change(0, "A003", 36..<70) { $0[.close] /= 4 }
    feed.change(0, "A003", 38..<70) { $0[.shares] *= 4 }
    feed.change(0, "A004", 30..<60) { $0.numbers[.close] = market.closes[4][29] }
    feed.change(1, "A005", 33..<34) { $0[.volume] *= 100 }
    feed.change(0, "A006", 33..<34) { $0[.return] += 0.1 }
    feed.change(0, "A006", 34..<35) { $0[.marketCap] *= 2 }
    feed.change(0, "A006", 35..<36) { $0.labels[.industry] = "Nonsense" }
    feed.change(1, "A007", 35..<36) { $0.labels[.industry] = nil }
    feed.validLabels = [.industry: ["Banks", "Energy", "Software"]]
    for vendor in 0..<2 {
      feed.remove(vendor, "A008", 20..<24)
      feed.remove(vendor, "A009", 20..<50)
      feed.remove(vendor, "A010", 40..<70)
    }
    feed.tables[0].rows.append(feed.tables[0].rows[500])
    var changed = feed.tables[0].rows[480]
    changed.numbers[.volume] = 1
    feed.tables[0].rows.append(changed)
    var saturday = feed.tables[0].rows[480]
    saturday.date = VendorFeed.date(42, plus: 1)
    feed.tables[0].rows.append(saturday)
    var actions = VendorTable("actions", .actions, priority: 3)
    for day in stride(from: 3, to: 70, by: 6) { actions.dividend("A011", VendorFeed.date(day), cash: 0.1) }
    actions.delisting("A010", VendorFeed.date(42), return: -0.3)
    feed.tables.append(actions)
    var accounts = VendorTable("accounts", .fundamentals, priority: 4)
    var rates = VendorTable("risk_free", .riskFree, priority: 5)
    var pairs = VendorTable("fx", .fx, priority: 6)
    var classes = VendorTable("classes", .classification, priority: 7)
    for day in 0..<70 {
      rates.rate("USD", VendorFeed.date(day), 1e-4 + 1e-6 * Double(day))
      pairs.rate("EURUSD", VendorFeed.date(day), 1.1 + 0.001 * Double(day % 7))
      let asset = market.ids[day % 12]
      accounts.publish(
        asset, "sales_ttm", end: VendorFeed.date(day, plus: -30), known: VendorFeed.date(day), 100 + Double(day),
        currency: day % 2 == 0 ? "EUR" : "USD")
      if day % 5 == 0 { classes.classify(asset, "industry", market.industries[day % 3], from: VendorFeed.date(day)) }
    }
    feed.tables += [accounts, rates, pairs, classes]
    feed.items = [.sales]
    feed.currency = "USD"
    feed.tables[1].profile.currency = "USD"
    return feed
  }()

  @Test func theFeedHasFindingsOfMostKinds() throws {
    let checks = Set(try Self.feed.ingest().findings.map(\.check))
    #expect(checks.count >= 12, "\(checks)")
  }

  /// Later rows are changed to anything, missing included, added and left out.
  @Test(arguments: [5, 29, 30, 37, 50, 68])
  func nothingLaterCounts(day: Int) throws {
    let last = VendorFeed.date(day)
    let expected = try Self.feed.ingest(through: last).texts()
    #expect(expected.count >= day)
    for seed in UInt64(1)...3 {
      var random = TestRandom(seed: seed)
      var feed = Self.feed
      for table in feed.tables.indices {
        for index in feed.tables[table].rows.indices where feed.tables[table].rows[index].date > last {
          for field in Array(feed.tables[table].rows[index].numbers.keys).sorted(by: { $0.rawValue < $1.rawValue }) {
            feed.tables[table].rows[index].numbers[field] =
              [Double.nan, -1, 0, .infinity, 1e300, random.normal()][random.integer(below: 6)]
          }
          for field in feed.tables[table].rows[index].labels.keys where field == .industry {
            feed.tables[table].rows[index].labels[field] = "Later"
          }
        }
        feed.tables[table].rows.removeAll { $0.date > last && random.integer(below: 3) == 0 }
      }
      let found = try feed.ingest()
      #expect(Array(found.texts().prefix(expected.count)) == expected)
    }
  }

  /// A row that is known later than its date is later, too.
  @Test func nothingKnownLaterCounts() throws {
    var feed = InjectedCase.one
    feed.tables[0].profile.schema.dates = [.knowledgeDate]
    let row = try #require(feed.tables[0].rows.first { $0.asset == InjectedCase.id && $0.date == VendorFeed.date(30) })
    let expected = try feed.ingest().texts(withFindings: false)
    for value in [1.0, .nan, .infinity] {
      var revised = row
      revised.numbers[.close] = value
      revised.dates[.knowledgeDate] = VendorFeed.date(40)
      var more = feed
      more.tables[0].rows.append(revised)
      #expect(try more.ingest().texts(withFindings: false) == expected)
    }
  }

  @Test func resumingAfterEveryDateIsTheSame() throws {
    #expect(try Self.feed.ingest(resuming: true).texts() == Self.feed.ingest().texts())
  }

  @Test func theOrderOfTheRowsOfADateHasNoPart() throws {
    let expected = try Self.feed.ingest().texts()
    for seed in UInt64(1)...4 { #expect(try Self.feed.ingest(shufflingBy: seed).texts() == expected) }
  }

  @Test func theOrderInWhichAssetsAppearHasNoPart() throws {
    let expected = try Self.feed.ingest().texts()
    var feed = Self.feed
    for ids in [Array(Self.market.ids.reversed()), ["A007", "never", "A003"]] {
      feed.registered = ids
      #expect(try feed.ingest().texts() == expected)
    }
  }

  @Test func rowsAscendByTheBytesOfTheirIds() throws {
    var feed = Self.feed
    feed.registered = Self.market.ids.reversed()
    let found = try feed.ingest()
    for market in found.days.compactMap(\.market) {
      let ids = market.assets.map { found.identifiers.assets[$0] }
      #expect(ids == ids.sorted { IdentifierTable.precedes($0, $1) })
    }
  }

  // MARK: Saved state

  private func saved(_ feed: VendorFeed) throws -> (bytes: [UInt8], identifiers: MarketIdentifiers) {
    var ingestion = try feed.ingestion()
    var identifiers = MarketIdentifiers()
    let slices = feed.tables.map { SourceSlice(SourceRows(schema: $0.profile.schema)) }
    _ = identifiers.assets.code(for: "A000")
    _ = ingestion.advance(VendorFeed.date(0), slices, &identifiers)
    var writer = StateWriter()
    ingestion.save(to: &writer)
    return (writer.bytes, identifiers)
  }

  @Test func stateOfOtherSourcesIsRefused() throws {
    let (bytes, identifiers) = try saved(Self.feed)
    var other = Self.feed
    other.tables[0].profile.name = "another"
    var ingestion = try other.ingestion()
    var reader = StateReader(bytes)
    #expect(throws: StateError.self) { try ingestion.restore(from: &reader, identifiers: identifiers) }
    var window = Self.feed
    window.settings.jumpWindow = 60
    ingestion = try window.ingestion()
    reader = StateReader(bytes)
    #expect(throws: StateError.self) { try ingestion.restore(from: &reader, identifiers: identifiers) }
  }

  /// Bytes that end early are refused at every length, and leave the ingestion as it was.
  @Test func stateThatEndsEarlyIsRefused() throws {
    let (bytes, identifiers) = try saved(Self.feed)
    var ingestion = try Self.feed.ingestion()
    for length in bytes.indices {
      var reader = StateReader(Array(bytes[..<length]))
      #expect(throws: StateError.self) { try ingestion.restore(from: &reader, identifiers: identifiers) }
    }
    var writer = StateWriter()
    ingestion.save(to: &writer)
    var fresh = StateWriter()
    try Self.feed.ingestion().save(to: &fresh)
    #expect(writer.bytes == fresh.bytes)
  }
}
