import RiskEngine
import TestSupport
import Testing

/// Identities of the hat matrix's diagonal.
@Suite struct LeverageTests {
  @Test(arguments: InvariantCase.all)
  func sumsToTheFreeFactors(example: InvariantCase) throws {
    var regression = example.regression
    regression.computesLeverage = true
    let table = example.table()
    let found = regression.estimate(try table.panel(lag: 0)).periods[0]
    let free = DenseRegression(example.regression).estimate(table, lag: 0)[0].freeFactorCount
    #expect(abs(found.leverage.reduce(0, +) - Double(free)) <= InvariantCase.tolerance * Double(free))
    for leverage in found.leverage {
      #expect(leverage >= 0)
      #expect(leverage <= 1 + InvariantCase.tolerance)
    }
  }

  /// Taken out of the universe, an asset's idio return becomes `e / (1 − h)`.
  @Test(arguments: InvariantCase.all)
  func leftOutAssetsHaveTheirIdioReturnOverOneLessLeverage(example: InvariantCase) throws {
    var regression = example.regression
    regression.computesLeverage = true
    let table = example.table()
    let panel = try table.panel(lag: 0)
    let full = regression.estimate(panel).periods[0]
    for row in stride(from: 0, to: 50, by: 7) {
      guard full.leverage[row] < 0.9 else { continue }
      let asset = panel.assets[panel.crossSections[0].assets[row]]
      var without = table
      for index in without.rows.indices where without.rows[index].asset == asset {
        without.rows[index].inUniverse = false
      }
      let rest = regression.estimate(try without.panel(lag: 0)).periods[0]
      #expect(!rest.isRegressed[row] && rest.leverage[row] == 0)
      let expected = full.idioReturns[row] / (1 - full.leverage[row])
      #expect(abs(rest.idioReturns[row] - expected) <= InvariantCase.tolerance * (0.1 + abs(expected)))
    }
  }

  @Test func theOnlyMemberOfALabelIsFittedExactly() throws {
    var table = RandomPanel(dateCount: 1, labelCounts: [5], seed: 8).table()
    for row in table.rows.indices where table.rows[row].labels == ["g4"] {
      table.rows[row].labels = [row == 4 ? "g4" : "g3"]
    }
    let panel = try table.panel(lag: 0)
    let found = CrossSectionalRegression(computesLeverage: true).estimate(panel).periods[0]
    let row = try #require(panel.crossSections[0].assets.firstIndex { panel.assets[$0] == RandomPanel.asset(4) })
    #expect(found.outcome == .estimated)
    #expect(abs(found.leverage[row] - 1) <= InvariantCase.tolerance)
    #expect(abs(found.idioReturns[row]) <= InvariantCase.tolerance * 0.1)
    #expect(found.standardErrors.allSatisfy { $0 > 0 })
  }

  @Test func isNotComputedUnlessAskedFor() throws {
    let panel = try RandomPanel(dateCount: 1).table().panel(lag: 0)
    #expect(CrossSectionalRegression().estimate(panel).periods[0].leverage.isEmpty)
  }
}
