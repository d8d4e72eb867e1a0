import RiskEngine
import TestSupport
import Testing

/// A design of one period on which invariants are checked.
struct InvariantCase: CustomTestStringConvertible, Sendable {
  let name: String
  var labelCounts: [Int]
  var fractionalGroups: Set<Int> = []
  var regression: CrossSectionalRegression

  var testDescription: String { name }

  /// `10³ ε` times the `n κ²` of a well conditioned design, at most `10³`.
  static let tolerance = 1e3 * 1e3 * Double.ulpOfOne

  static let all: [InvariantCase] = [
    InvariantCase(name: "market and styles", labelCounts: [], regression: .init(weights: .column)),
    InvariantCase(name: "one group", labelCounts: [6], regression: .init()),
    InvariantCase(name: "two groups", labelCounts: [3, 6], regression: .init(constraintWeights: .equal)),
    InvariantCase(
      name: "fractional and plain", labelCounts: [4, 5], fractionalGroups: [0],
      regression: .init(weights: .column, constraintWeights: .column)),
    InvariantCase(
      name: "fractional alone", labelCounts: [4], fractionalGroups: [0],
      regression: .init(constraintWeights: .column)),
    InvariantCase(name: "styles alone", labelCounts: [], regression: .init(hasMarket: false)),
    InvariantCase(name: "one group, no market", labelCounts: [6], regression: .init(hasMarket: false)),
    InvariantCase(
      name: "two groups, no market", labelCounts: [4, 6],
      regression: .init(weights: .column, constraintWeights: .cap, hasMarket: false)),
  ]

  /// One date of 50 assets, three styles.
  func table(seed: UInt64 = 11) -> PanelTable {
    RandomPanel(
      assetCount: 50, dateCount: 1, labelCounts: labelCounts, fractionalGroups: fractionalGroups, seed: seed
    ).table()
  }

  func requireGoodCondition(_ regression: PeriodRegression) {
    #expect(Double(regression.assetCount) * regression.condition < 1e4)
  }

  /// Adds `B g` to the returns, or puts it in their place, with a `g` that obeys the constraints.
  ///
  /// - Returns: `g` in the order of a period's factors.
  func addFactorReturns(to table: inout PanelTable, keepingReturns: Bool) -> [Double] {
    // Any regression's factor returns obey the constraints: take those of other returns.
    var other = table
    var random = TestRandom(seed: 99)
    for row in other.rows.indices { other.rows[row].return = 0.02 * random.normal() }
    let period = DenseRegression(regression).estimate(other, lag: 0)[0]
    for row in table.rows.indices {
      guard let loadings = period.loadings[table.rows[row].asset] else { continue }
      let value = zip(loadings, period.factorReturns).reduce(0) { $0 + $1.0 * $1.1 }
      table.rows[row].return = (keepingReturns ? table.rows[row].return : 0) + Double(value)
    }
    return period.factorReturns.map { Double($0) }
  }

  /// Checks that two regressions of the same rows agree to rounding.
  func expectSame(_ left: PeriodRegression, _ right: PeriodRegression) {
    #expect(left.outcome == right.outcome)
    for (a, b) in zip(left.factorReturns, right.factorReturns) { #expect(abs(a - b) <= Self.tolerance * 0.1) }
    for (a, b) in zip(left.standardErrors, right.standardErrors) { #expect(abs(a - b) <= Self.tolerance * a) }
    for (a, b) in zip(left.idioReturns, right.idioReturns) { #expect(abs(a - b) <= Self.tolerance * 0.1) }
    #expect(abs(left.rSquared - right.rSquared) <= Self.tolerance)
    #expect(abs(left.centeredRSquared - right.centeredRSquared) <= Self.tolerance)
  }
}
