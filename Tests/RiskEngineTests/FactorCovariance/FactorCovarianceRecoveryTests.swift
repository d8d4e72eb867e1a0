import LinAlg
import TestSupport
import Testing

@testable import RiskEngine

/// Recovery of a known covariance from noisy factor returns.
@Suite struct FactorCovarianceRecoveryTests {
  static let (order, periods, halfLife) = (20, 2520, 504.0)

  /// The truth, the noise of each period, and returns with noise.
  static func market() throws -> (truth: SymmetricMatrix, noise: SymmetricMatrix, returns: Matrix) {
    let truth = FactorSeries.covariance(order: order, seed: 31)
    let other = FactorSeries.covariance(order: order, seed: 32)
    // A fifth of the smallest eigenvalue at most, so that nothing is capped.
    let scale = 0.2 * (try truth.eigenvalues()[0]) / (try other.eigenvalues()[order - 1])
    let noise = SymmetricMatrix(order: order) { scale * other[$0, $1] }
    let f = try FactorSeries.returns(periods: periods, covariance: truth, seed: 33)
    let e = try FactorSeries.returns(periods: periods, covariance: noise, seed: 34)
    return (truth, noise, Matrix(rowCount: periods, columnCount: order) { f[$0, $1] + e[$0, $1] })
  }

  /// `|F̂_ij − F_ij| ≤ z √((F_ii F_jj + F_ij²) / n)` for every pair, together at a level of 1e-6.
  static func expectElements(_ found: SymmetricMatrix, _ expected: SymmetricMatrix, spread: SymmetricMatrix) {
    let effective = FactorMoment(halfLife: halfLife, lags: 0).effectiveCount(of: periods)
    let z = StandardNormal.upperQuantile(1e-6 / Double(order * (order + 1)))
    for j in 0..<order {
      for i in j..<order {
        let variance = (spread[i, i] * spread[j, j] + spread[i, j] * spread[i, j]) / effective
        #expect(abs(found[i, j] - expected[i, j]) <= z * variance.squareRoot())
      }
    }
  }

  /// R7 and R8: the estimate is that of truth and noise together; without the noise that of the truth; the traces differ
  /// by the noise's exactly.
  @Test func covarianceAndNoise() throws {
    let (truth, noise, returns) = try Self.market()
    let settings = FactorSeries.plain(halfLife: Self.halfLife)
    let total = SymmetricMatrix(order: Self.order) { truth[$0, $1] + noise[$0, $1] }
    let with = try FactorSeries.estimator(settings, returns).estimate()
    Self.expectElements(with.covariance, total, spread: total)
    let without = try FactorSeries.estimator(settings, returns, noise: noise).estimate()
    #expect(without.report.cappedCorrelationCount == 0)
    Self.expectElements(without.covariance, truth, spread: total)
    #expect(relativeDifference(with.covariance.trace - without.covariance.trace, noise.trace) < 1e-9)
  }

  /// A market of one more: the test notices a covariance that is wrong by a fifth.
  @Test func aWrongScaleIsNoticed() throws {
    let (truth, noise, returns) = try Self.market()
    let found = try FactorSeries.estimator(FactorSeries.plain(halfLife: Self.halfLife), returns).estimate()
    let effective = FactorMoment(halfLife: Self.halfLife, lags: 0).effectiveCount(of: Self.periods)
    // The mean over factors of the ratio of variances has about a standard error of √(2 / n); 1.5 is far outside.
    let ratios = (0..<Self.order).map { found.covariance[$0, $0] / (truth[$0, $0] + noise[$0, $0]) }
    let mean = ratios.reduce(0, +) / Double(Self.order)
    #expect(abs(mean - 1) < 4.89 * (2 / effective).squareRoot())
    #expect(abs(1.5 * mean - 1) > 4.89 * (2 / effective).squareRoot())
  }
}
