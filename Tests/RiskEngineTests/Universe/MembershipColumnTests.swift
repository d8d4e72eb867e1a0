import RiskEngine
import TestSupport
import Testing

/// A column of members is taken as it is.
@Suite struct MembershipColumnTests {
  @Test func numbersAreTakenAsTheyAre() throws {
    var market = UniverseMarket(ids: ["a", "b", "c", "d", "e"], dates: 3)
    for (id, flags) in ["a": [1, 1, 1], "b": [0, 1, 0], "c": [.nan, 1, .nan], "d": [2, 0.5, -1], "e": [1, 1, 1]] {
      for (date, flag) in flags.enumerated() { market.change(id, date..<date + 1) { $0.flag = flag } }
    }
    // Whatever other rules would say, but for the cap.
    market.change("a", 0..<3) {
      $0.close = 0.01
      $0.type = "fund"
    }
    market.change("e", 0..<3) { $0.cap = 0 }
    let run = try market.select(UniverseRules(column: "flag"))
    #expect(run.selection.skippedRules.isEmpty)
    #expect(
      run.days.map(\.inEstimation) == [
        [true, false, false, false, false], [true, true, true, false, false], [true, false, false, false, false],
      ])
    #expect(run.days.map(\.missingFlags) == [2, 1, 2])
    #expect(run.days[0].inCoverage == [true, true, true, true, false])
    #expect(run.days[0].funnel[.column] == 3 && run.days[0].funnel[.positiveCap] == 1)
    #expect(run.adds(0) == ["a"] && run.adds(1) == ["b", "c"] && run.adds(2).isEmpty)
    #expect(run.drops(2) == ["b": .left(.column), "c": .left(.column)])
    #expect(run.days[1].states == [.member, .member, .member, .out, .out])
  }

  /// Labels that are words for yes and no, in any case.
  @Test func labelsAreTakenAsTheyAre() throws {
    let words: [(String?, Bool?)] = [
      ("true", true), ("TRUE", true), ("Yes", true), ("y", true), ("1", true), ("t", true), ("false", false),
      ("No", false), ("n", false), ("0", false), ("f", false), (nil, nil), ("maybe", nil), ("", nil),
    ]
    var market = UniverseMarket([:], dates: 2)
    for (index, word) in words.enumerated() {
      for date in 0..<2 {
        market.rows[date]["asset\(index + 10)"] = UniverseMarket.Row(flagLabel: words[(index + date) % words.count].0)
        _ = word
      }
    }
    let run = try market.select(UniverseRules(column: "flag_label"))
    #expect(run.days[0].inEstimation == words.map { $0.1 == true })
    #expect(run.days[1].inEstimation == words.indices.map { words[($0 + 1) % words.count].1 == true })
    #expect(run.days.map(\.missingFlags) == [3, 3])
  }

  /// Where caps are unknown to the market every row is covered.
  @Test func aColumnNeedsNoCaps() throws {
    var market = UniverseMarket(ids: ["a"], dates: 1)
    market.change("a", 0..<1) { $0.flag = 1 }
    market.schema = MarketSchema(numbers: ["flag"])
    let run = try market.select(UniverseRules(column: "flag"))
    #expect(run.days[0].inEstimation == [true] && run.days[0].inCoverage == [true])
    #expect(run.selection.skippedRules == [.init(rule: .positiveCap, missingFields: [.marketCap])])
  }

  @Test func aMemberThatStaysAwayIsGone() throws {
    var market = UniverseMarket(ids: ["a", "b"], dates: 40)
    for id in ["a", "b"] { market.change(id, 0..<40) { $0.flag = 1 } }
    market.remove("b", 10..<40)
    let run = try market.select(UniverseRules(column: "flag"))
    #expect(run.days.indices.filter { !run.days[$0].drops.isEmpty } == [30])
    #expect(run.drops(30) == ["b": .absent])
  }

  @Test func aColumnThatIsNotThereIsRefused() {
    let schema = MarketSchema(numbers: [.close], labels: [.issuer])
    #expect(throws: UniverseRulesError.unknownField(key: "column", found: "flag", expected: [.close, .issuer])) {
      _ = try UniverseSelection(rules: UniverseRules(column: "flag"), schema: schema)
    }
  }
}
