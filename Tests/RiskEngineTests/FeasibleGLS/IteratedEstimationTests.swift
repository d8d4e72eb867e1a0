import RiskEngine
import TestSupport
import Testing

/// Idio variances from regressions that they weigh.
@Suite struct IteratedEstimationTests {
  static func estimate(
    _ panel: Panel, _ settings: IteratedEstimation.Settings, workers: Int = 2, from start: [Double]? = nil,
    through last: CalendarDate? = nil
  ) throws -> IdioVarianceEstimate {
    try IteratedEstimation(regression: CrossSectionalRegression(), settings: settings)
      .estimate(panel, through: last, startingFrom: start, workers: workers)
  }

  /// A panel that hands out blocks of a length of the caller's.
  struct Blocks: CrossSectionSource {
    let panel: Panel
    let length: Int
    var schema: PanelSchema { panel.schema }

    func readBlocks(_ body: ([CrossSection], [IdentifierTable]) -> Bool) {
      for start in stride(from: 0, to: panel.crossSections.count, by: length) {
        let end = min(panel.crossSections.count, start + length)
        guard body(Array(panel.crossSections[start..<end]), panel.labels) else { return }
      }
    }
  }

  /// Plain loops over dense designs, with holes and assets outside the universe.
  @Test(arguments: [IteratedEstimation.Mode.almostUnbiased, .naive], [FeasibleMarket.withHoles, FeasibleMarket()])
  func agreesWithPlainLoops(mode: IteratedEstimation.Mode, market: FeasibleMarket) throws {
    let panel = try market.panel()
    let found = try Self.estimate(panel, .init(mode: mode, maximumIterations: 6))
    let expected = NaiveFeasible.iterate(panel, passes: 6, isNaive: mode == .naive, floor: 0.01, shrinkage: 0.1)
    #expect(found.log.count == 6)
    // Six passes of sums over 70 periods, of designs with condition numbers below a hundred.
    for (v, w) in zip(found.variances, expected) { #expect(relativeDifference(v, w) <= 1e-10) }
    #expect(!found.hasConverged && !found.unsettledAssets.isEmpty)
  }

  /// Some consecutive periods of a panel.
  struct Span: CrossSectionSource {
    let panel: Panel
    let periods: Range<Int>
    var schema: PanelSchema { panel.schema }

    func readBlocks(_ body: ([CrossSection], [IdentifierTable]) -> Bool) {
      _ = body(Array(panel.crossSections[periods]), panel.labels)
    }
  }

  /// Sums of spans that begin where a part does, put together pass by pass, are the estimate bit for bit.
  @Test(arguments: [[0, 96, 150], [0, 32, 64, 128, 150], [0, 150]])
  func spansPutTogetherAreTheEstimate(edges: [Int]) throws {
    let market = FeasibleMarket(
      periodCount: 150, missingShare: 0.05, outsideShare: 0.1, absentShare: 0.3, seed: 12)
    let panel = try market.panel()
    let settings = IteratedEstimation.Settings(minimumObservations: 100)
    let estimation = try IteratedEstimation(regression: CrossSectionalRegression(), settings: settings)
    let expected = try estimation.estimate(panel)
    #expect(expected.verdicts.contains { if case .tooFewObservations = $0 { true } else { false } })
    var iteration = IdioIteration(settings: settings)
    var sums = IdioSums()
    var last: (crossSection: CrossSection, labels: [IdentifierTable])?
    while iteration.needsPass {
      sums = IdioSums()
      for (first, end) in zip(edges, edges.dropFirst()) {
        last = try estimation.pass(
          Span(panel: panel, periods: first..<end), variances: iteration.variances,
          weightVariances: iteration.weightVariances, workers: 2
        ) { sums.add($0) }
      }
      // As another process takes it up.
      iteration =
        iteration.passCount == 0
        ? iteration
        : IdioIteration(
          settings: settings, after: iteration.passCount, variances: iteration.variances,
          weightVariances: iteration.weightVariances)
      iteration.take(sums)
    }
    let end = try #require(last)
    iteration.fill(
      counts: sums.counts, crossSection: end.crossSection, regression: estimation.regression, schema: panel.schema,
      labels: end.labels)
    #expect(iteration.hasConverged && iteration.passCount == expected.log.count)
    #expect(iteration.variances.map(\.bitPattern) == expected.variances.map(\.bitPattern))
    #expect(iteration.weightVariances.map(\.bitPattern) == expected.weightVariances.map(\.bitPattern))
    #expect(sums.counts == expected.observationCounts && sums.lastPeriods == expected.lastPeriods)
    #expect(sums.periodCount == expected.periodCount && sums.skippedPeriods == expected.skippedPeriods)
  }

  @Test func twoStagesAreTwoPasses() throws {
    let panel = try FeasibleMarket.withHoles.panel()
    let found = try Self.estimate(panel, .init(mode: .twoStage))
    let expected = try Self.estimate(panel, .init(maximumIterations: 2))
    #expect(found.log.count == 2 && !found.hasConverged)
    #expect(found.variances == expected.variances)
  }

  /// Without a floor and shrinkage every fixed point has `Σ e² = v Σ (1 − h)`, and is reached from the truth too.
  @Test func startDoesNotMatter() throws {
    let market = FeasibleMarket()
    let panel = try market.panel()
    let settings = IteratedEstimation.Settings(tolerance: 1e-7)
    let one = try Self.estimate(panel, settings)
    let other = try Self.estimate(panel, settings, from: market.variances(of: panel))
    #expect(one.hasConverged && other.hasConverged)
    #expect(one.verdicts.allSatisfy { $0 == .converged })
    for (v, w) in zip(one.variances, other.variances) { #expect(relativeDifference(v, w) <= 1e-5) }
  }

  @Test func fixedPointSolvesTheEstimatingEquation() throws {
    let panel = try FeasibleMarket().panel()
    let weighting = VarianceWeighting(floor: 0, shrinkage: 0)
    let found = try Self.estimate(panel, .init(weighting: weighting, tolerance: 1e-8))
    #expect(found.hasConverged && found.weightVariances == found.variances)
    var squares = [Double](repeating: 0, count: found.variances.count)
    var expected = squares
    for section in panel.crossSections {
      let fit = NaiveFeasible.regress(section, section.assets.map { found.variances[Int($0)] })
      for (row, asset) in section.assets.enumerated() {
        let v = found.variances[Int(asset)]
        squares[Int(asset)] += fit.idio[row] * fit.idio[row]
        expected[Int(asset)] += v * (1 - fit.forms[row] / v)
      }
    }
    // The last pass moved logarithms by less than 1e-8.
    for (sum, e) in zip(squares, expected) { #expect(relativeDifference(sum, e) <= 1e-7) }
  }

  /// `r → c r` gives `c² v`; a power of two changes no bit beside exponents.
  @Test func variancesScaleWithReturns() throws {
    let table = FeasibleMarket.withHoles.table()
    var scaled = table
    for row in scaled.rows.indices { scaled.rows[row].return *= 4 }
    // The first pass starts from 1 whatever the scale: all passes see the same ratios.
    let settings = IteratedEstimation.Settings(maximumIterations: 8)
    let found = try Self.estimate(try table.panel(lag: 0), settings)
    let other = try Self.estimate(try scaled.panel(lag: 0), settings)
    #expect(other.variances.map(\.bitPattern) == found.variances.map { ($0 * 16).bitPattern })
  }

  /// Rows in any order, and so codes in any order, give the same bits.
  @Test func orderOfAssetsDoesNotMatter() throws {
    var table = FeasibleMarket.withHoles.table()
    let panel = try table.panel(lag: 0)
    var random = TestRandom(seed: 3)
    table.rows.shuffle(using: &random)
    let shuffled = try table.panel(lag: 0)
    #expect(shuffled.assets.texts != panel.assets.texts)
    let found = try Self.estimate(panel, .init(maximumIterations: 5))
    let other = try Self.estimate(shuffled, .init(maximumIterations: 5))
    for (code, text) in panel.assets.texts.enumerated() {
      let there = try #require(shuffled.assets.existingCode(of: text))
      #expect(found.variances[code].bitPattern == other.variances[Int(there)].bitPattern)
    }
  }

  @Test(arguments: [1, 7, 100], [1, 3])
  func blocksAndWorkersDoNotMatter(length: Int, workers: Int) throws {
    let panel = try FeasibleMarket.withHoles.panel()
    let settings = IteratedEstimation.Settings(maximumIterations: 4)
    let expected = try Self.estimate(panel, settings, workers: 2)
    let found = try IteratedEstimation(regression: CrossSectionalRegression(), settings: settings)
      .estimate(Blocks(panel: panel, length: length), workers: workers)
    #expect(found.variances.map(\.bitPattern) == expected.variances.map(\.bitPattern))
    #expect(found.weightVariances.map(\.bitPattern) == expected.weightVariances.map(\.bitPattern))
    #expect(found.log == expected.log && found.verdicts == expected.verdicts)
  }

  /// Nothing after the last date counts, whatever it is.
  @Test(arguments: [20, 33, 69])
  func laterPeriodsDoNotMatter(count: Int) throws {
    let table = FeasibleMarket.withHoles.table()
    let last = RandomPanel.date(count - 1)
    let expected = try Self.estimate(try table.panel(lag: 0), .init(maximumIterations: 3), through: last)
    var changed = table
    for row in changed.rows.indices where changed.rows[row].date > last {
      changed.rows[row].return = row % 3 == 0 ? .nan : 17
      changed.rows[row].cap *= 5
      changed.rows[row].inUniverse.toggle()
    }
    let found = try Self.estimate(try changed.panel(lag: 0), .init(maximumIterations: 3), through: last)
    #expect(found.variances.map(\.bitPattern) == expected.variances.map(\.bitPattern))
    #expect(found.periodCount == count)
  }

  /// The mode without divisor fits some assets exactly; the other one does not.
  @Test func naiveVariancesCollapse() throws {
    let market = FeasibleMarket(assetCount: 60, periodCount: 60, industryCount: 5, styleCount: 10, seed: 2)
    let panel = try market.panel()
    let truth = market.variances(of: panel)
    let weighting = VarianceWeighting(floor: 0, shrinkage: 0)
    func smallestRatio(_ mode: IteratedEstimation.Mode, passes: Int) throws -> Double {
      let found = try Self.estimate(
        panel, .init(mode: mode, weighting: weighting, maximumIterations: passes, leverageGuard: 1))
      return zip(found.variances, truth).map { $0 / $1 }.min() ?? .nan
    }
    // Once variances are below the rounding errors of idio returns they come back, and what is found depends on the pass.
    #expect(try (1...20).map { try smallestRatio(.naive, passes: $0) }.min() ?? .nan < 1e-6)
    // About 45 free observations an asset: below 0.25 a chi-square law has a probability of 1e-9.
    #expect(try smallestRatio(.almostUnbiased, passes: 150) > 0.25)
  }

  /// R5: the mean of `v̂ / v` is 1, and `1 − (m − p) / n` without the divisor.
  @Test(arguments: [IteratedEstimation.Mode.almostUnbiased, .naive])
  func meanRatioIsOne(mode: IteratedEstimation.Mode) throws {
    let market = FeasibleMarket(assetCount: 150, periodCount: 120, industryCount: 5, styleCount: 4, seed: 9)
    let panel = try market.panel()
    let found = try Self.estimate(panel, .init(mode: mode, maximumIterations: 40))
    let truth = market.variances(of: panel)
    let (n, m, t) = (150.0, 9.0, 120.0)
    let mean = zip(found.variances, truth).reduce(0) { $0 + $1.0 / $1.1 } / n
    let center = mode == .naive ? 1 - m / n : 1
    #expect(abs(mean - center) <= 4.89 * (2 / (n * t)).squareRoot() + 2 * m / (n * t))
  }

  /// Dividing by the variance under `v` itself differs from `1 − h` only where shrinkage moves the weights.
  @Test func exactDivisorAgreesWithoutShrinkage() throws {
    let panel = try FeasibleMarket.withHoles.panel()
    let weighting = VarianceWeighting(floor: 0, shrinkage: 0)
    let plain = try Self.estimate(panel, .init(weighting: weighting, maximumIterations: 5))
    let exact = try Self.estimate(
      panel, .init(usesExactDivisor: true, weighting: weighting, maximumIterations: 5))
    for (v, w) in zip(plain.variances, exact.variances) { #expect(relativeDifference(v, w) <= 1e-10) }
    let shrunk = try Self.estimate(panel, .init(maximumIterations: 5))
    let both = try Self.estimate(panel, .init(usesExactDivisor: true, maximumIterations: 5))
    #expect(zip(shrunk.variances, both.variances).contains { relativeDifference($0, $1) > 1e-6 })
  }

  /// An asset seen too seldom gets the median of its size group; a lone member of a label is guarded.
  @Test func rareAndLoneAssetsAreFlagged() throws {
    var market = FeasibleMarket(assetCount: 40, periodCount: 50)
    market.isPresent = { asset, period in asset != 7 || period < 10 }
    var table = market.table()
    for row in table.rows.indices where table.rows[row].asset == RandomPanel.asset(3) { table.rows[row].labels = ["z"] }
    let panel = try table.panel(lag: 0)
    let found = try Self.estimate(panel, .init(maximumIterations: 30))
    let rare = Int(try #require(panel.assets.existingCode(of: RandomPanel.asset(7))))
    let lone = Int(try #require(panel.assets.existingCode(of: RandomPanel.asset(3))))
    #expect(found.verdicts[rare] == .tooFewObservations(count: 10))
    #expect(found.verdicts[lone] == .tooFewObservations(count: 0))
    #expect(found.guardedObservationCount == 50)
    // Caps are 1e6 (1 + 13 i mod 40): the group of an asset is the fifth that its rank falls into.
    for (code, number) in [(rare, 7), (lone, 3)] {
      let group = number * 13 % 40 / 8
      let peers = (0..<40).filter { $0 * 13 % 40 / 8 == group && $0 != 7 && $0 != 3 }
      let codes = try peers.map { try #require(panel.assets.existingCode(of: RandomPanel.asset($0))) }
      let values = codes.map { found.variances[Int($0)] }
      #expect(found.variances[code] == NaiveFeasible.median(values))
    }
  }

  /// A newcomer gets the volatility that its loadings have elsewhere, against a dense regression of logarithms.
  @Test func newcomersGetTheStructuralVariance() throws {
    var market = FeasibleMarket(assetCount: 50, periodCount: 60)
    market.isPresent = { asset, period in asset != 7 || period >= 50 }
    let panel = try market.panel()
    let found = try Self.estimate(panel, .init(maximumIterations: 5))
    let code = Int(try #require(panel.assets.existingCode(of: RandomPanel.asset(7))))
    #expect(found.verdicts[code] == .tooFewObservations(count: 10))
    var section = panel.crossSections[59]
    for (row, asset) in section.assets.enumerated() {
      let isNew = Int(asset) == code
      section.returns[row] = isNew ? 0 : 0.5 * PortableMath.log(found.variances[Int(asset)])
      if isNew { section.reasons[row] = .outsideUniverse }
    }
    let weights = section.caps.prefix(section.rowCount).map { $0.squareRoot() }
    let fit = NaiveFeasible.regress(section, weights.map { 1 / $0 })
    let row = try #require(section.assets.firstIndex { Int($0) == code })
    var (sum, total) = (0.0, 0.0)
    for other in weights.indices where other != row {
      sum += weights[other] * PortableMath.exp(fit.idio[other])
      total += weights[other]
    }
    let deviation = sum / total * PortableMath.exp(-fit.idio[row])
    // A dense regression of 49 assets on 6 well conditioned columns.
    #expect(relativeDifference(found.variances[code], deviation * deviation) <= 1e-10)
    #expect(sum / total >= 1)
  }

  /// A date with fewer assets than twice its factors is left out and named.
  @Test func smallDatesAreSkipped() throws {
    var market = FeasibleMarket(assetCount: 40, periodCount: 30)
    market.isPresent = { asset, period in period != 11 || asset < 13 }
    let found = try Self.estimate(try market.panel(), .init(maximumIterations: 3))
    #expect(found.periodCount == 29)
    #expect(found.skippedPeriods.map(\.date) == [RandomPanel.date(11)])
    #expect(found.skippedPeriods[0].reason == .tooFewAssets(found: 13, needed: 14))
    // Without the date, the same.
    market.isPresent = { _, period in period != 11 }
    let without = try Self.estimate(try market.panel(), .init(maximumIterations: 3))
    #expect(found.variances == without.variances)
  }

  /// Data without any estimate: nothing is known, and nothing traps.
  @Test func nothingToEstimate() throws {
    var table = FeasibleMarket(assetCount: 10, periodCount: 4).table()
    for row in table.rows.indices { table.rows[row].inUniverse = false }
    let found = try Self.estimate(try table.panel(lag: 0), .init())
    #expect(found.periodCount == 0 && found.skippedPeriods.count == 4)
    #expect(found.variances.isEmpty && found.hasConverged)
  }

  @Test func badSettingsNameTheirKey() {
    func message(_ change: (inout IteratedEstimation.Settings) -> Void) -> String {
      var settings = IteratedEstimation.Settings()
      change(&settings)
      do {
        _ = try IteratedEstimation(regression: CrossSectionalRegression(), settings: settings)
        return "nothing thrown"
      } catch { return error.description }
    }
    #expect(message { $0.weighting.floor = -1 } == "idio.floor is -1.0; expected a fraction from 0 to 1")
    #expect(message { $0.weighting.shrinkage = .nan }.hasPrefix("idio.shrinkage is nan; expected"))
    #expect(message { $0.tolerance = 0 }.hasPrefix("idio.tolerance is 0.0; expected"))
    #expect(message { $0.maximumIterations = 0 }.hasPrefix("idio.maximum_iterations is 0.0; expected"))
    #expect(message { $0.leverageGuard = 1.5 }.hasPrefix("idio.leverage_guard is 1.5; expected"))
    #expect(message { $0.minimumObservations = 0 }.hasPrefix("idio.minimum_observations is 0.0; expected"))
    #expect(throws: FeasibleSettingsError.self) {
      try IteratedEstimation(regression: CrossSectionalRegression(loss: .huber()))
    }
  }
}
