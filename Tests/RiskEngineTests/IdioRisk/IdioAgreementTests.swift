import RiskEngine
import TestSupport
import Testing

/// The fold against plain loops over the whole history.
@Suite struct IdioAgreementTests {
  /// What a case is made of.
  struct Case: Sendable, CustomStringConvertible {
    var name: String
    var panel: RandomPanel
    var settings: IdioRiskSettings
    var regression = CrossSectionalRegression()
    var missingShare = 0.1
    /// What the structural model has to come to on some dates.
    var outcomes: Set<StructuralFit.Outcome> = [.tooFewAssets, .estimated]
    var description: String { name }
  }

  /// Settings by which everything happens within sixty dates.
  static var brief: IdioRiskSettings {
    var settings = IdioRiskSettings()
    settings.halfLife = 12
    settings.neweyWestLags = 3
    settings.neweyWestHalfLife = 30
    settings.neweyWestPriorCount = 25
    settings.neweyWestMedianCount = 15
    settings.minimumObservations = 8
    settings.reliability = ReliabilityRule(window: 25, noneCount: 10, fullCount: 18)
    settings.regimeHalfLife = 7
    settings.regimeMinimumPeriods = 5
    settings.annualBounds = 0.2...1.2
    return settings
  }

  static var cases: [Case] {
    let panel = RandomPanel(
      assetCount: 110, dateCount: 60, labelCounts: [5], styleCount: 2, missingShare: 0.01, zeroCapShare: 0.02,
      outsideShare: 0.1, absentShare: 0.05, seed: 11)
    var bare = brief
    bare.hasStructuralModel = false
    var unshrunk = brief
    unshrunk.bayesianShrinkage = 0
    unshrunk.regimeHalfLife = nil
    unshrunk.annualBounds = nil
    unshrunk.relativeBounds = 0.6...1.5
    var monthly = IdioRiskSettings.monthly
    monthly.reliability = ReliabilityRule(window: 40, noneCount: 12, fullCount: 25)
    var twoGroups = panel
    twoGroups.labelCounts = [4, 3]
    var fractional = panel
    fractional.labelCounts = [3, 4]
    fractional.fractionalGroups = [1]
    var thin = panel
    thin.labelCounts = [14]
    thin.assetCount = 60
    var strict = brief
    strict.reliability = ReliabilityRule(window: 30, noneCount: 10, fullCount: 20)
    return [
      Case(name: "all steps", panel: panel, settings: brief),
      Case(name: "no structural model", panel: panel, settings: bare),
      Case(name: "no shrinkage, no regime", panel: panel, settings: unshrunk),
      Case(name: "monthly", panel: panel, settings: monthly),
      Case(name: "two groups", panel: twoGroups, settings: brief),
      Case(name: "fractional labels", panel: fractional, settings: brief),
      Case(name: "no market", panel: twoGroups, settings: brief, regression: .init(hasMarket: false)),
      Case(
        name: "equal constraints, few reliable", panel: thin, settings: strict,
        regression: .init(constraintWeights: .equal), missingShare: 0.15,
        outcomes: [.tooFewAssets, .sizeOnly]),
    ]
  }

  /// Every stage of every date is that of plain loops.
  ///
  /// Averages of sixty terms and a regression of condition below 1e4 in its squares leave 1e-12.
  @Test(arguments: cases)
  func everyStageIsThatOfPlainLoops(example: Case) throws {
    let market = IdioMarket.random(example.panel, missingShare: example.missingShare)
    let (panel, days) = try market.forecast(example.settings, regression: example.regression, workers: 2)
    let naive = NaiveIdioRisk(market: market, settings: example.settings, regression: example.regression).days()
    #expect(days.count == naive.count)
    var compared = 0
    var outcomes = Set<StructuralFit.Outcome>()
    for (day, expected) in zip(days, naive) {
      let ids = day.assets.map { panel.assets[$0] }
      func compare(_ name: String, _ found: [Double], _ values: [String: Double]) {
        for (id, value) in zip(ids, found) {
          let other = values[id] ?? .nan
          #expect(
            (value.isNaN && other.isNaN) || relativeDifference(value, other) <= 1e-12,
            "\(name) of \(id) on \(day.date): \(value), \(other)")
          if !value.isNaN { compared += 1 }
        }
      }
      compare("ratio", day.neweyWestRatios, expected.ratios)
      compare("time series", day.timeSeries, expected.timeSeries)
      if example.settings.hasStructuralModel {
        compare("reliability", day.reliability, expected.reliability)
        compare("structural", day.structural, expected.structural)
        #expect(day.structuralFit?.outcome == expected.outcome)
        #expect(relativeDifference(day.structuralFit?.smearing ?? .nan, expected.smearing) <= 1e-12)
        if let outcome = expected.outcome { outcomes.insert(outcome) }
      }
      compare("blended", day.blended, expected.blended)
      compare("shrunk", day.shrunk, expected.shrunk)
      compare("volatility", day.volatilities, expected.volatilities)
      if example.settings.regimeHalfLife != nil {
        compare("one period", day.onePeriod, expected.onePeriod)
        #expect(day.crossSectionalBias.isNaN == expected.bias.isNaN)
        if !expected.bias.isNaN { #expect(relativeDifference(day.crossSectionalBias, expected.bias) <= 1e-12) }
        #expect(relativeDifference(day.regimeMultiplier, expected.multiplier) <= 1e-12)
      }
    }
    #expect(compared > 10_000)
    if example.settings.hasStructuralModel { #expect(outcomes.isSuperset(of: example.outcomes)) }
  }
}
