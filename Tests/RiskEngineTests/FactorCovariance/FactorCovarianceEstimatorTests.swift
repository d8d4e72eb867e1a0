import LinAlg
import TestSupport
import Testing

@testable import RiskEngine

/// The estimator as a whole.
@Suite struct FactorCovarianceEstimatorTests {
  /// Market, two groups, two styles.
  static let blocks: [FactorBlock] = [
    .market, .group(0), .group(0), .group(0), .group(1), .group(1), .style, .style,
  ]

  /// Factor returns under zero-sum constraints with moving shares, and the shares.
  static func constrained(periods: Int, seed: UInt64) -> (returns: [[Double]], shares: [[Double]]) {
    let normals = FactorSeries.normals(periods: periods, series: 8, seed: seed)
    var (returns, shares) = ([[Double]](), [[Double]]())
    for t in 0..<periods {
      var f = (0..<8).map { 0.01 * normals[t, $0] }
      let drift = 0.1 * Double(t) / Double(periods)
      let share = [0, 0.5 + drift, 0.3, 0.2 - drift, 0.6 - drift, 0.4 + drift, 0, 0]
      for range in [1..<4, 4..<6] {
        let mean = range.reduce(0) { $0 + share[$1] * f[$1] }
        for k in range { f[k] -= mean }
      }
      returns.append(f)
      shares.append(share)
    }
    return (returns, shares)
  }

  static func settings() -> FactorCovarianceSettings {
    var settings = FactorCovarianceSettings(profile: .short)
    settings.eigenfactor?.simulations = 20
    settings.minimumCorrelationCount = 60
    return settings
  }

  static func noise(_ order: Int) -> SymmetricMatrix {
    let noise = FactorSeries.covariance(order: order, seed: 77)
    return SymmetricMatrix(order: order) { 0.01 * noise[$0, $1] }
  }

  /// Equal half-lives and no lags: the plain exponentially weighted covariance, from states and from the history.
  @Test(arguments: [0, 3])
  func plainWeightingAgreesWithLoops(lags: Int) throws {
    let series = FactorSeries.normals(periods: 300, series: 5, seed: 1)
    let found = try FactorSeries.estimator(FactorSeries.plain(halfLife: 60, lags: lags), series).estimate()
    let naive = FactorSeries.neweyWest(
      series, weights: FactorSeries.weights(300, halfLife: 60), lagWeights: NeweyWest.lagWeights(lags: lags))
    #expect(FactorSeries.difference(found.covariance, naive) < 1e-12)
    #expect(found.factors == [0, 1, 2, 3, 4] && found.scalings == nil && found.regimeMultiplier == 1)
    #expect(
      relativeDifference(
        found.report.effectiveCorrelationCount,
        NeweyWest.effectiveCount(weights: FactorSeries.weights(300, halfLife: 60))) < 1e-12)
  }

  /// Split half-lives and lags: correlations of one estimate, volatilities of the other; then the horizon.
  @Test func splitHalfLives() throws {
    let series = FactorSeries.normals(periods: 300, series: 4, seed: 2)
    var settings = FactorSeries.plain(halfLife: 60)
    settings.variance = FactorMoment(halfLife: 30, lags: 5)
    settings.correlation = FactorMoment(halfLife: 90, lags: 2)
    settings.horizon = 21
    let found = try FactorSeries.estimator(settings, series).estimate()
    func naive(_ moment: FactorMoment) -> SymmetricMatrix {
      FactorSeries.neweyWest(
        series, weights: FactorSeries.weights(300, halfLife: moment.halfLife),
        lagWeights: NeweyWest.lagWeights(lags: moment.lags))
    }
    let (c, v) = (naive(settings.correlation), naive(settings.variance))
    let expected = SymmetricMatrix(order: 4) {
      21 * c[$0, $1] * (v[$0, $0] * v[$1, $1] / (c[$0, $0] * c[$1, $1])).squareRoot()
    }
    #expect(FactorSeries.difference(found.covariance, expected) < 1e-12)
    let plain = FactorSeries.neweyWest(series, weights: FactorSeries.weights(300, halfLife: 30), lagWeights: [1])
    for k in 0..<4 { #expect(relativeDifference(found.seriesVolatilities[k], plain[k, k].squareRoot()) < 1e-12) }
  }

  /// The variance of sums where autocovariances end: `H Γ₀ + Σ (H − l)(Γ_l + Γ_lᵀ)`.
  @Test func exactAggregation() throws {
    let series = FactorSeries.normals(periods: 200, series: 3, seed: 3)
    var settings = FactorSeries.plain(halfLife: 100, lags: 2)
    settings.aggregation = .exact
    settings.horizon = 21
    let found = try FactorSeries.estimator(settings, series).estimate()
    let naive = FactorSeries.neweyWest(
      series, weights: FactorSeries.weights(200, halfLife: 100), lagWeights: [1, 20.0 / 21, 19.0 / 21])
    let expected = SymmetricMatrix(order: 3) { 21 * naive[$0, $1] }
    #expect(found.report.raisedEigenvalueCount == 0)
    #expect(FactorSeries.difference(found.covariance, expected) < 1e-12)
  }

  /// Scaling factors scales the result, with everything switched on but the eigenvalues, which are of one scale.
  @Test func isScaleEquivariant() throws {
    let series = FactorSeries.normals(periods: 400, series: 4, seed: 4)
    var settings = Self.settings()
    settings.eigenfactor = nil
    let scales = [2.0, 0.5, 4, 8]
    let scaled = Matrix(rowCount: 400, columnCount: 4) { scales[$1] * series[$0, $1] }
    let one = try FactorSeries.estimator(settings, series).estimate()
    let other = try FactorSeries.estimator(settings, scaled).estimate()
    let expected = SymmetricMatrix(order: 4) { scales[$0] * scales[$1] * one.covariance[$0, $1] }
    #expect(FactorSeries.difference(other.covariance, expected) < 1e-13)
  }

  /// Estimates taken on the way, resumption from saved bytes, workers: the same bits.
  @Test func resumesToTheSameBits() throws {
    let (returns, shares) = Self.constrained(periods: 200, seed: 5)
    var settings = Self.settings()
    settings.eigenfactor?.lengthStep = 63
    func run(
      resumingAt places: Set<Int>, gaps: Bool, workers: Int, missing: FactorCovarianceSettings.Missing
    ) throws -> FactorCovariance {
      settings.missing = missing
      var estimator = try FactorCovarianceEstimator(settings: settings)
      estimator.addFactors(Array(Self.blocks.prefix(7)))
      for t in 0..<200 {
        if t == 90 { estimator.addFactors([Self.blocks[7]]) }
        var f = Array(returns[t].prefix(t < 90 ? 7 : 8))
        if gaps, t % 17 == 3 { f[2] = .nan }
        if t % 50 == 20 { f = f.map { _ in .nan } }
        estimator.append(
          f, shares: Array(shares[t].prefix(f.count)), noise: t < 30 ? nil : Self.noise(f.count))
        if places.contains(t) {
          _ = try estimator.estimate()
          var writer = StateWriter()
          estimator.save(to: &writer)
          estimator = try FactorCovarianceEstimator(settings: settings)
          var reader = StateReader(writer.bytes)
          try estimator.restore(from: &reader)
          #expect(reader.isAtEnd)
        }
      }
      return try estimator.estimate(workers: workers)
    }
    for (gaps, missing) in [(false, FactorCovarianceSettings.Missing.em), (true, .em), (true, .emBatch)] {
      let one = try run(resumingAt: [], gaps: gaps, workers: 1, missing: missing)
      let other = try run(resumingAt: [3, 89, 90, 92, 150, 199], gaps: gaps, workers: 2, missing: missing)
      #expect(one.factors == Array(0..<8))
      #expect(one.covariance == other.covariance)
      #expect(one.seriesVolatilities == other.seriesVolatilities && one.noiseShares == other.noiseShares)
      #expect(one.scalings == other.scalings && one.report == other.report)
      #expect(one.regimeMultiplier == other.regimeMultiplier)
      #expect((one.report.completionIterationCount > 0) == (missing == .emBatch))
      #expect((one.report.filledCount > 0) == (gaps && missing == .em))
      #expect(one.report.isNoiseRemoved && one.report.isRegimeAdjusted)
    }
  }

  /// What comes after a date does not move it: an estimate equals that of an estimator that saw no more.
  @Test func estimatesUseThePastAlone() throws {
    let (returns, shares) = Self.constrained(periods: 160, seed: 6)
    var short = try FactorCovarianceEstimator(settings: Self.settings())
    short.addFactors(Self.blocks)
    var long = short
    var atDate: FactorCovariance?
    for t in 0..<160 {
      long.append(returns[t], shares: shares[t])
      if t < 120 { short.append(returns[t], shares: shares[t]) }
      if t == 119 { atDate = try long.estimate() }
    }
    #expect(try short.estimate().covariance == atDate?.covariance)
    #expect(try long.estimate().covariance != atDate?.covariance)
  }

  @Test func statesOfOtherSettingsAreRefused() throws {
    let estimator = try FactorCovarianceEstimator(settings: Self.settings())
    var writer = StateWriter()
    estimator.save(to: &writer)
    var other = try FactorCovarianceEstimator(settings: FactorCovarianceSettings(profile: .long))
    var reader = StateReader(writer.bytes)
    #expect(throws: StateError.self) { try other.restore(from: &reader) }
    for count in [0, 5, writer.bytes.count - 1] {
      var same = try FactorCovarianceEstimator(settings: Self.settings())
      var cut = StateReader(Array(writer.bytes.prefix(count)))
      #expect(throws: StateError.self) { try same.restore(from: &cut) }
    }
  }

  /// The constraints of the date hold to rounding, and no portfolio's risk moves.
  @Test func constraintsAreRestored() throws {
    let (returns, shares) = Self.constrained(periods: 300, seed: 7)
    var estimator = try FactorCovarianceEstimator(settings: Self.settings())
    estimator.addFactors(Self.blocks)
    for t in 0..<300 { estimator.append(returns[t], shares: shares[t]) }
    let base = try estimator.base()
    var draws: EigenfactorDraws?
    let scalings = try base.eigenScalings(draws: &draws)
    let found = try base.finished(scalings: scalings)
    let share = shares[299]
    let size = found.covariance.frobeniusNorm
    for range in [1..<4, 4..<6] {
      let constraint = (0..<8).map { range.contains($0) ? share[$0] : 0 }
      for value in found.covariance.multiplied(by: constraint) { #expect(abs(value) < 1e-15 * size * 10) }
    }
    // A portfolio's loadings: those of each group sum to that on the market.
    let unprojected = try #require(try scalings?.applied(to: base.covariance))
    let loadings = [1.3, 0.5, 0.5, 0.3, 0.9, 0.4, -2, 0.1]
    func risk(_ matrix: SymmetricMatrix) -> Double {
      zip(loadings, matrix.multiplied(by: loadings)).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let scale = 21 * found.regimeMultiplier * found.regimeMultiplier
    #expect(relativeDifference(risk(found.covariance), scale * risk(unprojected)) < 1e-12)
    #expect(unprojected.multiplied(by: [0, share[1], share[2], share[3], 0, 0, 0, 0]).contains { abs($0) > 1e-9 })
    // A caller's shares take the place of the latest.
    let other = [0, 1.0, 0, 0, 0, 1, 0, 0]
    let moved = try estimator.base(shares: other).finished()
    #expect(abs(moved.covariance[1, 1]) < 1e-18 && abs(moved.covariance[5, 5]) < 1e-18)
  }

  /// Without a market the first group is free.
  @Test func constraintsWithoutAMarket() {
    let blocks: [FactorBlock] = [.group(0), .group(0), .group(1), .group(1), .style]
    let constraints = FactorConstraints(blocks: blocks, shares: [0.5, 0.5, 0.25, 0.75, .nan])
    #expect(constraints.base == [0, 1])
    #expect(constraints.groups == [.init(factors: [2, 3], shares: [0.25, 0.75], labels: [2, 3])])
    let covariance = FactorSeries.covariance(order: 5, seed: 9)
    let found = constraints.projected(covariance)
    // Rounding of a few sums and differences of entries as large as the largest.
    for value in found.multiplied(by: [0, 0, 0.25, 0.75, 0]) { #expect(abs(value) < 1e-15 * covariance.frobeniusNorm) }
    let loadings = [0.4, 0.6, 0.9, 0.1, 2]
    func risk(_ matrix: SymmetricMatrix) -> Double {
      zip(loadings, matrix.multiplied(by: loadings)).reduce(0) { $0 + $1.0 * $1.1 }
    }
    #expect(relativeDifference(risk(found), risk(covariance)) < 1e-13)
  }

  /// Two constrained groups: the same as the product of dense matrices.
  @Test func projectionsAgreeWithDenseProducts() {
    let shares = [0, 0.2, 0.5, 0.3, 0.9, 0.4, 0, 0]
    let constraints = FactorConstraints(blocks: Self.blocks, shares: shares)
    var projection = Matrix.identity(order: 8)
    for range in [1..<4, 4..<6] {
      let total = range.reduce(0) { $0 + shares[$1] }
      for k in range {
        projection[0, k] += shares[k] / total
        for l in range { projection[l, k] -= shares[k] / total }
      }
    }
    let covariance = FactorSeries.covariance(order: 8, seed: 19)
    let expected = FactorSeries.transformed(covariance, by: projection)
    let found = constraints.projected(covariance)
    for j in 0..<8 { for i in j..<8 { #expect(abs(found[i, j] - expected[i, j]) < 1e-15 * covariance.trace) } }
  }

  /// Noise is subtracted where it is small; its share and the caps are told.
  @Test func noiseIsRemoved() throws {
    let series = FactorSeries.normals(periods: 300, series: 3, seed: 10)
    let noise = SymmetricMatrix(order: 3) { $0 == $1 ? [0.2, 0.1, 3][$0] : 0 }
    let settings = FactorSeries.plain(halfLife: 100)
    let with = try FactorSeries.estimator(settings, series, noise: noise).estimate()
    let without = try FactorSeries.estimator(settings, series).estimate()
    #expect(with.report.isNoiseRemoved && !without.report.isNoiseRemoved)
    #expect(with.report.cappedVarianceCount == 1 && with.report.cappedCorrelationCount == 1)
    for k in 0..<3 {
      #expect(relativeDifference(with.noiseShares[k], noise[k, k] / without.covariance[k, k]) < 1e-12)
      #expect(without.noiseShares[k].isNaN)
    }
    #expect(with.covariance[0, 0] < without.covariance[0, 0] && with.covariance[2, 2] < 0.2)
    #expect(with.seriesVolatilities == without.seriesVolatilities)
    var off = settings
    off.removesNoise = false
    #expect(try FactorSeries.estimator(off, series, noise: noise).estimate().covariance == without.covariance)
  }

  /// Of many factors and few effective periods half of the directions are capped by chance: each variance is still less
  /// its own noise, where the capped matrix alone would leave them too large together.
  @Test(arguments: [0, 3])
  func variancesAreLessTheirOwnNoise(lags: Int) throws {
    let (order, noiseShare) = (30, 0.5)
    let series = FactorSeries.normals(periods: 120, series: order, seed: 12)
    let noise = SymmetricMatrix(order: order) { $0 == $1 ? noiseShare : 0 }
    let settings = FactorSeries.plain(halfLife: 20, lags: lags)
    let with = try FactorSeries.estimator(settings, series, noise: noise).estimate()
    let without = try FactorSeries.estimator(settings, series).estimate()
    #expect(with.report.cappedVarianceCount > order / 3)
    for k in 0..<order {
      let variance = without.covariance[k, k]
      let expected = max(variance - noiseShare, settings.leastShare * variance)
      #expect(relativeDifference(with.covariance[k, k], expected) < 1e-12)
    }
    let capped = try NoiseRemoval(of: noise, from: without.covariance, leastShare: settings.leastShare).covariance
    #expect(capped.trace > 1.1 * with.covariance.trace)
    // A scaled correlation stays positive semidefinite, to the rounding of sums over the factors.
    #expect(try with.covariance.eigenvalues()[0] > -1e-12 * with.covariance.trace)
  }

  /// Periods without any factor return age the rest and add nothing.
  @Test func emptyPeriods() throws {
    var series = FactorSeries.normals(periods: 100, series: 3, seed: 11)
    for t in [4, 50, 51, 99] { for k in 0..<3 { series[t, k] = .nan } }
    let settings = FactorSeries.plain(halfLife: 30, lags: 2)
    let found = try FactorSeries.estimator(settings, series).estimate()
    let zeroed = Matrix(rowCount: 100, columnCount: 3) { series[$0, $1].isNaN ? 0 : series[$0, $1] }
    var weights = FactorSeries.weights(100, halfLife: 30)
    for t in [4, 50, 51, 99] { weights[t] = 0 }
    let total = weights.reduce(0, +)
    // √(ω_t ω_{t−l}) of a present and an absent period is 0 either way.
    let naive = FactorSeries.neweyWest(
      zeroed, weights: weights.map { $0 / total }, lagWeights: NeweyWest.lagWeights(lags: 2))
    #expect(FactorSeries.difference(found.covariance, naive) < 1e-12)
    #expect(found.report.periodCount == 96 && found.report.completionIterationCount == 0)
  }

  /// No periods, no factors, one period, a constant factor, one that never was: outcomes, not traps.
  @Test func degenerateHistories() throws {
    var estimator = try FactorCovarianceEstimator(settings: Self.settings())
    #expect(try estimator.estimate().covariance.order == 0)
    estimator.addFactors([.market, .style, .style])
    #expect(try estimator.estimate().covariance.order == 0)
    estimator.append([0.01, 0, .nan])
    let one = try estimator.estimate()
    #expect(one.factors == [0, 1])
    #expect(one.report.zeroVarianceCount == 1 && one.report.hasFewPeriods)
    #expect(one.covariance[1, 0] == 0)
    for _ in 0..<100 { estimator.append([0.01, 0, .nan]) }
    let many = try estimator.estimate()
    #expect(many.covariance[1, 1] == 0 && many.covariance[0, 0] > 0)
    #expect(many.factors == [0, 1] && many.scalings?.gamma.count == 1)
  }

  /// Each pair on its own periods, by plain loops; complete data give the ordinary estimate.
  @Test func availableCases() throws {
    var series = FactorSeries.normals(periods: 80, series: 3, seed: 12)
    var settings = FactorSeries.plain(halfLife: 40, lags: 1)
    settings.missing = .available
    let complete = try FactorSeries.estimator(settings, series).estimate()
    var em = settings
    em.missing = .em
    #expect(complete.covariance == (try FactorSeries.estimator(em, series).estimate().covariance))
    for t in 0..<20 { series[t, 1] = .nan }
    series[60, 2] = .nan
    let weights = FactorSeries.weights(80, halfLife: 40)
    let root = ExponentialWeights.decay(halfLife: 40).squareRoot()
    func lagged(_ i: Int, _ j: Int, _ lag: Int) -> Double {
      var (sum, total, all) = (0.0, 0.0, 0.0)
      for t in lag..<80 {
        all += weights[t]
        guard !series[t, i].isNaN, !series[t - lag, j].isNaN else { continue }
        sum += weights[t] * series[t, i] * series[t - lag, j]
        total += weights[t]
      }
      return sum / total * all
    }
    let naive = SymmetricMatrix(order: 3) {
      lagged($0, $1, 0) + 0.5 * root * (lagged($0, $1, 1) + lagged($1, $0, 1))
    }
    let found = try FactorSeries.estimator(settings, series).estimate()
    #expect(found.report.raisedEigenvalueCount == 0)
    #expect(FactorSeries.difference(found.covariance, naive) < 1e-12)
  }

  /// Indefinite correlations of pairs are repaired, and it is told.
  @Test(arguments: [FactorCovarianceSettings.Repair.clip, .higham])
  func indefiniteCorrelationsAreRepaired(repair: FactorCovarianceSettings.Repair) throws {
    // Pairs that are seen together agree, disagree and agree, each on its own third of the history.
    let normals = FactorSeries.normals(periods: 90, series: 1, seed: 13)
    let series = Matrix(rowCount: 90, columnCount: 3) { t, k in
      if k == t % 3 { return .nan }
      return t % 3 == 0 && k == 2 ? -normals[t, 0] : normals[t, 0]
    }
    var settings = FactorSeries.plain(halfLife: .infinity)
    settings.missing = .available
    settings.repair = repair
    let found = try FactorSeries.estimator(settings, series).estimate()
    #expect(found.report.raisedEigenvalueCount > 0 && found.report.repairChange > 0.1)
    #expect(found.report.isRepairConverged)
    #expect(try found.covariance.eigenvalues()[0] >= -1e-12 * found.covariance.trace)
  }

  /// A label that begins late: expectation maximization in coordinates that no constraint ties together.
  ///
  /// The new label moves with the style alone, and so does its past.
  @Test(arguments: [FactorCovarianceSettings.Missing.em, .emBatch])
  func lateLabels(missing: FactorCovarianceSettings.Missing) throws {
    var (returns, shares) = Self.constrained(periods: 400, seed: 14)
    var settings = FactorSeries.plain(halfLife: 200)
    settings.missing = missing
    var full = try FactorCovarianceEstimator(settings: settings)
    full.addFactors(Self.blocks)
    var late = full
    for t in 0..<400 {
      // Label 3 has no share, so it is free; its whole return is twice the style's.
      shares[t][1] += shares[t][3]
      shares[t][3] = 0
      let mean = shares[t][1] * returns[t][1] + shares[t][2] * returns[t][2]
      returns[t][1] -= mean
      returns[t][2] -= mean
      returns[t][3] = 2 * returns[t][6] - returns[t][0]
      full.append(returns[t], shares: shares[t])
      var seen = returns[t]
      if t < 150 { seen[3] = .nan }
      late.append(seen, shares: shares[t])
    }
    let one = try full.base()
    let other = try late.base()
    #expect(one.report.completionIterationCount == 0)
    #expect((other.report.completionIterationCount > 0) == (missing == .emBatch))
    #expect(other.report.isCompletionConverged)
    #expect(other.report.shortHistoryCount == 0)
    // The relation is exact, so the completed past is the true one.
    #expect(FactorSeries.difference(other.covariance, one.covariance) < 1e-9)
  }

  /// A label with too few returns for a regression gets its own variance and is counted.
  @Test(arguments: [FactorCovarianceSettings.Missing.em, .emBatch])
  func newLabels(missing: FactorCovarianceSettings.Missing) throws {
    let (returns, shares) = Self.constrained(periods: 200, seed: 15)
    var settings = FactorSeries.plain(halfLife: .infinity)
    settings.missing = missing
    settings.minimumVarianceCount = 20
    settings.minimumCorrelationCount = 100
    var estimator = try FactorCovarianceEstimator(settings: settings)
    estimator.addFactors(Self.blocks)
    for t in 0..<200 {
      var f = returns[t]
      if t < 195 { f[7] = .nan }
      estimator.append(f, shares: shares[t])
    }
    let found = try estimator.base()
    #expect(found.report.shortHistoryCount == 1)
    #expect(found.report.shortVarianceCount == 1 && found.report.shortCorrelationCount == 7)
    let own = (195..<200).reduce(0) { $0 + returns[$1][7] * returns[$1][7] } / 5
    let style = (0..<200).reduce(0) { $0 + returns[$1][6] * returns[$1][6] } / 200
    #expect(relativeDifference(found.covariance[7, 7], (5 * own + 15 * style) / 20) < 1e-12)
    #expect(try found.covariance.eigenvalues()[0] > -1e-12 * found.covariance.trace)
  }

  /// Blending towards the mean of pairs with enough history.
  @Test func shortCorrelations() {
    let blocks: [FactorBlock] = [.group(0), .group(0), .group(0), .style]
    var correlations = SymmetricMatrix(order: 4) { $0 == $1 ? 1 : 0.1 * Double($0 + $1) }
    // Factor 2 has 30 of 100 common returns with all others.
    let count = ShortHistories.blend(
      correlations: &correlations, commonCount: { $0 == 2 || $1 == 2 ? 30 : 100 }, blocks: blocks, minimumCount: 100)
    #expect(count == 3)
    #expect(correlations[1, 0] == 0.1)
    #expect(relativeDifference(correlations[2, 0], 0.3 * 0.2 + 0.7 * 0.1) < 1e-15)
    #expect(relativeDifference(correlations[2, 1], 0.3 * 0.3 + 0.7 * 0.1) < 1e-15)
    // Group and style: 0.3 and 0.4 are known, their mean is 0.35.
    #expect(relativeDifference(correlations[3, 2], 0.3 * 0.5 + 0.7 * 0.35) < 1e-15)
    var variances = [4.0, 1, 100]
    let blended = ShortHistories.blend(
      variances: &variances, counts: [10, 10, 4], blocks: [.style, .style, .market], minimumCount: 10)
    #expect(blended == 1 && variances[2] == 0.4 * 100 + 0.6 * 2.5)
    variances = [4.0, 1]
    #expect(
      ShortHistories.blend(variances: &variances, counts: [1, 2], blocks: [.style, .style], minimumCount: 10) == 0)
    #expect(variances == [4, 1])
  }

  /// Shrinkage keeps variances, is told, and makes correlations smaller or more alike.
  @Test func shrinkage() throws {
    let series = FactorSeries.normals(periods: 100, series: 20, seed: 16)
    var settings = FactorSeries.plain(halfLife: 50)
    let plain = try FactorSeries.estimator(settings, series).estimate()
    func spread(_ found: FactorCovariance) throws -> Double {
      let values = try found.covariance.eigenvalues()
      return values[19] / values[0]
    }
    for shrinkage in [FactorCovarianceSettings.Shrinkage.identity, .constantCorrelation, .nonlinear] {
      settings.shrinkage = shrinkage
      let found = try FactorSeries.estimator(settings, series).estimate()
      for k in 0..<20 { #expect(relativeDifference(found.covariance[k, k], plain.covariance[k, k]) < 1e-12) }
      #expect(try spread(found) < 0.7 * (try spread(plain)))
      #expect((found.report.shrinkageIntensity > 0) == (shrinkage != .nonlinear))
    }
    let few = try FactorSeries.estimator(settings, Matrix(rowCount: 15, columnCount: 20) { series[$0, $1] }).estimate()
    #expect(few.report.isShrinkageSkipped)
  }
}
