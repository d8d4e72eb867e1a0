import LinAlg
import TestSupport
import Testing

@testable import RiskEngine

/// The level of the latest periods.
@Suite struct FactorRegimeTests {
  /// Each return is 1 or c times the volatility known before it, so `B²` is 1 and then c² in the last `d` periods.
  @Test(arguments: [(30, 10.0, 2.0), (7, 42, 0.5)])
  func closedForm(lateCount: Int, halfLife: Double, multiple: Double) throws {
    var settings = FactorRegimeSettings(halfLife: halfLife)
    settings.minimumCount = 1
    var regime = FactorRegime(variance: FactorMoment(halfLife: .infinity, lags: 0))
    regime.grow(to: 2)
    let moments = LaggedMoments(FactorMoment(halfLife: 100, lags: 0))
    let count = 200
    regime.append([0.01, 0.02], settings: settings, moments: moments, periodCount: 0)
    for period in 0..<count {
      let scale = period < count - lateCount ? 1 : multiple
      let returns = [scale * regime.volatility(of: 0), -scale * regime.volatility(of: 1)]
      regime.append(returns, settings: settings, moments: moments, periodCount: period + 1)
    }
    let decay = ExponentialWeights.decay(halfLife: halfLife)
    func power(_ n: Int) -> Double { (0..<n).reduce(1.0) { value, _ in value * decay } }
    let c = multiple * multiple
    let expected = ((power(lateCount) - power(count)) + c * (1 - power(lateCount))) / (1 - power(count))
    let found = try #require(regime.squaredMultiplier(settings))
    #expect(relativeDifference(found, expected) < 1e-12)
    #expect(regime.levelCount == count)
  }

  /// R11: independent Gaussian factors have level 1.
  ///
  /// `sd(λ²) = √(2 / (m n))`; the error of σ itself, `2/n_σ` a factor, adds a bias that the bound includes. Level 1e-6.
  @Test(arguments: [FactorRegimeSettings.Form.bias, .decorrelated])
  func gaussianFactorsHaveLevelOne(form: FactorRegimeSettings.Form) throws {
    let (count, order) = (1500, 20)
    let series = FactorSeries.normals(periods: count, series: order, seed: 3)
    var settings = FactorCovarianceSettings(profile: .long)
    settings.eigenfactor = nil
    settings.regime = FactorRegimeSettings(halfLife: 42)
    settings.regime?.form = form
    settings.variance = FactorMoment(halfLife: .infinity, lags: 0)
    settings.correlation = settings.variance
    let found = try FactorSeries.estimator(settings, series).base()
    let effective = FactorMoment(halfLife: 42, lags: 0).effectiveCount(of: count)
    let deviation = (2 / (Double(order) * effective)).squareRoot()
    let level = try #require(found.squaredMultiplier)
    // A forecast from n periods: E(f²/σ̂²) = n/(n − 2); decorrelated, of order m/n.
    let bias = form == .bias ? 2.0 / Double(count - 100) : Double(order + 2) / Double(count - 200)
    #expect(abs(level - 1) <= 4.89 * deviation + bias)
    // And the test can tell: volatility that doubles in the last month moves it.
    let moved = Matrix(rowCount: count, columnCount: order) { ($0 < count - 21 ? 1 : 2) * series[$0, $1] }
    let other = try #require(try FactorSeries.estimator(settings, moved).base().squaredMultiplier)
    #expect(other > 1 + 4.89 * deviation)
  }

  /// Scaling all returns changes nothing; only the level of a period does.
  @Test func isScaleFree() throws {
    let series = FactorSeries.normals(periods: 200, series: 3, seed: 4)
    var settings = FactorSeries.plain(halfLife: 50)
    settings.regime = FactorRegimeSettings(halfLife: 20)
    let scaled = Matrix(rowCount: 200, columnCount: 3) { [4, 0.25, 2][$1] * series[$0, $1] }
    let one = try FactorSeries.estimator(settings, series).base()
    let other = try FactorSeries.estimator(settings, scaled).base()
    #expect(one.squaredMultiplier != nil)
    #expect(one.squaredMultiplier == other.squaredMultiplier)
  }

  /// With one factor decorrelation does nothing.
  @Test func decorrelatedScoresOfOneFactor() throws {
    let series = FactorSeries.normals(periods: 100, series: 1, seed: 5)
    var settings = FactorSeries.plain(halfLife: 50)
    settings.regime = FactorRegimeSettings(halfLife: 20)
    let one = try FactorSeries.estimator(settings, series).base()
    settings.regime?.form = .decorrelated
    #expect(try FactorSeries.estimator(settings, series).base().squaredMultiplier == one.squaredMultiplier)
  }

  /// Nearly equal factors that move apart: a score of each is small, the decorrelated one is large.
  @Test func decorrelationSeesWhatScoresMiss() throws {
    let normals = FactorSeries.normals(periods: 300, series: 3, seed: 6)
    let series = Matrix(rowCount: 300, columnCount: 2) { row, column in
      let own = row < 290 ? 0.05 : 0.5
      return normals[row, 2] + own * normals[row, column]
    }
    var settings = FactorSeries.plain(halfLife: 100)
    settings.regime = FactorRegimeSettings(halfLife: 10)
    let plain = try #require(try FactorSeries.estimator(settings, series).base().squaredMultiplier)
    settings.regime?.form = .decorrelated
    let decorrelated = try #require(try FactorSeries.estimator(settings, series).base().squaredMultiplier)
    #expect(decorrelated > 3 * plain)
  }

  /// A crash is clipped and counted; a missing factor and a constant one have no score.
  @Test func guards() throws {
    var series = FactorSeries.normals(periods: 100, series: 3, seed: 7)
    for t in 0..<100 { series[t, 2] = 0 }
    series[99, 0] = 1000
    series[99, 1] = .nan
    var settings = FactorSeries.plain(halfLife: 50)
    settings.regime = FactorRegimeSettings(halfLife: 20)
    let estimator = try FactorSeries.estimator(settings, series)
    let found = try estimator.base()
    #expect(found.report.clippedScoreCount == 1)
    let before = try FactorSeries.estimator(
      settings, Matrix(rowCount: 99, columnCount: 3) { series[$0, $1] }
    ).base()
    let decay = ExponentialWeights.decay(halfLife: 20)
    let weight = (0..<78).reduce(0.0) { sum, _ in decay * sum + 1 }
    let expected = (decay * weight * (before.squaredMultiplier ?? .nan) + 100) / (decay * weight + 1)
    #expect(relativeDifference(found.squaredMultiplier ?? .nan, expected) < 1e-12)
  }

  @Test func tooFewPeriodsLeaveTheLevelAlone() throws {
    let series = FactorSeries.normals(periods: 41, series: 2, seed: 8)
    var settings = FactorSeries.plain(halfLife: 50)
    settings.regime = FactorRegimeSettings(halfLife: 20)
    // 21 periods before a factor has a score, and 20 scores: one too few.
    let found = try FactorSeries.estimator(settings, series).base()
    #expect(found.squaredMultiplier == nil && !found.report.isRegimeAdjusted)
    #expect(try found.finished().regimeMultiplier == 1)
  }
}
