import RiskEngine
import TestSupport
import Testing

/// What robust losses are for.
@Suite struct RobustRecoveryTests {
  /// 250 dates; one asset in a hundred has its return moved up by twenty idio deviations on each date.
  static func contaminated(_ example: RecoveryCase) -> Panel {
    var random = TestRandom(seed: 41)
    let sections = example.panel.crossSections.enumerated().map { index, section in
      var section = section
      for _ in 0..<section.rowCount / 100 {
        let row = random.integer(below: section.rowCount)
        section.returns[row] += 20 * example.variances[index][row].squareRoot()
      }
      return section
    }
    return Panel(
      schema: example.panel.schema, lag: 1, assets: example.panel.assets, labels: example.panel.labels,
      crossSections: sections)
  }

  /// The mean squared error of the factor returns.
  static func error(_ loss: RobustLoss, panel: Panel, example: RecoveryCase) -> Double {
    var regression = RecoveryCase.efficient
    regression.loss = loss
    var sum = 0.0
    for (index, period) in regression.estimate(panel).periods.enumerated() {
      for (found, expected) in zip(period.factorReturns, example.factorReturns(index)) {
        sum += (found - expected) * (found - expected)
      }
    }
    return sum
  }

  @Test(arguments: [RobustLoss.huber(), .bisquare()])
  func robustLossesHalveTheErrorOfContaminatedData(loss: RobustLoss) throws {
    let example = try RecoveryCase(.gaussStatic, assetCount: 200, periodCount: 251)
    let panel = Self.contaminated(example)
    let plain = Self.error(.squares, panel: panel, example: example)
    #expect(Self.error(loss, panel: panel, example: example) < plain / 2)
  }

  @Test(arguments: [RobustLoss.huber(), .bisquare()])
  func robustLossesCostLittleOnCleanData(loss: RobustLoss) throws {
    let example = try RecoveryCase(.gaussStatic, assetCount: 200, periodCount: 251)
    let plain = Self.error(.squares, panel: example.panel, example: example)
    #expect(Self.error(loss, panel: example.panel, example: example) <= 1.1 * plain)
  }
}
