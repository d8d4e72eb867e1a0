import RiskEngine
import TestSupport
import Testing

/// What holds for every market.
@Suite struct UniverseInvariantTests {
  /// (a) What comes in would not leave: on a date of change no asset that was just added satisfies a `leave` threshold.
  @Test(arguments: [1, 2, 3])
  func whatEntersDoesNotLeave(seed: UInt64) throws {
    let market = RandomUniverseMarket.make(seed: seed)
    var rules = RandomUniverseMarket.rules()
    rules.change = .daily
    // Were there a row that satisfies both, it would come in and go out in turns.
    rules.pendingDays = 1
    rules.graceDays = 1
    let naive = NaiveUniverse(market: market, rules: rules)
    let run = try market.select(rules)
    for date in market.rows.indices {
      let verdicts = naive.verdicts(date)
      for (row, id) in market.ids(date).enumerated() {
        if verdicts[id]?.failed == nil { #expect(verdicts[id]?.leaving == nil) }
        // With one day for either, membership is what the thresholds say where they say something.
        if verdicts[id]?.failed == nil { #expect(run.days[date].inEstimation[row]) }
        if verdicts[id]?.leaving != nil { #expect(!run.days[date].inEstimation[row]) }
      }
    }
  }

  /// (b) Where nothing changes nobody comes or goes once the pending period has passed.
  @Test(arguments: [true, false])
  func constantInputsHaveNoTurnover(warmStart: Bool) throws {
    var rules = UniverseRules()
    rules.warmStart = warmStart
    rules.change = .daily
    rules.minimumNames = 3
    var market = UniverseMarket(ids: (0..<20).map { "asset\($0)" }, dates: 180)
    for (index, id) in market.ids(0).enumerated() {
      market.change(id, 0..<180) {
        $0.shares *= 1 + Double(index)
        $0.floatShares = $0.shares
        $0.volume *= 1 + Double(index)
      }
    }
    let run = try market.select(rules)
    let busy = run.days.indices.filter { !run.days[$0].adds.isEmpty || !run.days[$0].drops.isEmpty }
    // Cold, the age of 126 days is reached last, and then held for 21 days.
    #expect(busy == [warmStart ? 0 : 126 + 20])
  }

  /// (c) An input that swings between the two thresholds changes no state, of a member or of another.
  @Test func swingsBetweenTheThresholdsChangeNothing() throws {
    var market = UniverseMarket(ids: ["a", "b", "c"], dates: 100)
    // Member "a" falls between the thresholds after the first date; "b" starts there and never comes in.
    for date in 0..<100 {
      let between = date % 2 == 0 ? 0.51 : 0.99
      market.change("a", date..<date + 1) { $0.close = date == 0 ? 10 : between }
      market.change("b", date..<date + 1) { $0.close = between }
    }
    var rules = UniverseRules()
    rules.change = .daily
    rules.graceDays = 1
    rules.pendingDays = 1
    let run = try market.select(rules)
    #expect(run.states("a", in: market).allSatisfy { $0 == .member })
    #expect(run.states("b", in: market).allSatisfy { $0 == .out })
  }

  /// (d) Nothing that comes later changes a date, bit for bit.
  @Test(arguments: [20, 45, 88])
  func laterDataChangeNothing(last: Int) throws {
    let market = RandomUniverseMarket.make(seed: 7)
    var other = market
    let unlike = RandomUniverseMarket.make(seed: 8)
    for date in last + 1..<90 { other.rows[date] = unlike.rows[date] }
    other.change("asset3", last + 1..<90) { $0 = UniverseMarket.Row(close: .nan, volume: .nan, totalReturn: .nan) }
    let rules = RandomUniverseMarket.rules()
    let (run, otherRun) = (try market.select(rules), try other.select(rules))
    #expect(Array(run.days[...last]) == Array(otherRun.days[...last]))
    #expect(run.days[last + 1] != otherRun.days[last + 1])
  }

  /// (e) The unit of money has no meaning, but for the price: a power of two is exact, any other number moves
  /// shares of the market by rounding only.
  @Test(arguments: [1024, 0.001, 7.3])
  func theScaleOfCapsDoesNotMatter(scale: Double) throws {
    let market = RandomUniverseMarket.make(seed: 9)
    var scaled = market
    for (date, rows) in market.rows.enumerated() {
      for id in rows.keys {
        scaled.change(id, date..<date + 1) {
          $0.cap = $0.marketCap * scale
          $0.volume *= scale
        }
      }
    }
    let rules = RandomUniverseMarket.rules()
    #expect(try market.select(rules).days == scaled.select(rules).days)
  }

  /// Every row is counted once, and the estimation universe is part of the coverage universe.
  @Test(arguments: [1, 2, 3])
  func theFunnelAddsUp(seed: UInt64) throws {
    for day in try RandomUniverseMarket.make(seed: seed).select(RandomUniverseMarket.rules()).days {
      let funnel = day.funnel
      #expect(funnel.rowCount == day.inEstimation.count)
      #expect(funnel.removed.reduce(0, +) + funnel.waitingCount + funnel.memberCount == funnel.rowCount)
      #expect(funnel.memberCount == day.inEstimation.filter { $0 }.count)
      #expect(funnel.coverageCount == day.inCoverage.filter { $0 }.count)
      #expect(funnel.graceCount == day.states.filter { $0 == .grace }.count)
      #expect(funnel.waitingCount == day.states.filter { $0 == .pending }.count)
      for row in day.inEstimation.indices where day.inEstimation[row] { #expect(day.inCoverage[row]) }
    }
  }

  /// Members of one date are those of the date before, less drops, plus adds.
  @Test func addsAndDropsExplainEveryChange() throws {
    let market = RandomUniverseMarket.make(seed: 4)
    let run = try market.select(RandomUniverseMarket.rules())
    var members: Set<String> = []
    for date in run.days.indices {
      for id in run.drops(date).keys { #expect(members.remove(id) != nil) }
      for id in run.adds(date) { #expect(members.insert(id).inserted) }
      for (row, id) in market.ids(date).enumerated() {
        #expect(run.days[date].inEstimation[row] == members.contains(id))
      }
      let isStart = UniverseMarket.startsMonth(date)
      #expect(run.days[date].isChangeDate == isStart)
      if !isStart {
        #expect(run.adds(date).isEmpty)
        for reason in run.drops(date).values { if case .left = reason { Issue.record("left within a month") } }
      }
    }
  }

  /// Codes are names and nothing else: other codes of the same assets and labels give the same universe.
  @Test func codesDoNotMatter() throws {
    let market = RandomUniverseMarket.make(seed: 10)
    let rules = RandomUniverseMarket.rules()
    let run = try market.select(rules)
    var other = UniverseMarket.Run(selection: try UniverseSelection(rules: rules, schema: market.schema))
    for asset in (0..<60).reversed() { _ = other.identifiers.assets.code(for: "asset\(asset)") }
    for label in ["fund", "none", "common"] { _ = other.identifiers.code(of: label, in: .securityType) }
    for label in (0..<9).reversed() { _ = other.identifiers.code(of: "issuer\(label)", in: .issuer) }
    for date in market.rows.indices {
      other.advance(market, date)
      #expect(other.days[date].states == run.days[date].states)
      #expect(other.days[date].funnel == run.days[date].funnel)
      #expect(other.adds(date) == run.adds(date))
      #expect(
        other.days[date].drops.map { other.identifiers.assets[$0.asset] }
          == run.days[date].drops.map { run.identifiers.assets[$0.asset] })
    }
  }
}
