import LinAlg
import RiskEngine
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Nonlinear shrinkage.
@Suite struct NonlinearShrinkageTests {
  /// The published function in the shape of the authors' code: matrices of differences, means over columns.
  static func naive(_ values: [Double], count n: Double) -> [Double] {
    let p = Double(values.count)
    let h = pow(n, -1.0 / 3)
    return values.map { value in
      let terms = values.map { other -> (Double, Double) in
        let width = h * other
        let x = (value - other) / width
        let density = 3 / (4 * sqrt(5) * width) * max(0, 1 - x * x / 5)
        var transform = -3 / (10 * Double.pi) * x / width
        if abs(x) != sqrt(5) {
          transform += 3 / (4 * sqrt(5) * Double.pi) * (1 - x * x / 5) * log(abs((sqrt(5) - x) / (sqrt(5) + x))) / width
        }
        return (density, transform)
      }
      let density = terms.reduce(0) { $0 + $1.0 } / p
      let transform = terms.reduce(0) { $0 + $1.1 } / p
      let c = p / n
      return value
        / (pow(Double.pi * c * value * density, 2) + pow(1 - c - Double.pi * c * value * transform, 2))
    }
  }

  @Test func agreesWithASecondImplementation() throws {
    let values = (0..<30).map { (index: Int) -> Double in 1 + 0.3 * Double(index) + 0.01 * Double(index % 7) }
    let found = try NonlinearShrinkage.shrunk(values, effectiveCount: 100)
    // Far from an eigenvalue, up to x = 40, the published terms cancel to 1/x² of themselves.
    for (left, right) in zip(found, Self.naive(values, count: 100)) { #expect(relativeDifference(left, right) < 1e-11) }
  }

  @Test func isEquivariant() throws {
    let sample = FactorSeries.covariance(order: 12, seed: 2)
    let found = try NonlinearShrinkage.estimate(sample, effectiveCount: 60)
    let scaled = try NonlinearShrinkage.estimate(
      SymmetricMatrix(order: 12) { 9 * sample[$0, $1] }, effectiveCount: 60)
    // The smallest eigenvalues of the sample carry the rounding of the largest.
    let tolerance = 1e-10
    #expect(FactorSeries.difference(scaled, SymmetricMatrix(order: 12) { 9 * found[$0, $1] }) < tolerance)
    let rotation = try FactorSeries.rotation(order: 12, seed: 3)
    let rotated = try NonlinearShrinkage.estimate(FactorSeries.transformed(sample, by: rotation), effectiveCount: 60)
    #expect(FactorSeries.difference(rotated, FactorSeries.transformed(found, by: rotation)) < tolerance)
    #expect(try found.eigenvalues()[0] > 0)
  }

  @Test func manyPeriodsLeaveTheSampleAlone() throws {
    let values = (1...10).map { Double($0) }
    let near = try NonlinearShrinkage.shrunk(values, effectiveCount: 1e9)
    for (left, right) in zip(near, values) { #expect(relativeDifference(left, right) < 1e-3) }
    let far = try NonlinearShrinkage.shrunk(values, effectiveCount: 40)
    #expect(far[0] > 1.05 && far[9] < 9.5)
  }

  @Test func zerosAreDropped() throws {
    let values = [1.0, 2, 3, 4, 5]
    let found = try NonlinearShrinkage.shrunk([0, 1e-16] + values, effectiveCount: 50)
    #expect(found == [0, 0] + (try NonlinearShrinkage.shrunk(values, effectiveCount: 50)))
    #expect(try NonlinearShrinkage.shrunk([0, 0], effectiveCount: 50) == [0, 0])
  }

  @Test func tooFewPeriodsAreRefused() {
    #expect(throws: NonlinearShrinkage.Failure.tooFewPeriods(found: 5, series: 5)) {
      try NonlinearShrinkage.shrunk([1, 2, 3, 4, 5], effectiveCount: 5)
    }
    #expect(throws: NonlinearShrinkage.Failure.linearAlgebra(.notFinite(row: 1, column: 0))) {
      try NonlinearShrinkage.estimate(SymmetricMatrix(order: 2) { $0 == $1 ? 1 : .nan }, effectiveCount: 5)
    }
  }

  /// Isotonic values ascend and keep their sum; ascending ones stay.
  @Test func isotonicRegression() throws {
    let values = [1.0, 1.01, 1.02, 1.03, 1.04, 30, 31, 32, 200]
    let raw = try NonlinearShrinkage.shrunk(values, effectiveCount: 30)
    let found = try NonlinearShrinkage.shrunk(values, effectiveCount: 30, isotonic: true)
    #expect(zip(raw, raw.dropFirst()).contains { $0 > $1 })
    #expect(zip(found, found.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(relativeDifference(raw.reduce(0, +), found.reduce(0, +)) < 1e-14)
  }

  /// 40 series over 242 periods: the loss falls, by a paired test over 50 samples at a level of 1e-6.
  @Test func lossFalls() throws {
    let order = 40
    let truth = SymmetricMatrix(order: order) { $0 == $1 ? 0.2 + Double($0) / 10 : 0 }
    let gains = try (0..<50 as Range<UInt64>).map { seed in
      let series = try FactorSeries.returns(periods: 242, covariance: truth, seed: 50 + seed)
      let sample = NeweyWest.covariance(series, weights: Array(repeating: 1.0 / 242, count: 242), lags: 0)
      let found = try NonlinearShrinkage.estimate(sample, effectiveCount: 242)
      func loss(_ a: SymmetricMatrix) -> Double {
        let norm = SymmetricMatrix(order: order) { a[$0, $1] - truth[$0, $1] }.frobeniusNorm
        return norm * norm
      }
      return loss(sample) - loss(found)
    }
    let mean = gains.reduce(0, +) / 50
    let variance = gains.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 49
    #expect(mean > 4.89 * (variance / 50).squareRoot())
  }
}
