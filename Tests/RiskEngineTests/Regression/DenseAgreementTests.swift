import RiskEngine
import TestSupport
import Testing

/// The block solution against dense dummies in extended precision.
@Suite struct DenseAgreementTests {
  /// Which groups a panel has.
  enum Grouping: CaseIterable {
    case none, one, firstLarger, secondLarger, three, fractional, fractionalFirst, fractionalSecond, twoFractional
    case oneLabel, oneLabelFirst

    var panel: RandomPanel {
      switch self {
      case .none: RandomPanel(labelCounts: [])
      case .one: RandomPanel(labelCounts: [6])
      case .firstLarger: RandomPanel(labelCounts: [7, 3])
      case .secondLarger: RandomPanel(labelCounts: [3, 7])
      case .three: RandomPanel(labelCounts: [3, 6, 4])
      case .fractional: RandomPanel(labelCounts: [5], fractionalGroups: [0])
      case .fractionalFirst: RandomPanel(labelCounts: [5, 3], fractionalGroups: [0])
      case .fractionalSecond: RandomPanel(labelCounts: [4, 5], fractionalGroups: [1])
      case .twoFractional: RandomPanel(labelCounts: [3, 4], fractionalGroups: [0, 1])
      case .oneLabel: RandomPanel(labelCounts: [1])
      case .oneLabelFirst: RandomPanel(labelCounts: [1, 4])
      }
    }
  }

  /// One seed and one constraint scheme a configuration, so that all schemes occur with all groupings.
  static func check(
    _ grouping: Grouping, weights: WeightScheme, constraints: ConstraintWeightScheme?, hasMarket: Bool, seed: UInt64
  ) throws {
    var generator = grouping.panel
    generator.dateCount = 3
    generator.missingShare = 0.01
    generator.zeroCapShare = 0.03
    generator.outsideShare = 0.1
    generator.absentShare = 0.02
    generator.seed = seed
    let table = generator.table()
    let panel = try table.panel(lag: 1)
    let regression = CrossSectionalRegression(
      weights: weights, constraintWeights: constraints, hasMarket: hasMarket, computesLeverage: true)
    DenseAgreement.check(
      regression.estimate(panel, workers: 1), of: panel,
      against: DenseRegression(regression).estimate(table, lag: 1))
  }

  @Test(arguments: Grouping.allCases, WeightScheme.allCases)
  func estimatesWithMarketAgree(grouping: Grouping, weights: WeightScheme) throws {
    let schemes = ConstraintWeightScheme.allCases
    let index = (Grouping.allCases.firstIndex(of: grouping) ?? 0) + (WeightScheme.allCases.firstIndex(of: weights) ?? 0)
    try Self.check(
      grouping, weights: weights, constraints: schemes[index % schemes.count], hasMarket: true, seed: UInt64(index))
  }

  @Test(arguments: Grouping.allCases, WeightScheme.allCases)
  func estimatesWithoutMarketAgree(grouping: Grouping, weights: WeightScheme) throws {
    let schemes = ConstraintWeightScheme.allCases
    let index = (Grouping.allCases.firstIndex(of: grouping) ?? 0) + (WeightScheme.allCases.firstIndex(of: weights) ?? 0)
    try Self.check(
      grouping, weights: weights, constraints: schemes[(index + 1) % schemes.count], hasMarket: false,
      seed: UInt64(100 + index))
  }

  @Test(arguments: [nil, .cap, .equal, .column] as [ConstraintWeightScheme?], [true, false])
  func everyConstraintSchemeAgrees(constraints: ConstraintWeightScheme?, hasMarket: Bool) throws {
    for grouping in [Grouping.firstLarger, .secondLarger, .fractionalSecond] {
      try Self.check(grouping, weights: .squareRootOfCap, constraints: constraints, hasMarket: hasMarket, seed: 7)
    }
  }

  /// Loadings rounded to 24 bits are inputs like any others: the dense regression takes them rounded.
  @Test func loadingsInSinglePrecisionAreRoundedInputs() throws {
    var table = RandomPanel(labelCounts: [5, 3], outsideShare: 0.1).table()
    let panel = try table.panel(lag: 1, precision: .float32)
    let unrounded = try table.panel(lag: 1)
    for row in table.rows.indices {
      table.rows[row].styles = table.rows[row].styles.map { Double(Float($0)) }
    }
    let regression = CrossSectionalRegression(computesLeverage: true)
    DenseAgreement.check(
      regression.estimate(panel), of: panel, against: DenseRegression(regression).estimate(table, lag: 1))
    #expect(regression.estimate(panel).factorReturns != regression.estimate(unrounded).factorReturns)
  }

  @Test(arguments: [0.01, 0.1, 0.3])
  func clippedWeightsAgree(tail: Double) throws {
    let table = RandomPanel(labelCounts: [5, 3], zeroCapShare: 0.05, outsideShare: 0.1, seed: 3).table()
    let panel = try table.panel(lag: 1)
    let regression = CrossSectionalRegression(weightClipping: tail)
    DenseAgreement.check(
      regression.estimate(panel), of: panel, against: DenseRegression(regression).estimate(table, lag: 1))
  }

  /// Two assets, eleven, and one more than the factors: the smallest sizes of every kernel.
  @Test(arguments: [2, 3, 5, 11], [0, 1, 4])
  func smallestPanelsAgree(labelCount: Int, styleCount: Int) throws {
    let factors = labelCount + styleCount
    let table = RandomPanel(
      assetCount: factors + 1, dateCount: 2, labelCounts: [labelCount], styleCount: styleCount, seed: 5
    ).table()
    let panel = try table.panel(lag: 1)
    let regression = CrossSectionalRegression(weights: .equal, computesLeverage: true)
    let result = regression.estimate(panel)
    #expect(result.periods[0].assetCount == factors + 1)
    DenseAgreement.check(result, of: panel, against: DenseRegression(regression).estimate(table, lag: 1))
  }
}
