import LinAlg
@testable import RiskEngine
import TestSupport
import Testing

/// How much of factor-mimicking portfolios is traded.
@Suite struct FactorPortfolioTurnoverTests {
  static let positions: [Int?] = [0, 2, 1, 3]

  static func portfolios(_ assets: [Int32], labels: [Int32] = [1, 0], _ columns: [[Double]]) -> FactorPortfolios {
    FactorPortfolios(
      date: RandomPanel.date(0), layout: FactorLayout(hasMarket: true, labels: [labels], styleCount: 1), assets: assets,
      holdings: Matrix(rowCount: assets.count, columnCount: columns.count, storage: columns.flatMap { $0 }))
  }

  /// One asset of two doubles, which is drift and no trade; then half of it is sold for a new one.
  @Test func driftIsNoTrade() {
    var turnover = FactorPortfolioTurnover()
    let market = [0.5, 0.5]
    let rest = [[0.1, -0.1], [0.1, -0.1], [0.1, -0.1]]
    let first = turnover.append(
      Self.portfolios([0, 1], [market] + rest), positions: Self.positions, returns: [1, .nan])[0]
    #expect(first.turnover.isNaN && first.change.isNaN)
    let second = turnover.append(
      Self.portfolios([0, 1], [[1, 0.5]] + rest), positions: Self.positions, returns: [0])[0]
    #expect(second.turnover == 0 && second.change == 0.5)
    let third = turnover.append(
      Self.portfolios([2, 1], [[1, 0.5]] + rest), positions: Self.positions, returns: [])[0]
    // Sold 1, bought 1, of a gross of 1.5: one way two thirds.
    #expect(relativeDifference(third.turnover, 2.0 / 3) <= 1e-15)
    #expect(relativeDifference(third.change, 2.0.squareRoot()) <= 1e-15)
  }

  @Test func effectiveNames() {
    var turnover = FactorPortfolioTurnover()
    let found = turnover.append(
      Self.portfolios([0, 1, 2, 3], [[1, 1, 1, 1], [1, -1, 0, 0], [0, 2, 0, 0], [1, 1, -2, 0]]),
      positions: Self.positions, returns: [])
    #expect(found.prefix(3).map(\.effectiveNames) == [4, 2, 1])
    #expect(relativeDifference(found[3].effectiveNames, 16.0 / 6) <= 1e-15)
  }

  /// A label that is absent for a period starts anew; its neighbours go on.
  @Test func aFactorThatWasAwayStartsAnew() {
    var turnover = FactorPortfolioTurnover()
    let four = [[1.0, 0], [0, 1], [0, 1], [1, -1]]
    turnover.append(Self.portfolios([0, 1], four), positions: Self.positions, returns: [])
    let without = turnover.append(
      Self.portfolios([0, 1], labels: [0], [four[0], four[1], four[3]]), positions: [0, 1, 3], returns: [])
    #expect(without.map(\.turnover) == [0, 0, 0])
    let again = turnover.append(Self.portfolios([0, 1], four), positions: Self.positions, returns: [])
    #expect(again.map(\.turnover.isNaN) == [false, true, false, false])
  }

  @Test func stateIsTakenUpAgain() throws {
    var random = TestRandom(seed: 9)
    var whole = FactorPortfolioTurnover()
    var parts = FactorPortfolioTurnover()
    for period in 0..<8 {
      let assets = (0..<Int32(6)).filter { Int($0) != period % 6 }
      let columns = (0..<4).map { _ in assets.map { _ in random.normal() } }
      let returns = assets.map { _ in 0.1 * random.normal() }
      let expected = whole.append(
        Self.portfolios(assets, columns), positions: Self.positions, returns: returns, workers: 3)
      var writer = StateWriter()
      parts.save(to: &writer)
      var reader = StateReader(writer.bytes)
      parts = try FactorPortfolioTurnover(from: &reader)
      let found = parts.append(Self.portfolios(assets, columns), positions: Self.positions, returns: returns)
      #expect(found.map(\.turnover.bitPattern) == expected.map(\.turnover.bitPattern))
      #expect(found.map(\.change.bitPattern) == expected.map(\.change.bitPattern))
      #expect(period == 0 || found.allSatisfy { $0.turnover > 0 })
    }
  }
}
