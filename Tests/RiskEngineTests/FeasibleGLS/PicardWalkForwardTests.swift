import RiskEngine
import TestSupport
import Testing

/// Sweeps over windows against the walk period by period.
@Suite struct PicardWalkForwardTests {
  static let market = FeasibleMarket(
    assetCount: 60, periodCount: 80, missingShare: 0.02, outsideShare: 0.05, absentShare: 0.02, seed: 8)
  static let settings = WalkForwardSettings(halfLife: 40)

  static func start(_ panel: Panel) -> IdioVarianceState { WalkForwardTests.state(market.variances(of: panel)) }

  static func sweep(
    _ panel: Panel, window: Int, tolerance: Double?, limit: Int? = nil, workers: Int = 2
  ) throws -> (periods: [WalkForwardPeriod], windows: [PicardWalkForward.Window], state: IdioVarianceState) {
    var walk = try PicardWalkForward(
      regression: CrossSectionalRegression(), settings: settings, state: start(panel), windowLength: window,
      tolerance: tolerance)
    let (periods, windows) = walk.append(
      panel.crossSections, schema: panel.schema, labels: panel.labels, workers: workers, sweepLimit: limit)
    return (periods, windows, walk.state)
  }

  /// R15, bit for bit: sweeps until two agree are the walk itself, whatever the windows.
  @Test(arguments: [1, 13, 32, 80])
  func strictSweepsAreTheWalk(window: Int) throws {
    let panel = try Self.market.panel()
    let walk = try WalkForwardTests.walk(panel, settings: Self.settings, from: Self.start(panel))
    let found = try Self.sweep(panel, window: window, tolerance: nil)
    #expect(!found.windows.contains { !$0.isExact })
    #expect(found.state == walk.state)
    #expect(WalkForwardTests.bits(found.periods) == WalkForwardTests.bits(walk.periods))
  }

  /// R15: to 1e-9 where sweeps stop there; each sweep comes nearer.
  @Test func sweepsComeNearTheWalk() throws {
    let panel = try Self.market.panel()
    let walk = try WalkForwardTests.walk(panel, settings: Self.settings, from: Self.start(panel))
    let found = try Self.sweep(panel, window: 80, tolerance: 1e-9)
    let changes = found.windows[0].changes
    #expect(changes.count < 40 && changes[changes.count - 1] < 1e-9)
    for (v, w) in zip(found.state.variances, walk.state.variances) { #expect(relativeDifference(v, w) <= 1e-9) }
    for (period, expected) in zip(found.periods, walk.periods) {
      for (f, g) in zip(period.regression.factorReturns, expected.regression.factorReturns) {
        // Factor returns are smooth in the logarithms of the weights, and below 0.1.
        #expect(abs(f - g) <= 1e-9)
      }
    }
  }

  /// After k sweeps the first k periods are exact.
  @Test(arguments: 1...5)
  func prefixIsExact(sweeps: Int) throws {
    let panel = try Self.market.panel()
    let walk = try WalkForwardTests.walk(panel, settings: Self.settings, from: Self.start(panel))
    let found = try Self.sweep(panel, window: 80, tolerance: nil, limit: sweeps)
    let (bits, expected) = (WalkForwardTests.bits(found.periods), WalkForwardTests.bits(walk.periods))
    #expect(Array(bits.prefix(sweeps)) == Array(expected.prefix(sweeps)))
    #expect(bits[79] != expected[79])
  }

  @Test func workersDoNotMatter() throws {
    let panel = try Self.market.panel()
    let one = try Self.sweep(panel, window: 32, tolerance: 1e-9, workers: 1)
    let three = try Self.sweep(panel, window: 32, tolerance: 1e-9, workers: 3)
    #expect(one.state == three.state && one.windows == three.windows)
    #expect(WalkForwardTests.bits(one.periods) == WalkForwardTests.bits(three.periods))
  }

  @Test func badSettingsNameTheirKey() {
    func message(window: Int, tolerance: Double?) -> String {
      do {
        _ = try PicardWalkForward(
          regression: CrossSectionalRegression(), state: IdioVarianceState(), windowLength: window,
          tolerance: tolerance)
        return "nothing thrown"
      } catch { return error.description }
    }
    #expect(message(window: 0, tolerance: nil).hasPrefix("idio.window is 0.0; expected"))
    #expect(message(window: 8, tolerance: 2).hasPrefix("idio.sweep_tolerance is 2.0; expected"))
  }
}
