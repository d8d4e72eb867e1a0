import RiskEngine
import TestSupport
import Testing

/// Moments taken in one number at a time against two passes.
@Suite struct RunningMomentsTests {
  static func sample(_ count: Int, offset: Double = 0) -> [Double] {
    var random = TestRandom(seed: 12)
    return (0..<count).map { _ in offset + random.normal() * random.uniform() }
  }

  /// An offset of 1e4 costs as many digits of every deviation: 1e-16 · 1e4 · a few.
  @Test(arguments: [(0.0, 1e-13), (1e4, 1e-10)])
  func agreeWithTwoPasses(offset: Double, tolerance: Double) {
    let sample = Self.sample(500, offset: offset)
    let moments = RunningMoments(sample)
    let mean = sample.reduce(0, +) / 500
    func power(_ k: Int) -> Double {
      sample.reduce(0) { sum, x in sum + (0..<k).reduce(1.0) { product, _ in product * (x - mean) } }
    }
    #expect(relativeDifference(moments.mean, mean) <= tolerance || abs(moments.mean - mean) <= tolerance)
    #expect(relativeDifference(moments.variance, power(2) / 499) <= tolerance)
    let m2 = power(2) / 500
    #expect(abs(moments.skewness - power(3) / 500 / (m2 * m2.squareRoot())) <= tolerance)
    #expect(relativeDifference(moments.kurtosis, power(4) / 500 / (m2 * m2)) <= tolerance)
  }

  @Test func equalNumbersHaveNoSpreadAtAll() {
    let moments = RunningMoments(Array(repeating: 0.1, count: 1000))
    #expect(moments.mean == 0.1)
    #expect(moments.standardDeviation == 0)
    #expect(moments.kurtosis.isNaN && moments.skewness.isNaN)
    #expect(RunningMoments().variance.isNaN)
    #expect(RunningMoments([1, .nan]).count == 1)
  }

  @Test func pairsAgreeWithTwoPasses() {
    let x = Self.sample(300)
    let y = zip(x, Self.sample(600).suffix(300)).map { 0.5 * $0 + $1 }
    var pairs = RunningCovariance()
    for (a, b) in zip(x, y) { pairs.append(a, b) }
    let (mx, my) = (x.reduce(0, +) / 300, y.reduce(0, +) / 300)
    let xx = x.reduce(0) { $0 + ($1 - mx) * ($1 - mx) }
    let yy = y.reduce(0) { $0 + ($1 - my) * ($1 - my) }
    let xy = zip(x, y).reduce(0) { $0 + ($1.0 - mx) * ($1.1 - my) }
    #expect(relativeDifference(pairs.slope, xy / xx) <= 1e-13)
    #expect(relativeDifference(pairs.correlation, xy / (xx * yy).squareRoot()) <= 1e-13)
    #expect(relativeDifference(pairs.intercept, my - xy / xx * mx) <= 1e-12)
  }

  @Test func stateIsTakenUpAgain() throws {
    let sample = Self.sample(60)
    var writer = StateWriter()
    RunningMoments(sample[..<23]).save(to: &writer)
    var reader = StateReader(writer.bytes)
    var resumed = try RunningMoments(from: &reader)
    for x in sample[23...] { resumed.append(x) }
    #expect(resumed == RunningMoments(sample))
  }
}
