import RiskEngine
import TestSupport
import Testing

/// Loadings, caps, labels, weights and universe are those of the `lag`-th earlier date of the panel.
@Suite struct LagTests {
  static let table = RandomPanel(
    dateCount: 5, labelCounts: [5, 3], missingShare: 0.01, zeroCapShare: 0.02, outsideShare: 0.1, absentShare: 0.04,
    seed: 31
  ).table()

  @Test(arguments: [0, 1, 2, 3])
  func periodsJoinTheirDateWithTheLaggedOne(lag: Int) throws {
    let panel = try Self.table.panel(lag: lag)
    let regression = CrossSectionalRegression()
    let dates = Self.table.dates
    #expect(panel.crossSections.map(\.date) == Array(dates[lag...]))
    #expect(panel.crossSections.map(\.loadingsDate) == Array(dates.prefix(dates.count - lag)))
    DenseAgreement.check(
      regression.estimate(panel), of: panel, against: DenseRegression(regression).estimate(Self.table, lag: lag))
  }

  /// Returns made by loadings one date older are explained wholly at lag 1, and at no other.
  @Test func onlyTheLagThatMadeTheReturnsExplainsThem() throws {
    var table = RandomPanel(dateCount: 6, labelCounts: [4], seed: 5).table()
    let dates = table.dates
    for row in table.rows.indices {
      guard let index = dates.firstIndex(of: table.rows[row].date), index > 0 else { continue }
      let earlier = table.rows.first { $0.date == dates[index - 1] && $0.asset == table.rows[row].asset }
      let styles = try #require(earlier).styles
      table.rows[row].return = 0.01 + 0.02 * styles[0] - 0.01 * styles[1] + 0.005 * styles[2]
    }
    for lag in 0...2 {
      let periods = CrossSectionalRegression().estimate(try table.panel(lag: lag)).periods
      // At lag 0 the first date's returns are noise.
      for period in periods.dropFirst(lag == 0 ? 1 : 0) {
        if lag == 1 {
          #expect(abs(period.rSquared - 1) < InvariantCase.tolerance)
        } else {
          #expect(period.rSquared < 0.95)
        }
      }
    }
  }

  /// Each column in turn: its value at the period's own date is of no account, that at the earlier date is.
  @Test(arguments: ["cap", "universe", "label", "style", "weight", "constraint", "return"])
  func eachColumnCountsAtItsOwnDateOnly(column: String) throws {
    let table = RandomPanel(dateCount: 2, labelCounts: [4], seed: 6).table()
    let regression = CrossSectionalRegression(
      weights: column == "cap" ? .squareRootOfCap : .column, constraintWeights: column == "cap" ? .cap : .column)
    let before = regression.estimate(try table.panel(lag: 1)).periods[0].factorReturns
    for (index, date) in table.dates.enumerated() {
      var changed = table
      for row in changed.rows.indices where changed.rows[row].date == date && row % 3 == 0 {
        switch column {
        case "cap": changed.rows[row].cap *= 2
        case "universe": changed.rows[row].inUniverse = false
        case "label": changed.rows[row].labels = ["g1"]
        case "style": changed.rows[row].styles[1] += 1
        case "weight": changed.rows[row].weight *= 2
        case "constraint": changed.rows[row].constraintWeight *= 2
        default: changed.rows[row].return += 0.01
        }
      }
      let after = regression.estimate(try changed.panel(lag: 1)).periods[0].factorReturns
      #expect((after == before) == ((index == 0) == (column == "return")), "\(column) at date \(index)")
    }
  }

  /// An asset that was absent at the earlier date is left out, although it was there before that.
  @Test func oneDateOfAbsenceCostsOneMorePeriod() throws {
    var table = RandomPanel(dateCount: 4, seed: 2).table()
    let dates = table.dates
    let asset = RandomPanel.asset(3)
    table.rows.removeAll { $0.date == dates[1] && $0.asset == asset }
    let panel = try table.panel(lag: 1)
    let present = panel.crossSections.map { section in section.assets.contains { panel.assets[$0] == asset } }
    #expect(present == [false, false, true])
    #expect(panel.crossSections.map { $0.exclusionCounts(usesCaps: true).noEarlierRow } == [0, 1, 0])
  }
}
