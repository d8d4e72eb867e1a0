import RiskEngine
import TestSupport
import Testing

/// Designs that lose digits: which rung of the ladder solves them, and how well.
@Suite struct IllConditionedTests {
  /// 500 assets, a market and nine styles of which two differ by noise of a given size.
  static func nearlyEqualStyles(noise: Double, labelCounts: [Int] = []) -> PanelTable {
    var table = RandomPanel(assetCount: 500, dateCount: 1, labelCounts: labelCounts, styleCount: 9, seed: 40).table()
    var random = TestRandom(seed: 41)
    for row in table.rows.indices { table.rows[row].styles[1] = table.rows[row].styles[0] + noise * random.normal() }
    return table
  }

  static let rungs: [(noise: Double, solver: PeriodRegression.Solver, measured: Double)] = [
    (1e-4, .cholesky, 2e-7), (1e-6, .qr, 2e-10), (1e-7, .qr, 1e-9), (1e-8, .qr, 1e-8),
  ]

  /// Returns that the styles explain wholly, each factor return being 1: perturbation theory gives the errors measured
  /// by Cholesky for the first and by QR for the others.
  @Test(arguments: 0..<4, [[], [7], [3, 5]])
  func nearlyEqualStylesAreSolvedByTheRungThatCan(rung: Int, labelCounts: [Int]) throws {
    let (noise, solver, measured) = Self.rungs[rung]
    var table = Self.nearlyEqualStyles(noise: noise, labelCounts: labelCounts)
    for row in table.rows.indices { table.rows[row].return = table.rows[row].styles.reduce(1, +) }
    let found = CrossSectionalRegression(weights: .equal).estimate(try table.panel(lag: 0)).periods[0]
    #expect(found.outcome == .estimated)
    #expect(found.solver == solver)
    for (factor, value) in found.factorReturns.enumerated() {
      let isLabel = factor > 0 && factor < found.factorCount - 9
      #expect(abs(value - (isLabel ? 0 : 1)) <= measured, "factor \(factor)")
    }
  }

  /// With idio returns the error of `f` grows with `κ²` in either way, and so does its standard error with
  /// `κ`: their ratio is `n ε κ` by QR and `n ε κ²` by Cholesky.
  @Test(arguments: 0..<4, [[], [7], [3, 5]])
  func errorsOfNearlyEqualStylesAreSmallAgainstStandardErrors(rung: Int, labelCounts: [Int]) throws {
    let (noise, solver, _) = Self.rungs[rung]
    let table = Self.nearlyEqualStyles(noise: noise, labelCounts: labelCounts)
    let regression = CrossSectionalRegression(weights: .equal, computesVarianceInflation: false)
    let found = regression.estimate(try table.panel(lag: 0)).periods[0]
    let expected = DenseRegression(regression).estimate(table, lag: 0)[0]
    #expect(found.solver == solver)
    // Columns of length one that differ by `noise / σ`, σ² = 1/3: κ = 2 σ / noise.
    let kappa = 1.2 / noise
    let bound = 500 * .ulpOfOne * (solver == .qr ? kappa : kappa * kappa)
    for (factor, value) in expected.factorReturns.enumerated() {
      let error = Double(expected.standardErrors[factor])
      #expect(abs(found.factorReturns[factor] - Double(value)) <= bound * error, "factor \(factor)")
      #expect(abs(found.standardErrors[factor] - error) <= bound * error, "error of factor \(factor)")
    }
    // The fit, to which only the sum of the two styles matters.
    #expect(abs(found.rSquared - Double(expected.rSquared)) <= .ulpOfOne * kappa)
  }

  /// `1e6 + noise`: centring takes the offset out before anything is squared.
  @Test(arguments: [1e6, 1e9], [[], [5], [4, 6]])
  func anOffsetOfAStyleOnlyMovesTheMarket(offset: Double, labelCounts: [Int]) throws {
    let table = RandomPanel(dateCount: 1, labelCounts: labelCounts, seed: 12).table()
    var moved = table
    for row in moved.rows.indices { moved.rows[row].styles[1] += offset }
    // The loadings themselves are rounded by the offset: compare with what is left of them.
    var rounded = moved
    for row in rounded.rows.indices { rounded.rows[row].styles[1] -= offset }
    let before = CrossSectionalRegression().estimate(try rounded.panel(lag: 0)).periods[0]
    let after = CrossSectionalRegression().estimate(try moved.panel(lag: 0)).periods[0]
    #expect(after.outcome == .estimated && after.solver == .cholesky)
    let style = before.factorCount - 2
    for factor in 1..<before.factorCount {
      // Means of numbers of size `offset` are rounded to `offset · ε`.
      #expect(abs(after.factorReturns[factor] - before.factorReturns[factor]) <= 40 * offset * .ulpOfOne * 0.01)
    }
    let level = before.factorReturns[0] - offset * before.factorReturns[style]
    #expect(abs(after.factorReturns[0] - level) <= 1e3 * offset * .ulpOfOne)
    for (left, right) in zip(before.idioReturns, after.idioReturns) {
      #expect(abs(left - right) <= 40 * offset * .ulpOfOne * 0.01)
    }
    let expected = DenseRegression(.init()).estimate(moved, lag: 0)[0]
    for (factor, error) in expected.standardErrors.enumerated() {
      #expect(relativeDifference(after.standardErrors[factor], Double(error)) <= 1e3 * offset * .ulpOfOne)
    }
  }

  /// Caps over 21 decades: each factor's error stays small against its own standard error.
  @Test(arguments: [[], [5], [4, 6], [6, 3, 4]], [WeightScheme.squareRootOfCap, .cap])
  func capsOverManyDecadesKeepDigits(labelCounts: [Int], weights: WeightScheme) throws {
    var table = RandomPanel(assetCount: 60, dateCount: 1, labelCounts: labelCounts, styleCount: 2, seed: 15).table()
    var random = TestRandom(seed: 5)
    for row in table.rows.indices {
      var cap = 1e-6
      for _ in 0..<random.integer(below: 22) { cap *= 10 }
      table.rows[row].cap = cap
    }
    let regression = CrossSectionalRegression(weights: weights)
    let found = regression.estimate(try table.panel(lag: 0)).periods[0]
    let expected = DenseRegression(regression).estimate(table, lag: 0)[0]
    #expect(found.outcome == .estimated)
    for (factor, value) in expected.factorReturns.enumerated() {
      let error = Double(expected.standardErrors[factor])
      #expect(
        abs(found.factorReturns[factor] - Double(value)) <= 1e-6 * error + 1e-9 * abs(Double(value)), "factor \(factor)"
      )
      #expect(relativeDifference(found.standardErrors[factor], error) <= 1e-6, "standard error \(factor)")
    }
  }

  /// More labels than assets a label.
  @Test(arguments: [[90], [90, 20], [20, 90]])
  func manyLabelsOfFewAssets(labelCounts: [Int]) throws {
    let table = RandomPanel(assetCount: 200, dateCount: 1, labelCounts: labelCounts, styleCount: 2, seed: 9).table()
    let regression = CrossSectionalRegression(computesVarianceInflation: false)
    let panel = try table.panel(lag: 0)
    let result = regression.estimate(panel)
    DenseAgreement.check(result, of: panel, against: DenseRegression(regression).estimate(table, lag: 0))
  }

  /// Styles of very different sizes are scaled before they are judged.
  @Test func unitsOfStylesDoNotMatter() throws {
    let table = RandomPanel(dateCount: 1, labelCounts: [4, 6], seed: 12).table()
    var scaled = table
    let factors = [0x1p-60, 0x1p50, 1]
    for row in scaled.rows.indices {
      for (style, factor) in factors.enumerated() { scaled.rows[row].styles[style] *= factor }
    }
    let before = CrossSectionalRegression().estimate(try table.panel(lag: 0)).periods[0]
    let after = CrossSectionalRegression().estimate(try scaled.panel(lag: 0)).periods[0]
    #expect(after.outcome == .estimated && after.solver == .cholesky)
    // Powers of two: every rounding is the same, but for what the scaling's square roots round.
    for (factor, value) in before.factorReturns.enumerated() {
      let style = factor - (before.factorCount - 3)
      let scale = style >= 0 ? factors[style] : 1
      #expect(abs(after.factorReturns[factor] * scale - value) <= InvariantCase.tolerance * 0.1)
    }
  }
}
