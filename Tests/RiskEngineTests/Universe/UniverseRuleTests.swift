import RiskEngine
import TestSupport
import Testing

/// Each rule with an asset that only it removes.
@Suite struct UniverseRuleTests {
  /// A rule, what makes an asset fail it from the start, what lies between its thresholds, and what puts it out.
  struct Case: Sendable, CustomTestStringConvertible {
    var rule: UniverseRule
    var fails: @Sendable (inout UniverseMarket.Row) -> Void
    var between: (@Sendable (inout UniverseMarket.Row) -> Void)?
    var testDescription: String { rule.rawValue }
  }

  static let cases: [Case] = [
    Case(rule: .positiveCap, fails: { $0.cap = .nan }),
    Case(rule: .securityTypes, fails: { $0.type = "fund" }),
    Case(rule: .countries, fails: { $0.country = "MX" }),
    Case(rule: .primaryLine, fails: { $0.issuer = "shared" }),
    Case(rule: .freeFloat, fails: { $0.floatShares = 0.09e6 }, between: { $0.floatShares = 0.12e6 }),
    Case(
      rule: .minimumPrice,
      fails: {
        $0.close = 0.49
        $0.volume = 200_000
      }, between: { $0.close = 0.75 }),
    Case(rule: .liquidity, fails: { $0.volume = 200 }, between: { $0.volume = 400 }),
    Case(rule: .observedReturns, fails: { $0.totalReturn = .nan }),
  ]

  static func rules() -> UniverseRules {
    var rules = UniverseRules()
    rules.countries = ["US"]
    rules.change = .daily
    rules.minimumNames = 0
    // The last of few assets has a share of 1.
    rules.capCoverage = .init(enter: 1, leave: 1)
    return rules
  }

  static func market(dates: Int) -> UniverseMarket {
    var market = UniverseMarket(ids: (0..<10).map { "asset\($0)" } + ["victim"], dates: dates)
    market.change("asset0", 0..<dates) {
      $0.issuer = "shared"
      $0.shares = 2e6
      $0.floatShares = 2e6
      $0.volume = 20_000
    }
    return market
  }

  static func onlyRemoved(_ day: UniverseDay, by rule: UniverseRule) -> Bool {
    day.funnel[rule] == 1 && day.funnel.removed.reduce(0, +) == 1
  }

  /// An asset that fails from the start is out until it does not, waits, and comes in.
  @Test(arguments: cases.filter { $0.rule != .observedReturns })
  func aRuleKeepsOutUntilItIsSatisfied(rule: Case) throws {
    var market = Self.market(dates: 60)
    market.change("victim", 0..<5, rule.fails)
    let run = try market.select(Self.rules())
    for date in 0..<5 {
      #expect(Self.onlyRemoved(run.days[date], by: rule.rule), "\(date)")
      #expect(run.days[date].inCoverage[10] == (rule.rule != .positiveCap && rule.rule != .securityTypes))
    }
    let states = run.states("victim", in: market)
    // A median moves once half of the days have.
    let first = rule.rule == .liquidity ? 9 : 5
    #expect(states[..<first].allSatisfy { $0 == .out })
    #expect(states[first..<first + 20].allSatisfy { $0 == .pending })
    #expect(states[(first + 20)...].allSatisfy { $0 == .member })
    #expect(run.adds(first + 20) == ["victim"])
  }

  /// A member that falls between the thresholds stays; beyond them it stays for the grace period.
  @Test(arguments: cases)
  func aMemberStaysBetweenTheThresholdsAndLeavesBeyond(rule: Case) throws {
    var market = Self.market(dates: 150)
    if let between = rule.between { market.change("victim", 1..<70, between) }
    market.change("victim", 70..<150, rule.fails)
    let run = try market.select(Self.rules())
    let states = run.states("victim", in: market)
    #expect(states[..<70].allSatisfy { $0 == .member })
    switch rule.rule {
    case .positiveCap, .securityTypes:
      #expect(run.drops(70) == ["victim": .uncovered(rule.rule)])
    case .liquidity, .observedReturns:
      // More than half of the window, or a quarter, has to have changed first.
      let first = rule.rule == .liquidity ? 70 + 31 : 70 + 15
      #expect(states[..<first].allSatisfy { $0 == .member })
      #expect(states[first..<first + 20].allSatisfy { $0 == .grace })
      #expect(run.drops(first + 20) == ["victim": .left(rule.rule)])
    default:
      #expect(states[70..<90].allSatisfy { $0 == .grace })
      #expect(run.drops(90) == ["victim": .left(rule.rule)])
      #expect(states[90...].allSatisfy { $0 == .out })
    }
    #expect(Self.onlyRemoved(run.days[149], by: rule.rule))
  }

  /// The age is that of the listing; an asset with a row on the first date is not held back.
  @Test func aNewListingWaitsForItsAge() throws {
    var market = Self.market(dates: 160)
    market.remove("victim", 0..<3)
    var rules = Self.rules()
    rules.observedReturns = nil
    let run = try market.select(rules)
    let states = run.states("victim", in: market)
    #expect(states[3..<3 + 126].allSatisfy { $0 == .out })
    #expect(states[3 + 126..<3 + 146].allSatisfy { $0 == .pending })
    #expect(run.adds(3 + 146) == ["victim"])
    #expect(Self.onlyRemoved(run.days[3], by: .listingAge))
    #expect(run.adds(0).count == 10)
  }

  /// Returns that are missing put out, and those that are known let in again, at the fractions given.
  @Test func observedReturnsAreCountedOverTheWindow() throws {
    var market = Self.market(dates: 200)
    // 16 of 63 missing leaves less than 75%; 6 of 63 missing is more than 90%.
    market.change("victim", 70..<86) { $0.totalReturn = .nan }
    var rules = Self.rules()
    rules.graceDays = 1
    rules.pendingDays = 1
    let run = try market.select(rules)
    let states = run.states("victim", in: market)
    #expect(run.drops(85) == ["victim": .left(.observedReturns)])
    // The ten oldest missing ones have left the window when that of date 79 has.
    #expect(states[85..<79 + 63].allSatisfy { $0 == .out })
    #expect(run.adds(79 + 63) == ["victim"])
  }

  /// A return that proves wrong the day after is not known after all.
  @Test func aRevokedReturnIsNotKnown() throws {
    var market = Self.market(dates: 100)
    market.change("victim", 71..<87) { $0.isRevoked = true }
    var rules = Self.rules()
    rules.graceDays = 1
    #expect(try market.select(rules).drops(86) == ["victim": .left(.observedReturns)])
  }

  /// Parts of the market that are easy to see: member "b" has 95%, then 99%, then all.
  @Test func coverageHasTwoThresholds() throws {
    var market = UniverseMarket(ids: ["a", "b", "c"], dates: 60)
    func setParts(_ dates: Range<Int>, _ parts: [String: Double]) {
      for (id, part) in parts {
        market.change(id, dates) {
          $0.shares = part * 1e6
          $0.floatShares = part * 1e6
          $0.volume = part * 1e4
        }
      }
    }
    setParts(0..<1, ["a": 90, "b": 5, "c": 5])
    setParts(1..<30, ["a": 90, "b": 9, "c": 1])
    setParts(30..<60, ["a": 90, "b": 0.5, "c": 1])
    var rules = UniverseRules()
    rules.minimumNames = 0
    rules.change = .daily
    let run = try market.select(rules)
    let states = run.states("b", in: market)
    #expect(states[..<30].allSatisfy { $0 == .member })
    #expect(states[30..<50].allSatisfy { $0 == .grace })
    #expect(run.drops(50) == ["b": .left(.capCoverage)])
    #expect(states[50...].allSatisfy { $0 == .out })
    // Another that has more than the last 99% from then on does not come in.
    #expect(run.states("c", in: market).allSatisfy { $0 == .out })
    #expect(run.days[59].funnel[.capCoverage] == 2)
  }

  /// The largest names satisfy the rule of coverage whatever their share.
  @Test func minimumNamesOverrideCoverage() throws {
    var market = UniverseMarket(ids: (0..<10).map { "asset\($0)" }, dates: 2)
    market.change("asset0", 0..<2) {
      $0.shares = 1e9
      $0.floatShares = 1e9
    }
    var rules = UniverseRules()
    rules.liquidity = nil
    // The largest has nearly everything: its own share is beyond the threshold too.
    for (names, members) in [(0, 0), (1, 1), (4, 4), (10, 10), (300, 10)] {
      rules.minimumNames = names
      let day = try market.select(rules).days[0]
      #expect(day.funnel.memberCount == members)
      #expect(day.funnel[.capCoverage] == 10 - members)
      #expect(day.isBelowMinimumNames == (members < names))
    }
  }

  /// Of an issuer's lines the largest or the most liquid is the primary one; of equal ones the first.
  @Test(arguments: UniverseRules.PrimaryLine.allCases)
  func onePrimaryLineOfEachIssuer(line: UniverseRules.PrimaryLine) throws {
    var market = UniverseMarket(ids: ["a", "b", "c", "d", "e"], dates: 1)
    for id in ["a", "b", "c"] { market.change(id, 0..<1) { $0.issuer = "x" } }
    market.change("b", 0..<1) { $0.shares = 1.5e6 }
    market.change("c", 0..<1) { $0.volume = 15_000 }
    var rules = UniverseRules()
    rules.primaryLine = line
    let day = try market.select(rules).days[0]
    #expect(day.inEstimation == [false, line == .largestCap, line == .mostLiquid, true, true])
    market.change("b", 0..<1) { $0.shares = 1e6 }
    market.change("c", 0..<1) { $0.volume = 10_000 }
    #expect(try market.select(rules).days[0].inEstimation == [true, false, false, true, true])
  }

  /// A line that cannot be a member does not stand in for its issuer.
  @Test func thePrimaryLineIsOneOfTheEligible() throws {
    var market = UniverseMarket(ids: ["a", "b"], dates: 1)
    for id in ["a", "b"] { market.change(id, 0..<1) { $0.issuer = "x" } }
    market.change("a", 0..<1) {
      $0.shares = 2e6
      $0.type = "preferred"
    }
    #expect(try market.select(UniverseRules()).days[0].inEstimation == [false, true])
  }

  /// Values that are missing neither let in nor put out.
  @Test func missingValuesChangeNothing() throws {
    var market = UniverseMarket(ids: ["in", "out"], dates: 60)
    for id in ["in", "out"] {
      market.change(id, (id == "in" ? 1 : 0)..<60) {
        $0.cap = 1e7
        $0.close = .nan
        $0.floatShares = .nan
        $0.country = nil
        $0.type = nil
      }
    }
    var rules = UniverseRules()
    rules.countries = ["US"]
    rules.change = .daily
    rules.graceDays = 1
    rules.pendingDays = 1
    let run = try market.select(rules)
    #expect(run.states("in", in: market).allSatisfy { $0 == .member })
    #expect(run.states("out", in: market).allSatisfy { $0 == .out })
    #expect(run.days[59].assumedFullFloat == 2)
    #expect(run.days[59].inCoverage == [true, true])
  }

  /// A cap that is no positive number covers nothing.
  @Test(arguments: [0, -1, .nan, .infinity])
  func capsHaveToBePositive(cap: Double) throws {
    var market = UniverseMarket(ids: ["a", "b"], dates: 1)
    market.change("a", 0..<1) { $0.cap = cap }
    let day = try market.select(UniverseRules()).days[0]
    #expect(day.inCoverage == [false, true] && day.funnel[.positiveCap] == 1)
  }

  /// Where caps are not given they are close times shares.
  @Test func capsComeOfPricesAndShares() throws {
    let market = RandomUniverseMarket.make(seed: 3)
    var derived = market
    for date in market.rows.indices {
      for id in market.rows[date].keys { derived.change(id, date..<date + 1) { $0.cap = $0.close * $0.shares } }
    }
    let given = try derived.select(RandomUniverseMarket.rules())
    derived.schema.numbers.removeAll { $0 == .marketCap }
    #expect(try derived.select(RandomUniverseMarket.rules()).days == given.days)
  }

  /// Another price than the close can be the one with a minimum.
  @Test func theFieldOfThePriceCanBeChosen() throws {
    var market = UniverseMarket(ids: ["a", "b"], dates: 1)
    market.change("a", 0..<1) { $0.flag = 0.3 }
    market.change("b", 0..<1) { $0.flag = 30 }
    var rules = UniverseRules()
    rules.priceField = "flag"
    #expect(try market.select(rules).days[0].inEstimation == [false, true])
    rules.priceField = "nowhere"
    let selection = try UniverseSelection(rules: rules, schema: market.schema)
    #expect(selection.skippedRules == [.init(rule: .minimumPrice, missingFields: ["nowhere"])])
  }
}
