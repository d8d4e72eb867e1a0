import RiskEngine
import TestSupport
import Testing

/// The chi-square distribution against printed tables, closed forms, quadrature, and 60 digits (mpmath 1.3.0).
@Suite struct ChiSquareDistributionTests {
  /// What the smaller tail promises.
  static let relativeTolerance = 1e-13

  @Test(arguments: [
    [1.0, 0.001, 0.02522712063003961172, 0.9747728793699603883],
    [1.0, 80.0, 0.9999999999999999996, 3.744097384202898764e-19],
    [2.5, 1.7, 0.4618416579481413463, 0.5381583420518586537],
    [5.0, 0.05, 0.00002920953999895010701, 0.9999707904600010499],
    [10.0, 18.307, 0.9499994109086018797, 0.05000058909139812029],
    [30.0, 200.0, 1.0, 4.952733529003190602e-27],
    [31.0, 12.0, 0.0008505078162094731085, 0.9991494921837905269],
    [100.0, 124.3421, 0.94999991539864147, 0.05000008460135853002],
    [1000.0, 1000.0, 0.505947146170760358, 0.494052853829239642],
    [1000.0, 1200.0, 0.9999877440576693771, 0.00001225594233062290417],
    [1000.0, 820.0, 9.331635012449471444e-6, 0.9999906683649875505],
    [180000.0, 180500.0, 0.7977675956685826256, 0.2022324043314173744],
    [180000.0, 177500.0, 0.00001425816709366753512, 0.9999857418329063325],
    [2000000.0, 2008000.0, 0.9999676545526865223, 0.00003234544731347768032],
    [0.3, 0.02, 0.5364558389865400618, 0.4635441610134599382],
  ])
  func tails(numbers: [Double]) {
    let distribution = ChiSquareDistribution(degreesOfFreedom: numbers[0])
    #expect(relativeDifference(distribution.cumulative(numbers[1]), numbers[2]) <= Self.relativeTolerance)
    #expect(relativeDifference(distribution.upperTail(numbers[1]), numbers[3]) <= Self.relativeTolerance)
  }

  /// Abramowitz and Stegun, table 26.8: upper 5 % and 0.1 % points, as printed.
  @Test(arguments: [
    [1.0, 3.84146, 10.828], [2, 5.99146, 13.816], [5, 11.0705, 20.515], [10, 18.3070, 29.588],
    [30, 43.7730, 59.703], [100, 124.342, 149.449],
  ])
  func printedPercentagePoints(row: [Double]) {
    let distribution = ChiSquareDistribution(degreesOfFreedom: row[0])
    let printed = row[1] < 10 ? 5e-6 : (row[1] < 100 ? 5e-5 : 5e-4)
    #expect(abs(distribution.upperQuantile(0.05) - row[1]) <= printed)
    #expect(abs(distribution.upperQuantile(0.001) - row[2]) <= 5e-4)
  }

  /// One square is the square of a normal number; two have an exponential sum of mean 2.
  @Test(arguments: [1e-250, 1e-12, 1e-6, 0.05, 0.3, 0.7, 0.999])
  func closedForms(p: Double) {
    let one = ChiSquareDistribution(degreesOfFreedom: 1)
    let z = StandardNormal.upperQuantile(p / 2)
    #expect(relativeDifference(one.upperQuantile(p), z * z) <= Self.relativeTolerance)
    let two = ChiSquareDistribution(degreesOfFreedom: 2)
    // The logarithm of p near 1 is small: its argument's rounding is part of the closed form.
    let exact = -2 * PortableMath.log(p)
    #expect(relativeDifference(two.upperQuantile(p), exact) <= Self.relativeTolerance / min(1, exact))
    #expect(relativeDifference(two.upperTail(exact), p) <= Self.relativeTolerance * max(1, exact))
  }

  /// Even degrees of freedom: the upper tail is the probability of fewer than k/2 events of mean x/2.
  @Test(arguments: [(4.0, 3.0), (20, 11), (20, 47), (60, 61), (200, 150)])
  func upperTailIsAPoissonSum(degreesOfFreedom: Double, x: Double) {
    var term = PortableMath.exp(-x / 2)
    var sum = term
    for events in stride(from: 1.0, to: degreesOfFreedom / 2, by: 1) {
      term *= x / 2 / events
      sum += term
    }
    let upper = ChiSquareDistribution(degreesOfFreedom: degreesOfFreedom).upperTail(x)
    #expect(relativeDifference(upper, sum) <= Self.relativeTolerance)
  }

  /// The distribution is the integral of the density, here by Simpson's rule on 20 000 steps, whose error is
  /// of order (step / deviation)⁴ = 1e-14 or less for these.
  @Test(arguments: [(7.0, 2.0, 9.0), (73, 50, 110), (250, 200, 320)])
  func distributionIsTheIntegralOfTheDensity(degreesOfFreedom: Double, from start: Double, to end: Double) {
    let distribution = ChiSquareDistribution(degreesOfFreedom: degreesOfFreedom)
    let stepCount = 20_000
    let step = (end - start) / Double(stepCount)
    var sum = distribution.density(at: start) + distribution.density(at: end)
    for index in 1..<stepCount {
      sum += (index % 2 == 1 ? 4 : 2) * distribution.density(at: start + Double(index) * step)
    }
    let difference = distribution.cumulative(end) - distribution.cumulative(start)
    #expect(relativeDifference(sum * step / 3, difference) <= 1e-12)
  }

  /// An error of 1e-13 in a tail is one of `1e-13 tail / (x density)` relative in the quantile.
  @Test(arguments: [0.2, 1, 3.5, 10, 73, 1000, 180_000])
  func quantilesInvertTheTails(degreesOfFreedom: Double) {
    let distribution = ChiSquareDistribution(degreesOfFreedom: degreesOfFreedom)
    // The quantile of 1e-100 at 0.2 degrees of freedom is below the smallest double.
    for p in [1e-100, 1e-12, 5e-7, 0.01, 0.3, 0.5, 0.6, 0.99] where degreesOfFreedom > 0.2 || p > 1e-20 {
      let lower = distribution.quantile(p)
      #expect(relativeDifference(distribution.cumulative(lower), p) <= slack(distribution, at: lower, tail: p))
      let upper = distribution.upperQuantile(p)
      #expect(relativeDifference(distribution.upperTail(upper), p) <= slack(distribution, at: upper, tail: p))
    }
    #expect(distribution.quantile(0) == 0)
    #expect(distribution.quantile(1) == .infinity)
    #expect(distribution.upperQuantile(0) == .infinity)
    #expect(distribution.upperQuantile(1) == 0)
  }

  /// The tolerance of a tail at a rounded quantile: that of the tail, and the tail's change over 4 roundings of `x`.
  private func slack(_ distribution: ChiSquareDistribution, at x: Double, tail: Double) -> Double {
    Self.relativeTolerance + 4 * .ulpOfOne * x * distribution.density(at: x) / tail
  }

  @Test func endsOfTheTails() {
    let distribution = ChiSquareDistribution(degreesOfFreedom: 3)
    #expect(distribution.cumulative(-1) == 0)
    #expect(distribution.upperTail(0) == 1)
    #expect(distribution.cumulative(.infinity) == 1)
    #expect(distribution.upperTail(.infinity) == 0)
    #expect(distribution.density(at: -1) == 0)
  }

  @Test(arguments: [
    (1e-05, 11.51291969289582563), (0.3, 1.095797994818075561), (0.999, 0.0005780385328913802382),
    (1.0001, -0.00005771334222047126801), (1.5, -0.1207822376352452223), (2.0003, 0.0001268643207442828148),
    (7.25, 7.052185450738539445), (15.5, 26.53691449111561362), (100.0, 359.1342053695753988),
    (12345.678, 103959.9199055460598), (1e8, 1742068066.103834709),
  ])
  func logarithmOfTheGammaFunction(x: Double, expected: Double) {
    #expect(relativeDifference(GammaFunction.logarithm(x), expected) <= Self.relativeTolerance)
  }
}
