import RiskEngine
import Testing

/// Names of factors: labels and styles as they are, but never one name twice.
@Suite struct FactorAxisTests {
  static func names(_ labels: [[String]], styles: [String] = [], hasMarket: Bool = true) -> [String] {
    let groups = labels.indices.map { ["industry", "country", "size"][$0] }
    return FactorAxis(
      hasMarket: hasMarket, schema: PanelSchema(groups: groups, styles: styles),
      labels: labels.map { IdentifierTable(texts: $0) }
    ).names
  }

  @Test func factorsAreMarketLabelsByBytesThenStylesAsGiven() {
    #expect(
      Self.names([["b", "Z", "a"], ["US", "DE"]], styles: ["size", "beta"])
        == ["market", "Z", "a", "b", "DE", "US", "size", "beta"])
    #expect(Self.names([["b", "a"]], hasMarket: false) == ["a", "b"])
  }

  @Test func labelsThatAreTakenAreWrittenWithTheirGroup() {
    #expect(
      Self.names([["date", "market", "beta", "x"], ["x", "y"]], styles: ["beta"])
        == ["market", "industry:beta", "industry:date", "industry:market", "x", "country:x", "y", "beta"])
    // `market` is taken without a market too: a table has one meaning for it.
    #expect(Self.names([["market", "x"]], hasMarket: false) == ["industry:market", "x"])
  }

  @Test func namesThatLookQualifiedAreNotTakenTwice() {
    #expect(
      Self.names([["x"], ["country:x", "x"]]) == ["market", "x", "country:x", "country:country:x"])
    #expect(
      Self.names([["industry:beta", "beta"]], styles: ["beta"])
        == ["market", "industry:beta", "industry:industry:beta", "beta"])
    for names in [
      Self.names([["industry:beta", "beta"]], styles: ["beta"]),
      Self.names([["a", "b"], ["a", "b"], ["a", "b"]], styles: ["country:a"]),
    ] {
      #expect(Set(names).count == names.count)
    }
  }

  @Test func kindsSayWhatNamesDoNot() {
    let axis = FactorAxis(
      hasMarket: true, schema: PanelSchema(groups: ["industry"], styles: ["beta"]),
      labels: [IdentifierTable(texts: ["z", "beta"])])
    #expect(
      axis.kinds == [
        .market, .label(group: "industry", label: "beta"), .label(group: "industry", label: "z"), .style("beta"),
      ])
    #expect(axis.count == 4)
  }
}
