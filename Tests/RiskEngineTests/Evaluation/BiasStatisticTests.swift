import RiskEngine
import TestSupport
import Testing

/// The bias statistic and its intervals.
@Suite struct BiasStatisticTests {
  static func scores(_ count: Int, deviation: Double = 1, seed: UInt64 = 3) -> [Double] {
    let stream = RandomStream(seed: seed, stream: 1)
    return (0..<count).map { deviation * stream.normal(draw: $0, id: 0, date: 0) }
  }

  @Test func isTheStandardDeviation() {
    let b = Self.scores(80)
    let mean = b.reduce(0, +) / 80
    let expected = (b.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 79).squareRoot()
    #expect(relativeDifference(BiasStatistic(RunningMoments(b)).value, expected) <= 1e-14)
  }

  /// A forecast that is `c` times as large has a statistic that is `c` times as small.
  @Test func scalesInverselyWithTheForecast() {
    let b = Self.scores(80)
    let plain = BiasStatistic(RunningMoments(b))
    let inflated = BiasStatistic(RunningMoments(b.map { $0 / 2.5 }))
    #expect(relativeDifference(inflated.value, plain.value / 2.5) <= 1e-14)
    #expect(relativeDifference(inflated.kurtosis, plain.kurtosis) <= 1e-13)
  }

  @Test(arguments: [20, 120])
  func exactIntervalAgreesWithSciPy(count: Int) throws {
    let reference = try SeriesReference()
    let interval = try #require(BiasStatistic.exactInterval(count: count, confidence: 0.95))
    #expect(relativeDifference(interval.lowerBound, reference["bias_lower_\(count)"]) <= 1e-12)
    #expect(relativeDifference(interval.upperBound, reference["bias_upper_\(count)"]) <= 1e-12)
  }

  /// USE4 (2011), equation A3, states 1 ± √(2/T) for 95 %: 1.96/√2 is within 2.1 % of √2, and the exact interval is off
  /// by O(1/T) at T = 1000.
  @Test func intervalsOfNormalReturnsAreAlike() throws {
    let exact = try #require(BiasStatistic.exactInterval(count: 1000, confidence: 0.95))
    let width = (2.0 / 1000).squareRoot()
    #expect(abs(exact.upperBound - 1 - width) <= 0.03 * width)
    #expect(abs(1 - exact.lowerBound - width) <= 0.03 * width)
  }

  @Test func kurtosisWidensTheInterval() throws {
    // Two values of ±1 and many zeros: kurtosis is T / 2.
    let heavy = [1.0, -1.0] + Array(repeating: 0.0, count: 98)
    let statistic = BiasStatistic(RunningMoments(heavy))
    #expect(relativeDifference(statistic.kurtosis, 50) <= 1e-13)
    let interval = try #require(statistic.kurtosisAdjustedInterval)
    let halfWidth = StandardNormal.upperQuantile(0.025) * (49.0 / 400).squareRoot()
    #expect(relativeDifference(interval.upperBound, 1 + halfWidth) <= 1e-12)
    // ±1 in turns has a kurtosis of 1, for which 3 is taken.
    let light = BiasStatistic(RunningMoments((0..<100).map { $0 % 2 == 0 ? 1.0 : -1.0 }))
    let narrow = try #require(light.kurtosisAdjustedInterval)
    #expect(
      relativeDifference(narrow.upperBound - 1, StandardNormal.upperQuantile(0.025) / 200.0.squareRoot()) <= 1e-12)
  }

  @Test(arguments: [(1.0, BiasStatistic.Judgement.calibrated), (1.4, .underForecast), (0.6, .overForecast)])
  func judgements(deviation: Double, expected: BiasStatistic.Judgement) {
    let statistic = BiasStatistic(RunningMoments(Self.scores(250, deviation: deviation)))
    #expect(statistic.judgement == expected)
    #expect(statistic.normalJudgement == expected)
  }

  @Test func shortAndConstantSeries() throws {
    let short = BiasStatistic(RunningMoments(Self.scores(19, deviation: 5)))
    #expect(short.judgement == .notJudged && short.value > 2)
    #expect(BiasStatistic(RunningMoments([1])).exactInterval == nil)
    #expect(BiasStatistic(RunningMoments()).judgement == .notJudged)
    let constant = BiasStatistic(RunningMoments(Array(repeating: 0.3, count: 50)))
    #expect(constant.value == 0 && constant.judgement == .overForecast)
    #expect(try #require(constant.kurtosisAdjustedInterval).lowerBound > 0.7)
  }

  /// Against numerical integration by SciPy, of error 1e-9; the issuer of the statistic quotes 0.17 for 12 months.
  @Test func expectedDeviationOfRollingStatistics() throws {
    let expected = try SeriesReference()["bias_deviation_12"]
    #expect(abs(BiasStatistic.expectedAbsoluteDeviation(count: 12) - expected) <= 1e-9)
    // For long windows B is normal with a variance of 1/2T: E |B − 1| = √(1/πT).
    let long = BiasStatistic.expectedAbsoluteDeviation(count: 100_000)
    #expect(relativeDifference(long, (1 / (Double.pi * 100_000)).squareRoot()) <= 1e-4)
    #expect(BiasStatistic.expectedAbsoluteDeviation(count: 1).isNaN)
  }
}
