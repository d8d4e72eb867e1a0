import RiskEngine
import TestSupport
import Testing

/// Spans of a walk forward that are walked at the same time, against the walk period by period.
@Suite struct WalkForwardSpanTests {
  static let market = FeasibleMarket(
    assetCount: 60, periodCount: 120, missingShare: 0.02, outsideShare: 0.05, absentShare: 0.02, seed: 21)

  static func start(_ panel: Panel) -> IdioVarianceState { WalkForwardTests.state(market.variances(of: panel)) }

  /// Where a span ends.
  static func walk(
    _ sections: ArraySlice<CrossSection>, of panel: Panel, from state: IdioVarianceState,
    settings: WalkForwardSettings = WalkForwardSettings(halfLife: 40)
  ) throws -> WalkForwardSpan.End {
    var span = try WalkForwardSpan(regression: CrossSectionalRegression(), settings: settings, state: state)
    span.append(Array(sections), schema: panel.schema, labels: panel.labels)
    return span.end
  }

  /// The state of the walk period by period after each of some spans.
  static func sequential(
    _ panel: Panel, _ spans: [Range<Int>], settings: WalkForwardSettings
  ) throws -> [IdioVarianceState] {
    var walk = try WalkForwardEstimation(
      regression: CrossSectionalRegression(), settings: settings, resuming: start(panel))
    return spans.map { span in
      _ = walk.append(Array(panel.crossSections[span]), schema: panel.schema, labels: panel.labels)
      return walk.state
    }
  }

  static func spans(_ count: Int, of periods: Int) -> [Range<Int>] {
    (0..<count).map { periods * $0 / count..<periods * ($0 + 1) / count }
  }

  @Test func aSpanIsTheWalk() throws {
    let panel = try Self.market.panel()
    let settings = WalkForwardSettings(halfLife: 40)
    let expected = try Self.sequential(panel, [0..<120], settings: settings)
    let end = try Self.walk(panel.crossSections[...], of: panel, from: Self.start(panel))
    #expect(end.state == expected[0])
  }

  /// `λᵏ` for `k` observations; 0 of an asset that the start does not know.
  @Test func slopesCountObservations() throws {
    let panel = try Self.market.panel()
    let settings = WalkForwardSettings(halfLife: 40)
    var start = Self.start(panel)
    start = IdioVarianceState(
      variances: [.nan] + start.variances.dropFirst(), lastPeriods: start.lastPeriods,
      observationCounts: start.observationCounts, periodCount: start.periodCount)
    let end = try Self.walk(panel.crossSections[..<30], of: panel, from: start, settings: settings)
    #expect(end.slopes[0] == 0)
    let decay = ExponentialWeights.decay(halfLife: 40)
    for asset in 1..<60 {
      let count = end.state.observationCounts[asset] - start.observationCounts[asset]
      var expected = 1.0
      for _ in 0..<count { expected *= decay }
      #expect(end.slopes[asset] == expected && count > 20)
    }
  }

  /// With weights that are shrunk to their mean wholly, ends are linear in starts.
  @Test func slopesAreDerivativesOfEndsByStarts() throws {
    let panel = try Self.market.panel()
    let settings = WalkForwardSettings(halfLife: 40, weighting: VarianceWeighting(floor: 0, shrinkage: 1))
    let start = Self.start(panel)
    let moved = IdioVarianceState(
      variances: start.variances.enumerated().map { $0.offset % 2 == 0 ? 2 * $0.element : $0.element },
      lastPeriods: start.lastPeriods, observationCounts: start.observationCounts, periodCount: start.periodCount)
    let sections = panel.crossSections[..<50]
    let one = try Self.walk(sections, of: panel, from: start, settings: settings)
    let other = try Self.walk(sections, of: panel, from: moved, settings: settings)
    for asset in start.variances.indices {
      let expected = one.state.variances[asset] + one.slopes[asset] * (moved.variances[asset] - start.variances[asset])
      // Fifty steps of a recursion whose terms have one sign.
      #expect(relativeDifference(other.state.variances[asset], expected) <= 1e-13)
    }
  }

  /// Every sweep makes one more span that of the walk, bit for bit.
  @Test(arguments: [1, 2, 5, 8])
  func sweepsAreExactSpanBySpan(count: Int) throws {
    let panel = try Self.market.panel()
    let settings = WalkForwardSettings(halfLife: 40)
    let spans = Self.spans(count, of: 120)
    let expected = try Self.sequential(panel, spans, settings: settings)
    var starts = WalkForwardSweep.firstStarts(Self.start(panel), lengths: spans.map(\.count))
    for sweep in 1...count {
      let ends = try zip(spans, starts).map { try Self.walk(panel.crossSections[$0], of: panel, from: $1) }
      for span in 0..<sweep { #expect(ends[span].state == expected[span], "sweep \(sweep), span \(span)") }
      let next = WalkForwardSweep.next(from: starts, to: ends)
      #expect(next.states.count == count && next.changes.prefix(sweep).allSatisfy { $0 == 0 })
      // The end of the last span is of no use.
      #expect(WalkForwardSweep.next(from: starts, to: ends.dropLast()).states == next.states)
      starts = next.states
    }
  }

  /// Starts come near the walk's long before they are the same.
  @Test func sweepsContract() throws {
    let panel = try Self.market.panel()
    let settings = WalkForwardSettings(halfLife: 40)
    let spans = Self.spans(8, of: 120)
    let expected = try Self.sequential(panel, spans, settings: settings)
    var starts = WalkForwardSweep.firstStarts(Self.start(panel), lengths: spans.map(\.count))
    var errors = [Double]()
    for _ in 0..<4 {
      let ends = try zip(spans, starts).map { try Self.walk(panel.crossSections[$0], of: panel, from: $1) }
      starts = WalkForwardSweep.next(from: starts, to: ends).states
      errors.append(
        zip(starts[7].variances, expected[6].variances).map { abs(PortableMath.log($0) - PortableMath.log($1)) }.max()
          ?? .infinity)
    }
    // Observed here to fall by more than ten a sweep; the variances move by a third over the eight spans.
    #expect(errors[0] < 0.1 && errors[1] < errors[0] / 5 && errors[2] < errors[1] / 5 && errors[3] < errors[2] / 5)
  }

  @Test func badSettingsNameTheirKey() {
    #expect(throws: FeasibleSettingsError.self) {
      _ = try WalkForwardSpan(
        regression: CrossSectionalRegression(), settings: WalkForwardSettings(halfLife: 0), state: IdioVarianceState())
    }
  }
}
