import RiskEngine
import TestSupport
import Testing

/// When assets come and go.
@Suite struct UniverseTimingTests {
  /// Dates 0 to 22 are January's, 23 to 42 February's, 43 to 64 March's.
  @Test func theCalendarIsAsTheTestsAssume() {
    #expect((0..<100).filter(UniverseMarket.startsMonth) == [0, 23, 43, 65, 87])
    #expect(UniverseMarket.date(0).description == "2020-01-01" && UniverseMarket.date(3).description == "2020-01-06")
  }

  /// Whoever is ready within a month comes in on the first date after its end; whoever is not waits another month.
  @Test func membersChangeAtMonthEnds() throws {
    var market = UniverseMarket(ids: ["a", "early", "late", "leaver"], dates: 90)
    market.change("early", 0..<3) { $0.close = 0.1 }
    market.change("late", 0..<4) { $0.close = 0.1 }
    market.change("leaver", 30..<90) { $0.close = 0.1 }
    var rules = UniverseRules()
    rules.liquidity = nil
    let run = try market.select(rules)
    // The twenty-first date in a row is 23 for the one, 24 for the other.
    #expect(run.days.indices.filter { !run.days[$0].adds.isEmpty } == [0, 23, 43])
    #expect(run.adds(23) == ["early"] && run.adds(43) == ["late"])
    // The grace period is over on date 50.
    #expect(run.days.indices.filter { !run.days[$0].drops.isEmpty } == [65])
    #expect(run.drops(65) == ["leaver": .left(.minimumPrice)])
  }

  /// One day between the thresholds starts the count of a grace period anew, one below those of entry a pending one.
  @Test func daysHaveToBeInARow() throws {
    var market = UniverseMarket(ids: ["a", "member", "other"], dates: 70)
    market.change("member", 1..<70) { $0.close = 0.1 }
    market.change("member", 15..<16) { $0.close = 0.7 }
    market.change("other", 0..<1) { $0.close = 0.1 }
    market.change("other", 15..<16) { $0.close = 0.7 }
    var rules = UniverseRules()
    rules.change = .daily
    rules.liquidity = nil
    let run = try market.select(rules)
    #expect(run.drops(16 + 20) == ["member": .left(.minimumPrice)])
    #expect(run.adds(16 + 20) == ["other"])
  }

  /// Without a row for 20 dates an asset is still who it was; after 21 it is gone and comes back as a new listing.
  @Test(arguments: [1, 20, 21, 40])
  func anAssetThatStaysAwayIsGone(missing: Int) throws {
    var market = UniverseMarket(ids: ["a", "b"], dates: 80)
    market.remove("b", 10..<10 + missing)
    var rules = UniverseRules()
    rules.observedReturns = nil
    let run = try market.select(rules)
    let isGone = missing > 20
    #expect(run.days.indices.filter { !run.days[$0].drops.isEmpty } == (isGone ? [30] : []))
    if isGone { #expect(run.drops(30) == ["b": .absent]) }
    let states = run.states("b", in: market)
    #expect(states[10 + missing] == (isGone ? .out : .member))
    #expect(run.days[10 + missing].funnel[.listingAge] == (isGone ? 1 : 0))
  }

  /// A day without a row ends a pending period and leaves a grace period as it is.
  @Test func daysWithoutARowStopTheCounts() throws {
    var market = UniverseMarket(ids: ["a", "member", "other"], dates: 70)
    market.change("member", 1..<70) { $0.close = 0.1 }
    market.change("other", 0..<1) { $0.close = 0.1 }
    for id in ["member", "other"] { market.remove(id, 11..<14) }
    var rules = UniverseRules()
    rules.change = .daily
    rules.liquidity = nil
    rules.observedReturns = nil
    let run = try market.select(rules)
    #expect(run.drops(21 + 3) == ["member": .left(.minimumPrice)])
    #expect(run.adds(14 + 20) == ["other"])
  }

  /// A member whose history begins anew leaves and starts as a new listing.
  @Test func aNewListingUnderTheSameIdStartsAnew() throws {
    var market = UniverseMarket(ids: ["a", "b"], dates: 30)
    market.change("b", 5..<6) { $0.isNew = true }
    let run = try market.select(UniverseRules())
    #expect(run.drops(5) == ["b": .relisted])
    #expect(run.states("b", in: market)[5...].allSatisfy { $0 == .out })
    #expect(run.days[5].funnel[.listingAge] == 1)
  }

  /// Without a warm start nobody is a member before histories are long enough.
  @Test func aColdStartIsEmpty() throws {
    let market = UniverseMarket(ids: ["a", "b"], dates: 90)
    var rules = UniverseRules()
    rules.warmStart = false
    rules.listingAge = nil
    rules.change = .daily
    let run = try market.select(rules)
    // 57 of 63 returns are more than 90%, and date 0 has none.
    #expect(run.days.indices.filter { !run.days[$0].adds.isEmpty } == [57 + 20])
    #expect(run.days[56].funnel[.observedReturns] == 2 && run.days[57].funnel.waitingCount == 2)
  }

  /// Memory is that of the assets that are there, not of all that ever were.
  @Test func assetsThatAreGoneAreForgotten() throws {
    var market = UniverseMarket([:], dates: 300)
    for date in 0..<300 {
      for asset in date..<date + 5 { market.rows[date]["asset\(asset)"] = UniverseMarket.Row() }
    }
    let run = try market.select(UniverseRules())
    // Five with a row, and those of the last twenty dates.
    #expect(run.selection.memory.assetCount == 25)
  }

  /// Dates that do not ascend, an asset twice, and other columns than the schema's are the caller's mistakes.
  @Test func mistakesTrap() async {
    await #expect(processExitsWith: .failure) {
      var run = try UniverseMarket(ids: ["a"], dates: 3).select(UniverseRules())
      run.advance(UniverseMarket(ids: ["a"], dates: 3), 2)
    }
    await #expect(processExitsWith: .failure) {
      var identifiers = MarketIdentifiers()
      let market = UniverseMarket(ids: ["a", "b"], dates: 1)
      var day = market.day(0, &identifiers)
      day.assets = [0, 0]
      var selection = try UniverseSelection(rules: UniverseRules(), schema: market.schema)
      _ = selection.advance(day, identifiers: identifiers)
    }
    await #expect(processExitsWith: .failure) {
      var identifiers = MarketIdentifiers()
      let market = UniverseMarket(ids: ["a"], dates: 1)
      let day = market.day(0, &identifiers)
      var selection = try UniverseSelection(rules: UniverseRules(), schema: MarketSchema(numbers: [.close]))
      _ = selection.advance(day, identifiers: identifiers)
    }
  }
}
