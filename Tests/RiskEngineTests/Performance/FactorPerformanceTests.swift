import RiskEngine
import TestSupport
import Testing

/// Performance statistics against closed forms, other packages and plain loops.
@Suite struct FactorPerformanceTests {
  static let settings = PerformanceSettings(periodsPerYear: 12)

  static func series(_ count: Int, mean: Double = 0.003, seed: UInt64 = 4) -> [Double] {
    var random = TestRandom(seed: seed)
    return (0..<count).map { _ in mean + 0.02 * random.normal() }
  }

  /// 60 numbers: sums in another order, and the distributions' own 1e-13 and 1e-14.
  @Test func agreesWithStatsmodelsAndSciPy() throws {
    let reference = try SeriesReference()
    let found = FactorPerformance(
      reference.factor, settings: .init(periodsPerYear: 12, neweyWestLags: 3, benchmarkSharpeRatio: 0.05))
    let flat = FactorPerformance(reference.factor, settings: .init(periodsPerYear: 12, neweyWestLags: 0))
    for (value, name) in [
      (found.skewness, "skewness"), (found.kurtosis, "kurtosis"), (found.sharpeRatio.value, "sharpe"),
      (found.neweyWestTStatistic, "newey_west_t_3"), (flat.neweyWestTStatistic, "newey_west_t_0"),
      (found.ljungBox, "ljung_box"), (found.ljungBoxPValue, "ljung_box_p"),
      (found.autocorrelations[0], "autocorrelation_1"), (found.probabilisticSharpeRatio, "probabilistic_sharpe"),
    ] {
      #expect(relativeDifference(value, reference[name]) <= 1e-12, "\(name)")
    }
  }

  @Test func identities() {
    let returns = Self.series(150)
    let found = FactorPerformance(returns, settings: .init(periodsPerYear: 12, neweyWestLags: 0))
    let count = 150.0
    let mean = returns.reduce(0, +) / count
    let deviation = (returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)).squareRoot()
    #expect(relativeDifference(found.annualMean, 12 * mean) <= 1e-13)
    #expect(relativeDifference(found.annualVolatility, 12.0.squareRoot() * deviation) <= 1e-13)
    #expect(relativeDifference(found.tStatistic, count.squareRoot() * found.sharpeRatio.value) <= 1e-14)
    #expect(relativeDifference(found.annualSharpeRatio, 12.0.squareRoot() * mean / deviation) <= 1e-13)
    // Without lags the two t-statistics differ by the divisor of the variance alone.
    #expect(
      relativeDifference(found.tStatistic, ((count - 1) / count).squareRoot() * found.neweyWestTStatistic) <= 1e-13)
    let growth = returns.reduce(1) { $0 * (1 + $1) }
    #expect(
      relativeDifference(found.annualGeometricMean, PortableMath.exp(PortableMath.log(growth) * 12 / count) - 1)
        <= 1e-11)
    let hits = Double(returns.count { $0 > 0 }) / count
    #expect(found.hitRate == hits)
    #expect(relativeDifference(found.hitRateError, (hits * (1 - hits) / count).squareRoot()) <= 1e-15)
  }

  @Test func scaleAndSign() {
    let returns = Self.series(100)
    let found = FactorPerformance(returns, settings: Self.settings)
    let tripled = FactorPerformance(returns.map { 3 * $0 }, settings: Self.settings)
    #expect(relativeDifference(tripled.annualSharpeRatio, found.annualSharpeRatio) <= 1e-13)
    #expect(relativeDifference(tripled.neweyWestTStatistic, found.neweyWestTStatistic) <= 1e-13)
    let reversed = FactorPerformance(returns.map { -$0 }, settings: Self.settings)
    #expect(reversed.annualSharpeRatio == -found.annualSharpeRatio)
    #expect(reversed.tStatistic == -found.tStatistic)
    #expect(reversed.skewness == -found.skewness)
  }

  /// At no skewness and a kurtosis of 3 the two standard errors differ by `T − 1` alone.
  @Test func errorsOfSharpeRatios() {
    let ratio = SharpeRatio(value: 0.2, count: 60)
    #expect(
      relativeDifference(ratio.standardError * 59.0.squareRoot(), ratio.normalStandardError * 60.0.squareRoot())
        <= 1e-15)
    #expect(relativeDifference(ratio.normalStandardError, (1.02 / 60).squareRoot()) <= 1e-15)
    let skewed = SharpeRatio(value: 0.2, count: 60, skewness: -1, kurtosis: 7)
    #expect(relativeDifference(skewed.standardError, ((1 + 0.2 + 1.5 * 0.04) / 59).squareRoot()) <= 1e-15)
  }

  @Test func probabilityAndMinimumTrackRecordInvertEachOther() {
    let ratio = SharpeRatio(value: 0.2, count: 60, skewness: -0.5, kurtosis: 5)
    #expect(ratio.probability(above: 0.2) == 0.5)
    #expect(ratio.probability(above: 0.1) > ratio.probability(above: 0.15))
    let needed = ratio.minimumTrackRecord(above: 0.05, significance: 0.05)
    // The track record is not a whole number: interpolate the z-score, which is linear in √(T − 1).
    let z = StandardNormal.quantile(ratio.probability(above: 0.05)) * ((needed - 1) / 59).squareRoot()
    #expect(abs(StandardNormal.cumulative(z) - 0.95) <= 1e-12)
    #expect(ratio.minimumTrackRecord(above: 0.2, significance: 0.05) == .infinity)
    #expect(ratio.minimumTrackRecord(above: 0.3, significance: 0.05) == .infinity)
  }

  @Test func moreTrialsDeflateMore() {
    let ratio = SharpeRatio(value: 0.3, count: 120)
    var last = ratio.probability(above: 0)
    for trials in [2.0, 5, 20, 100, 1000] {
      let deflated = ratio.deflatedProbability(trialCount: trials, variance: 0.01)
      #expect(deflated < last)
      last = deflated
    }
    // Two trials: Φ⁻¹(1/2) is 0, and Φ⁻¹(1 − 1/2e) is 0.90045 (SciPy 1.17: norm.isf(1 / (2 * e))).
    let expected = 0.5772156649015329 * 0.9004525966377902
    #expect(abs(SharpeRatio.expectedLargest(trialCount: 2, variance: 1) - expected) <= 1e-12)
    #expect(ratio.deflatedProbability(trialCount: 10, variance: 0) == ratio.probability(above: 0))
  }

  /// √q without autocorrelation; of two periods with ρ the variance is 2 + 2ρ.
  @Test func annualizationWithAutocorrelation() {
    let uncorrelated = SharpeRatio.scale(periods: 12, autocorrelations: [0.0, 0, 0])
    #expect(relativeDifference(uncorrelated, 12.0.squareRoot()) <= 1e-15)
    #expect(SharpeRatio.scale(periods: 2, autocorrelations: [0.25]) == 2 / 2.5.squareRoot())
    #expect(SharpeRatio.scale(periods: 2, autocorrelations: [-1.0]).isNaN)
    #expect(SharpeRatio.scale(periods: 1, autocorrelations: [0.9]) == 1)
  }

  @Test func drawdowns() {
    func drawdown(_ returns: [Double]) -> Double {
      FactorPerformance(returns, settings: Self.settings).maximumDrawdown
    }
    let rising = (0..<30).map { Double($0 % 3) * 0.01 }
    #expect(drawdown(rising) == 0)
    // Up by a half, down by a half twice: what is left of the peak is a quarter.
    #expect(drawdown([0.5, -0.5, -0.5] + rising) == 0.75)
    // A loss in the first period is one from the wealth at the start.
    #expect(abs(drawdown([-0.2] + rising) - 0.2) <= 1e-15)
    #expect(drawdown([0.1, -1] + rising) == 1)
    #expect(drawdown([0.1, -3] + rising) == 1)
  }

  @Test func missingReturnsAreLeftOut() {
    var returns = Self.series(60)
    let whole = FactorPerformance(returns, settings: Self.settings)
    returns.insert(.nan, at: 20)
    returns.append(.nan)
    #expect(FactorPerformance(returns, settings: Self.settings).tStatistic == whole.tStatistic)
    #expect(FactorPerformance(returns, settings: Self.settings).count == 60)
  }

  @Test func tooFewReturnsSayNothing() {
    let found = FactorPerformance(Self.series(19), settings: Self.settings)
    #expect(found.count == 19)
    for value in [
      found.annualMean, found.annualGeometricMean, found.annualVolatility, found.annualSharpeRatio, found.tStatistic,
      found.neweyWestTStatistic, found.annualSharpeNormalError, found.annualSharpeError,
      found.autocorrelatedSharpeRatio, found.probabilisticSharpeRatio, found.deflatedSharpeRatio,
      found.minimumTrackRecord, found.maximumDrawdown, found.ljungBox, found.ljungBoxPValue, found.hitRate,
      found.hitRateError, found.skewness, found.kurtosis,
    ] + found.autocorrelations { #expect(value.isNaN) }
    #expect(FactorPerformance(Self.series(20), settings: Self.settings).tStatistic.isFinite)
    #expect(FactorPerformance([], settings: Self.settings).count == 0)
  }

  @Test func aConstantSeriesHasNoSharpeRatio() {
    let found = FactorPerformance(Array(repeating: 0.01, count: 40), settings: Self.settings)
    #expect(found.annualVolatility == 0)
    #expect(found.annualSharpeRatio.isNaN && found.tStatistic.isNaN && found.neweyWestTStatistic.isNaN)
    #expect(found.probabilisticSharpeRatio.isNaN && found.minimumTrackRecord.isNaN && found.ljungBox.isNaN)
    #expect(found.hitRate == 1 && found.maximumDrawdown == 0)
    #expect(relativeDifference(found.annualMean, 0.12) <= 1e-15)
  }

  @Test func deflatedSharpeRatiosOfSeveralFactors() {
    let series = (0..<6).map { Self.series(80, mean: 0.001 * Double($0), seed: UInt64($0) + 1) } + [[0.1]]
    let found = FactorPerformance.measure(series, settings: Self.settings)
    let ratios = found[..<6].map(\.sharpeRatio.value)
    let mean = ratios.reduce(0, +) / 6
    let variance = ratios.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 5
    for index in 0..<6 {
      let expected = found[index].sharpeRatio.deflatedProbability(trialCount: 6, variance: variance)
      #expect(abs(found[index].deflatedSharpeRatio - expected) <= 1e-12)
      #expect(found[index].deflatedSharpeRatio < found[index].probabilisticSharpeRatio)
    }
    #expect(found[6].deflatedSharpeRatio.isNaN)
  }

  @Test func significanceShares() {
    let found = SignificanceShare([2.5, -3, 2, 1, .nan])
    #expect(found.count == 4)
    #expect(found.share == 0.5)
    #expect(relativeDifference(SignificanceShare.expected, 2 * StandardNormal.upperTail(2)) <= 1e-14)
    #expect(SignificanceShare([]).share.isNaN)
  }
}
