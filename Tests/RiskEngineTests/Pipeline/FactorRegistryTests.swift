import RiskEngine
import Testing

/// The numbering of factors over time: by their coming, never by their codes.
@Suite struct FactorRegistryTests {
  private static let schema = PanelSchema(groups: ["industry", "country"], styles: ["beta", "size"])

  private static func table(_ texts: [String]) -> IdentifierTable { IdentifierTable(texts: texts) }

  /// The layout of a period with some labels, which ascend by bytes.
  private static func layout(_ labels: [[String]], _ tables: [IdentifierTable], hasMarket: Bool = true) -> FactorLayout
  {
    FactorLayout(
      hasMarket: hasMarket,
      labels: zip(labels, tables).map { texts, table in texts.sorted().compactMap { table.existingCode(of: $0) } },
      styleCount: 2)
  }

  /// Market and styles first, then labels by group and bytes, new ones behind; shown by group and bytes.
  @Test func factorsAreNumberedAsTheyCome() {
    let tables = [Self.table(["b", "c", "a"]), Self.table(["US", "CA"])]
    var registry = FactorRegistry(schema: Self.schema, hasMarket: true)
    let first = registry.update(
      Self.layout([["b", "c"], ["US"]], tables), labels: tables, date: CalendarDate(daysSinceEpoch: 7))
    #expect(first == [.market, .style, .style, .group(0), .group(0), .group(1)])
    let second = registry.update(
      Self.layout([["a", "c"], ["CA", "US"]], tables), labels: tables, date: CalendarDate(daysSinceEpoch: 9))
    #expect(second == [.group(0), .group(1)])
    #expect(registry.factors.map(\.name) == ["market", "beta", "size", "b", "c", "US", "a", "CA"])
    #expect(registry.factors.map(\.firstDate.daysSinceEpoch) == [7, 7, 7, 7, 7, 7, 9, 9])
    #expect(
      registry.shownOrder.map { registry.factors[$0].name } == ["market", "a", "b", "c", "CA", "US", "beta", "size"])
    #expect(registry.positions(of: Self.layout([["a", "b"], ["US"]], tables), labels: tables) == [0, 6, 3, 5, 1, 2])
  }

  /// Other codes of the same labels: the same factors at the same places.
  @Test func codesDoNotMatter() {
    let texts = [["n", "k", "z", "a"], ["x", "y"]]
    let orders: [([String]) -> [String]] = [{ $0 }, { $0.reversed() }, { ["unused"] + $0.sorted() }]
    let registries = orders.map { order in
      let tables = texts.map { Self.table(order($0)) }
      var registry = FactorRegistry(schema: Self.schema, hasMarket: true)
      for (day, labels) in [[["k", "z"], ["y"]], [["a", "k"], ["x", "y"]], [["n"], []]].enumerated() {
        _ = registry.update(
          Self.layout(labels, tables), labels: tables, date: CalendarDate(daysSinceEpoch: Int32(day)))
      }
      return registry
    }
    #expect(registries[0].factors.count == 9)
    for registry in registries { #expect(registry.factors == registries[0].factors) }
  }

  /// Labels named like the date, the market, a style or a label of another group are told apart.
  @Test func namesAreTakenOnce() {
    let tables = [Self.table(["market", "date", "beta", "US"]), Self.table(["US", "industry:beta"])]
    var registry = FactorRegistry(schema: Self.schema, hasMarket: true)
    _ = registry.update(
      Self.layout([["US", "beta", "date", "market"], ["US", "industry:beta"]], tables), labels: tables,
      date: CalendarDate(daysSinceEpoch: 0))
    #expect(
      registry.factors.map(\.name) == [
        "market", "beta", "size", "US", "industry:beta", "industry:date", "industry:market", "country:US",
        "country:industry:beta",
      ])
    #expect(Set(registry.factors.map(\.name)).count == registry.count)
    #expect(registry.position(ofLabel: "US", group: 0) == 3 && registry.position(ofLabel: "US", group: 1) == 7)
    #expect(registry.position(ofLabel: "beta", group: 1) == nil)
  }

  /// Without a market styles come first; labels that never came have no place.
  @Test func withoutAMarket() {
    let tables = [Self.table(["a", "b"]), Self.table(["x"])]
    var registry = FactorRegistry(schema: Self.schema, hasMarket: false)
    let layout = Self.layout([["a", "b"], ["x"]], tables, hasMarket: false)
    #expect(registry.positions(of: layout, labels: tables) == [nil, nil, nil, nil, nil])
    #expect(registry.shownOrder.isEmpty)
    _ = registry.update(
      Self.layout([["b"], ["x"]], tables, hasMarket: false), labels: tables, date: CalendarDate(daysSinceEpoch: 0))
    #expect(registry.factors.map(\.name) == ["beta", "size", "b", "x"])
    #expect(registry.positions(of: layout, labels: tables) == [nil, 2, 3, 0, 1])
    #expect(registry.shownOrder == [2, 3, 0, 1])
  }

  /// What was saved goes on as what was not; of other columns, or cut short, it is refused.
  @Test func savedAndTakenUpAgain() throws {
    let tables = [Self.table(["b", "market", "a"]), Self.table(["US"])]
    var registry = FactorRegistry(schema: Self.schema, hasMarket: true)
    _ = registry.update(
      Self.layout([["b", "market"], ["US"]], tables), labels: tables, date: CalendarDate(daysSinceEpoch: 3))
    var writer = StateWriter()
    registry.save(to: &writer)
    var taken = FactorRegistry(schema: Self.schema, hasMarket: true)
    var reader = StateReader(writer.bytes)
    try taken.restore(from: &reader)
    #expect(reader.isAtEnd && taken.factors == registry.factors)
    let next = Self.layout([["a", "b", "market"], ["US"]], tables)
    #expect(
      taken.update(next, labels: tables, date: CalendarDate(daysSinceEpoch: 4))
        == registry.update(next, labels: tables, date: CalendarDate(daysSinceEpoch: 4)))
    #expect(taken.factors == registry.factors && taken.shownOrder == registry.shownOrder)

    let others = [
      FactorRegistry(schema: Self.schema, hasMarket: false),
      FactorRegistry(schema: PanelSchema(groups: ["industry"], styles: ["beta", "size"]), hasMarket: true),
      FactorRegistry(schema: PanelSchema(groups: ["industry", "country"], styles: ["beta"]), hasMarket: true),
    ]
    for var other in others {
      #expect(throws: StateError.self) {
        var reader = StateReader(writer.bytes)
        try other.restore(from: &reader)
      }
      #expect(other.factors.isEmpty)
    }
    for length in 0..<writer.bytes.count {
      #expect(throws: StateError.self) {
        var reader = StateReader(Array(writer.bytes[..<length]))
        try taken.restore(from: &reader)
      }
    }
    #expect(taken.factors == registry.factors)
  }
}
