import LinAlg
import TestSupport
import Testing

@testable import RiskEngine

/// Missing factor returns, completed as they arrive.
@Suite struct CompletedMomentsTests {
  /// Sums of a few hundred products, and regressions of condition below a thousand.
  static let tolerance = 1e-11

  /// Market, two groups, two styles.
  static let blocks: [FactorBlock] = [
    .market, .group(0), .group(0), .group(0), .group(0), .group(1), .group(1), .group(1), .style, .style,
  ]

  /// Returns under zero-sum constraints with moving shares; labels that are absent have neither return nor share.
  static func constrained(
    periods: Int, seed: UInt64, isAbsent: (_ period: Int, _ factor: Int) -> Bool
  ) -> (returns: [[Double]], shares: [[Double]]) {
    let normals = FactorSeries.normals(periods: periods, series: 10, seed: seed)
    var (returns, shares) = ([[Double]](), [[Double]]())
    for t in 0..<periods {
      var f = (0..<10).map { 0.01 * (normals[t, $0] + 0.5 * normals[t, 8] + 0.3 * normals[t, ($0 + 3) % 10]) }
      let drift = 0.1 * Double(t) / Double(periods)
      var share = [0, 0.4 + drift, 0.3, 0.2 - drift, 0.1, 0.5 - drift, 0.3 + drift, 0.2, 0, 0]
      for k in 0..<10 where isAbsent(t, k) {
        share[k] = 0
        f[k] = .nan
      }
      for range in [1..<5, 5..<8] {
        let total = range.reduce(0) { $0 + share[$1] }
        var mean = 0.0
        for k in range where share[k] > 0 { mean += share[k] / total * f[k] }
        for k in range { f[k] -= mean }
      }
      returns.append(f)
      shares.append(share)
    }
    return (returns, shares)
  }

  static func estimator(
    _ settings: FactorCovarianceSettings, _ data: (returns: [[Double]], shares: [[Double]])
  ) throws -> FactorCovarianceEstimator {
    var estimator = try FactorCovarianceEstimator(settings: settings)
    estimator.addFactors(blocks)
    for (f, share) in zip(data.returns, data.shares) { estimator.append(f, shares: share) }
    return estimator
  }

  /// The solution of `A x = b` by elimination with row exchanges.
  static func solved(_ a: [[Double]], _ b: [Double]) -> [Double] {
    var rows = zip(a, b).map { $0 + [$1] }
    let n = b.count
    for k in 0..<n {
      let pivot = (k..<n).max { abs(rows[$0][k]) < abs(rows[$1][k]) } ?? k
      rows.swapAt(k, pivot)
      for i in k + 1..<max(n, k + 1) {
        let ratio = rows[i][k] / rows[k][k]
        for j in k...n { rows[i][j] -= ratio * rows[k][j] }
      }
    }
    var x = [Double](repeating: 0, count: n)
    for k in stride(from: n - 1, through: 0, by: -1) {
      x[k] = (rows[k][n] - (k + 1..<max(n, k + 1)).reduce(0) { $0 + rows[k][$1] * x[$1] }) / rows[k][k]
    }
    return x
  }

  /// Period by period from all periods before, by loops and elimination.
  static func completedForward(
    _ series: Matrix, halfLife: Double
  ) -> (series: Matrix, remainders: [[[Double]]]) {
    var completed = series
    let order = series.columnCount
    var remainders = [[[Double]]]()
    for t in 0..<series.rowCount {
      var errors = Array(repeating: [Double](repeating: 0, count: order), count: order)
      let weights = Self.weights(t, halfLife: halfLife)
      func model(_ i: Int, _ j: Int) -> Double {
        (0..<t).reduce(0) { $0 + weights[$1] * (completed[$1, i] * completed[$1, j] + remainders[$1][i][j]) }
      }
      func isShort(_ k: Int) -> Bool { (0..<t).count { !series[$0, k].isNaN } < 2 * order }
      let missing = (0..<order).filter { series[t, $0].isNaN }
      // Nothing here ever has a factor that is short with gaps among the regressors.
      let observed = (0..<order).filter { !series[t, $0].isNaN }
      for k in missing {
        guard !isShort(k) else {
          completed[t, k] = 0
          errors[k][k] = model(k, k)
          continue
        }
        let beta = solved(observed.map { i in observed.map { model(i, $0) } }, observed.map { model($0, k) })
        completed[t, k] = zip(beta, observed).reduce(0) { $0 + $1.0 * series[t, $1.1] }
        for l in missing where !isShort(l) {
          errors[k][l] = model(k, l) - zip(beta, observed).reduce(0) { $0 + $1.0 * model($1.1, l) }
        }
      }
      remainders.append(errors)
    }
    return (completed, remainders)
  }

  static func weights(_ count: Int, halfLife: Double) -> [Double] {
    count == 0 ? [] : FactorSeries.weights(count, halfLife: halfLife)
  }

  /// Gaps of one factor and of two at a time, the first so early that nothing can be told.
  @Test(arguments: [0, 3])
  func gapsAreFilledFromTheirPast(lags: Int) throws {
    var series = try FactorSeries.returns(
      periods: 150, covariance: FactorSeries.covariance(order: 4, seed: 31), seed: 32)
    series[4, 1] = .nan
    for t in stride(from: 20, to: 150, by: 7) { series[t, 1] = .nan }
    for t in stride(from: 23, to: 150, by: 14) { series[t, 3] = .nan }
    for t in 140..<150 { series[t, 3] = .nan }
    let found = try FactorSeries.estimator(FactorSeries.plain(halfLife: 40, lags: lags), series).estimate()
    let naive = Self.completedForward(series, halfLife: 40)
    let weights = FactorSeries.weights(150, halfLife: 40)
    let products = FactorSeries.neweyWest(
      naive.series, weights: weights, lagWeights: NeweyWest.lagWeights(lags: lags))
    let expected = SymmetricMatrix(order: 4) { i, j in
      products[i, j] + (0..<150).reduce(0) { $0 + weights[$1] * naive.remainders[$1][i][j] }
    }
    #expect(FactorSeries.difference(found.covariance, expected) < Self.tolerance)
    #expect(found.report.filledCount == (0..<600).count { series.storage[$0].isNaN })
    #expect(found.report.completionIterationCount == 0)
  }

  /// Factors that begin one after the other have the closed form for nested histories, at every date.
  @Test func lateFactorsHaveTheClosedForm() throws {
    let covariance = FactorSeries.covariance(order: 6, seed: 33)
    let beginnings = [0, 0, 0, 40, 70, 70]
    var series = try FactorSeries.returns(periods: 200, covariance: covariance, seed: 34)
    for k in 0..<6 { for t in 0..<beginnings[k] { series[t, k] = .nan } }
    for count in [60, 90, 150, 200] {
      let seen = Matrix(rowCount: count, columnCount: 6) { series[$0, $1] }
      let found = try FactorSeries.estimator(FactorSeries.plain(halfLife: 80), seen).estimate()
      let begun = (0..<6).filter { beginnings[$0] < count }
      #expect(found.factors == begun && found.report.shortHistoryCount == 0)
      let nested = Matrix(rowCount: count, columnCount: begun.count) { seen[$0, begun[$1]] }
      let expected = try #require(
        try MonotoneHistory(nested, weights: FactorSeries.weights(count, halfLife: 80))?.covariance)
      #expect(FactorSeries.difference(found.covariance, expected) < Self.tolerance)
    }
  }

  /// Labels that begin late, in both groups: the same as the iteration over the whole history.
  @Test func lateLabelsAgreeWithTheIteration() throws {
    let data = Self.constrained(periods: 400, seed: 35) { ($1 == 4 && $0 < 100) || ($1 == 7 && $0 < 160) }
    func covariance(_ missing: FactorCovarianceSettings.Missing, lags: Int) throws -> FactorCovarianceBase {
      var settings = FactorSeries.plain(halfLife: 200, lags: lags)
      settings.missing = missing
      return try Self.estimator(settings, data).base()
    }
    let found = try covariance(.em, lags: 0)
    let iterated = try covariance(.emBatch, lags: 0)
    #expect(iterated.report.isCompletionConverged && iterated.report.completionIterationCount > 0)
    #expect(found.report.filledCount == 0)
    // The iteration begins with the closed form and rounds on from there.
    #expect(FactorSeries.difference(found.covariance, iterated.covariance) < 1e-9)
    // Three products of neighbours, each of weight 1/230, on both sides of the two beginnings are left out.
    let (lagged, other) = (try covariance(.em, lags: 2), try covariance(.emBatch, lags: 2))
    #expect(FactorSeries.difference(lagged.covariance, other.covariance) < 0.05)
  }

  /// Without gaps, and where periods have no factor at all, both are the same bits.
  @Test func completeHistoriesAreTheSame() throws {
    var data = Self.constrained(periods: 120, seed: 36) { _, _ in false }
    data.returns[50] = data.returns[50].map { _ in .nan }
    var settings = FactorSeries.plain(halfLife: 60, lags: 2)
    let found = try Self.estimator(settings, data).estimate()
    settings.missing = .emBatch
    #expect(found.covariance == (try Self.estimator(settings, data).estimate().covariance))
  }

  /// For data whose law does not change, going forward and iterating differ by less than either from the truth.
  @Test(arguments: [500, 4000])
  func convergesToTheIteration(periods: Int) throws {
    let truth = SymmetricMatrix(order: 4) { $0 == $1 ? 1 : 0.6 }
    var series = try FactorSeries.returns(periods: periods, covariance: truth, seed: 37)
    var random = TestRandom(seed: 38)
    for t in 0..<periods { for k in 1..<4 where random.uniform() < 0.1 { series[t, k] = .nan } }
    let found = try FactorSeries.estimator(FactorSeries.plain(halfLife: .infinity), series).estimate()
    let iterated = try ExpectationMaximization(series, weights: Array(repeating: 1, count: periods))
    #expect(iterated.isConverged)
    // A fifth of the standard deviation of a variance of so many periods.
    let bound = 0.2 * (2 / Double(periods)).squareRoot()
    #expect(FactorSeries.difference(found.covariance, iterated.covariance) < bound)
  }

  /// Gaps of every kind under constraints: labels, styles and the market blink, end and begin late.
  @Test func gapsOfAllKindsLeaveASemidefiniteCovariance() throws {
    var random = TestRandom(seed: 39)
    let blinks = (0..<5000).map { _ in random.uniform() }
    let data = Self.constrained(periods: 500, seed: 40) { t, k in
      switch k {
      case 0, 5, 9: blinks[10 * t + k] < 0.03
      case 2: t % 40 < 20
      case 3: t > 250
      case 4: t < 60 || blinks[10 * t + k] < 0.1
      case 6: t < 200
      case 7: t == 300
      default: false
      }
    }
    var settings = FactorCovarianceEstimatorTests.settings()
    settings.eigenfactor = nil
    var estimator = try FactorCovarianceEstimator(settings: settings)
    estimator.addFactors(Self.blocks)
    for (t, f) in data.returns.enumerated() {
      estimator.append(f, shares: data.shares[t])
      guard t % 50 == 49 else { continue }
      let found = try estimator.estimate().covariance
      let own = try found.eigenvalues()
      #expect(own[0] >= -1e-12 * found.trace)
      for k in 0..<found.order { #expect(found[k, k] >= 0 && found[k, k] < 0.1) }
      // Before blending too.
      for moments in [estimator.correlationMoments, estimator.varianceMoments] {
        let raw = try moments.covariance(
          lagWeights: NeweyWest.lagWeights(lags: moments.products.lags), presence: estimator.presence,
          blocks: Self.blocks)
        #expect(try raw.eigenvalues()[0] >= -1e-12 * raw.trace)
      }
    }
    #expect(try estimator.estimate().report.filledCount > 500)
  }

  /// A label that is gone keeps the variance of the law that it had, where zeros would have let it vanish.
  @Test func whatHasEndedKeepsItsVariance() throws {
    let truth = SymmetricMatrix(order: 3) { $0 == $1 ? 1 : 0.7 }
    var series = try FactorSeries.returns(periods: 1200, covariance: truth, seed: 41)
    for t in 600..<1200 { series[t, 2] = .nan }
    let found = try FactorSeries.estimator(FactorSeries.plain(halfLife: 100), series).estimate().covariance
    // Four standard deviations of a variance of 288 periods.
    #expect(abs(found[2, 2] - 1) < 4 * (2.0 / 288).squareRoot())
    #expect(abs(found[2, 0] - 0.7) < 4 * (2.0 / 288).squareRoot())
  }

  /// After 75 half-lives nothing is left of when a factor began.
  @Test func beginningsAreForgotten() throws {
    let series = try FactorSeries.returns(
      periods: 200, covariance: FactorSeries.covariance(order: 3, seed: 42), seed: 43)
    var late = series
    for t in 0..<50 { late[t, 2] = .nan }
    let settings = FactorSeries.plain(halfLife: 2, lags: 1)
    let found = try FactorSeries.estimator(settings, late)
    let full = try FactorSeries.estimator(settings, series)
    #expect(FactorSeries.difference(try found.estimate().covariance, try full.estimate().covariance) < Self.tolerance)
    var (one, other) = (StateWriter(), StateWriter())
    found.correlationMoments.save(to: &one)
    full.correlationMoments.save(to: &other)
    #expect(one.bytes.count == other.bytes.count)
  }

  /// What comes later does not change how a gap was filled.
  @Test func gapsAreFilledOnce() throws {
    var data = Self.constrained(periods: 200, seed: 44) { t, k in (k == 2 && t % 9 == 5) || (k == 4 && t < 80) }
    let settings = FactorCovarianceEstimatorTests.settings()
    let before = try Self.estimator(settings, (Array(data.returns[..<150]), Array(data.shares[..<150])))
    for t in 150..<200 { data.returns[t] = data.returns[t].map { 1e3 * $0 } }
    var estimator = try FactorCovarianceEstimator(settings: settings)
    estimator.addFactors(Self.blocks)
    var atDate: FactorCovariance?
    for t in 0..<200 {
      estimator.append(data.returns[t], shares: data.shares[t])
      if t == 149 { atDate = try estimator.estimate() }
    }
    #expect(atDate?.covariance == (try before.estimate().covariance))
  }
}
