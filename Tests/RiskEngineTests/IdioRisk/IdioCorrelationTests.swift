import LinAlg
import TestSupport
import Testing

@testable import RiskEngine

/// Closed forms and edges of idio correlations.
@Suite struct IdioCorrelationTests {
  /// A few roundings of numbers of magnitude 1, and sums of some hundred terms.
  static let tolerance = 1e-13

  /// Two identical series: `r = 1`, and `n_eff` of a full window in closed form.
  @Test func anIdenticalLinkedPairIsShrunkByTheWindow() throws {
    var history = CorrelatedHistory.normal(assets: 2, periods: 90, pairs: [(0, 1, 1)], seed: 1)
    history.issuers = [4, 4]
    var settings = history.settings(.linked, window: 60)
    settings.halfLife = 25
    settings.minimumEigenvalue = 1e-6
    let estimate = try history.estimate(settings)
    let decay = ExponentialWeights.decay(halfLife: 25)
    let power = ExponentialWeights.decay(halfLife: 25.0 / 60)
    let effective = (1 + decay) / (1 - decay) * (1 - power) / (1 + power)
    let component = try #require(estimate.components.first)
    #expect(abs(component.correlation[1, 0] - (effective + 54) / (effective + 60)) <= Self.tolerance)
    #expect(component.correlation[0, 0] == 1 && component.correlation[1, 1] == 1)
    #expect(component.shrinkage == 0 && estimate.counts.linkedPairs == 1)
  }

  /// After one period `r` is 1 or −1 and counts for one observation beside sixty.
  @Test func theFirstPeriodHasAnEstimate() throws {
    for (other, r) in [(2.0, 1.0), (-0.5, -1)] {
      let history = CorrelatedHistory(returns: [[1, other]], live: [0, 1], issuers: [3, 3])
      let correlations = try history.run(IdioCorrelationSettings())
      let found = try #require(correlations.latest?.components.first)
      #expect(abs(found.correlation[1, 0] - (r + 54) / 61) <= Self.tolerance)
    }
  }

  /// Without common periods, without returns, or with none but zero, a linked pair has the prior correlation.
  @Test func aLinkedPairWithoutEvidenceHasThePrior() throws {
    let nan = Double.nan
    let cases: [[[Double]]] = [
      [[1, nan], [nan, 2], [0.5, nan]], [[nan, nan], [nan, nan]], [[0, 1], [0, -2]], [[0, 0], [0, 0]], [[], [1]],
      [[.infinity, 1], [1, -.infinity]],
    ]
    for returns in cases {
      for weight in [60.0, 0] {
        let history = CorrelatedHistory(returns: returns, live: [0, 1], issuers: [3, 3])
        var settings = history.settings(.linked)
        settings.linkedWeight = weight
        let estimate = try history.estimate(settings)
        #expect(estimate.components.first?.correlation[1, 0] == 0.9)
        #expect(estimate.counts.unestimatedLinkedPairs == 1)
      }
    }
  }

  @Test func threeShareLinesAreOneComponent() throws {
    var history = CorrelatedHistory.normal(assets: 5, periods: 100, pairs: [(0, 2, 0.95), (0, 4, 0.9)], seed: 3)
    history.issuers = [8, -1, 8, -1, 8]
    history.live = [4, 1, 0, 3, 2]
    let estimate = try history.estimate(history.settings(.linked))
    #expect(estimate.components.map(\.assets) == [[4, 0, 2]])
    #expect(estimate.counts.linkedPairs == 3)
    let component = estimate.components[0]
    #expect(try component.correlation.eigenvalues()[0] >= 0.05 - Self.tolerance)
    for (i, j) in [(1, 0), (2, 0), (2, 1)] { #expect(component.correlation[i, j] > 0.8) }
  }

  /// A negative issuer is none; an asset that is not live has no correlations.
  @Test func onlyLiveAssetsOfOneIssuerAreLinked() throws {
    var history = CorrelatedHistory.normal(assets: 4, periods: 60, pairs: [(0, 1, 1), (0, 2, 1), (0, 3, 1)], seed: 4)
    history.issuers = [-1, -1, 5, 5]
    history.live = [0, 1, 2]
    #expect(try history.estimate(history.settings(.linked)).components.isEmpty)
    history.live = [0, 1, 2, 3]
    #expect(try history.estimate(history.settings(.linked)).components.map(\.assets) == [[2, 3]])
  }

  /// A merger links from the next estimate on, with all the history there is; a demerger ends it.
  @Test func anIssuerMayChange() throws {
    let history = CorrelatedHistory.normal(assets: 3, periods: 50, pairs: [(0, 2, 0.9)], seed: 6)
    var settings = history.settings(.linked)
    settings.interval = 10
    var correlations = try IdioCorrelations(settings)
    for (period, row) in history.returns.enumerated() {
      let issuers: [Int32] = period < 15 ? [1, 1, 2] : period < 35 ? [1, 3, 1] : [1, 2, 3]
      let isNew = correlations.advance(row, live: [0, 1, 2], issuers: issuers, workers: 1)
      #expect(isNew == (period % 10 == 0))
      let expected: [[Int32]] = period < 20 ? [[0, 1]] : period < 40 ? [[0, 2]] : []
      #expect(correlations.latest?.components.map(\.assets) == expected)
      if period == 20 {
        let (r, _, effective, _) = NaiveIdioCorrelations.pair(
          Array(history.series(0)[...20]), Array(history.series(2)[...20]), halfLife: settings.halfLife)
        let found = try #require(correlations.latest?.components.first?.correlation[1, 0])
        #expect(abs(found - (effective * r + 54) / (effective + 60)) <= Self.tolerance)
      }
    }
  }

  @Test(arguments: [1e6, .infinity])
  func aHighThresholdLeavesLinkedPairsAlone(multiplier: Double) throws {
    var history = CorrelatedHistory.normal(assets: 20, periods: 100, pairs: [(0, 1, 0.9), (2, 3, 0.9)], seed: 7)
    history.issuers[5] = 1
    history.issuers[9] = 1
    var settings = history.settings(.thresholded)
    #expect(try history.estimate(settings).components.count == 3)
    settings.multiplier = multiplier
    let found = try history.estimate(settings)
    #expect(found.counts.thresholdedPairs == 0)
    #expect(found.components.map(\.assets) == [[5, 9]])
    let linked = try history.estimate(history.settings(.linked))
    #expect(linked.components[0].correlation == found.components[0].correlation)
  }

  /// Where nobody is observed nothing is found, nothing fails, and everybody is counted.
  @Test func everythingMissing() throws {
    let history = CorrelatedHistory(
      returns: Array(repeating: Array(repeating: .nan, count: 6), count: 40), live: [0, 1, 2, 3, 4, 5],
      issuers: Array(repeating: -1, count: 6))
    let estimate = try history.estimate(history.settings(.thresholded))
    #expect(estimate.components.isEmpty)
    #expect(estimate.counts.short == 6 && estimate.counts.screened == 0 && estimate.counts.live == 6)
    let nobody = CorrelatedHistory(returns: [[], []], live: [], issuers: [])
    #expect(try nobody.estimate(nobody.settings(.thresholded)).counts == .init())
  }

  @Test func zeroReturnsAreCounted() throws {
    var history = CorrelatedHistory.normal(assets: 6, periods: 60, pairs: [(0, 1, 0.9)], seed: 8)
    for period in history.returns.indices { for code in 3..<6 { history.returns[period][code] = 0 } }
    let estimate = try history.estimate(history.settings(.thresholded))
    #expect(estimate.components.map(\.assets) == [[0, 1]])
    #expect(estimate.counts.constant == 3 && estimate.counts.screened == 3)
  }

  /// Returns that are zero in every common period of a pair leave that pair alone.
  @Test func zeroReturnsInCommonPeriodsAreNoCorrelation() throws {
    var history = CorrelatedHistory.normal(assets: 3, periods: 60, pairs: [(0, 1, 0.95)], seed: 9)
    for period in history.returns.indices {
      if period < 30 { history.returns[period][0] = .nan } else { history.returns[period][2] = 0 }
    }
    let estimate = try history.estimate(history.settings(.thresholded))
    #expect(estimate.counts.screened == 3 && estimate.components.map(\.assets) == [[0, 1]])
  }

  /// Products that never vary have `θ = 0`: no threshold removes the pair, and the repair makes it definite.
  @Test func aPairWithoutNoiseIsKept() throws {
    let row = { (period: Int) in period % 3 == 0 ? [1.0, -1, 0.3] : [-1.0, 1, -0.2] }
    let history = CorrelatedHistory(returns: (0..<60).map(row), live: [0, 1], issuers: [-1, -1, -1])
    for repair in IdioCorrelationSettings.Repair.allCases {
      var settings = history.settings(.thresholded)
      settings.multiplier = 1e9
      settings.repair = repair
      let component = try #require(try history.estimate(settings).components.first)
      #expect(abs(component.correlation[1, 0] + 0.95) <= Self.tolerance)
      #expect(abs(component.shrinkage - 0.05) <= Self.tolerance)
    }
  }

  /// What fell out of the window has no influence at all.
  @Test func theWindowForgets() throws {
    let history = CorrelatedHistory.normal(assets: 10, periods: 100, pairs: [(0, 1, 0.8)], seed: 10)
    var other = history
    for period in 0..<40 { other.returns[period] = other.returns[period].map { _ in 1e3 } }
    var settings = history.settings(.thresholded, window: 60)
    settings.multiplier = 1
    #expect(try history.estimate(settings) == other.estimate(settings))
    other.returns[40][0] = 1e3
    #expect(try history.estimate(settings) != other.estimate(settings))
  }

  /// A name for the component that suggests a missing factor.
  @Test func largeComponentsAreCounted() throws {
    for (count, isOversized) in [(200, 0), (201, 1)] {
      let history = CorrelatedHistory(
        returns: [Array(repeating: .nan, count: count)], live: (0..<Int32(count)).map { $0 },
        issuers: Array(repeating: 0, count: count))
      let estimate = try #require(try history.run(IdioCorrelationSettings()).latest)
      #expect(estimate.largestComponent == count && estimate.oversizedComponentCount == isOversized)
      #expect(estimate.shrunkComponentCount == 0)
    }
  }

  @Test func settingsOutsideTheirRangesAreRefused() throws {
    func expectRefusal(_ key: String, _ change: (inout IdioCorrelationSettings) -> Void) {
      var settings = IdioCorrelationSettings()
      change(&settings)
      let error = #expect(throws: IdioCorrelationSettingsError.self) { _ = try IdioCorrelations(settings) }
      if case .outOfRange(let found, _, _) = error { #expect(found == key) }
      #expect(error.map { "\($0)" }?.hasPrefix("idio.correlations.\(key) is ") == true)
    }
    expectRefusal("window") { $0.window = 1 }
    expectRefusal("half_life") { $0.halfLife = 15.7 }
    expectRefusal("half_life") { $0.halfLife = .nan }
    expectRefusal("minimum_observations") { $0.minimumObservations = 505 }
    expectRefusal("threshold") { $0.multiplier = 0.4 }
    expectRefusal("minimum_eigenvalue") { $0.minimumEigenvalue = 0 }
    expectRefusal("linked_correlation") { $0.linkedCorrelation = 1.1 }
    expectRefusal("linked_weight") { $0.linkedWeight = -1 }
    expectRefusal("interval") { $0.interval = 0 }
    var settings = IdioCorrelationSettings()
    settings.halfLife = .infinity
    settings.multiplier = .infinity
    _ = try IdioCorrelations(settings)
  }
}
