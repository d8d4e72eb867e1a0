import LinAlg
import RiskEngine
import TestSupport
import Testing

/// Shocks to factors, and what the others and portfolios do then.
@Suite struct ScenarioTests {
  /// `ε κ m` for the covariances of a few shocks, of condition at most 10³.
  static let tolerance = 1e-11

  static func styles(_ example: PortfolioCase) -> Range<Int> {
    example.model.layout.styleOffset..<example.model.layout.count
  }

  /// `F_US F_SS⁻¹ s` and the Schur complement, with blocks taken out of `F`.
  @Test(arguments: ModelCase.all[0..<6])
  func expectationsAgreeWithBlocksOfTheCovariance(example: ModelCase) throws {
    let example = try PortfolioCase(example)
    let model = example.model
    let factors = model.factorCovariance
    let m = factors.order
    let first = Self.styles(example).lowerBound
    let shocked = [first + 2, 0]
    let values = [0.02, -0.07]
    let scenario = try Scenario(
      model, shocks: zip(shocked, values).map { .factor($0, by: $1, of: model) })
    let gram = try Cholesky(consuming: SymmetricMatrix(order: 2) { factors[shocked[$0], shocked[$1]] })
    var multipliers = values
    gram.solve(&multipliers)
    let expected = (0..<m).map { factors[$0, shocked[0]] * multipliers[0] + factors[$0, shocked[1]] * multipliers[1] }
    #expect(largestRelativeDifference(scenario.expectedFactorReturns, expected) <= Self.tolerance)
    for (factor, value) in zip(shocked, values) {
      #expect(abs(scenario.expectedFactorReturns[factor] - value) <= Self.tolerance * abs(value))
    }
    #expect(relativeDifference(scenario.squaredLength, innerProduct(values, multipliers)) <= Self.tolerance)
    #expect(scenario.rank == 2)
    let tail = ChiSquareDistribution(degreesOfFreedom: 2).upperTail(scenario.squaredLength)
    #expect(scenario.tailProbability == tail)
    let residual = scenario.residualCovariance
    let scale = (0..<m).map { factors[$0, $0] }.max() ?? 0
    for column in 0..<m {
      var solved = shocked.map { factors[$0, column] }
      gram.solve(&solved)
      for row in column..<m {
        let schur = factors[row, column] - factors[row, shocked[0]] * solved[0] - factors[row, shocked[1]] * solved[1]
        #expect(abs(residual[row, column] - schur) <= Self.tolerance * scale)
      }
    }
    let x = example.weights(71)
    let impact = scenario.impact(on: try example.holdings(x))
    let b = example.loadings(x)
    #expect(abs(impact.expectedReturn - innerProduct(b, expected)) <= Self.tolerance)
    let variance = quadraticForm(b, residual, b) + quadraticForm(x, example.idioCovariance, x)
    #expect(relativeDifference(impact.residualVolatility, variance.squareRoot()) <= Self.tolerance)
    #expect(impact.residualFactorVariance >= 0 && impact.coverage.coveredCount > 0)
    let unshocked = model.risk(of: try example.holdings(x))
    #expect(impact.residualVolatility <= unshocked.volatility)
  }

  /// Returns that the covariance allows, with zero sums of label returns: nothing remains to be expected but them.
  @Test(arguments: ModelCase.all[0..<5])
  func shockingEveryFactorGivesTheShocks(example: ModelCase) throws {
    let example = try PortfolioCase(example)
    let model = example.model
    let coordinates = (0..<model.factorRoot.columnCount).map { 1.5 - 0.25 * Double($0) }
    let values = model.factorRoot.multiplied(by: coordinates)
    let scenario = try Scenario(
      model, shocks: values.indices.map { .factor($0, by: values[$0], of: model) })
    #expect(largestRelativeDifference(scenario.expectedFactorReturns, values) <= Self.tolerance)
    #expect(scenario.rank == model.factorRoot.columnCount)
    #expect(relativeDifference(scenario.squaredLength, innerProduct(coordinates, coordinates)) <= Self.tolerance)
    let impact = scenario.impact(on: try example.holdings(example.weights(72)))
    #expect(impact.residualFactorVariance <= 1e-24 * max(1, impact.idioVariance))
    #expect(relativeDifference(impact.residualVolatility, impact.idioVariance.squareRoot()) <= 1e-12)
  }

  /// All labels up by the same amount breaks their zero sum.
  @Test func whatCannotOccurIsRefused() throws {
    let example = try PortfolioCase(ModelCase.all[0])
    let model = example.model
    let labels = model.layout.positions(ofGroup: 0)
    let up = labels.map { FactorShock.factor($0, by: 0.05, of: model) }
    do {
      _ = try Scenario(model, shocks: up)
      Issue.record("label returns without a zero sum were taken")
    } catch {
      guard case .shockImpossible(let names, let share) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(names == labels.map { model.factorNames[$0] })
      // Equal shocks have no part that sums to zero.
      #expect(abs(share - 1) <= 1e-12)
    }
    // Up and down by the same amount is possible, and so are all totals up by as much: that is the market.
    var balanced = up
    for index in balanced.indices { balanced[index].value = [0.04, -0.04, 0.01, 0.02, -0.03][index] }
    #expect(try Scenario(model, shocks: balanced).rank == labels.count - 1)
    let totals = try Scenario(model, shocks: labels.map { .labelTotal($0, by: 0.05, of: model) })
    #expect(totals.rank == labels.count)
    #expect(abs(totals.expectedFactorReturns[0] - 0.05) <= Self.tolerance)
    for label in labels { #expect(abs(totals.expectedFactorReturns[label]) <= Self.tolerance) }
  }

  @Test func aFactorShockedTwice() throws {
    let example = try PortfolioCase(ModelCase.all[0])
    let model = example.model
    let once = try Scenario(model, shocks: [.factor(0, by: 0.1, of: model)])
    let twice = try Scenario(model, shocks: [.factor(0, by: 0.1, of: model), .factor(0, by: 0.1, of: model)])
    #expect(twice.rank == 1)
    #expect(largestRelativeDifference(once.expectedFactorReturns, twice.expectedFactorReturns) <= Self.tolerance)
    do {
      _ = try Scenario(model, shocks: [.factor(0, by: 0.1, of: model), .factor(0, by: -0.1, of: model)])
      Issue.record("two values of one factor were taken")
    } catch {
      guard case .shockImpossible = error else {
        Issue.record("\(error)")
        return
      }
    }
  }

  @Test func scenariosWithoutShocksOrRisk() throws {
    let example = try PortfolioCase(ModelCase.all[0])
    let model = example.model
    let x = try example.holdings(example.weights(73))
    let none = try Scenario(model, shocks: [])
    #expect(none.expectedFactorReturns.allSatisfy { $0 == 0 })
    #expect(none.tailProbability == 1 && none.squaredLength == 0)
    #expect(relativeDifference(none.impact(on: x).residualVolatility, model.risk(of: x).volatility) <= 1e-13)
    let still = try Scenario(model, shocks: [.factor(0, by: 0, of: model)])
    #expect(still.impact(on: x).expectedReturn == 0)
    #expect(still.impact(on: .empty).residualVolatility == 0)
    #expect(throws: PortfolioError.shockNotFinite(name: model.factorNames[1])) {
      try Scenario(model, shocks: [.factor(1, by: .nan, of: model)])
    }
    let calm = try model.withVolatilities(ofFactorsTimes: 0)
    #expect(throws: PortfolioError.shockImpossible(names: [model.factorNames[0]], share: 1)) {
      try Scenario(calm, shocks: [.factor(0, by: 0.1, of: calm)])
    }
    #expect(try Scenario(calm, shocks: [.factor(0, by: 0, of: calm)]).rank == 0)
  }

  @Test func history() throws {
    let example = try PortfolioCase(ModelCase.all[0])
    let model = example.model
    let x = example.weights(74)
    let b = example.loadings(x)
    var random = TestRandom(seed: 9)
    var records = (0..<6).map { day in
      HistoricalReplay.Record(
        date: RandomPanel.date(day), factorReturns: b.map { _ in 0.01 * random.normal() })
    }
    let replay = HistoricalReplay(try example.holdings(x), model: model, history: records)
    var wealth = 1.0
    for (period, record) in zip(replay.periods, records) {
      let expected = innerProduct(b, record.factorReturns)
      #expect(abs(period.factorReturn - expected) <= 1e-15)
      #expect(period.date == record.date && period.missingFactors.isEmpty)
      wealth *= 1 + expected
    }
    #expect(abs(replay.compounded - (wealth - 1)) <= 1e-14)
    #expect(abs(replay.sum - replay.contributions.reduce(0, +)) <= 1e-14)
    #expect(replay.incompleteCount == 0)
    // A factor without a return is named and left out.
    records[2].factorReturns[3] = .nan
    let punched = HistoricalReplay(try example.holdings(x), model: model, history: records)
    #expect(punched.periods[2].missingFactors == [3])
    #expect(punched.incompleteCount == 1)
    var known = records[2].factorReturns
    known[3] = 0
    #expect(abs(punched.periods[2].factorReturn - innerProduct(b, known)) <= 1e-15)
    #expect(punched.periods[1] == replay.periods[1])
    let idle = HistoricalReplay(.empty, model: model, history: records)
    #expect(idle.sum == 0 && idle.incompleteCount == 0)
    let short = HistoricalReplay(try example.holdings(x), model: model, history: [])
    #expect(short.compounded == 0 && short.loadings == replay.loadings)
  }
}
