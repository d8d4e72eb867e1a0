import RiskEngine
import Testing

/// What becomes of the market's day where a check finds something: dropped, carried on or kept.
@Suite struct ConsequenceTests {
  private let id = InjectedCase.id
  private let market = InjectedCase.market

  private func ingest(_ name: String) throws -> IngestedMarket {
    let injected = try #require(InjectedCase.all.first { $0.name == name })
    return try injected.feed.ingest()
  }

  /// All but one asset are as without the error.
  private func expectOthersUntouched(_ found: IngestedMarket, _ clean: VendorFeed) throws {
    let clean = try clean.ingest()
    for other in market.ids where other != id {
      for day in 0..<60 {
        #expect(found.totalReturn(other, day).bitPattern == clean.totalReturn(other, day).bitPattern)
        for field in clean.schema.numbers {
          #expect(found.number(field, other, day).bitPattern == clean.number(field, other, day).bitPattern)
        }
      }
    }
  }

  @Test func aDuplicateChangesNothing() throws {
    #expect(
      try ingest("a row twice").texts(withFindings: false) == InjectedCase.one.ingest().texts(withFindings: false))
  }

  @Test func conflictingRowsAreBothDropped() throws {
    let found = try ingest("a row twice, its close changed")
    #expect(found.totalReturn(id, 30).isNaN)
    #expect(found.number(.close, id, 30) == InjectedCase.close(29))
    #expect(found.number(.volume, id, 30).isNaN)
    // Closes span two days then, but what the vendor tells is of one.
    #expect(found.totalReturn(id, 31) == InjectedCase.totalReturn(31) && found.span(id, 31) == 1)
    try expectOthersUntouched(found, InjectedCase.one)
  }

  @Test func ofConflictingRowsTheOneKnownLastIsKept() throws {
    var feed = InjectedCase.bare
    feed.tables[0].profile.schema.dates = [.knowledgeDate]
    let date = VendorFeed.date(30)
    var row = try #require(feed.tables[0].rows.first { $0.asset == id && $0.date == date })
    for (close, known) in [(2.0, 28), (1.5, 27), (1.0, 29)] {
      row.numbers[.close] = close * InjectedCase.close(30)
      row.dates[.knowledgeDate] = VendorFeed.date(known)
      feed.tables[0].rows.append(row)
    }
    // The row without a knowledge date is the oldest.
    for seed in UInt64(1)...6 {
      let found = try feed.ingest(shufflingBy: seed)
      #expect(found.number(.close, id, 30) == InjectedCase.close(30))
      #expect(found.findings(.conflictingRows).count == 1)
    }
    // Two that are known last contradict each other, whatever else there is.
    row.numbers[.close] = 3 * InjectedCase.close(30)
    feed.tables[0].rows.append(row)
    for seed in UInt64(1)...6 {
      let found = try feed.ingest(shufflingBy: seed)
      #expect(found.totalReturn(id, 30).isNaN && found.number(.close, id, 30) == InjectedCase.close(29))
    }
  }

  @Test func aSaturdayIsNoDay() throws {
    let found = try ingest("a row on a Saturday")
    let saturday = try #require(found.ingested(VendorFeed.date(32, plus: 1)))
    #expect(saturday.market == nil)
    let clean = try InjectedCase.one.ingest()
    #expect(found.days.filter { $0.market != nil }.map { found.text($0) } == clean.texts())
  }

  @Test func aCloseThatIsImpossibleIsCarriedAndItsReturnSpansTwoDays() throws {
    var feed = InjectedCase.bare
    feed.change(0, id, 30..<31) { $0.numbers[.close] = 0 }
    let found = try feed.ingest()
    #expect(found.number(.close, id, 30) == InjectedCase.close(29))
    #expect(found.totalReturn(id, 30).isNaN)
    #expect(found.totalReturn(id, 31) == InjectedCase.close(31) / InjectedCase.close(29) - 1)
    #expect(found.span(id, 31) == 2)
  }

  @Test func aCloseOutsideItsDayMakesNoReturn() throws {
    var feed = market.feed(numbers: [.close, .high, .low, .volume])
    feed.change(0, id, 30..<31) { $0[.close] *= 1.05 }
    let found = try feed.ingest()
    #expect(found.number(.close, id, 30) == InjectedCase.close(29))
    #expect(found.totalReturn(id, 30).isNaN && found.span(id, 31) == 2)
    try expectOthersUntouched(found, market.feed(numbers: [.close, .high, .low, .volume]))
  }

  @Test func aVolumeThatIsImpossibleIsMissing() throws {
    #expect(try ingest("volume is -5.0").number(.volume, id, 30).isNaN)
    #expect(try ingest("shares is 0.0").number(.shares, id, 30) == market.shares[5])
    let crossed = try ingest("a high below the low")
    #expect(crossed.number(.high, id, 30).isNaN && crossed.number(.low, id, 30).isNaN)
    #expect(crossed.number(.close, id, 30) == InjectedCase.close(30))
  }

  @Test func aStalePriceLosesItsReturnInTheEnd() throws {
    let found = try ingest("21 equal closes")
    #expect((21..<40).allSatisfy { found.totalReturn(id, $0) == 0 })
    #expect(found.totalReturn(id, 40).isNaN && found.totalReturn(id, 41).isFinite)
  }

  @Test func aJumpIsDroppedAndTheNewLevelCounts() throws {
    let found = try ingest("a price that changes its level")
    #expect(found.totalReturn(id, 30).isNaN && found.number(.close, id, 30) == InjectedCase.close(29))
    #expect(found.totalReturn(id, 31) == 2 * InjectedCase.close(31) / (2 * InjectedCase.close(30)) - 1)
    #expect(found.number(.close, id, 31) == 2 * InjectedCase.close(31) && found.span(id, 31) == 1)
  }

  @Test func aJumpThatAnotherVendorConfirmsIsKept() throws {
    var feed = market.feed(vendors: 2, numbers: [.close, .volume, .shares])
    for vendor in 0..<2 { feed.change(vendor, id, 30..<60) { $0[.close] *= 2 } }
    let found = try feed.ingest()
    let value = 2 * InjectedCase.close(30) / InjectedCase.close(29) - 1
    #expect(found.totalReturn(id, 30) == value)
    #expect(found.number(.close, id, 30) == 2 * InjectedCase.close(30))
    #expect(found.findings(.jump).count == 2)
    #expect(found.findings(.jump).allSatisfy { $0.severity == .warn && $0.action == .kept && $0.after == value })
  }

  @Test func aJumpOfOneVendorIsReplacedByTheOther() throws {
    var feed = market.feed(vendors: 2, numbers: [.close, .volume, .shares])
    feed.change(0, id, 30..<60) { $0[.close] *= 2 }
    let found = try feed.ingest()
    #expect(found.totalReturn(id, 30) == InjectedCase.totalReturn(30))
    #expect(found.number(.close, id, 30) == InjectedCase.close(30))
    #expect(found.findings(.jump).map(\.action) == [.replaced])
    #expect(found.findings(.jump).first?.after == InjectedCase.totalReturn(30))
  }

  /// A cap that moved with a close in doubt is in doubt, too.
  @Test func aCapThatJumpsWithItsCloseIsCarried() throws {
    for fields in [[FieldName.close, .shares, .marketCap], [.close, .marketCap]] {
      var feed = market.feed(numbers: fields)
      feed.change(0, id, 30..<60) {
        $0[.close] *= 2
        $0[.marketCap] *= 2
      }
      let found = try feed.ingest()
      #expect(found.number(.marketCap, id, 30) == InjectedCase.cap(29))
      #expect(found.number(.marketCap, id, 31) == 2 * InjectedCase.cap(31))
    }
  }

  @Test func aSplitIsProposedAndNotApplied() throws {
    let found = try ingest("a split without its action, the shares two days later")
    #expect(found.number(.close, id, 31) == InjectedCase.close(31) / 4)
    #expect(found.totalReturn(id, 30).isNaN && found.findings(.jump).count == 1)
  }

  @Test func aSpikeIsTakenBackTheNextDay() throws {
    let found = try ingest("a close of one day that is far off")
    // What was known at the close stays.
    #expect(found.totalReturn(id, 30) == 1.35 * InjectedCase.close(30) / InjectedCase.close(29) - 1)
    #expect(!found.isRevoked(id, 30) && found.isRevoked(id, 31) && !found.isRevoked(id, 32))
    #expect(found.totalReturn(id, 31) == InjectedCase.close(31) / InjectedCase.close(29) - 1)
    #expect(found.span(id, 31) == 2 && found.span(id, 32) == 1)
    #expect(found.totalReturn(id, 32) == InjectedCase.totalReturn(32))
  }

  /// A return that was dropped when it came cannot be revoked.
  @Test func aSpikeThatIsAJumpWasNeverGiven() throws {
    var feed = InjectedCase.bare
    feed.change(0, id, 30..<31) { $0[.close] *= 3 }
    let found = try feed.ingest()
    #expect(found.totalReturn(id, 30).isNaN && !found.isRevoked(id, 31))
    #expect(found.totalReturn(id, 31) == InjectedCase.close(31) / InjectedCase.close(29) - 1)
  }

  /// A spike that two vendors have is given out, and revoked when it is taken back.
  @Test func aSpikeOfTwoVendorsIsRevoked() throws {
    var feed = market.feed(vendors: 2, numbers: [.close, .volume, .shares])
    for vendor in 0..<2 { feed.change(vendor, id, 30..<31) { $0[.close] *= 3 } }
    let found = try feed.ingest()
    #expect(found.totalReturn(id, 30) == 3 * InjectedCase.close(30) / InjectedCase.close(29) - 1)
    #expect(found.isRevoked(id, 31) && found.findings(.spike).count == 2)
  }

  /// A told return of one day is no return over the spike's two.
  @Test func overASpikeTheClosesTell() throws {
    var feed = market.feed(numbers: [.return, .close])
    feed.change(0, id, 30..<31) {
      $0[.close] *= 1.35
      $0.numbers[.return] = 1.35 * InjectedCase.close(30) / InjectedCase.close(29) - 1
    }
    feed.change(0, id, 31..<32) { $0.numbers[.return] = InjectedCase.close(31) / (1.35 * InjectedCase.close(30)) - 1 }
    let found = try feed.ingest()
    #expect(found.totalReturn(id, 31) == InjectedCase.close(31) / InjectedCase.close(29) - 1)
    #expect(found.span(id, 31) == 2 && found.isRevoked(id, 31))
  }

  @Test func aReturnThatClosesContradictIsMissingUnlessConfirmed() throws {
    #expect(try ingest("a return that is off").totalReturn(id, 30).isNaN)
    #expect(try ingest("a return that is off a little").totalReturn(id, 30) == InjectedCase.totalReturn(30) + 0.005)
    var feed = InjectedCase.two
    feed.change(0, id, 30..<31) { $0[.return] += 0.05 }
    let found = try feed.ingest()
    #expect(found.totalReturn(id, 30) == InjectedCase.totalReturn(30))
    let finding = try #require(found.findings(.returnMismatch).first)
    #expect(finding.action == .replaced && finding.after == InjectedCase.totalReturn(30) && finding.severity == .error)
  }

  @Test func aCapThatIsOffIsCarriedUnlessConfirmed() throws {
    let found = try ingest("a cap times 2")
    #expect(found.number(.marketCap, id, 30) == InjectedCase.cap(29))
    #expect(found.number(.marketCap, id, 31) == InjectedCase.cap(31))
    // Both vendors have the cap of another share line with it.
    var feed = InjectedCase.two
    for vendor in 0..<2 { feed.change(vendor, id, 30..<31) { $0[.marketCap] *= 2 } }
    let confirmed = try feed.ingest()
    #expect(confirmed.number(.marketCap, id, 30) == 2 * InjectedCase.cap(30))
    #expect(confirmed.findings(.capMismatch).map(\.severity) == [.warn, .warn])
  }

  /// Prices, shares and caps may come in tables of their own.
  @Test func shareTablesTakePartInTheChecks() throws {
    var prices = market.table("prices", numbers: [.close, .volume, .marketCap])
    prices.profile.kind = .prices
    var shares = market.table("shares", priority: 2, numbers: [.shares])
    shares.profile.kind = .shares
    let clean = VendorFeed([prices, shares])
    #expect(try clean.ingest().findings.isEmpty)
    var feed = clean
    feed.change(0, id, 30..<60) { $0[.close] /= 4 }
    feed.change(1, id, 29..<60) { $0[.shares] *= 4 }
    let split = try feed.ingest()
    #expect(split.findings(.unadjustedSplit).map(\.date) == [VendorFeed.date(30)])
    feed = clean
    feed.change(0, id, 30..<31) { $0[.marketCap] *= 2 }
    #expect(try feed.ingest().findings(.capMismatch).map(\.action) == [.dropped])
  }

  @Test func anAssetIsCarriedForFiveDaysAndGoes() throws {
    var feed = InjectedCase.one
    feed.remove(0, id, 30..<60)
    let found = try feed.ingest()
    for day in 30..<35 {
      #expect(found.number(.close, id, day) == InjectedCase.close(29))
      #expect(found.number(.volume, id, day).isNaN && found.totalReturn(id, day).isNaN)
      #expect(found.label(.industry, id, day) == "Software")
    }
    #expect(!found.contains(id, 35))
    try expectOthersUntouched(found, InjectedCase.one)
  }

  @Test func aReturnedAssetBeginsAnew() throws {
    let found = try ingest("an id that is used again")
    #expect(found.isNew(id, 55) && !found.isNew(id, 56))
    #expect(found.span(id, 56) == 1 && found.totalReturn(id, 56) == InjectedCase.totalReturn(56))
    // Twenty missing days are a gap, not the end.
    var feed = InjectedCase.bare
    feed.remove(0, id, 30..<50)
    let gap = try feed.ingest()
    #expect(!gap.isNew(id, 50) && gap.totalReturn(id, 50).isNaN && gap.totalReturn(id, 51).isFinite)
    #expect(gap.findings(.reusedIdentifier).isEmpty)
  }

  @Test func aMissingTradingDayOfTheCalendarIsSpanned() throws {
    var feed = InjectedCase.bare
    feed.calendar = Set((0..<60).map(VendorFeed.date))
    feed.tables[0].rows.removeAll { $0.date == VendorFeed.date(30) }
    let found = try feed.ingest()
    #expect(found.market(30) == nil)
    #expect(found.market(31)?.returnSpans.allSatisfy { $0 == 2 } == true)
    #expect(found.totalReturn(id, 31) == InjectedCase.close(31) / InjectedCase.close(29) - 1)
    // Whether the date is ingested without rows makes no difference.
    feed.furtherDates = [VendorFeed.date(30)]
    let asked = try feed.ingest()
    #expect(asked.days.filter { $0.market != nil }.map { asked.text($0) } == found.texts())
  }

  @Test func anUnknownLabelIsTheOneBefore() throws {
    #expect(try ingest("an unknown code").label(.industry, id, 30) == "Software")
    let missing = try ingest("a missing code")
    #expect((0..<60).allSatisfy { missing.label(.industry, id, $0) == Ingestion.unclassified })
    #expect(try ingest("two codes on one date").label(.industry, id, 30) == "Software")
  }

  @Test func weeklyAndMonthlyDataHaveTheirOwnSteps() throws {
    for step in [7, 30] {
      var table = VendorTable("vendor", .daily, numbers: [.close])
      for period in 0..<40 where period != 30 {
        for (asset, id) in market.ids.enumerated() {
          table.rows.append(
            VendorRow(
              date: VendorFeed.date(0, plus: Int32(step * period)), asset: id,
              numbers: [.close: market.closes[asset][period]]))
        }
      }
      let found = try VendorFeed([table]).ingest()
      #expect(found.findings.map(\.check) == [.gap], "a step of \(step) days")
      #expect(found.findings.map(\.date) == [VendorFeed.date(0, plus: Int32(step * 31))])
    }
  }
}
