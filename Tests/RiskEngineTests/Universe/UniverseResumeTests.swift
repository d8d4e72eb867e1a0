import RiskEngine
import TestSupport
import Testing

/// A universe that is saved and taken up again goes on as if it had never stopped.
@Suite struct UniverseResumeTests {
  static func bytes(_ memory: UniverseMemory) -> [UInt8] {
    var writer = StateWriter()
    memory.save(to: &writer)
    return writer.bytes
  }

  static func read(_ bytes: [UInt8]) throws -> UniverseMemory {
    var reader = StateReader(bytes)
    let memory = try UniverseMemory(from: &reader)
    #expect(reader.isAtEnd)
    return memory
  }

  /// Saved and read after every date: the same days and the same bytes as in one go.
  @Test(arguments: [1, 2])
  func resumingDayByDayGivesTheSameBits(seed: UInt64) throws {
    let market = RandomUniverseMarket.make(seed: seed)
    let rules = RandomUniverseMarket.rules()
    let whole = try market.select(rules)
    var run = UniverseMarket.Run(selection: try UniverseSelection(rules: rules, schema: market.schema))
    for date in market.rows.indices {
      let memory = try Self.read(Self.bytes(run.selection.memory))
      let days = run.days
      run = UniverseMarket.Run(
        selection: try UniverseSelection(rules: rules, schema: market.schema, resuming: memory),
        identifiers: run.identifiers)
      run.days = days
      run.advance(market, date)
    }
    #expect(run.days == whole.days)
    #expect(Self.bytes(run.selection.memory) == Self.bytes(whole.selection.memory))
  }

  /// Stricter rules of entry leave members alone; stricter ones of leaving do not.
  @Test func newRulesReachMembersThroughLeaveOnly() throws {
    var market = UniverseMarket(ids: ["a", "b"], dates: 60)
    market.change("b", 0..<60) { $0.close = 5 }
    var rules = UniverseRules()
    rules.change = .daily
    let before = try market.select(rules)
    for (leave, stays) in [(4.0, true), (6.0, false)] {
      rules.minimumPrice = .init(enter: 8, leave: leave)
      var later = market
      later.rows.insert(contentsOf: market.rows, at: 0)
      var run = UniverseMarket.Run(
        selection: try UniverseSelection(
          rules: rules, schema: market.schema, resuming: before.selection.memory), identifiers: before.identifiers)
      for date in 60..<120 { run.advance(later, date) }
      #expect(run.days.allSatisfy { $0.adds.isEmpty })
      #expect(run.days.indices.filter { !run.days[$0].drops.isEmpty } == (stays ? [] : [20]))
    }
  }

  /// A memory with windows of another length, or without traded values, is refused.
  @Test func anotherWindowIsRefused() throws {
    var market = UniverseMarket(ids: ["a"], dates: 3)
    var rules = UniverseRules()
    let memory = try market.select(rules).selection.memory
    rules.windowDays = 42
    #expect(throws: UniverseRulesError.resumedWithOther(key: "window_days", found: 42, expected: 63)) {
      _ = try UniverseSelection(rules: rules, schema: market.schema, resuming: memory)
    }
    market.schema.numbers.removeAll { $0 == .volume }
    #expect(throws: UniverseRulesError.resumedWithOtherFields(key: "liquidity", found: false, expected: true)) {
      _ = try UniverseSelection(rules: UniverseRules(), schema: market.schema, resuming: memory)
    }
  }

  /// Bytes that end early, or of something else, are told.
  @Test func damagedBytesAreRefused() throws {
    let market = UniverseMarket(ids: ["a", "b"], dates: 3)
    let bytes = Self.bytes(try market.select(UniverseRules()).selection.memory)
    for count in stride(from: 0, to: bytes.count, by: 13) {
      #expect(throws: StateError.self) { _ = try Self.read(Array(bytes[..<count])) }
    }
    // The version, the window, the dates, the assets, the first code, its first and last date.
    for offset in [0, 8, 17, 34, 42, 50, 58] {
      var damaged = bytes
      damaged[offset + 7] = 0xFF
      #expect(throws: StateError.self) { _ = try Self.read(damaged) }
    }
  }
}
