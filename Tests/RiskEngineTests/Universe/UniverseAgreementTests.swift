import RiskEngine
import TestSupport
import Testing

/// The universe against a second implementation that starts from the whole history on every date.
@Suite struct UniverseAgreementTests {
  static func agree(_ market: UniverseMarket, _ rules: UniverseRules) throws -> (adds: Int, drops: Set<String>) {
    let run = try market.select(rules)
    let naive = NaiveUniverse(market: market, rules: rules)
    var history: [[String: NaiveUniverse.Verdict]] = []
    var adds = 0
    var drops: Set<String> = []
    for date in market.rows.indices {
      history.append(naive.verdicts(date))
      let expected = naive.outcome(history)
      let day = run.days[date]
      let ids = market.ids(date)
      #expect(day.states == ids.map { expected.states[$0] })
      #expect(day.inCoverage == ids.map { expected.covered.contains($0) })
      #expect(day.inEstimation == day.states.map(\.isMember))
      #expect(run.adds(date) == ids.filter { expected.adds.contains($0) })
      #expect(run.drops(date) == expected.drops)
      let dropped = day.drops.map { run.identifiers.assets[$0.asset] }
      #expect(dropped == dropped.sorted { IdentifierTable.precedes($0, $1) })
      #expect(day.funnel.removed == UniverseRule.allCases.map { expected.removed[$0, default: 0] })
      #expect(day.funnel.waitingCount == expected.waiting)
      adds += day.adds.count
      for reason in expected.drops.values { drops.insert("\(reason)") }
    }
    return (adds, drops)
  }

  @Test(arguments: [1, 2, 3, 4])
  func agreesOnRandomMarkets(seed: UInt64) throws {
    var rules = RandomUniverseMarket.rules()
    if seed > 2 { rules.change = .daily }
    if seed % 2 == 0 { rules.primaryLine = .mostLiquid }
    if seed == 3 { rules.warmStart = false }
    let (adds, drops) = try Self.agree(RandomUniverseMarket.make(seed: seed), rules)
    // The markets are made so that much happens.
    #expect(adds > 15 && drops.count > 4)
  }

  /// Without any of the rules that can be off.
  @Test func agreesWithoutRules() throws {
    var rules = RandomUniverseMarket.rules()
    rules.securityTypes = nil
    rules.countries = nil
    rules.primaryLine = nil
    rules.capCoverage = nil
    rules.freeFloat = nil
    rules.minimumPrice = nil
    rules.liquidity = nil
    rules.listingAge = nil
    rules.observedReturns = nil
    _ = try Self.agree(RandomUniverseMarket.make(seed: 5), rules)
  }

  /// Windows that are no whole number of vectors, one value long, and longer than the history.
  @Test(arguments: [1, 8, 9, 200])
  func agreesForWindowsOfAnyLength(windowDays: Int) throws {
    var rules = RandomUniverseMarket.rules()
    rules.windowDays = windowDays
    rules.change = .daily
    _ = try Self.agree(RandomUniverseMarket.make(assets: 15, dates: 40, seed: 6), rules)
  }

  /// Every state and every rule of the funnel occurs in the random markets, so that agreement means something.
  @Test func randomMarketsReachEverything() throws {
    var states: Set<UniverseState> = []
    var removed = UniverseFunnel().removed
    for seed in [1, 2] as [UInt64] {
      for day in try RandomUniverseMarket.make(seed: seed).select(RandomUniverseMarket.rules()).days {
        states.formUnion(day.states)
        for rule in removed.indices { removed[rule] += day.funnel.removed[rule] }
      }
    }
    #expect(states == Set(UniverseState.allCases))
    for rule in UniverseRule.allCases where rule != .column { #expect(removed[rule.ordinal] > 0, "\(rule)") }
  }
}

extension UniverseRule {
  /// The rule's place among all, found another way.
  var ordinal: Int { Self.allCases.firstIndex(of: self) ?? -1 }
}
