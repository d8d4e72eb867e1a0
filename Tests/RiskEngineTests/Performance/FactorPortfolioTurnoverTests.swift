import LinAlg
@testable import RiskEngine
import TestSupport
import Testing

/// How much of factor-mimicking portfolios is traded.
@Suite struct FactorPortfolioTurnoverTests {
  static let axis = FactorAxis(
    hasMarket: true, schema: PanelSchema(groups: ["g"], styles: ["s"]), labels: [IdentifierTable(texts: ["b", "a"])])

  static func portfolios(_ assets: [Int32], labels: [Int32] = [1, 0], _ columns: [[Double]]) -> FactorPortfolios {
    FactorPortfolios(
      date: RandomPanel.date(0), layout: FactorLayout(hasMarket: true, labels: [labels], styleCount: 1), assets: assets,
      holdings: Matrix(rowCount: assets.count, columnCount: columns.count, storage: columns.flatMap { $0 }))
  }

  /// One asset of two doubles, which is drift and no trade; then half of it is sold for a new one.
  @Test func driftIsNoTrade() throws {
    var turnover = FactorPortfolioTurnover()
    let market = [0.5, 0.5]
    let rest = [[0.1, -0.1], [0.1, -0.1], [0.1, -0.1]]
    turnover.append(Self.portfolios([0, 1], [market] + rest), axis: Self.axis, returns: [1, .nan])
    turnover.append(Self.portfolios([0, 1], [[1, 0.5]] + rest), axis: Self.axis, returns: [0])
    var found = try #require(turnover.summaries.first { $0.factor == "market" })
    #expect(found.count == 1 && found.meanTurnover == 0)
    turnover.append(Self.portfolios([2, 1], [[1, 0.5]] + rest), axis: Self.axis, returns: [])
    found = try #require(turnover.summaries.first { $0.factor == "market" })
    // Sold 1, bought 1, of a gross of 1.5: one way two thirds.
    #expect(found.count == 2)
    #expect(relativeDifference(found.meanTurnover, (0 + 2.0 / 3) / 2) <= 1e-15)
    #expect(relativeDifference(found.annualTurnover(periodsPerYear: 12), 4) <= 1e-15)
    #expect(relativeDifference(found.meanChange, (0.5 + 2.0.squareRoot()) / 2) <= 1e-15)
  }

  @Test func effectiveNames() {
    var turnover = FactorPortfolioTurnover()
    turnover.append(
      Self.portfolios([0, 1, 2, 3], [[1, 1, 1, 1], [1, -1, 0, 0], [0, 2, 0, 0], [1, 1, -2, 0]]), axis: Self.axis,
      returns: [])
    let names = Dictionary(uniqueKeysWithValues: turnover.summaries.map { ($0.factor, $0.meanEffectiveNames) })
    #expect(names["market"] == 4)
    #expect(names["a"] == 2)
    #expect(names["b"] == 1)
    #expect(relativeDifference(names["s"] ?? .nan, 16.0 / 6) <= 1e-15)
    #expect(turnover.summaries.allSatisfy { $0.count == 0 && $0.meanTurnover.isNaN })
  }

  /// A label that is absent for a period starts anew; its neighbours go on.
  @Test func aFactorThatWasAwayStartsAnew() {
    var turnover = FactorPortfolioTurnover()
    let four = [[1.0, 0], [0, 1], [0, 1], [1, -1]]
    turnover.append(Self.portfolios([0, 1], four), axis: Self.axis, returns: [])
    turnover.append(Self.portfolios([0, 1], labels: [0], [four[0], four[1], four[3]]), axis: Self.axis, returns: [])
    turnover.append(Self.portfolios([0, 1], four), axis: Self.axis, returns: [])
    let counts = Dictionary(uniqueKeysWithValues: turnover.summaries.map { ($0.factor, $0.count) })
    #expect(counts == ["market": 2, "s": 2, "b": 2, "a": 0])
  }

  @Test func stateIsTakenUpAgain() throws {
    var random = TestRandom(seed: 9)
    var whole = FactorPortfolioTurnover()
    var parts = FactorPortfolioTurnover()
    for period in 0..<8 {
      let assets = (0..<Int32(6)).filter { Int($0) != period % 6 }
      let columns = (0..<4).map { _ in assets.map { _ in random.normal() } }
      let returns = (0..<6).map { _ in 0.1 * random.normal() }
      whole.append(Self.portfolios(assets, columns), axis: Self.axis, returns: returns)
      var writer = StateWriter()
      parts.save(to: &writer)
      var reader = StateReader(writer.bytes)
      parts = try FactorPortfolioTurnover(from: &reader)
      parts.append(Self.portfolios(assets, columns), axis: Self.axis, returns: returns)
    }
    #expect(parts.summaries == whole.summaries)
    #expect(whole.summaries.allSatisfy { $0.count == 7 && $0.meanTurnover > 0 })
  }
}
