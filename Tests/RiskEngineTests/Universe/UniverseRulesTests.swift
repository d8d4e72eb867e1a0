import RiskEngine
import TestSupport
import Testing

/// What is refused, what is skipped, and that everything is documented.
@Suite struct UniverseRulesTests {
  /// A quarter, a month, half a year and twenty days, in periods of each frequency.
  @Test func defaultsCountPeriodsOfTheFrequency() {
    #expect(UniverseRules.defaults(periodsPerYear: 252) == UniverseRules())
    let weekly = UniverseRules.defaults(periodsPerYear: 52)
    #expect([weekly.windowDays, weekly.pendingDays, weekly.graceDays, weekly.absenceDays] == [13, 4, 4, 4])
    let monthly = UniverseRules.defaults(periodsPerYear: 12)
    #expect([monthly.windowDays, monthly.pendingDays, monthly.graceDays, monthly.absenceDays] == [3, 1, 1, 1])
    #expect(weekly.listingAge == 26 && monthly.listingAge == 6)
    let settings = CheckSettings.defaults(periodsPerYear: 12)
    #expect(CheckSettings.defaults(periodsPerYear: 252) == CheckSettings())
    #expect([settings.gapWarned, settings.gapExit, settings.carryDays, settings.fundamentalDays] == [1, 1, 1, 18])
  }

  /// A change of the defaults and the error that it has to give.
  struct Case: Sendable, CustomTestStringConvertible {
    var expected: UniverseRulesError
    var change: @Sendable (inout UniverseRules) -> Void
    var testDescription: String { "\(expected)" }

    init(_ expected: UniverseRulesError, _ change: @escaping @Sendable (inout UniverseRules) -> Void) {
      self.expected = expected
      self.change = change
    }
  }

  static let cases: [Case] = [
    Case(.emptyEntry(key: "column", position: 0)) { $0.column = "" },
    Case(.emptyList(key: "security_types")) { $0.securityTypes = [] },
    Case(.emptyEntry(key: "security_types", position: 1)) { $0.securityTypes = ["common", ""] },
    Case(.repeatedEntry(key: "countries", found: "US")) { $0.countries = ["US", "CA", "US"] },
    Case(.outOfRange(key: "cap_coverage.enter", found: -0.1, expected: 0...1)) { $0.capCoverage?.enter = -0.1 },
    Case(.outOfRange(key: "cap_coverage.leave", found: 1.1, expected: 0...1)) { $0.capCoverage?.leave = 1.1 },
    Case(.leaveBeforeEnter(key: "cap_coverage", enter: 0.985, leave: 0.98, expected: .leaveAtLeastEnter)) {
      $0.capCoverage?.leave = 0.98
    },
    Case(.outOfRange(key: "minimum_names", found: -1, expected: 0...10_000_000)) { $0.minimumNames = -1 },
    Case(.outOfRange(key: "free_float.enter", found: 1.5, expected: 0...1)) { $0.freeFloat?.enter = 1.5 },
    Case(.leaveBeforeEnter(key: "free_float", enter: 0.15, leave: 0.2, expected: .leaveAtMostEnter)) {
      $0.freeFloat?.leave = 0.2
    },
    Case(.leaveBeforeEnter(key: "minimum_price", enter: 1, leave: 2, expected: .leaveAtMostEnter)) {
      $0.minimumPrice?.leave = 2
    },
    Case(.emptyEntry(key: "price_field", position: 0)) { $0.priceField = "" },
    Case(.outOfRange(key: "liquidity.enter", found: .infinity, expected: 0...1000)) { $0.liquidity?.enter = .infinity },
    Case(.outOfRange(key: "liquidity.leave", found: -1, expected: 0...1000)) { $0.liquidity?.leave = -1 },
    Case(.outOfRange(key: "listing_age", found: -1, expected: 0...100_000)) { $0.listingAge = -1 },
    Case(.leaveBeforeEnter(key: "observed_returns", enter: 0.9, leave: 0.95, expected: .leaveAtMostEnter)) {
      $0.observedReturns?.leave = 0.95
    },
    Case(.outOfRange(key: "window_days", found: 0, expected: 1...756)) { $0.windowDays = 0 },
    Case(.outOfRange(key: "pending_days", found: 0, expected: 1...756)) { $0.pendingDays = 0 },
    Case(.outOfRange(key: "grace_days", found: 757, expected: 1...756)) { $0.graceDays = 757 },
    Case(.outOfRange(key: "absence_days", found: -1, expected: 0...756)) { $0.absenceDays = -1 },
  ]

  @Test(arguments: cases)
  func whatIsWrongIsNamed(wrong: Case) {
    var rules = UniverseRules()
    wrong.change(&rules)
    #expect(throws: wrong.expected) { _ = try rules.validated() }
    #expect(throws: wrong.expected) { _ = try UniverseSelection(rules: rules, schema: MarketSchema(numbers: [])) }
    #expect(wrong.expected.description.contains("universe.") && wrong.expected.description.contains("expected"))
  }

  /// A threshold that is no number is out of every range.
  @Test func notANumberIsRefused() {
    var rules = UniverseRules()
    rules.minimumPrice = .init(enter: .nan, leave: 0)
    #expect(throws: UniverseRulesError.self) { _ = try rules.validated() }
  }

  @Test func theDefaultsAreValid() throws { #expect(try UniverseRules().validated() == UniverseRules()) }

  /// Rules whose fields are missing are skipped, told, and remove nothing.
  @Test func rulesWithoutTheirFieldsAreSkipped() throws {
    var market = UniverseMarket(ids: ["a", "b"], dates: 2)
    market.schema = MarketSchema(numbers: [.close, .marketCap])
    var rules = UniverseRules()
    rules.countries = ["US"]
    let run = try market.select(rules)
    #expect(
      run.selection.skippedRules == [
        .init(rule: .securityTypes, missingFields: [.securityType]),
        .init(rule: .countries, missingFields: [.country]), .init(rule: .primaryLine, missingFields: [.issuer]),
        .init(rule: .freeFloat, missingFields: [.shares, .floatShares]),
        .init(rule: .liquidity, missingFields: [.volume]),
      ])
    #expect(run.days[1].inEstimation == [true, true])
    #expect(run.days[1].assumedFullFloat == 0)

    market.schema = MarketSchema(numbers: [])
    let bare = try market.select(UniverseRules())
    #expect(
      bare.selection.skippedRules.map(\.rule) == [
        .positiveCap, .securityTypes, .primaryLine, .capCoverage, .freeFloat, .minimumPrice, .liquidity,
      ])
    #expect(bare.selection.skippedRules.last?.missingFields == [.close, .volume, .marketCap])
    #expect(bare.days[1].inEstimation == [true, true])
  }

  /// A rule that is off is neither skipped nor applied.
  @Test func rulesThatAreOffAreNotSkipped() throws {
    var rules = UniverseRules()
    rules.securityTypes = nil
    rules.primaryLine = nil
    rules.capCoverage = nil
    rules.freeFloat = nil
    rules.minimumPrice = nil
    rules.liquidity = nil
    let selection = try UniverseSelection(rules: rules, schema: MarketSchema(numbers: [.marketCap]))
    #expect(selection.skippedRules.isEmpty)
  }

  /// A market without an asset has a universe without one.
  @Test func aDayWithoutRowsIsEmpty() throws {
    let run = try UniverseMarket([:], dates: 3).select(UniverseRules())
    #expect(run.days.allSatisfy { $0.states.isEmpty && $0.funnel == UniverseFunnel() && $0.isBelowMinimumNames })
  }
}

/// The catalog of rules is complete.
@Suite struct UniverseRuleCatalogTests {
  /// A property's name as the configuration spells it.
  static func key(_ property: String) -> String {
    property.map { $0.isUppercase ? "_\($0.lowercased())" : "\($0)" }.joined()
  }

  @Test func everyKeyOfTheRulesOccursOnce() {
    let properties = Mirror(reflecting: UniverseRules()).children.compactMap(\.label)
    #expect(Set(UniverseRuleCatalog.entries.map(\.key)) == Set(properties.map(Self.key)))
    #expect(UniverseRuleCatalog.entries.count == properties.count)
  }

  @Test func everyRuleOccurs() {
    // A positive cap is no choice, so that it has no key.
    let rules = Set(UniverseRuleCatalog.entries.compactMap(\.rule))
    #expect(rules == Set(UniverseRule.allCases).subtracting([.positiveCap]))
    for rule in rules { #expect(UniverseRuleCatalog.entries.contains { $0.key == rule.rawValue && $0.rule == rule }) }
  }

  @Test func everyEntryIsWritten() {
    for entry in UniverseRuleCatalog.entries {
      #expect(!entry.meaning.isEmpty && !entry.fields.isEmpty && !entry.source.isEmpty, "\(entry.key)")
      #expect(!entry.enterDefault.isEmpty || !entry.leaveDefault.isEmpty, "\(entry.key)")
    }
  }

  /// The defaults written there are those of the code.
  @Test func theDefaultsAreThoseOfTheRules() {
    let rules = UniverseRules()
    func entry(_ key: String) -> UniverseRuleCatalog.Entry? { UniverseRuleCatalog.entries.first { $0.key == key } }
    let thresholds: [(String, UniverseRules.Thresholds?)] = [
      ("cap_coverage", rules.capCoverage), ("free_float", rules.freeFloat), ("minimum_price", rules.minimumPrice),
      ("liquidity", rules.liquidity), ("observed_returns", rules.observedReturns),
    ]
    for (key, thresholds) in thresholds {
      #expect(entry(key)?.enterDefault.split(separator: " ").last.flatMap { Double($0) } == thresholds?.enter)
      #expect(entry(key)?.leaveDefault.split(separator: " ").last.flatMap { Double($0) } == thresholds?.leave)
    }
    #expect(entry("minimum_names")?.enterDefault == "\(rules.minimumNames)")
    #expect(entry("listing_age")?.enterDefault == rules.listingAge.map { "at least \($0)" })
    #expect(entry("window_days")?.enterDefault == "\(rules.windowDays)")
    #expect(entry("pending_days")?.enterDefault == "\(rules.pendingDays)")
    #expect(entry("grace_days")?.leaveDefault == "\(rules.graceDays)")
    #expect(entry("absence_days")?.leaveDefault == "\(rules.absenceDays)")
    #expect(entry("change")?.enterDefault == rules.change.rawValue)
    #expect(entry("warm_start")?.enterDefault == "\(rules.warmStart)")
    #expect(entry("primary_line")?.enterDefault == rules.primaryLine?.rawValue)
    #expect(entry("price_field")?.enterDefault == rules.priceField.rawValue)
    #expect(entry("security_types")?.enterDefault == rules.securityTypes.map { "[\($0.joined(separator: ", "))]" })
  }
}
