import RiskEngine
import TestSupport
import Testing

/// Which factors are missing where columns depend on each other, and that nothing else is.
///
/// Each test writes down the null vector by hand. Factors off it are held against a regression without the
/// column that caused it, which has full rank.
@Suite struct IdentificationTests {
  static func style(_ table: inout PanelTable, _ index: Int, _ value: (PanelTable.Row) -> Double) {
    for row in table.rows.indices { table.rows[row].styles[index] = value(table.rows[row]) }
  }

  /// The names of the factors that are missing, and agreement of the others and of all idio returns with a
  /// table of full rank and the same span.
  static func check(
    _ table: PanelTable, spanOf reference: PanelTable, regression: CrossSectionalRegression = .init(),
    outcome: PeriodOutcome, missing: Set<String>
  ) throws {
    let panel = try table.panel(lag: 0)
    let result = regression.estimate(panel)
    let expected = regression.estimate(try reference.panel(lag: 0))
    let found = result.periods[0]
    #expect(found.outcome == outcome)
    #expect(found.solver == .svd)
    let names = result.factors.names
    #expect(Set(names.indices.filter { result.factorReturns[0][$0].isNaN }.map { names[$0] }) == missing)
    #expect(Set(names.indices.filter { result.standardErrors[0][$0].isNaN }.map { names[$0] }) == missing)
    for (factor, name) in names.enumerated() where !missing.contains(name) {
      guard let other = expected.factors.names.firstIndex(of: name) else { continue }
      let value = expected.factorReturns[0][other]
      #expect(abs(result.factorReturns[0][factor] - value) <= 1e-11, "\(name)")
      #expect(
        relativeDifference(result.standardErrors[0][factor], expected.standardErrors[0][other]) <= 1e-9, "\(name)")
    }
    #expect(found.idioReturns.allSatisfy { $0.isFinite })
    for (left, right) in zip(found.idioReturns, expected.periods[0].idioReturns) { #expect(abs(left - right) <= 1e-11) }
    #expect(abs(found.rSquared - expected.periods[0].rSquared) <= 1e-10)
    #expect(relativeDifference(found.idioVolatility, expected.periods[0].idioVolatility) <= 1e-9)
  }

  static func withoutStyle(_ table: PanelTable, _ index: Int) -> PanelTable {
    var table = table
    table.schema.styles.remove(at: index)
    for row in table.rows.indices { table.rows[row].styles.remove(at: index) }
    return table
  }

  /// `s = 1`: the null vector is `s − market`, for the labels sum to zero either way.
  @Test(arguments: [[], [4], [4, 3]])
  func aConstantStyleIsToldFromAllButTheMarket(labelCounts: [Int]) throws {
    var table = RandomPanel(dateCount: 1, labelCounts: labelCounts, seed: 2).table()
    Self.style(&table, 1) { _ in 0.75 }
    try Self.check(
      table, spanOf: Self.withoutStyle(table, 1), outcome: .degraded(.rank(deficiency: 1)),
      missing: ["market", "style1"])
  }

  /// Without a market the first group's labels sum to the constant.
  @Test func aConstantStyleWithoutMarketTakesTheFreeGroupWithIt() throws {
    var table = RandomPanel(dateCount: 1, labelCounts: [4, 6], seed: 2).table()
    Self.style(&table, 1) { _ in 1 }
    try Self.check(
      table, spanOf: Self.withoutStyle(table, 1), regression: .init(hasMarket: false),
      outcome: .degraded(.rank(deficiency: 1)), missing: ["g0", "g1", "g2", "g3", "style1"])
  }

  @Test func aStyleOfZerosIsMissingAlone() throws {
    var table = RandomPanel(dateCount: 1, labelCounts: [4, 3], seed: 2).table()
    Self.style(&table, 0) { _ in 0 }
    try Self.check(
      table, spanOf: Self.withoutStyle(table, 0), outcome: .degraded(.rank(deficiency: 1)), missing: ["style0"])
  }

  /// `s = 1` on one label: `s − (label − ϖ · labels + ϖ · market)`.
  @Test(arguments: [([6, 3], 0), ([6, 3], 1), ([3, 6], 0), ([3, 6], 1)])
  func aStyleThatIsALabelTakesTheGroupAndTheMarketWithIt(labelCounts: [Int], group: Int) throws {
    var table = RandomPanel(dateCount: 1, labelCounts: labelCounts, seed: 2).table()
    let label = RandomPanel.label(1, group: group)
    Self.style(&table, 2) { $0.labels[group] == label ? 1 : 0 }
    let labels = (0..<labelCounts[group]).map { RandomPanel.label($0, group: group) }
    try Self.check(
      table, spanOf: Self.withoutStyle(table, 2), outcome: .degraded(.rank(deficiency: 1)),
      missing: Set(["market", "style2"] + labels))
  }

  @Test(arguments: [1.0, -3, 1e-3, 1e5])
  func equalStylesAreMissingAlone(factor: Double) throws {
    var table = RandomPanel(dateCount: 1, labelCounts: [4, 3], seed: 2).table()
    Self.style(&table, 2) { factor * $0.styles[0] }
    try Self.check(
      table, spanOf: Self.withoutStyle(table, 2), outcome: .degraded(.rank(deficiency: 1)),
      missing: ["style0", "style2"])
  }

  /// Two dependencies at once.
  @Test func eachDependencyIsCounted() throws {
    var table = RandomPanel(dateCount: 1, labelCounts: [4], styleCount: 5, seed: 2).table()
    Self.style(&table, 2) { 2 * $0.styles[0] }
    Self.style(&table, 4) { $0.styles[3] - $0.styles[1] }
    try Self.check(
      table, spanOf: Self.withoutStyle(Self.withoutStyle(table, 4), 2), outcome: .degraded(.rank(deficiency: 2)),
      missing: ["style0", "style1", "style2", "style3", "style4"])
  }

  /// Two blocks that share no label: level of one block against the other, `Σ block ϖ` of both groups being
  /// equal, so the market is not touched; a third group and styles are not either.
  @Test(arguments: [[4, 6], [6, 4], [4, 6, 3]], [true, false])
  func confoundedGroupsMissTheirLabelsOnly(labelCounts: [Int], hasMarket: Bool) throws {
    var table = RandomPanel(assetCount: 60, dateCount: 1, labelCounts: labelCounts, seed: 2).table()
    var random = TestRandom(seed: 4)
    for row in table.rows.indices {
      // Even labels of one group go with even labels of the other.
      let parity = row % 2
      for group in 0..<2 {
        let label = 2 * random.integer(below: labelCounts[group] / 2) + parity
        table.rows[row].labels[group] = RandomPanel.label(label, group: group)
      }
    }
    let panel = try table.panel(lag: 0)
    let result = CrossSectionalRegression(hasMarket: hasMarket).estimate(panel)
    let found = result.periods[0]
    #expect(found.outcome == .degraded(.confoundedGroups(components: 2)))
    #expect(found.outcome.description == "degraded: confounded groups")
    let labels = (0..<2).flatMap { group in (0..<labelCounts[group]).map { RandomPanel.label($0, group: group) } }
    let names = result.factors.names
    #expect(Set(names.indices.filter { result.factorReturns[0][$0].isNaN }.map { names[$0] }) == Set(labels))
    #expect(found.idioReturns.allSatisfy { $0.isFinite })
    #expect(found.factorReturns.count == result.factors.count)
  }

  /// What is left of confounded groups is what a regression on products of labels gives.
  @Test func confoundedGroupsKeepFittedValues() throws {
    var table = RandomPanel(assetCount: 60, dateCount: 1, labelCounts: [4, 2], seed: 2).table()
    for row in table.rows.indices {
      let parity = row % 2
      table.rows[row].labels = ["g\(2 * (row / 2 % 2) + parity)", "H\(parity)"]
    }
    var reference = table
    reference.schema.groups.removeLast()
    for row in reference.rows.indices { reference.rows[row].labels.removeLast() }
    // The second group's labels are unions of the first's.
    try Self.check(
      table, spanOf: reference, outcome: .degraded(.confoundedGroups(components: 2)),
      missing: ["g0", "g1", "g2", "g3", "H0", "H1"])
  }

  /// An asset outside the universe has an idio return only where its loadings lie in the span of those told.
  @Test func idioReturnsOutsideTheSpanAreMissing() throws {
    var table = RandomPanel(dateCount: 1, labelCounts: [4], seed: 2).table()
    Self.style(&table, 2) { $0.styles[0] }
    for row in 20..<23 { table.rows[row].inUniverse = false }
    table.rows[21].styles[2] += 1
    table.rows[22].styles[2] += 1e-3
    let panel = try table.panel(lag: 0)
    let found = CrossSectionalRegression().estimate(panel).periods[0]
    #expect(found.outcome == .degraded(.rank(deficiency: 1)))
    let missing = Set(
      (0..<40).filter { found.idioReturns[$0].isNaN }.map { panel.assets[panel.crossSections[0].assets[$0]] })
    #expect(missing == [RandomPanel.asset(21), RandomPanel.asset(22)])
  }

  @Test func oneLabelIsZeroAndOneStandardErrorOfZero() throws {
    let panel = try RandomPanel(dateCount: 1, labelCounts: [1], seed: 2).table().panel(lag: 0)
    let result = CrossSectionalRegression().estimate(panel)
    #expect(result.periods[0].outcome == .estimated)
    #expect(result.factorReturns[0][1] == 0 && result.standardErrors[0][1] == 0)
    #expect(result.periods[0].tStatistics[1].isNaN)
  }
}
