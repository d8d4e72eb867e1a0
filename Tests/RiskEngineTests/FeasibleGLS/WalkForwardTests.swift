import LinAlg
import RiskEngine
import TestSupport
import Testing

/// Regressions whose weights come from the periods before.
@Suite struct WalkForwardTests {
  static func estimate(_ panel: Panel, through last: CalendarDate?) throws -> IdioVarianceEstimate {
    try IteratedEstimation(
      regression: CrossSectionalRegression(), settings: .init(maximumIterations: 8)
    ).estimate(panel, through: last, workers: 2)
  }

  static func walk(
    _ panel: Panel, settings: WalkForwardSettings = WalkForwardSettings(), from state: IdioVarianceState
  ) throws -> (periods: [WalkForwardPeriod], state: IdioVarianceState) {
    var walk = try WalkForwardEstimation(
      regression: CrossSectionalRegression(), settings: settings, resuming: state)
    let periods = walk.append(panel.crossSections, schema: panel.schema, labels: panel.labels, workers: 1)
    return (periods, walk.state)
  }

  /// A state that knows a variance for each asset, as after one period.
  static func state(_ variances: [Double]) -> IdioVarianceState {
    var writer = StateWriter()
    writer.write(variances)
    writer.write(variances.map { $0.isNaN ? Int32(-1) : 0 })
    writer.write(variances.map { _ in Int32(100) })
    writer.write(1)
    var reader = StateReader(writer.bytes)
    guard let state = try? IdioVarianceState(from: &reader) else { preconditionFailure("a state") }
    return state
  }

  static func bits(_ periods: [WalkForwardPeriod]) -> [[UInt64]] {
    periods.map { period in
      let regression = period.regression
      return [
        regression.factorReturns, regression.idioReturns, regression.standardErrors, regression.leverage,
        regression.fittedVariances, period.variances, period.weightVariances, [regression.rSquared],
      ].flatMap { $0.map(\.bitPattern) }
    }
  }

  /// Births, deaths, long absences, holes: against plain loops.
  @Test func agreesWithPlainLoops() throws {
    var market = FeasibleMarket.withHoles
    market.isPresent = { asset, period in
      switch asset {
      case 4: period >= 30
      case 9: period < 8 || period >= 20
      case 11: !(period >= 8 && period < 16)
      case 17: period < 40
      default: true
      }
    }
    let panel = try market.panel()
    var start = market.variances(of: panel)
    start[Int(try #require(panel.assets.existingCode(of: RandomPanel.asset(4))))] = .nan
    let settings = WalkForwardSettings(halfLife: 20, longestAbsence: 9)
    let found = try Self.walk(panel, settings: settings, from: Self.state(start))
    let path = NaiveFeasible.walk(
      panel.crossSections, from: start, decay: ExponentialWeights.decay(halfLife: 20), longestAbsence: 9)
    // 70 steps, each with the rounding of designs with condition numbers below a hundred.
    for (v, w) in zip(found.state.variances, try #require(path.last)) {
      #expect(v.isNaN == w.isNaN)
      if !v.isNaN { #expect(relativeDifference(v, w) <= 1e-10) }
    }
    #expect(found.periods.map(\.newAssetCount).reduce(0, +) == 1)
    // Asset 9 was away for twelve periods, 11 for eight.
    #expect(found.periods.map(\.returningAssetCount).reduce(0, +) == 1)
    for (index, period) in found.periods.enumerated() where index > 0 {
      for (row, asset) in panel.crossSections[index].assets.enumerated() {
        let before = path[index - 1][Int(asset)]
        let isKnown = period.newAssetCount + period.returningAssetCount == 0
        if isKnown { #expect(relativeDifference(period.variances[row], before) <= 1e-10) }
      }
    }
  }

  /// In sample the weights are those of the iteration; out of it they move.
  @Test func firstSpanIsInSample() throws {
    let panel = try FeasibleMarket.withHoles.panel()
    let split = try #require(try panel.middleDate())
    #expect(split == RandomPanel.date(34))
    let estimate = try Self.estimate(panel, through: split)
    var walk = try WalkForwardEstimation(
      regression: CrossSectionalRegression(), firstSpan: (estimate, split))
    let periods = walk.append(panel.crossSections, schema: panel.schema, labels: panel.labels)
    #expect(periods.map(\.isInSample) == (0..<70).map { $0 < 35 })
    for index in [0, 20, 34] {
      let section = panel.crossSections[index]
      #expect(periods[index].weightVariances == section.assets.map { estimate.weightVariances[Int($0)] })
      let fit = NaiveFeasible.regress(section, periods[index].weightVariances)
      for (e, expected) in zip(periods[index].regression.idioReturns, fit.idio) where !expected.isNaN {
        #expect(abs(e - expected) <= 1e-12)
      }
    }
    // The first period after it knows what the span gave.
    let section = panel.crossSections[35]
    #expect(periods[35].variances == section.assets.map { estimate.variances[Int($0)] })
    #expect(walk.state.periodCount == 70)
  }

  /// Blocks of any length, any number of workers, and saving after each block: the same bits.
  @Test(arguments: [1, 6, 35, 70], [1, 3])
  func blocksWorkersAndResumingDoNotMatter(length: Int, workers: Int) throws {
    let panel = try FeasibleMarket.withHoles.panel()
    let split = try #require(try panel.middleDate())
    let estimate = try Self.estimate(panel, through: split)
    let regression = CrossSectionalRegression()
    var whole = try WalkForwardEstimation(regression: regression, firstSpan: (estimate, split))
    let expected = whole.append(panel.crossSections, schema: panel.schema, labels: panel.labels, workers: 2)
    var walk = try WalkForwardEstimation(regression: regression, firstSpan: (estimate, split))
    var periods = [WalkForwardPeriod]()
    for start in stride(from: 0, to: 70, by: length) {
      let block = Array(panel.crossSections[start..<min(70, start + length)])
      periods += walk.append(block, schema: panel.schema, labels: panel.labels, workers: workers)
      guard let last = block.last, last.date >= split else { continue }
      var writer = StateWriter()
      walk.state.save(to: &writer)
      var reader = StateReader(writer.bytes)
      let state = try IdioVarianceState(from: &reader)
      #expect(reader.isAtEnd && state == walk.state)
      // A walk that is taken up takes periods after the span only.
      if last.date > split || start + length == 35 {
        walk = try WalkForwardEstimation(regression: regression, resuming: state)
      }
    }
    #expect(Self.bits(periods) == Self.bits(expected))
    #expect(walk.state == whole.state)
  }

  /// T0.1: what comes after a date reaches nothing up to it.
  @Test(arguments: [36, 41, 50, 57, 68])
  func laterPeriodsDoNotMatter(count: Int) throws {
    let table = FeasibleMarket.withHoles.table()
    let last = RandomPanel.date(count - 1)
    func run(_ table: PanelTable) throws -> [[UInt64]] {
      let panel = try table.panel(lag: 0)
      let split = RandomPanel.date(34)
      let estimate = try Self.estimate(panel, through: split)
      var walk = try WalkForwardEstimation(regression: CrossSectionalRegression(), firstSpan: (estimate, split))
      return Self.bits(walk.append(panel.crossSections, schema: panel.schema, labels: panel.labels))
    }
    var changed = table
    for row in changed.rows.indices where changed.rows[row].date > last {
      changed.rows[row].return = row % 3 == 0 ? .nan : 17
      changed.rows[row].cap *= 5
      changed.rows[row].styles = changed.rows[row].styles.map { -$0 }
      changed.rows[row].inUniverse.toggle()
    }
    let (found, expected) = (try run(changed), try run(table))
    #expect(Array(found.prefix(count)) == Array(expected.prefix(count)))
    #expect(found[count] != expected[count])
  }

  /// With an infinite half-life variances never move, and the true ones give generalized least squares.
  @Test func constantVariancesGiveExactWeights() throws {
    let market = FeasibleMarket()
    let panel = try market.panel()
    let truth = market.variances(of: panel)
    let settings = WalkForwardSettings(
      halfLife: .infinity, weighting: VarianceWeighting(floor: 0, shrinkage: 0))
    let found = try Self.walk(panel, settings: settings, from: Self.state(truth))
    #expect(found.state.variances == truth)
    let expected = CrossSectionalRegression().estimate(panel) { section in
      .diagonal(section.assets.map { truth[Int($0)] })
    }
    #expect(found.periods.map(\.regression.factorReturns) == expected.periods.map(\.factorReturns))
  }

  /// Idio deviations double: `E v = v (λᵏ + 4 (1 − λᵏ))` after k periods.
  @Test func variancesFollowANewLevel() throws {
    var market = FeasibleMarket(assetCount: 200, periodCount: 60, industryCount: 4, styleCount: 3, seed: 4)
    market.doublingPeriod = 0
    let panel = try market.panel()
    let truth = market.variances(of: panel)
    let settings = WalkForwardSettings(halfLife: 30)
    let found = try Self.walk(panel, settings: settings, from: Self.state(truth))
    let decay = ExponentialWeights.decay(halfLife: 30)
    let kept = (0..<60).reduce(1.0) { product, _ in product * decay }
    let expected = kept + 4 * (1 - kept)
    let mean = zip(found.state.variances, truth).reduce(0) { $0 + $1.0 / $1.1 } / 200
    // The variance of one ratio is `2 · 16 (1 − λ)² Σ λ²ᵃ`; shares of the fit make it a little less than independent.
    var squares = 0.0
    var power = 1.0
    for _ in 0..<60 {
      squares += power
      power *= decay * decay
    }
    let deviation = (2 * 16 * (1 - decay) * (1 - decay) * squares / 200).squareRoot()
    #expect(abs(mean - expected) <= 4.89 * deviation + 0.01)
  }

  /// Started at the truth, variances stay near it with the divisor, and collapse without.
  @Test func withoutDivisorVariancesCollapse() throws {
    let market = FeasibleMarket(assetCount: 60, periodCount: 1200, industryCount: 5, styleCount: 10, seed: 6)
    let panel = try market.panel()
    let truth = market.variances(of: panel)
    func smallestRatio(_ divisor: IdioDivisor) throws -> Double {
      let settings = WalkForwardSettings(
        halfLife: 84, divisor: divisor, weighting: VarianceWeighting(floor: 0, shrinkage: 0), leverageGuard: 1)
      let found = try Self.walk(panel, settings: settings, from: Self.state(truth))
      return zip(found.state.variances, truth).map { $0 / $1 }.min() ?? .nan
    }
    #expect(try smallestRatio(.none) < 1e-3)
    // Effectively 242 observations an asset: 0.4 lies more than six deviations below 1.
    #expect(try smallestRatio(.leverage) > 0.4)
  }

  /// Nothing known of any asset: equal weights, then the mean squared idio return.
  @Test func startsFromNothing() throws {
    let panel = try FeasibleMarket().panel()
    let found = try Self.walk(panel, from: IdioVarianceState())
    let first = found.periods[0]
    #expect(first.variances.allSatisfy(\.isNaN) && first.newAssetCount == 60)
    let equal = CrossSectionalRegression(weights: .equal).estimate(panel).periods[0]
    #expect(first.regression.factorReturns == equal.factorReturns)
    #expect(found.periods[1].variances.allSatisfy { $0 > 0 } && found.periods[1].newAssetCount == 0)
    #expect(found.state.variances.allSatisfy { $0 > 0 })
  }

  /// A period without an estimate leaves everything as it was.
  @Test func failedPeriodsChangeNothing() throws {
    var market = FeasibleMarket(assetCount: 40, periodCount: 12)
    let panel = try market.panel()
    let truth = market.variances(of: panel)
    var table = market.table()
    for row in table.rows.indices where table.rows[row].date == RandomPanel.date(5) {
      table.rows[row].inUniverse = false
    }
    let found = try Self.walk(try table.panel(lag: 0), from: Self.state(truth))
    #expect(!found.periods[5].regression.outcome.hasEstimate)
    market.isPresent = { _, period in period != 5 }
    let without = try Self.walk(try market.panel(), from: Self.state(truth))
    #expect(found.state == without.state)
  }

  /// Share lines whose idio returns correlate: generalized least squares with their block.
  @Test func correlationsEnterTheRegression() throws {
    let market = FeasibleMarket(assetCount: 40, periodCount: 3)
    let panel = try market.panel()
    let truth = market.variances(of: panel)
    var walk = try WalkForwardEstimation(
      regression: CrossSectionalRegression(), settings: .init(halfLife: .infinity), resuming: Self.state(truth))
    let correlation = SymmetricMatrix(order: 2) { $0 == $1 ? 1 : 0.7 }
    let periods = walk.append(panel.crossSections, schema: panel.schema, labels: panel.labels) { _ in
      [IdioCorrelation(rows: [2, 5], correlation: correlation)]
    }
    let expected = CrossSectionalRegression().estimate(panel) { section in
      let used = periods[0].weightVariances
      let block = SymmetricMatrix(order: 2) {
        correlation[$0, $1] * (used[[2, 5][$0]] * used[[2, 5][$1]]).squareRoot()
      }
      return .blocks(variances: used, linked: [.init(rows: [2, 5], covariance: block)])
    }
    for (found, other) in zip(periods[0].regression.factorReturns, expected.periods[0].factorReturns) {
      #expect(abs(found - other) <= 1e-15)
    }
    // `Var(e) = Ω − B A⁻¹ Bᵀ`: the fitted variances over all rows weigh up to the number of free factors.
    let plain = panel.crossSections[0]
    let (first, used) = (periods[0].regression, periods[0].weightVariances)
    #expect(first.fittedVariances.count == plain.rowCount)
    #expect(zip(first.fittedVariances, used).allSatisfy { $0 > 0 && $0 < $1 })
  }

  @Test func badSettingsNameTheirKey() {
    func message(_ settings: WalkForwardSettings) -> String {
      do {
        _ = try WalkForwardEstimation(regression: CrossSectionalRegression(), settings: settings)
        return "nothing thrown"
      } catch { return error.description }
    }
    #expect(message(.init(halfLife: 0)) == "idio.variance.half_life is 0.0; expected a positive number of periods")
    #expect(message(.init(leverageGuard: 0)).hasPrefix("idio.leverage_guard is 0.0; expected"))
    #expect(message(.init(longestAbsence: -1)).hasPrefix("idio.longest_absence is -1.0; expected"))
  }

  @Test func damagedStateIsRefused() throws {
    var writer = StateWriter()
    writer.write([1.0, 2])
    writer.write([Int32(0)])
    writer.write([Int32(0)])
    writer.write(1)
    var reader = StateReader(writer.bytes)
    #expect(throws: StateError.self) { try IdioVarianceState(from: &reader) }
  }
}
