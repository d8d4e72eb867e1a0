import RiskEngine
import Testing

/// Several vendors: the order in which they are named, vendors that agree, vendors with gaps.
@Suite struct VendorAgreementTests {
  private let market = CleanMarket(assets: 12, days: 50, seed: 21)

  /// Three vendors with errors of all kinds, and a table of each further kind.
  private func feed() -> VendorFeed {
    var feed = market.feed(vendors: 3)
    feed.change(0, "A001", 20..<30) { $0[.close] *= 1.001 }
    feed.change(1, "A002", 21..<22) { $0[.volume] *= 100 }
    feed.change(2, "A003", 22..<50) { $0[.close] *= 2 }
    feed.change(0, "A004", 23..<24) { $0[.return] += 0.1 }
    feed.change(1, "A005", 24..<25) { $0.labels[.industry] = "Mining" }
    feed.change(0, "A006", 25..<26) { $0[.marketCap] *= 3 }
    feed.remove(2, "A007", 10..<20)
    feed.remove(0, "A007", 12..<15)
    var actions = VendorTable("actions", .actions, priority: 5)
    actions.split("A003", VendorFeed.date(22), ratio: 0.5)
    feed.tables.append(actions)
    for (name, priority, value) in [("accounts", 6, 100.0), ("more_accounts", 7, 100.05)] {
      var table = VendorTable(name, .fundamentals, priority: priority)
      for asset in market.ids {
        table.publish(asset, "sales_ttm", end: VendorFeed.date(0), known: VendorFeed.date(priority), value)
      }
      feed.tables.append(table)
    }
    feed.items = [.sales]
    return feed
  }

  @Test func theOrderOfTheSourcesHasNoPart() throws {
    let feed = feed()
    let expected = try feed.ingest()
    #expect(!expected.findings.isEmpty)
    for order in [[5, 4, 3, 2, 1, 0], [1, 2, 0, 4, 5, 3], [3, 0, 5, 1, 4, 2]] {
      var permuted = feed
      permuted.tables = order.map { feed.tables[$0] }
      #expect(try permuted.ingest().texts() == expected.texts())
    }
  }

  @Test func aSourceEqualToTheConsensusChangesNothing() throws {
    // Findings differ, for the further source confirms what the others have; values do not where two agreed before.
    var feed = market.feed(vendors: 3)
    feed.change(0, "A001", 20..<30) { $0[.volume] *= 1.5 }
    let consensus = try feed.ingest()
    for priority in [0, 9] {
      var more = feed
      more.tables.append(market.table("further", priority: priority))
      #expect(try more.ingest().texts(withFindings: false) == consensus.texts(withFindings: false))
    }
  }

  @Test func twoVendorsOutvoteTheFirst() throws {
    var feed = market.feed(vendors: 3)
    feed.change(0, "A001", 20..<21) { row in
      row[.close] *= 1.005
      row[.volume] *= 2
      row.labels[.industry] = "Mining"
    }
    let found = try feed.ingest()
    #expect(found.number(.close, "A001", 20) == market.closes[1][20])
    #expect(found.number(.volume, "A001", 20) == market.shares[1] / 100)
    #expect(found.label(.industry, "A001", 20) == market.industries[1])
    #expect(found.totalReturn("A001", 20) == market.totalReturn(1, 20))
    // It is counted, not reported: nothing is left open.
    #expect(found.findings(.vendorsDisagree).isEmpty)
    #expect(found.count(.vendorsDisagree, .info, source: 0) >= 2)
  }

  /// A vendor that is off by a power of ten is not believed, whichever it is and whatever it had before.
  @Test func theVendorThatIsOffIsNamed() throws {
    for wrong in 0..<3 {
      var feed = market.feed(vendors: 3, numbers: [.volume, .return])
      feed.change(wrong, "A001", 0..<1) { $0[.volume] *= 1000 }
      let found = try feed.ingest()
      #expect(found.findings(.unitError).map(\.source) == [Int32(wrong)])
      #expect(found.number(.volume, "A001", 0) == market.shares[1] / 100)
    }
  }

  @Test func gapsBetweenVendorsAreTold() throws {
    var feed = market.feed(vendors: 2, numbers: [.volume, .return])
    feed.change(1, "A001", 20..<21) { $0[.volume] *= 1.005 }
    let found = try feed.ingest()
    let gaps = try #require(found.ingested(VendorFeed.date(20))?.vendorGaps[0])
    #expect(gaps.count == 12 && gaps.count { $0 != 0 } == 1)
    let volume = market.shares[1] / 100
    #expect(gaps.max() == abs(volume - volume * 1.005) / (volume * 1.005))
    // Values within the tolerance are the first vendor's.
    #expect(found.number(.volume, "A001", 20) == volume)
  }

  /// Each vendor has its holidays; the other's rows are used, and returns are those of the vendor that has them.
  @Test func vendorsWithDifferentCalendars() throws {
    var feed = market.feed(vendors: 2)
    for asset in market.ids {
      feed.remove(0, asset, 20..<21)
      feed.remove(1, asset, 30..<32)
    }
    let found = try feed.ingest()
    for (number, asset) in market.ids.enumerated() {
      for day in 1..<50 {
        #expect(found.totalReturn(asset, day) == market.totalReturn(number, day) && found.span(asset, day) == 1)
        #expect(found.number(.close, asset, day) == market.closes[number][day])
      }
    }
    #expect(found.findings.map(\.check) == [.gap, .gap, .gap] && found.findings.map(\.source) == [0, 1, 1])
  }

  @Test func aVendorsOwnIdsAreMapped() throws {
    var second = market.table("second", priority: 2)
    for index in second.rows.indices { second.rows[index].asset = "own-" + (second.rows[index].asset ?? "") }
    var mapping = VendorTable("ids", .identifiers, priority: 9)
    for asset in market.ids { mapping.mean("own-" + asset, asset, from: VendorFeed.date(0)) }
    var feed = VendorFeed([market.table("first"), second, mapping])
    let both = try feed.ingest()
    var plain = market.feed(vendors: 2)
    plain.groups = []
    #expect(try both.texts() == plain.ingest().texts())
    // An id that means another asset from some day on.
    feed.tables[2].mean("own-A001", "B001", from: VendorFeed.date(30))
    let moved = try feed.ingest()
    #expect(!moved.contains("B001", 29) && moved.isNew("B001", 30))
    #expect(moved.number(.close, "B001", 30) == market.closes[1][30])
    // An id that means two assets from one day on means what it meant before.
    feed.tables[2].mean("own-A001", "C001", from: VendorFeed.date(30))
    let conflict = try feed.ingest()
    #expect(!conflict.contains("B001", 30) && !conflict.contains("C001", 30))
    #expect(conflict.findings(.conflictingRows).count == 2)
  }

  @Test func aMappingEnds() throws {
    var second = market.table("second", priority: 2, numbers: [.volume])
    for index in second.rows.indices { second.rows[index].asset = "own-" + (second.rows[index].asset ?? "") }
    var mapping = VendorTable("ids", .identifiers, priority: 9)
    for asset in market.ids {
      mapping.mean("own-" + asset, asset, from: VendorFeed.date(0), to: VendorFeed.date(19))
    }
    let found = try VendorFeed([market.table("first"), second, mapping]).ingest()
    #expect(!found.contains("own-A001", 19) && found.contains("own-A001", 20))
  }

  @Test func tooManyVendorsAreAnError() {
    let tables = (0..<17).map { VendorTable("v\($0)", .returns, priority: $0, numbers: [.return]) }
    #expect(throws: IngestionError.tooManySources(field: .return, count: 17)) { try VendorFeed(tables).ingestion() }
  }
}
