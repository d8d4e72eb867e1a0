import TestSupport
import Testing

@testable import RiskEngine

/// The shares with which labels sum to zero: the constraint weights of a label's rows.
@Suite struct ConstraintSharesTests {
  /// A market, or none; weights of each kind; one label a row, or fractions.
  struct Case: Sendable {
    var hasMarket: Bool
    var scheme: ConstraintWeightScheme?
    var isFractional: Bool
  }

  static let cases = [true, false].flatMap { hasMarket in
    [nil, ConstraintWeightScheme.equal, .cap, .column].flatMap { scheme in
      [false, true].map { Case(hasMarket: hasMarket, scheme: scheme, isFractional: $0) }
    }
  }

  /// Sums by dictionary over the table as a test writes it.
  @Test(arguments: cases) func areSumsOfWeights(example: Case) throws {
    let table = RandomPanel(
      assetCount: 30, dateCount: 2, labelCounts: [4, 3], fractionalGroups: example.isFractional ? [1] : [],
      styleCount: 1, zeroCapShare: 0.1, outsideShare: 0.2, seed: 8
    ).table()
    let panel = try table.panel()
    let section = panel.crossSections[0]
    var regression = CrossSectionalRegression()
    regression.hasMarket = example.hasMarket
    regression.constraintWeights = example.scheme
    var registry = FactorRegistry(schema: panel.schema, hasMarket: example.hasMarket)
    // The last label of the second group is left out of the registry, as one that is not known yet.
    let labels = panel.labels.map { $0.codesSortedByBytes() }
    let layout = FactorLayout(
      hasMarket: example.hasMarket, labels: [labels[0], Array(labels[1].dropLast())], styleCount: 1)
    _ = registry.update(layout, labels: panel.labels, date: section.date)
    let found = ConstraintShares.of(
      section, regression: regression, schema: panel.schema, registry: registry, labels: panel.labels,
      isCounted: { section.reasons.isEmpty || section.reasons[$0].isEmpty })
    #expect(found.count == registry.count)

    var sums: [String: Double] = [:]
    let first = table.rows.filter { $0.date == section.loadingsDate }
    for row in 0..<section.rowCount where section.reasons.isEmpty || section.reasons[row].isEmpty {
      let asset = panel.assets[section.assets[row]]
      let written = try #require(first.first { $0.asset == asset })
      let weight =
        switch example.scheme {
        case nil, .cap: written.cap
        case .equal: 1.0
        case .column: written.constraintWeight
        }
      sums["0 \(written.labels[0])", default: 0] += weight
      guard example.isFractional else {
        sums["1 \(written.labels[1])", default: 0] += weight
        continue
      }
      for membership in table.memberships["group1"] ?? [] where membership.asset == asset {
        sums["1 \(membership.label)", default: 0] += weight * membership.fraction
      }
    }
    var count = 0
    for (position, factor) in registry.factors.enumerated() {
      guard case .label(let group, let label) = factor.kind, example.hasMarket || group == "group1" else {
        #expect(found[position] == 0)
        continue
      }
      let expected = try #require(sums["\(group == "group0" ? 0 : 1) \(label)"])
      // Thirty terms of one sign, added in another order.
      #expect(abs(found[position] - expected) <= 1e-14 * expected)
      count += 1
    }
    #expect(count == (example.hasMarket ? 6 : 2))
  }

  /// Rows that do not count, and weights that are missing or zero, give nothing.
  @Test func whatDoesNotCountGivesNothing() throws {
    let schema = PanelSchema(groups: ["g"], styles: ["s"], hasCaps: true, hasConstraintWeights: true)
    var table = PanelTable(schema: schema)
    let date = CalendarDate(daysSinceEpoch: 100)
    for (index, cap) in [3.0, 0, 5, 7].enumerated() {
      table.rows.append(
        .init(
          date: date, asset: "\(index)", return: 0.01, cap: cap, constraintWeight: index == 2 ? .nan : 1,
          labels: ["ab".map(String.init)[index % 2]], styles: [1]))
    }
    let panel = try table.panel(lag: 0)
    let section = panel.crossSections[0]
    var registry = FactorRegistry(schema: schema, hasMarket: true)
    let layout = FactorLayout(hasMarket: true, labels: [panel.labels[0].codesSortedByBytes()], styleCount: 1)
    _ = registry.update(layout, labels: panel.labels, date: date)
    func shares(_ scheme: ConstraintWeightScheme, _ isCounted: (String) -> Bool) -> [Double] {
      var regression = CrossSectionalRegression()
      regression.constraintWeights = scheme
      return ConstraintShares.of(
        section, regression: regression, schema: schema, registry: registry, labels: panel.labels,
        isCounted: { isCounted(panel.assets[section.assets[$0]]) })
    }
    // Assets 0 and 2 are of label a, 1 and 3 of b; the order is market, style, a, b.
    #expect(shares(.cap) { _ in true } == [0, 0, 8, 7])
    #expect(shares(.cap) { $0 != "3" } == [0, 0, 8, 0])
    #expect(shares(.equal) { $0 != "0" } == [0, 0, 1, 2])
    #expect(shares(.column) { _ in true } == [0, 0, 1, 2])
    #expect(shares(.column) { _ in false } == [0, 0, 0, 0])
  }
}
