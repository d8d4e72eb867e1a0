@testable import RiskEngine
import TestSupport
import Testing

/// Losses, tests and regressions of variance forecasts.
@Suite struct ForecastLossTests {
  static func losses(_ returns: [Double], _ variances: [Double]) -> ForecastLoss {
    var losses = ForecastLoss()
    for (r, variance) in zip(returns, variances) { losses.append(return: r, variance: variance) }
    return losses
  }

  @Test func agreeWithPlainSums() throws {
    let reference = try SeriesReference()
    let (r, v) = (reference.factor, reference.forecast)
    let found = Self.losses(r, v)
    let count = Double(r.count)
    let ratios = zip(r, v).map { $0 * $0 / $1 }
    let level = ratios.reduce(0) { $0 + $1 - PortableMath.log($1) - 1 } / count
    #expect(relativeDifference(found.quasiLikelihood, level) <= 1e-13)
    #expect(relativeDifference(found.qStatistic, level + 1) <= 1e-13)
    let comparison = zip(ratios, v).reduce(0) { $0 + $1.0 + PortableMath.log($1.1) } / count
    #expect(relativeDifference(found.comparison, comparison) <= 1e-13)
    let square = zip(r, v).reduce(0) { $0 + ($1.0 * $1.0 - $1.1) * ($1.0 * $1.0 - $1.1) } / count
    #expect(relativeDifference(found.meanSquaredError, square) <= 1e-13)
  }

  /// `QLIKE(c σ) − QLIKE(σ) = (c⁻² − 1) mean(z²) + 2 ln c`, the same difference as of the losses that comparisons use.
  @Test(arguments: [0.5, 1.1, 3])
  func penaltyOfAWrongScale(c: Double) throws {
    let reference = try SeriesReference()
    let (r, v) = (reference.factor, reference.forecast)
    let right = Self.losses(r, v)
    let wrong = Self.losses(r, v.map { c * c * $0 })
    let mean = zip(r, v).reduce(0) { $0 + $1.0 * $1.0 / $1.1 } / Double(r.count)
    let expected = (1 / (c * c) - 1) * mean + 2 * PortableMath.log(c)
    #expect(abs(wrong.quasiLikelihood - right.quasiLikelihood - expected) <= 1e-12)
    #expect(abs(wrong.comparison - right.comparison - expected) <= 1e-12)
  }

  /// `E z² = 1` and `E ln z² = −γ − ln 2`: 1.2704 for a right forecast, with a standard deviation of one term of 2.22.
  @Test func levelOfARightForecast() {
    let r = BiasStatisticTests.scores(40_000)
    let found = Self.losses(r, Array(repeating: 1, count: r.count))
    #expect(abs(found.quasiLikelihood - 1.270_362_845_461_478) <= 4.89 * 2.23 / 200)
  }

  @Test func tinyReturnsAreLeftOutOfTheLevelAlone() {
    let found = Self.losses([0.01, 0, 1e-9, 0.02], [1e-4, 1e-4, 1e-4, 1e-4])
    let kept = Self.losses([0.01, 0.02], [1e-4, 1e-4])
    #expect(found.count == 4 && found.countOfLevel == 2)
    #expect(found.quasiLikelihood == kept.quasiLikelihood)
    #expect(found.comparison < kept.comparison)
    #expect(ForecastLoss().quasiLikelihood.isNaN)
  }

  @Test func comparisonOfTwoForecastsAgreesWithStatsmodels() throws {
    let reference = try SeriesReference()
    let mine = zip(reference.factor, reference.forecast).map { ForecastLoss.comparison(return: $0, variance: $1) }
    let other = zip(reference.factor, reference.other).map { ForecastLoss.comparison(return: $0, variance: $1) }
    let found = DieboldMariano(mine, other, lags: 3)
    #expect(relativeDifference(found.statistic, reference["diebold_mariano"]) <= 1e-11)
    #expect(relativeDifference(found.pValue, reference["diebold_mariano_p"]) <= 1e-11)
    let reversed = DieboldMariano(other, mine, lags: 3)
    #expect(reversed.statistic == -found.statistic && reversed.pValue == found.pValue)
    // 60 periods ask for 3 lags; a horizon of 6 for 5.
    #expect(DieboldMariano(mine, other).lags == 3)
    #expect(DieboldMariano(mine, other, horizon: 6).lags == 5)
    var holed = mine
    holed[7] = .nan
    #expect(DieboldMariano(holed, other).count == 59)
  }

  @Test func equalLossesCannotBeTold() {
    let losses = [1.0, 2, 3, 4]
    let found = DieboldMariano(losses, losses)
    #expect(found.meanDifference == 0 && found.statistic.isNaN && found.pValue.isNaN)
    #expect(DieboldMariano([], []).count == 0)
    #expect(DieboldMariano([1], [2]).statistic.isNaN)
  }

  @Test func regressionOfSquaresAgreesWithStatsmodels() throws {
    let reference = try SeriesReference()
    var moments = RunningCovariance()
    for (r, v) in zip(reference.factor, reference.forecast) { moments.append(v, r * r) }
    let found = VarianceRegression(moments)
    #expect(relativeDifference(found.slope, reference["regression_slope"]) <= 1e-10)
    #expect(relativeDifference(found.intercept, reference["regression_intercept"]) <= 1e-10)
    #expect(relativeDifference(found.rSquared, reference["regression_r2"]) <= 1e-10)
    #expect(relativeDifference(found.attainableRSquared * found.slope * found.slope, found.rSquared) <= 1e-12)
    var constant = RunningCovariance()
    for r in reference.factor { constant.append(1e-4, r * r) }
    #expect(VarianceRegression(constant).slope.isNaN && VarianceRegression(constant).rSquared.isNaN)
  }

  @Test func lengthsOfReturns() {
    let squares = [4.0, 9, .nan, 16]
    let counts = [4, 4, 4, 4]
    let found = MahalanobisStatistics(
      squaredLengths: squares, assetCounts: counts, logDeterminants: [-1, -2, -3, -4])
    // d is 1, 1.5 and 2.
    #expect(found.count == 3 && found.mean == 1.5 && found.standardDeviation == 0.5)
    #expect(relativeDifference(found.relativeDeviation, 1.0 / 3) <= 1e-15)
    #expect(relativeDifference(found.expectedStandardDeviation, 1 / 8.0.squareRoot()) <= 1e-15)
    #expect(relativeDifference(found.pooledSquare, 29.0 / 12) <= 1e-15)
    #expect(found.pooledProbability == ChiSquareDistribution(degreesOfFreedom: 12).cumulative(29))
    #expect(found.quasiDistance == 29 - 7)
    #expect(MahalanobisStatistics(squaredLengths: [], assetCounts: [], logDeterminants: []).mean.isNaN)
  }

  @Test func residualCorrelationsAgreeWithPlainLoops() throws {
    var random = TestRandom(seed: 8)
    let scores = (0..<40).map { _ in (0..<5).map { _ in random.uniform() < 0.2 ? Double.nan : random.normal() } }
    var found = ResidualCorrelation(assets: [7, 2, 9, 0, 4])
    for period in scores {
      found.append(zip([Int32(7), 2, 9, 0, 4], period).filter { !$1.isNaN }.map { ($0, $1) } + [(3, 100)])
    }
    var (sum, magnitude, expected, count) = (0.0, 0.0, 0.0, 0)
    for a in 0..<5 {
      for b in 0..<a {
        let pairs = scores.filter { !$0[a].isNaN && !$0[b].isNaN }
        guard pairs.count >= 20 else { continue }
        let products = pairs.reduce(0.0) { $0 + $1[a] * $1[b] }
        let squares = pairs.reduce(0.0) { $0 + $1[a] * $1[a] } * pairs.reduce(0.0) { $0 + $1[b] * $1[b] }
        let correlation = products / squares.squareRoot()
        sum += correlation
        magnitude += abs(correlation)
        expected += (2 / (Double.pi * Double(pairs.count))).squareRoot()
        count += 1
      }
    }
    #expect(count > 3)
    let summary = found.summary
    #expect(summary.pairCount == count)
    #expect(abs(summary.mean - sum / Double(count)) <= 1e-14)
    #expect(relativeDifference(summary.meanMagnitude, magnitude / Double(count)) <= 1e-13)
    #expect(relativeDifference(summary.expectedMagnitude, expected / Double(count)) <= 1e-14)
    #expect(ResidualCorrelation(assets: []).summary.meanMagnitude.isNaN)
  }

  /// Independent scores of 1000 pairs nearly: the mean magnitude is within its standard error, 0.6 √(1/T) / √pairs.
  @Test func independentScoresHaveTheExpectedMagnitude() {
    let stream = RandomStream(seed: 3, stream: 2)
    var found = ResidualCorrelation(assets: (0..<46).map { Int32($0) })
    for period in 0..<200 {
      found.append((0..<46).map { (Int32($0), stream.normal(draw: 0, id: UInt32($0), date: UInt32(period))) })
    }
    let summary = found.summary
    #expect(summary.pairCount == 1035)
    #expect(abs(summary.meanMagnitude - summary.expectedMagnitude) <= 4.89 * 0.603 / (200.0 * 1035).squareRoot())
    #expect(abs(summary.mean) <= 4.89 / (200.0 * 1035).squareRoot())
  }
}
