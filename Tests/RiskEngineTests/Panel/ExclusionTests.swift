import RiskEngine
import TestSupport
import Testing

/// Why rows are left out, each counted once: universe, earlier row, return, loading, cap, label.
@Suite struct ExclusionTests {
  /// What is wrong with a row, one bit each in the order of precedence.
  static func table(defects: [Int]) -> PanelTable {
    var table = PanelTable(
      schema: PanelSchema(
        groups: ["industry"], styles: ["size"], hasCaps: true, hasUniverse: true, hasWeights: true,
        hasConstraintWeights: true))
    for (index, defect) in defects.enumerated() {
      func has(_ bit: Int) -> Bool { defect & (1 << bit) != 0 }
      let asset = "a\(index)"
      if !has(1) {
        table.rows.append(
          .init(
            date: RandomPanel.date(0), asset: asset, return: .nan, cap: has(4) ? 0 : 2, inUniverse: !has(0),
            labels: [has(5) ? "" : "x"], styles: [has(3) ? .nan : Double(index % 7)]))
      }
      table.rows.append(
        .init(
          date: RandomPanel.date(1), asset: asset, return: has(2) ? .nan : 0.01, labels: ["x"], styles: [.nan]))
    }
    // The first date has a row, whatever the defects.
    table.rows.append(
      .init(date: RandomPanel.date(0), asset: "other", return: .nan, labels: ["x"], styles: [0]))
    return table
  }

  /// All 64 combinations of defects.
  @Test(arguments: 0..<64)
  func theFirstReasonCounts(defect: Int) throws {
    let panel = try Self.table(defects: [defect]).panel(lag: 1)
    let section = panel.crossSections[0]
    let counts = section.exclusionCounts(usesCaps: true)
    // Without an earlier row its universe, loading, cap and label are not known to be missing.
    let isAbsent = defect & 2 != 0
    var expected = ExclusionCounts()
    switch defect {
    case 0: break
    case _ where isAbsent: expected.noEarlierRow = 1
    case _ where defect & 1 != 0: expected.universe = 1
    case _ where defect & 4 != 0: expected.noReturn = 1
    case _ where defect & 8 != 0: expected.noLoading = 1
    case _ where defect & 16 != 0: expected.noCap = 1
    default: expected.noLabel = 1
    }
    #expect(counts == expected)
    #expect(counts.total == (defect == 0 ? 0 : 1))
    // An idio return needs a row, a return, a loading and a label, not a cap or the universe.
    #expect(section.rowCount == (defect & 0b101110 == 0 ? 1 : 0))
    #expect(section.rowCount + section.dropped.count == 1)
    let needsNoCap = section.exclusionCounts(usesCaps: false)
    #expect(needsNoCap.noCap == 0)
    #expect(needsNoCap.total == (defect == 0 || (defect == 16) ? 0 : 1))
  }

  /// Regressed and excluded rows are the rows of the date, whatever is missing.
  @Test(arguments: [1, 2, 3, 4] as [UInt64], WeightScheme.allCases)
  func regressedAndExcludedRowsAreAllRows(seed: UInt64, weights: WeightScheme) throws {
    var table = RandomPanel(
      assetCount: 80, dateCount: 6, labelCounts: [5, 3], fractionalGroups: seed == 4 ? [1] : [], missingShare: 0.05,
      zeroCapShare: 0.1, outsideShare: 0.2, absentShare: 0.1, seed: seed
    ).table()
    var random = TestRandom(seed: seed)
    for row in table.rows.indices where random.uniform() < 0.1 {
      table.rows[row].weight = random.uniform() < 0.5 ? 0 : .nan
      table.rows[row].constraintWeight = random.uniform() < 0.5 ? 0 : .nan
    }
    for constraints in ConstraintWeightScheme.allCases {
      let panel = try table.panel(lag: 1)
      let result = CrossSectionalRegression(weights: weights, constraintWeights: constraints).estimate(panel)
      for (period, section) in zip(result.periods, panel.crossSections) {
        let rows = table.rows.filter { $0.date == period.date }.count
        #expect(period.assetCount + period.exclusions.total == rows)
        #expect(period.isRegressed.filter { $0 }.count == period.assetCount)
        #expect(section.rowCount + section.dropped.count == rows)
        #expect(period.exclusions.commonest.map { $0.count > 0 } == true)
      }
    }
  }

  @Test func countsAddAndNameTheCommonest() {
    var counts = ExclusionCounts()
    #expect(counts.commonest == nil && counts.total == 0)
    counts.noLabel = 3
    counts.noReturn = 3
    #expect(counts.commonest?.reason == .noReturn && counts.commonest?.count == 3)
    counts.noCap = 4
    #expect(counts.commonest?.reason == .noCap && counts.total == 10)
    #expect(
      ExclusionReasons([.noLabel, .outsideUniverse, .noCap]).description
        == "outside the universe, no positive cap or weight, no label")
  }
}
