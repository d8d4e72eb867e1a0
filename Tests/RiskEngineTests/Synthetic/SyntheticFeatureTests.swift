import LinAlg
import RiskEngine
import Testing

/// What each mode has and lacks, in the amounts configured.
///
/// Intervals are two-sided at 1e-6.
@Suite struct SyntheticFeatureTests {
  static let z = StandardNormal.upperQuantile(5e-7)

  /// Expects a count to have come from independent trials of a probability.
  private func expectBinomial(_ count: Int, of trials: Int, probability: Double, _ name: Comment) {
    let deviation = (Double(trials) * probability * (1 - probability)).squareRoot()
    // The continuity correction and 1 more make up for the skewness of small counts.
    #expect(abs(Double(count) - Double(trials) * probability) <= Self.z * deviation + 1.5, name)
  }

  /// Expects a count to be that of a Poisson law, by its relation to chi-square.
  private func expectPoisson(_ count: Int, mean: Double, _ name: Comment) {
    let atMost = ChiSquareDistribution(degreesOfFreedom: Double(2 * (count + 1))).upperTail(2 * mean)
    let atLeast =
      count == 0 ? 1 : ChiSquareDistribution(degreesOfFreedom: Double(2 * count)).cumulative(2 * mean)
    #expect(atMost > 5e-7 && atLeast > 5e-7, name)
  }

  @Test func exactMarketsHaveNoIdioReturns() throws {
    let history = try SyntheticHistory(SyntheticHistory.configuration(.exact))
    let rows = history.block.rows
    for period in history.block.periods where period.index > 0 {
      for row in period.rows {
        let earlier = try #require(history.earlierRow(of: row, at: period))
        #expect(history.block.idioReturns[row] == 0)
        #expect(history.block.idioVariances[row] == 0)
        #expect(rows.caps[row] == rows.caps[earlier] * (1 + rows.returns[row]))
      }
    }
    #expect(rows.inUniverse.allSatisfy { $0 })
  }

  @Test(arguments: [SyntheticMode.exact, .gaussStatic])
  func cleanModesMissNothing(mode: SyntheticMode) throws {
    let history = try SyntheticHistory(SyntheticHistory.configuration(mode))
    let block = history.block
    #expect(history.market.population.count == 150)
    #expect(block.rows.count == 150 * 70)
    #expect(!block.rows.returns.dropFirst(150).contains { $0.isNaN })
    #expect(!block.rows.styles.joined().contains { $0.isNaN })
    #expect(!block.events.contains { !$0.isEmpty })
    #expect(block.hiddenLoadings.isEmpty && history.market.population.issuerPairs.isEmpty)
    #expect(!block.periods.contains { $0.isStressed })
    if mode == .gaussStatic {
      for period in block.periods { #expect(Array(block.rows.caps[period.rows]) == Array(block.rows.caps[0..<150])) }
    }
  }

  @Test(arguments: [SyntheticMode.gaussMissing, .full])
  func missingValuesAreThoseOfTheEvents(mode: SyntheticMode) throws {
    var configuration = SyntheticHistory.configuration(mode)
    configuration.assetCount = 500
    let history = try SyntheticHistory(configuration)
    let (rows, events) = (history.block.rows, history.block.events)
    for period in history.block.periods {
      for row in period.rows {
        let isFirst = history.earlierRow(of: row, at: period) == nil
        #expect(rows.returns[row].isNaN == (isFirst || !events[row].isDisjoint(with: .withoutReturn)))
        #expect(history.block.idioReturns[row].isNaN == isFirst)
        #expect(rows.styles.count { $0[row].isNaN } == (events[row].contains(.loadingMissing) ? 1 : 0))
        #expect(rows.caps[row] > 0)
      }
    }
    for hidden in history.block.hiddenLoadings { #expect(rows.styles[hidden.style][hidden.row].isNaN) }
    #expect(Set(history.block.hiddenLoadings.map(\.style)).count > 1)
    let cells = rows.count
    expectBinomial(events.count { $0.contains(.returnMissing) }, of: cells, probability: 0.005, "returns")
    expectBinomial(events.count { $0.contains(.loadingMissing) }, of: cells, probability: 0.001, "loadings")
    #expect(events.contains { $0.contains(.halted) } == (mode == .full))
  }

  /// Halts start with their probability in cells without one, and last a geometric time of mean 5.
  @Test func haltsStartAndLast() throws {
    var configuration = SyntheticHistory.configuration(.gaussStatic)
    configuration.assetCount = 400
    configuration.periodCount = 400
    configuration.styleCount = 0
    configuration.missing.haltProbability = 0.01
    let history = try SyntheticHistory(configuration)
    var (starts, openCells, lengths) = (0, 0, [Int]())
    for asset in 0..<400 {
      var length = 0
      for period in 0..<400 {
        if history.block.events[period * 400 + asset].contains(.halted) {
          length += 1
        } else {
          if length > 0 { lengths.append(length) }
          openCells += 1
          length = 0
        }
        if length == 1 { starts += 1 }
      }
    }
    // A halt that starts in the period after another looks like one: 1 in 100, twice as long.
    expectBinomial(starts, of: openCells, probability: 0.01, "starts")
    let merged = 5 / 0.99
    let mean = Double(lengths.reduce(0, +)) / Double(lengths.count)
    #expect(abs(mean - merged) <= Self.z * (merged * (merged - 1) / Double(lengths.count)).squareRoot())
  }

  @Test func assetsAreBornAndDie() throws {
    var configuration = SyntheticHistory.configuration(.full)
    configuration.assetCount = 400
    configuration.periodCount = 253
    configuration.styleCount = 1
    let history = try SyntheticHistory(configuration)
    let population = history.market.population
    let hazard = configuration.lifetimes.annualDeathRate / 252
    expectPoisson(population.count - 400, mean: hazard * 400 * 252, "births")
    var exposure = 0
    for asset in 0..<population.count {
      let (first, last) = (Int(population.firstPeriods[asset]), min(Int(population.lastPeriods[asset]), 252))
      exposure += last - first
      for period in 0..<253 {
        let row = history.rowsByAsset[period][Int32(asset)]
        #expect((row != nil) == (first...last).contains(period))
        guard let row else { continue }
        let isSeasoned = first == 0 || period - first >= 21
        let isMember = isSeasoned && !population.isOutsideUniverse[asset] && period < population.lastPeriods[asset]
        #expect(history.block.rows.inUniverse[row] == isMember)
        #expect(
          history.block.events[row].contains(.delistingLoss)
            == (period == population.lastPeriods[asset] && population.delistsAtLoss[asset]))
      }
    }
    let deaths = population.lastPeriods.count { $0 <= 252 }
    expectBinomial(deaths, of: exposure, probability: hazard, "deaths")
    let losses = history.block.events.count { $0.contains(.delistingLoss) }
    expectBinomial(losses, of: deaths, probability: 0.5, "delisting returns")
    expectBinomial(
      population.isOutsideUniverse.count { $0 }, of: population.count, probability: 0.05, "outside the universe")
  }

  /// Without other idio returns the last return is what the factors give, compounded with −30 %.
  @Test func delistingCompoundsTheLastReturn() throws {
    var configuration = SyntheticHistory.configuration(.exact)
    configuration.lifetimes.annualDeathRate = 0.6
    let history = try SyntheticHistory(configuration)
    let block = history.block
    var losses = 0
    for row in block.events.indices where block.idioReturns[row].isFinite {
      let systematic = block.rows.returns[row] - block.idioReturns[row]
      let expected = block.events[row].contains(.delistingLoss) ? -0.3 * (1 + systematic) : 0
      #expect(abs(block.idioReturns[row] - expected) <= 4 * .ulpOfOne)
      if expected != 0 { losses += 1 }
    }
    #expect(losses > 0)
  }

  /// The product of two standard normal numbers of correlation ρ has mean ρ and variance 1 + ρ².
  @Test func pairedShareLinesAreCorrelated() throws {
    var configuration = SyntheticHistory.configuration(.gaussStatic)
    configuration.styleCount = 0
    configuration.periodCount = 301
    configuration.idio.pairedFraction = 0.4
    configuration.idio.earningsJump = 3
    let history = try SyntheticHistory(configuration)
    let (block, pairs) = (history.block, history.market.population.issuerPairs)
    #expect(pairs.count == 30)
    #expect(Set(pairs.flatMap { [$0.leader, $0.follower] }).count == 60)
    var sum = 0.0
    for pair in pairs {
      for period in 1...300 {
        let (first, second) = (period * 150 + Int(pair.leader), period * 150 + Int(pair.follower))
        sum +=
          block.idioReturns[first] * block.idioReturns[second]
          / (block.idioVariances[first] * block.idioVariances[second]).squareRoot()
        #expect(block.events[first] == block.events[second])
      }
    }
    let count = Double(pairs.count * 300)
    #expect(abs(sum / count - 0.7) <= Self.z * (1.49 / count).squareRoot())
    #expect(try SyntheticMarket(SyntheticHistory.configuration(.full)).population.issuerPairs.count == 1)
  }

  @Test func earningsComeEveryQuarter() throws {
    var configuration = SyntheticHistory.configuration(.full)
    configuration.periodCount = 130
    configuration.lifetimes.annualDeathRate = 0
    let history = try SyntheticHistory(configuration)
    let (block, population) = (history.block, history.market.population)
    for (row, events) in block.events.enumerated() {
      let (asset, period) = (row % 150, row / 150)
      let phase = Int(population.earningsPhases[Int(population.issuers[asset])])
      #expect(events.contains(.earnings) == (period % 63 == phase))
      let calm = population.idioVolatilities[asset] * (block.periods[period].isStressed ? 1.72 : 1)
      let variance = calm * calm * (events.contains(.earnings) ? 10 : 1)
      #expect(abs(block.idioVariances[row] - variance) <= 4 * variance.ulp)
    }
    #expect(Set(population.earningsPhases).count > 40)
  }

  /// Stressed periods multiply factor volatilities by 2.2: the scaled squares are chi-square.
  ///
  /// Transitions are independent trials.
  @Test func regimesMultiplyVolatilities() throws {
    var configuration = SyntheticDistributionTests.longConfiguration()
    configuration.regimes.stressMultiplier = 2.2
    let history = try SyntheticHistory(configuration)
    let periods = history.block.periods
    let mean = history.market.factors.means[0]
    let variance = history.market.factorCovariance[0, 0]
    for stressed in [false, true] {
      let sample = periods.dropFirst().filter { $0.isStressed == stressed }.map { $0.factorReturns[0] - mean }
      let scale = variance * (stressed ? 2.2 * 2.2 : 1)
      let distribution = ChiSquareDistribution(degreesOfFreedom: Double(sample.count))
      let sum = sample.reduce(0) { $0 + $1 * $1 / scale }
      #expect(sum >= distribution.quantile(5e-7) && sum <= distribution.upperQuantile(5e-7))
      let followed = (0..<periods.count - 1).filter { periods[$0].isStressed == stressed }
      let changes = followed.count { periods[$0 + 1].isStressed != stressed }
      expectBinomial(changes, of: followed.count, probability: stressed ? 0.02 : 0.005, "changes of regime")
    }
  }

  /// Beyond 4 deviations: `P(|t₆| > 4 √1.5) = 1 − A`, `A = sin θ (1 + ½ cos² θ + ⅜ cos⁴ θ)`, `tan θ = 2`.
  @Test func idioReturnsHaveHeavyTails() throws {
    var configuration = SyntheticHistory.configuration(.gaussStatic)
    configuration.periodCount = 401
    configuration.styleCount = 0
    configuration.idio.degreesOfFreedom = 6
    let history = try SyntheticHistory(configuration)
    let beyond = history.block.idioReturns.indices.count {
      let idio = history.block.idioReturns[$0]
      return idio * idio > 16 * history.block.idioVariances[$0]
    }
    let tail = 1 - (0.8).squareRoot() * (1 + 0.5 * 0.2 + 3 * 0.2 * 0.2 / 8)
    expectBinomial(beyond, of: 150 * 400, probability: tail, "beyond 4 deviations")
  }

  /// A return below the floor is raised to it, and the identity still holds.
  @Test func returnsStayAboveTheFloor() throws {
    var configuration = SyntheticHistory.configuration(.full)
    configuration.idio.medianVolatility = 0.4
    let block = try SyntheticHistory(configuration).block
    let floored = block.events.indices.filter { block.events[$0].contains(.returnFloored) }
    #expect(!floored.isEmpty)
    for row in floored where block.rows.returns[row].isFinite {
      #expect(abs(block.rows.returns[row] + 0.95) <= 4 * .ulpOfOne)
    }
    #expect(block.rows.returns.allSatisfy { $0.isNaN || $0 >= -0.95 - 4 * .ulpOfOne })
    #expect(block.rows.caps.allSatisfy { $0 > 0 })
  }
}
