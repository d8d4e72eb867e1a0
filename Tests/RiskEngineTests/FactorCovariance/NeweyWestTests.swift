import LinAlg
import TestSupport
import Testing

@testable import RiskEngine

/// Long-run covariances.
@Suite struct NeweyWestTests {
  /// Sums of some hundred products; each is rounded to 2⁻⁵³.
  static let tolerance = 1e-12

  @Test(arguments: [(0, 20.0), (1, 20), (5, 84), (7, 3)])
  func agreesWithPlainLoops(lags: Int, halfLife: Double) {
    let series = FactorSeries.normals(periods: 60, series: 4, seed: 3)
    let weights = FactorSeries.weights(60, halfLife: halfLife)
    let naive = FactorSeries.neweyWest(series, weights: weights, lagWeights: NeweyWest.lagWeights(lags: lags))
    let found = NeweyWest.covariance(series, weights: weights, lags: lags)
    #expect(FactorSeries.difference(found, naive) < Self.tolerance)
    let general = NeweyWest.covariance(
      rooted: NeweyWest.rooted(series, weights: weights), lagWeights: NeweyWest.lagWeights(lags: lags))
    #expect(FactorSeries.difference(general, naive) < Self.tolerance)
  }

  /// A constant series of length T in weights 1/T: `Σ_l k_l (T − |l|) / T`.
  @Test func ofAConstant() {
    let (count, lags) = (10, 3)
    let series = Matrix(rowCount: count, columnCount: 1) { _, _ in 2 }
    let found = NeweyWest.covariance(series, weights: Array(repeating: 0.1, count: count), lags: lags)
    let expected = 4 * (1 + 2 * (0.75 * 0.9 + 0.5 * 0.8 + 0.25 * 0.7))
    #expect(relativeDifference(found[0, 0], expected) < 1e-14)
  }

  /// More lags than periods are no harm.
  @Test func lagsBeyondTheHistory() {
    let series = FactorSeries.normals(periods: 3, series: 2, seed: 1)
    let weights = [0.2, 0.3, 0.5]
    let lagWeights = NeweyWest.lagWeights(lags: 8)
    let naive = FactorSeries.neweyWest(series, weights: weights, lagWeights: lagWeights)
    #expect(FactorSeries.difference(NeweyWest.covariance(series, weights: weights, lags: 8), naive) < Self.tolerance)
    let rooted = NeweyWest.rooted(series, weights: weights)
    #expect(
      FactorSeries.difference(NeweyWest.covariance(rooted: rooted, lagWeights: lagWeights), naive) < Self.tolerance)
  }

  /// Few periods, a short half-life: positive semidefinite, while weighting by the later date alone is not.
  @Test func isSemidefiniteByConstruction() throws {
    var indefinite = 0
    for seed in 0..<50 as Range<UInt64> {
      let series = FactorSeries.normals(periods: 15, series: 6, seed: seed)
      let weights = FactorSeries.weights(15, halfLife: 2)
      let found = NeweyWest.covariance(series, weights: weights, lags: 2)
      let eigenvalues = try found.eigenvalues()
      #expect(eigenvalues[0] >= -10 * unitRoundoff * found.frobeniusNorm)
      // √ω_t ω_{t−l} is λ^{l/2} ω_t: without it the lags weigh more.
      let decay = ExponentialWeights.decay(halfLife: 2)
      let lagWeights = NeweyWest.lagWeights(lags: 2).enumerated().map { lag, weight in
        (0..<lag).reduce(weight) { value, _ in value / decay.squareRoot() }
      }
      let other = FactorSeries.neweyWest(series, weights: weights, lagWeights: lagWeights)
      if try other.eigenvalues()[0] < -1e-10 { indefinite += 1 }
    }
    #expect(indefinite > 10)
  }

  @Test func effectiveCounts() {
    #expect(NeweyWest.effectiveCount(weights: [1, 1, 1, 1]) == 4)
    #expect(NeweyWest.effectiveCount(weights: [0, 0]) == 0)
    let weights = FactorSeries.weights(2520, halfLife: 84)
    let moment = FactorMoment(halfLife: 84, lags: 0)
    #expect(relativeDifference(moment.effectiveCount(of: 2520), NeweyWest.effectiveCount(weights: weights)) < 1e-12)
    // The published long-window value of this half-life.
    #expect(abs(moment.effectiveCount(of: 100_000) - 242.4) < 0.05)
  }

  /// R9: MA(1) series; the mean over series of estimate over expectation is 1.
  ///
  /// `E = σ²(1 + θ²) + 2 k₁ κ₁ θ σ²` with `κ₁ = Σ √(ω_t ω_{t−1})`. The variance of a ratio is, for white noise,
  /// `2/n (1 + L(2L+1)/(3(L+1)))`; doubled for the serial correlation. Level 1e-6.
  @Test func movingAveragesHaveTheirLongRunVariance() {
    let (count, order, lags, theta) = (2520, 40, 5, 0.1)
    let shocks = FactorSeries.normals(periods: count + 1, series: order, seed: 11)
    let series = Matrix(rowCount: count, columnCount: order) { shocks[$0 + 1, $1] + theta * shocks[$0, $1] }
    let weights = FactorSeries.weights(count, halfLife: 252)
    let found = NeweyWest.covariance(series, weights: weights, lags: lags)
    let kappa = (1..<count).reduce(0) { $0 + (weights[$1] * weights[$1 - 1]).squareRoot() }
    let expected = 1 + theta * theta + 2 * (1 - 1 / Double(lags + 1)) * kappa * theta
    let mean = (0..<order).reduce(0) { $0 + found[$1, $1] / expected } / Double(order)
    let l = Double(lags)
    let variance =
      2 * 2 / NeweyWest.effectiveCount(weights: weights) * (1 + l * (2 * l + 1) / (3 * (l + 1))) / Double(order)
    let z = StandardNormal.upperQuantile(5e-7)
    #expect(abs(mean - 1) <= z * variance.squareRoot())
    // Without lags the estimate misses 2 k₁ κ₁ θ of it, many standard errors.
    let plain = NeweyWest.covariance(series, weights: weights, lags: 0)
    let without = (0..<order).reduce(0) { $0 + plain[$1, $1] / expected } / Double(order)
    #expect(without < 1 - z * variance.squareRoot())
  }
}
