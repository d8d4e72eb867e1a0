import RiskEngine
import Testing

/// Each check finds the error that is put in for it, as the catalogue says, and nothing in clean data.
@Suite struct InjectedErrorTests {
  @Test(arguments: InjectedCase.all)
  func isFound(_ injected: InjectedCase) throws {
    let market = try injected.feed.ingest()
    let found = market.findings(injected.check)
    #expect(found.count == injected.expected.count, "\(found)")
    for (finding, expected) in zip(found, injected.expected) {
      // A Saturday is the only date without a number.
      let date =
        injected.check == .nonTradingDate ? VendorFeed.date(expected.day, plus: 1) : VendorFeed.date(expected.day)
      #expect(finding.severity == expected.severity)
      #expect(finding.source == expected.source.map(Int32.init))
      #expect(finding.date == date)
      #expect(finding.knownDate == (expected.knownDay.map(VendorFeed.date) ?? date))
      #expect(finding.asset.map { market.identifiers.assets[$0] } == expected.asset)
      #expect(finding.field == expected.field)
      #expect(isSame(finding.before, expected.before), "\(finding.before), expected \(expected.before)")
      #expect(isSame(finding.after, expected.after), "\(finding.after), expected \(expected.after)")
      #expect(finding.action == expected.action)
      #expect(finding.note.contains(expected.note), "\(finding.note)")
    }
    if let (source, times) = injected.counted {
      #expect(market.count(injected.check, .info, source: source) == times)
    }
    // A finding is counted like any other.
    let severities = Severity.allCases.filter { $0 > .info }
    #expect(severities.reduce(0) { $0 + market.count(injected.check, $1) } == found.count)
  }

  @Test(arguments: [1, 2, 3])
  func cleanDataRaiseNothing(vendors: Int) throws {
    let market = try InjectedCase.market.feed(vendors: vendors).ingest()
    #expect(market.findings.isEmpty, "\(market.findings)")
    #expect(market.days.allSatisfy { $0.market != nil && $0.fatal.isEmpty })
    // Nor are there counts of anything.
    #expect(market.days.flatMap(\.counts).isEmpty)
  }

  @Test func everyCheckHasAnInjectedCaseAndAnEntry() {
    for check in Check.allCases {
      #expect(InjectedCase.all.contains { $0.check == check }, "no injected case of \(check)")
      let entries = CheckCatalog.entries.filter { $0.check == check }
      #expect(entries.count == 1, "\(entries.count) entries of \(check)")
      for entry in entries {
        #expect(!entry.rule.isEmpty && !entry.consequence.isEmpty && !entry.injected.isEmpty)
      }
    }
    let codes = CheckCatalog.entries.map(\.code)
    #expect(codes == (2...20).map { $0 < 10 ? "C0\($0)" : "C\($0)" } + ["V01", "M01", "M02"])
  }

  /// A check that is off finds nothing and drops nothing.
  @Test(arguments: [Check.jump, .spike, .stalePrice, .returnMismatch, .capMismatch])
  func aCheckThatIsOffDropsNothing(_ check: Check) throws {
    for injected in InjectedCase.all where injected.check == check {
      var feed = injected.feed
      feed.settings.disabled = [check]
      let market = try feed.ingest()
      #expect(market.findings(check).isEmpty)
      for day in 1..<60 {
        #expect(market.totalReturn(InjectedCase.id, day).isFinite, "\(injected.name), day \(day)")
        #expect(market.span(InjectedCase.id, day) == 1 && !market.isRevoked(InjectedCase.id, day))
        let cap = feed.number(0, InjectedCase.id, day, .marketCap)
        if cap.isFinite { #expect(market.number(.marketCap, InjectedCase.id, day) == cap) }
      }
    }
  }

  /// A check whose severity is set to a warning reports and keeps.
  @Test(arguments: [Check.jump, .spike, .stalePrice, .returnMismatch, .capMismatch])
  func aCheckThatOnlyWarnsDropsNothing(_ check: Check) throws {
    for injected in InjectedCase.all where injected.check == check {
      var feed = injected.feed
      feed.settings.severities = [check: .warn]
      let market = try feed.ingest()
      #expect(!market.findings(check).isEmpty)
      #expect(market.findings(check).allSatisfy { $0.severity == .warn && $0.action == .kept })
      for day in 1..<60 {
        #expect(market.totalReturn(InjectedCase.id, day).isFinite, "\(injected.name), day \(day)")
        #expect(market.span(InjectedCase.id, day) == 1 && !market.isRevoked(InjectedCase.id, day))
      }
    }
  }

  /// What cannot be used is dropped, whatever severity is set.
  @Test func whatIsImpossibleCannotBeKept() throws {
    let injected = try #require(InjectedCase.all.first { $0.name == "book_equity is inf" })
    var feed = injected.feed
    feed.settings.severities = [.impossibleValue: .warn]
    let market = try feed.ingest()
    #expect(market.findings(.impossibleValue).map(\.severity) == [.error])
    #expect(market.number(.bookEquity, InjectedCase.id, 30) == market.number(.bookEquity, InjectedCase.id, 29))
  }

  @Test func aThresholdOutOfItsRangeIsAnError() {
    var feed = InjectedCase.one
    feed.settings.carryDays = -1
    #expect(
      throws: IngestionError.badThreshold(
        name: "carryDays", found: -1, expected: "a whole number from 0 to 1000000")
    ) { try feed.ingestion() }
    feed.settings.carryDays = 5
    feed.settings.jumpScore = .nan
    #expect(throws: IngestionError.self) { try feed.ingestion() }
    feed.settings.jumpScore = 10
    feed.settings.gapExit = 3
    #expect(throws: IngestionError.badThreshold(name: "gapExit", found: 3, expected: "carryDays, 5, or more")) {
      try feed.ingestion()
    }
  }

  private func isSame(_ a: Double, _ b: Double) -> Bool { a.isNaN ? b.isNaN : a == b }
}
