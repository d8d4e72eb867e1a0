import RiskEngine
import TestSupport
import Testing

/// Same numbers, bit for bit, however the work or the input is arranged.
@Suite struct DeterminismTests {
  static let generator = RandomPanel(
    assetCount: 60, dateCount: 6, labelCounts: [4, 7, 3], fractionalGroups: [2], missingShare: 0.01,
    zeroCapShare: 0.02, outsideShare: 0.1, absentShare: 0.05, seed: 77)

  static let regressions = [
    CrossSectionalRegression(computesLeverage: true),
    CrossSectionalRegression(weights: .column, hasMarket: false, loss: .huber()),
    CrossSectionalRegression(weights: .cap, constraintWeights: .column, weightClipping: 0.1, loss: .bisquare()),
  ]

  /// What a period gives, by names instead of codes and by bits instead of values, so that missing ones compare.
  static func contents(_ result: RegressionResult, _ panel: Panel) -> [String] {
    result.periods.enumerated().map { index, period in
      let section = panel.crossSections[index]
      let labels = zip(period.labels, panel.labels).map { codes, table in codes.map { table[$0] } }
      let assets = section.assets.map { panel.assets[$0] }
      func bits(_ values: [Double]) -> [UInt64] { values.map(\.bitPattern) }
      let numbers = [
        period.factorReturns, period.standardErrors, period.varianceInflation, period.idioReturns, period.leverage,
        [period.rSquared, period.centeredRSquared, period.idioVolatility, period.condition],
      ].map(bits)
      return "\(period.date) \(period.outcome) \(period.assetCount) \(labels) \(assets) \(numbers) \(period.exclusions)"
        + " \(period.isRegressed)"
    }
  }

  @Test(arguments: regressions, [2, 7])
  func workersDoNotMatter(regression: CrossSectionalRegression, workers: Int) throws {
    let panel = try Self.generator.table().panel()
    let alone = Self.contents(regression.estimate(panel, workers: 1), panel)
    #expect(Self.contents(regression.estimate(panel, workers: workers), panel) == alone)
    #expect(Self.contents(regression.estimate(panel), panel) == alone)
  }

  /// A worker's scratch keeps nothing of the periods before.
  @Test(arguments: regressions)
  func otherPeriodsDoNotMatter(regression: CrossSectionalRegression) throws {
    let table = Self.generator.table()
    let panel = try table.panel()
    let all = Self.contents(regression.estimate(panel, workers: 1), panel)
    let dates = table.dates
    for index in 1..<dates.count {
      var two = table
      two.rows.removeAll { $0.date != dates[index] && $0.date != dates[index - 1] }
      let alone = try two.panel()
      #expect(Self.contents(regression.estimate(alone, workers: 1), alone) == [all[index - 1]])
    }
    // The same cross-sections backwards, so that large periods follow small ones and the reverse.
    let backwards = regression.estimate(
      panel.crossSections.reversed(), schema: panel.schema, labels: panel.labels, workers: 1)
    let result = RegressionResult(factors: regression.estimate(panel).factors, periods: backwards.reversed())
    #expect(Self.contents(result, panel) == all)
  }

  /// Rows in any order give codes in any order.
  @Test(arguments: regressions, [1, 2] as [UInt64])
  func orderOfRowsAndFirstAppearancesDoNotMatter(regression: CrossSectionalRegression, seed: UInt64) throws {
    var table = Self.generator.table()
    let panel = try table.panel()
    var random = TestRandom(seed: seed)
    table.rows.shuffle(using: &random)
    table.memberships["group2"]?.shuffle(using: &random)
    let shuffled = try table.panel()
    #expect(shuffled.assets.texts != panel.assets.texts)
    #expect(shuffled.labels[0].texts != panel.labels[0].texts)
    let (first, second) = (regression.estimate(panel), regression.estimate(shuffled))
    #expect(first.factors.names == second.factors.names)
    #expect(Self.contents(first, panel) == Self.contents(second, shuffled))
    #expect(
      first.factorReturns.map { $0.map(\.bitPattern) } == second.factorReturns.map { $0.map(\.bitPattern) })
  }

  /// No later row reaches an earlier result: everything after a date is replaced by other values.
  @Test(arguments: regressions, [0, 1, 2])
  func laterValuesDoNotReachEarlierPeriods(regression: CrossSectionalRegression, lag: Int) throws {
    let table = Self.generator.table()
    let panel = try table.panel(lag: lag)
    let all = Self.contents(regression.estimate(panel), panel)
    let cut = table.dates[3]
    var changed = table
    for row in changed.rows.indices where changed.rows[row].date > cut {
      changed.rows[row].return = .nan
      changed.rows[row].cap *= 3
      changed.rows[row].styles = changed.rows[row].styles.map { -$0 }
      changed.rows[row].inUniverse.toggle()
    }
    let other = try changed.panel(lag: lag)
    let found = Self.contents(regression.estimate(other), other)
    #expect(Array(found.prefix(4 - lag)) == Array(all.prefix(4 - lag)))
    #expect(found[4 - lag] != all[4 - lag])
  }
}
