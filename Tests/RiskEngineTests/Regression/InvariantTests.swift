import RiskEngine
import TestSupport
import Testing

/// What no choice of data may change: each test changes the input and knows the output.
///
/// Rounding moves results by a multiple of `n ε κ²`; `InvariantCase.tolerance` takes `10³ ε` for designs with
/// `n κ² < 10³`, which each case asserts.
@Suite struct InvariantTests {
  @Test(arguments: InvariantCase.all)
  func weightedIdioReturnsAreOrthogonalToEveryColumn(example: InvariantCase) throws {
    let table = example.table()
    let expected = DenseRegression(example.regression).estimate(table, lag: 0)
    let panel = try table.panel(lag: 0)
    for (index, regression) in example.regression.estimate(panel).periods.enumerated() {
      example.requireGoodCondition(regression)
      let section = panel.crossSections[index]
      var sums = [Double](repeating: 0, count: regression.factorCount)
      var sizes = sums
      for row in 0..<section.rowCount {
        let asset = panel.assets[section.assets[row]]
        guard let weight = expected[index].weights[asset], let loadings = expected[index].loadings[asset] else {
          continue
        }
        for factor in sums.indices {
          sums[factor] += Double(weight * loadings[factor]) * regression.idioReturns[row]
          sizes[factor] += abs(Double(weight * loadings[factor]) * section.returns[row])
        }
      }
      for factor in sums.indices { #expect(abs(sums[factor]) <= InvariantCase.tolerance * sizes[factor]) }
    }
  }

  /// `r = B g` gives `f = g` and no idio return, for each `g` that obeys the constraints.
  @Test(arguments: InvariantCase.all)
  func factorReturnsThatMadeTheReturnsAreFound(example: InvariantCase) throws {
    var table = example.table()
    let truth = example.addFactorReturns(to: &table, keepingReturns: false)
    let panel = try table.panel(lag: 0)
    let regression = example.regression.estimate(panel).periods[0]
    example.requireGoodCondition(regression)
    for (factor, value) in truth.enumerated() {
      #expect(abs(regression.factorReturns[factor] - value) <= InvariantCase.tolerance * 0.02)
    }
    for idio in regression.idioReturns { #expect(abs(idio) <= InvariantCase.tolerance * 0.1) }
    #expect(abs(regression.rSquared - 1) <= InvariantCase.tolerance)
  }

  /// `f(r + B g) = f(r) + g`, idio returns stay.
  @Test(arguments: InvariantCase.all)
  func addedFactorReturnsAreAdded(example: InvariantCase) throws {
    var table = example.table()
    let before = example.regression.estimate(try table.panel(lag: 0)).periods[0]
    let truth = example.addFactorReturns(to: &table, keepingReturns: true)
    let after = example.regression.estimate(try table.panel(lag: 0)).periods[0]
    for (factor, value) in truth.enumerated() {
      let change = after.factorReturns[factor] - before.factorReturns[factor]
      #expect(abs(change - value) <= InvariantCase.tolerance * 0.1)
      #expect(
        abs(after.standardErrors[factor] - before.standardErrors[factor])
          <= InvariantCase.tolerance * before.standardErrors[factor] * 10)
    }
    for (left, right) in zip(before.idioReturns, after.idioReturns) {
      #expect(abs(left - right) <= InvariantCase.tolerance * 0.1)
    }
  }

  /// Powers of two scale weights without rounding, others to rounding.
  @Test(arguments: InvariantCase.all, [0x1p-40, 4, 3.7e9])
  func scaledWeightsChangeNothing(example: InvariantCase, factor: Double) throws {
    var table = example.table()
    let before = example.regression.estimate(try table.panel(lag: 0)).periods[0]
    for row in table.rows.indices {
      table.rows[row].weight *= factor
      table.rows[row].cap *= factor * factor
      table.rows[row].constraintWeight *= factor
    }
    let after = example.regression.estimate(try table.panel(lag: 0)).periods[0]
    example.expectSame(before, after)
    if factor.significand == 1 {
      #expect(before.factorReturns == after.factorReturns)
      #expect(before.idioReturns == after.idioReturns)
    }
  }

  /// Returns in other units: everything linear follows, ratios stay; exact for a power of two.
  @Test(arguments: InvariantCase.all)
  func returnsInOtherUnitsGiveFactorReturnsInThoseUnits(example: InvariantCase) throws {
    var table = example.table()
    let before = example.regression.estimate(try table.panel(lag: 0)).periods[0]
    for row in table.rows.indices { table.rows[row].return *= 64 }
    let after = example.regression.estimate(try table.panel(lag: 0)).periods[0]
    #expect(after.factorReturns == before.factorReturns.map { 64 * $0 })
    #expect(after.standardErrors == before.standardErrors.map { 64 * $0 })
    #expect(after.idioReturns == before.idioReturns.map { 64 * $0 })
    #expect(after.varianceInflation == before.varianceInflation)
    #expect(after.rSquared == before.rSquared)
    #expect(after.condition == before.condition)
  }

  /// An asset and its double with half of the weight, cap and constraint weight each.
  @Test(arguments: InvariantCase.all)
  func halvedAssetsCountAsOne(example: InvariantCase) throws {
    let table = example.table()
    var doubled = table
    for (index, row) in table.rows.enumerated() where index % 4 == 0 {
      var half = row
      // sqrt(cap) halves with a quarter of the cap; then the constraint takes its own column.
      half.cap /= 4
      half.weight /= 2
      half.constraintWeight /= 2
      doubled.rows[index] = half
      half.asset = "twin of \(row.asset)"
      doubled.rows.append(half)
      for name in doubled.memberships.keys {
        for entry in table.memberships[name] ?? [] where entry.asset == row.asset {
          doubled.memberships[name]?.append(
            .init(asset: half.asset, label: entry.label, fraction: entry.fraction))
        }
      }
    }
    var regression = example.regression
    regression.constraintWeights = .column
    if regression.weights == .equal { return }
    let before = regression.estimate(try table.panel(lag: 0)).periods[0]
    let after = regression.estimate(try doubled.panel(lag: 0)).periods[0]
    #expect(after.assetCount > before.assetCount)
    for (left, right) in zip(before.factorReturns, after.factorReturns) {
      #expect(abs(left - right) <= InvariantCase.tolerance * 0.1)
    }
    #expect(abs(before.rSquared - after.rSquared) <= InvariantCase.tolerance)
    #expect(abs(before.idioVolatility - after.idioVolatility) <= InvariantCase.tolerance * 0.1)
  }

  /// A row of weight zero is one that is not there.
  @Test(arguments: InvariantCase.all)
  func weightZeroIsAbsence(example: InvariantCase) throws {
    var regression = example.regression
    regression.weights = .column
    regression.constraintWeights = .equal
    var table = example.table()
    for row in table.rows.indices where row % 5 == 4 { table.rows[row].weight = 0 }
    let before = regression.estimate(try table.panel(lag: 0)).periods[0]
    table.rows.removeAll { $0.weight == 0 }
    let after = regression.estimate(try table.panel(lag: 0)).periods[0]
    #expect(before.assetCount == after.assetCount)
    for (left, right) in zip(before.factorReturns, after.factorReturns) {
      #expect(abs(left - right) <= InvariantCase.tolerance * 0.1)
    }
    for (left, right) in zip(before.standardErrors, after.standardErrors) {
      #expect(abs(left - right) <= InvariantCase.tolerance * right)
    }
    #expect(abs(before.rSquared - after.rSquared) <= InvariantCase.tolerance)
  }
}
