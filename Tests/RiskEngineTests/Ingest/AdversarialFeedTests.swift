import RiskEngine
import Testing

/// Data as they should not be, which stop nothing but what the checks say.
@Suite struct AdversarialFeedTests {
  private let market = CleanMarket(assets: 12, days: 40, seed: 51)

  @Test func everyValueIsMissing() throws {
    var feed = market.feed()
    for index in feed.tables[0].rows.indices { feed.tables[0].rows[index].numbers = [:] }
    let found = try feed.ingest()
    for day in 0..<40 {
      let day = try #require(found.market(day))
      #expect(day.count == 12 && day.totalReturns.allSatisfy(\.isNaN))
      #expect(day.numbers.allSatisfy { $0.allSatisfy(\.isNaN) })
      #expect(day.returnSpans.allSatisfy { $0 == 1 })
    }
    #expect(found.findings.isEmpty)
  }

  @Test func everyValueIsInfinite() throws {
    var feed = market.feed(vendors: 2)
    for table in 0..<2 {
      for index in feed.tables[table].rows.indices {
        for field in CleanMarket.numbers {
          feed.tables[table].rows[index].numbers[field] = table == 0 ? .infinity : -.infinity
        }
      }
    }
    let found = try feed.ingest()
    for market in found.days.compactMap(\.market) {
      #expect(market.totalReturns.allSatisfy(\.isNaN) && market.numbers.allSatisfy { $0.allSatisfy(\.isNaN) })
    }
    // Every one is told of, and nothing else.
    #expect(found.findings.count == 2 * 12 * 40 * CleanMarket.numbers.count)
    #expect(found.findings.allSatisfy { $0.check == .impossibleValue && $0.severity == .error })
  }

  @Test func extremeNumbersStayFinite() throws {
    var feed = market.feed(numbers: [.close, .shares, .marketCap])
    feed.change(0, "A001", 10..<11) { $0.numbers = [.close: 1e308, .shares: 1e308, .marketCap: 1e308] }
    feed.change(0, "A002", 10..<11) {
      $0.numbers = [
        .close: Double.leastNonzeroMagnitude, .shares: Double.leastNonzeroMagnitude,
        .marketCap: Double.leastNonzeroMagnitude,
      ]
    }
    let found = try feed.ingest()
    for market in found.days.compactMap(\.market) {
      #expect(market.totalReturns.allSatisfy { $0.isNaN || $0.isFinite })
      #expect(market.numbers.allSatisfy { $0.allSatisfy { $0.isNaN || $0.isFinite } })
    }
    // What no other day has touched goes on.
    #expect(found.totalReturn("A001", 20) == market.totalReturn(1, 20))
    #expect(found.totalReturn("A002", 20) == market.totalReturn(2, 20))
  }

  @Test func oneAsset() throws {
    let single = CleanMarket(assets: 1, days: 60, seed: 5)
    var feed = single.feed(vendors: 2)
    feed.change(0, "A000", 30..<31) { $0.numbers[.volume] = nil }
    feed.change(1, "A000", 30..<31) { $0.numbers[.volume] = nil }
    let found = try feed.ingest()
    #expect(found.findings.isEmpty, "\(found.findings)")
    #expect((1..<60).allSatisfy { found.totalReturn("A000", $0) == single.totalReturn(0, $0) })
    #expect(found.number(.volume, "A000", 30).isNaN)
  }

  @Test func noRowsAtAll() throws {
    var feed = VendorFeed([VendorTable("empty", .daily, numbers: [.close])])
    feed.furtherDates = (0..<3).map(VendorFeed.date)
    let found = try feed.ingest()
    #expect(found.days.count == 3 && found.days.allSatisfy { $0.market == nil && $0.findings.isEmpty })
  }

  /// An id is delisted and given to another company a week later.
  @Test func anIdThatIsUsedAgainAtOnce() throws {
    var feed = market.feed(numbers: [.close, .volume])
    feed.remove(0, "A001", 20..<25)
    feed.change(0, "A001", 25..<40) {
      $0[.close] *= 50
      $0.labels[.industry] = nil
    }
    var actions = VendorTable("actions", .actions, priority: 2)
    actions.delisting("A001", VendorFeed.date(20), return: -0.9)
    feed.tables.append(actions)
    let found = try feed.ingest()
    #expect(found.totalReturn("A001", 20) == -0.9)
    #expect((21..<25).allSatisfy { !found.contains("A001", $0) })
    #expect(found.isNew("A001", 25) && found.totalReturn("A001", 25).isNaN)
    #expect(found.number(.close, "A001", 25) == 50 * market.closes[1][25])
    // Nothing of the company before: no jump, no industry.
    #expect(found.findings(.jump).isEmpty && found.label(.industry, "A001", 25) == Ingestion.unclassified)
    let next = 50 * market.closes[1][26] / (50 * market.closes[1][25]) - 1
    #expect(found.totalReturn("A001", 26) == next && found.span("A001", 26) == 1)
    #expect(found.findings(.reusedIdentifier).map(\.before) == [5])
  }

  @Test func everyRowTwice() throws {
    var feed = market.feed()
    let rows = feed.tables[0].rows
    feed.tables[0].rows += rows
    let found = try feed.ingest(shufflingBy: 3)
    #expect(try found.texts(withFindings: false) == market.feed().ingest().texts(withFindings: false))
    #expect(found.count(.duplicateRow, .info, source: 0) == rows.count && found.findings.isEmpty)
  }

  @Test func everyRowTwiceWithAnotherClose() throws {
    var feed = market.feed()
    feed.tables[0].rows += feed.tables[0].rows.map {
      var row = $0
      row[.close] *= 1.5
      return row
    }
    let found = try feed.ingest()
    for market in found.days.compactMap(\.market) { #expect(market.count == 0) }
    #expect(found.findings(.conflictingRows).count == 12 * 40)
  }

  @Test func anIndustryThatChangesTwiceADay() throws {
    var feed = market.feed()
    // Two rows that differ in their industry alone are in conflict.
    var row = try #require(feed.tables[0].rows.first { $0.asset == "A001" && $0.date == VendorFeed.date(20) })
    row.labels[.industry] = "Banks"
    feed.tables[0].rows.append(row)
    let rows = try feed.ingest()
    #expect(rows.label(.industry, "A001", 20) == "Energy" && rows.findings(.conflictingRows).count == 1)
    // Spells that change on one date contradict each other for as long as both are open.
    var spells = InjectedCase.spells
    for code in ["Banks", "Energy", "Banks"] {
      spells.tables[1].classify(InjectedCase.id, "industry", code, from: VendorFeed.date(20))
    }
    spells.tables[1].classify(InjectedCase.id, "industry", "Energy", from: VendorFeed.date(23))
    let found = try spells.ingest()
    let labels = (0..<60).map { found.label(.industry, InjectedCase.id, $0) }
    #expect(labels[..<23].allSatisfy { $0 == "Software" } && labels[23...].allSatisfy { $0 == "Energy" })
    #expect(found.findings(.classification).count == 3)
  }

  @Test func aRowWithoutAnAsset() throws {
    var feed = market.feed()
    feed.tables[0].rows.append(VendorRow(date: VendorFeed.date(20), asset: nil, numbers: [.close: 5]))
    let found = try feed.ingest()
    #expect(found.findings.map(\.check) == [.impossibleValue] && found.findings.first?.field == .asset)
    #expect(try found.texts(withFindings: false) == market.feed().ingest().texts(withFindings: false))
  }

  /// Texts that look alike are other assets where their bytes differ.
  @Test func idsAreTheirBytes() throws {
    var feed = market.feed(numbers: [.close])
    for index in feed.tables[0].rows.indices {
      switch feed.tables[0].rows[index].asset {
      case "A000": feed.tables[0].rows[index].asset = "\u{e9}"
      case "A001": feed.tables[0].rows[index].asset = "e\u{301}"
      default: break
      }
    }
    let found = try feed.ingest()
    #expect(found.market(10)?.count == 12 && found.findings.isEmpty)
    #expect(found.totalReturn("\u{e9}", 10) == market.totalReturn(0, 10))
    #expect(found.totalReturn("e\u{301}", 10) == market.totalReturn(1, 10))
  }
}
