import RiskEngine
import TestSupport
import Testing

/// What becomes of a period that cannot be regressed at all, among others that can.
@Suite struct OutcomeTests {
  static func regress(_ table: PanelTable, _ regression: CrossSectionalRegression = .init()) throws -> PeriodRegression
  {
    try #require(regression.estimate(try table.panel(lag: 0)).periods.last)
  }

  /// Nothing of a failed period is there but what was counted.
  static func expectEmpty(_ period: PeriodRegression) {
    #expect(period.factorReturns.isEmpty && period.standardErrors.isEmpty && period.varianceInflation.isEmpty)
    #expect(period.labels.isEmpty && period.idioReturns.isEmpty && period.leverage.isEmpty)
    #expect(period.rSquared.isNaN && period.centeredRSquared.isNaN && period.idioVolatility.isNaN)
    #expect(period.condition.isNaN && period.solver == nil)
  }

  @Test func oneAssetIsTooFew() throws {
    let found = try Self.regress(RandomPanel(assetCount: 1, dateCount: 1, labelCounts: [1], styleCount: 1).table())
    #expect(found.outcome == .failed(.tooFewAssets(found: 1, needed: 3)))
    #expect(found.outcome.description == "failed: too few assets")
    #expect(found.assetCount == 1)
    #expect(found.isRegressed == [true])
    Self.expectEmpty(found)
  }

  /// `m − p + 1` assets leave one degree of freedom; one asset less fails.
  @Test func oneMoreAssetThanFreeFactorsIsEnough() throws {
    for (count, isEnough) in [(9, true), (8, false)] {
      let table = RandomPanel(assetCount: count, dateCount: 1, labelCounts: [3, 2], styleCount: 4).table()
      let found = try Self.regress(table)
      // 1 + 3 + 2 + 4 factors, 2 constraints.
      #expect(found.outcome == (isEnough ? .estimated : .failed(.tooFewAssets(found: 8, needed: 9))))
      if isEnough { #expect(found.standardErrors.allSatisfy { $0 > 0 }) }
    }
  }

  /// With as many assets as free factors the fit is exact and errors cannot be told.
  @Test func asManyAssetsAsFreeFactorsFitExactlyWithoutErrors() throws {
    let table = RandomPanel(assetCount: 6, dateCount: 1, labelCounts: [3], styleCount: 3).table()
    let found = try Self.regress(table, CrossSectionalRegression(minimumAssets: 6))
    #expect(found.outcome == .estimated)
    #expect(found.standardErrors.allSatisfy { $0.isNaN })
    #expect(found.tStatistics.allSatisfy { $0.isNaN })
    #expect(found.idioReturns.allSatisfy { abs($0) < 1e-10 })
    #expect(abs(found.rSquared - 1) < 1e-12)
  }

  @Test func moreFactorsThanAssetsAreNotAllTold() throws {
    let table = RandomPanel(assetCount: 5, dateCount: 1, labelCounts: [3], styleCount: 4).table()
    let found = try Self.regress(table, CrossSectionalRegression(minimumAssets: 1))
    // Two within-label differences for four styles.
    #expect(found.outcome == .degraded(.rank(deficiency: 2)))
    #expect(found.solver == .svd)
    #expect(found.factorReturns.allSatisfy { $0.isNaN })
    #expect(found.idioReturns.allSatisfy { abs($0) < 1e-10 })
  }

  @Test func theMinimumGivenStands() throws {
    let table = RandomPanel(assetCount: 20, dateCount: 1).table()
    let found = try Self.regress(table, CrossSectionalRegression(minimumAssets: 21))
    #expect(found.outcome == .failed(.tooFewAssets(found: 20, needed: 21)))
  }

  @Test(arguments: [WeightScheme.squareRootOfCap, .cap, .column, .inverseOfVarianceColumn])
  func withoutAnyWeightNothingIsRegressed(weights: WeightScheme) throws {
    var table = RandomPanel(dateCount: 1, labelCounts: [4]).table()
    for row in table.rows.indices {
      table.rows[row].cap = 0
      table.rows[row].weight = 0
    }
    let found = try Self.regress(table, CrossSectionalRegression(weights: weights, constraintWeights: .equal))
    // No label has a member: market and three styles, less one constraint, and one more.
    #expect(found.outcome == .failed(.tooFewAssets(found: 0, needed: 4)))
    #expect(found.exclusions.noCap == 40 && found.exclusions.total == 40)
    Self.expectEmpty(found)
  }

  @Test func missingCapsExcludeOnlyWhereCapsAreUsed() throws {
    var table = RandomPanel(dateCount: 1, labelCounts: [4]).table()
    for row in 0..<5 { table.rows[row].cap = row % 2 == 0 ? 0 : .nan }
    let byCap = try Self.regress(table)
    #expect(byCap.assetCount == 35 && byCap.exclusions.noCap == 5)
    #expect(byCap.idioReturns.count == 40)
    let constrained = try Self.regress(table, CrossSectionalRegression(weights: .equal))
    #expect(constrained.assetCount == 35)
    let free = try Self.regress(table, CrossSectionalRegression(weights: .equal, constraintWeights: .equal))
    #expect(free.assetCount == 40 && free.exclusions.total == 0)
    let withoutMarket = try Self.regress(table, CrossSectionalRegression(weights: .equal, hasMarket: false))
    #expect(withoutMarket.assetCount == 40)
  }

  @Test func aGroupWithoutConstraintWeightFails() throws {
    var table = RandomPanel(dateCount: 1, labelCounts: [4, 3]).table()
    for row in table.rows.indices { table.rows[row].constraintWeight = 0 }
    let found = try Self.regress(table, CrossSectionalRegression(constraintWeights: .column))
    #expect(found.outcome == .failed(.noConstraintWeight(group: "group0")))
    #expect(found.outcome.description == "failed: no constraint weight")
    Self.expectEmpty(found)
  }

  /// A free group needs no constraint weight: caps that are all missing harm nothing.
  @Test(arguments: [nil, .column] as [ConstraintWeightScheme?], [Set<Int>(), [0]])
  func aFreeGroupNeedsNoConstraintWeight(scheme: ConstraintWeightScheme?, fractional: Set<Int>) throws {
    var table = RandomPanel(dateCount: 1, labelCounts: [4], fractionalGroups: fractional).table()
    let regression = CrossSectionalRegression(weights: .equal, constraintWeights: scheme, hasMarket: false)
    let before = try Self.regress(table, regression)
    for row in table.rows.indices {
      table.rows[row].cap = .nan
      table.rows[row].constraintWeight = row % 2 == 0 ? .nan : 0
    }
    let found = try Self.regress(table, regression)
    #expect(found.outcome == .estimated)
    #expect(found.assetCount == 40)
    for (left, right) in zip(found.factorReturns, before.factorReturns) { #expect(abs(left - right) < 1e-12) }
  }

  @Test func withoutAnyFactorThereIsNothingToEstimate() throws {
    let table = RandomPanel(dateCount: 1, styleCount: 0).table()
    let found = try Self.regress(table, CrossSectionalRegression(hasMarket: false))
    #expect(found.outcome == .failed(.noFactor))
    Self.expectEmpty(found)
  }

  @Test func aStyleThatIsAllMissingLeavesNobody() throws {
    var table = RandomPanel(dateCount: 1, labelCounts: [3]).table()
    for row in table.rows.indices { table.rows[row].styles[1] = .nan }
    let found = try Self.regress(table)
    #expect(found.outcome == .failed(.tooFewAssets(found: 0, needed: 4)))
    #expect(found.exclusions.noLoading == 40)
    #expect(found.isRegressed.isEmpty)
  }

  /// One period of five fails; the others are what they are without it, and its rows stay null.
  @Test func oneFailingPeriodLeavesTheOthers() throws {
    let table = RandomPanel(dateCount: 6, labelCounts: [4], seed: 3).table()
    var broken = table
    let dates = table.dates
    for row in broken.rows.indices where broken.rows[row].date == dates[3] { broken.rows[row].return = .nan }
    let regression = CrossSectionalRegression()
    let before = regression.estimate(try table.panel())
    let after = regression.estimate(try broken.panel())
    let outcomes = after.periods.map(\.outcome)
    #expect(outcomes[2] == .failed(.tooFewAssets(found: 0, needed: 4)))
    for index in [0, 1, 3, 4] {
      #expect(outcomes[index] == .estimated)
      #expect(after.factorReturns[index] == before.factorReturns[index])
    }
    #expect(after.factorReturns[2].count == after.factors.count)
    #expect(after.factorReturns[2].allSatisfy { $0.isNaN })
    #expect(after.standardErrors[2].allSatisfy { $0.isNaN })
    #expect(after.periods[2].exclusions.noReturn == 40)
  }

  /// A label without members that day has a missing factor return, never 0.
  @Test(arguments: [[5], [5, 3], [3, 5]])
  func labelsWithoutMembersHaveNoReturn(labelCounts: [Int]) throws {
    var table = RandomPanel(dateCount: 2, labelCounts: labelCounts, seed: 13).table()
    let group = try #require(labelCounts.firstIndex(of: 5))
    let last = table.dates[1]
    let label = RandomPanel.label(2, group: group)
    for row in table.rows.indices where table.rows[row].date == last && table.rows[row].labels[group] == label {
      table.rows[row].inUniverse = false
    }
    let panel = try table.panel(lag: 0)
    let result = CrossSectionalRegression().estimate(panel)
    let factor = try #require(result.factors.names.firstIndex(of: label))
    #expect(result.factorReturns[0][factor].isFinite)
    #expect(result.factorReturns[1][factor].isNaN && result.standardErrors[1][factor].isNaN)
    #expect(result.periods[1].outcome == .estimated)
    #expect(result.factorReturns[1].filter(\.isNaN).count == 1)
    // Idio returns of the label's assets are missing, those of all others are there.
    let section = panel.crossSections[1]
    for row in 0..<section.rowCount {
      let asset = panel.assets[section.assets[row]]
      let original = try #require(table.rows.first { $0.date == last && $0.asset == asset })
      #expect(result.periods[1].idioReturns[row].isNaN == (original.labels[group] == label))
    }
  }
}
