import RiskEngine
import TestSupport
import Testing

/// The time-series forecast: ages, divisors, and the ratio for serial correlation.
@Suite struct IdioTimeSeriesTests {
  /// Independent draws for `count` assets over `dates` dates.
  static func noise(count: Int, dates: Int, seed: UInt64) -> [[Double]] {
    var random = TestRandom(seed: seed)
    return (0..<dates).map { _ in (0..<count).map { _ in 0.02 * random.normal() } }
  }

  /// Weights age by calendar: `(4 + 1 · ¼) / (1 + ¼)` after 1, nothing, 2 at a half-life of one period.
  @Test func weightsAgeByCalendar() throws {
    var settings = IdioMarket.bare
    settings.halfLife = 1
    let market = IdioMarket.plain(returns: [[0.01], [.nan], [0.02]], caps: [1])
    let days = try market.forecast(settings).days
    let variances = days.map { $0.volatilities[0] * $0.volatilities[0] }
    // A handful of roundings.
    for (found, expected) in zip(variances, [1e-4, 1e-4, 4.25e-4 / 1.25]) {
      #expect(relativeDifference(found, expected) <= gamma(12))
    }
    #expect(days.map { $0.observationCounts[0] } == [1, 1, 2])
  }

  /// A squared idio return is divided by its divisor; one of too much leverage, and one that is no number, do not count.
  @Test func divisorsAndLeverageAreHeeded() throws {
    var settings = IdioMarket.bare
    settings.halfLife = .infinity
    var market = IdioMarket.plain(returns: [[0.03], [0.04], [0.05], [0.06], [0.07]], caps: [1])
    market.idio[0]["a100000"]?.divisor = 0.5
    market.idio[1]["a100000"]?.isLeftOut = true
    market.idio[2]["a100000"]?.value = .infinity
    market.idio[3]["a100000"]?.divisor = 0
    market.idio[4]["a100000"]?.divisor = 2
    let days = try market.forecast(settings).days
    let last = days[4]
    #expect(relativeDifference(last.volatilities[0] * last.volatilities[0], (18e-4 + 24.5e-4) / 2) <= gamma(12))
    #expect(days.map(\.leftOutCount) == [0, 1, 1, 1, 0])
    #expect(last.observationCounts == [2])
  }

  /// With fewer observations than asked for there is no forecast of an asset's own.
  @Test func tooFewObservationsAreNoTimeSeries() throws {
    let market = IdioMarket.plain(
      returns: (0..<15).map { [0.01, $0 < 4 ? 0.02 : .nan] }, caps: [1, 1])
    var settings = IdioRiskSettings.monthly
    settings.hasStructuralModel = false
    let days = try market.forecast(settings).days
    #expect(days[10].timeSeries.allSatisfy { $0.isNaN })
    #expect(days[10].flags.allSatisfy { $0 == [.noTimeSeries, .noForecast] })
    #expect(days[11].timeSeries[0].isFinite && days[11].timeSeries[1].isNaN)
    #expect(days[14].flags[1] == [.noTimeSeries, .sizeGroupMedian])
    #expect(days[14].blended[1] == days[14].timeSeries[0])
    #expect(days[14].neweyWestRatios == [1, 1])
  }

  /// Settings whose ratio is the asset's own, with both half-lives alike.
  static var ownRatio: IdioRiskSettings {
    var settings = IdioMarket.bare
    settings.halfLife = 100
    settings.neweyWestLags = 5
    settings.neweyWestHalfLife = 100
    settings.neweyWestPriorCount = 0
    return settings
  }

  /// The mean of some numbers lies within 4.89 standard errors, a level of 1e-6, of what is expected.
  static func expectMean(_ values: [Double], _ expected: Double) {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    #expect(abs(mean - expected) <= 4.89 * (variance / n).squareRoot(), "\(mean), expected \(expected)")
  }

  /// The mean ratio of independent returns is 1: given their sizes, products of signs average to 0.
  @Test func independentReturnsHaveARatioOfOne() throws {
    let market = IdioMarket.plain(
      returns: Self.noise(count: 300, dates: 250, seed: 8), caps: Array(repeating: 1, count: 300))
    let day = try #require(market.forecast(Self.ownRatio).days.last)
    let ratios = day.neweyWestRatios
    // None is at a bound, so that the mean is that of the ratios themselves.
    #expect(ratios.allSatisfy { $0 > 0.25 && $0 < 2.5 })
    Self.expectMean(ratios, 1)
  }

  /// `u_t + θ u_{t−1}`: the mean of `s² κ` is `σ² (1 + θ² + 2 L / (L + 1) κ₁ θ)`, `κ₁` from the weights.
  @Test func movingAveragesHaveTheirRatio() throws {
    let (count, dates, theta) = (300, 250, 0.3)
    let noise = Self.noise(count: count, dates: dates + 1, seed: 9)
    let returns = (0..<dates).map { date in
      (0..<count).map { noise[date + 1][$0] + theta * noise[date][$0] }
    }
    let market = IdioMarket.plain(returns: returns, caps: Array(repeating: 1, count: count))
    let day = try #require(market.forecast(Self.ownRatio).days.last)
    #expect(day.neweyWestRatios.allSatisfy { $0 > 0.25 && $0 < 2.5 })
    let weights = ExponentialWeights.window(count: dates, halfLife: 100)
    let total = weights.reduce(0, +)
    let first = zip(weights.dropFirst(), weights).reduce(0) { $0 + ($1.0 * $1.1).squareRoot() } / total
    let expected = 4e-4 * (1 + theta * theta + 2 * 5 / 6 * first * theta)
    Self.expectMean(day.timeSeries.map { $0 * $0 }, expected)
    // Without the ratio the forecast would be far too low: the test can tell.
    #expect(4e-4 * (1 + theta * theta) < 0.8 * expected)
  }

  /// Alternating returns have the least ratio, equal ones the greatest.
  @Test func ratiosStayInTheirBounds() throws {
    let market = IdioMarket.plain(
      returns: (0..<120).map { [$0 % 2 == 0 ? 0.01 : -0.01, 0.01, 0] }, caps: [1, 1, 1])
    let day = try #require(market.forecast(Self.ownRatio).days.last)
    #expect(day.neweyWestRatios == [0.25, 2.5, 1])
  }

  /// Ratios are drawn to the median of those with enough observations, and to 1 where fewer than twenty have.
  @Test(arguments: [19, 20])
  func ratiosAreDrawnToTheirMedian(count: Int) throws {
    var settings = Self.ownRatio
    settings.neweyWestPriorCount = 60
    settings.neweyWestMedianCount = 40
    // All alternate, so that the median is the least ratio; one more asset has too few observations.
    let returns = (0..<60).map { date in
      (0...count).map { $0 < count || date > 30 ? (date % 2 == 0 ? 0.01 : -0.01) : .nan }
    }
    let market = IdioMarket.plain(returns: returns, caps: Array(repeating: 1, count: count + 1))
    let day = try #require(market.forecast(settings).days.last)
    let median = count < 20 ? 1 : 0.25
    #expect(day.medianNeweyWestRatio == median)
    for asset in 0..<count { #expect(relativeDifference(day.neweyWestRatios[asset], median / 2 + 0.125) <= gamma(8)) }
    let share = 29.0 / 89
    #expect(relativeDifference(day.neweyWestRatios[count], median + share * (0.25 - median)) <= gamma(8))
  }

  /// Idio returns of a multiple have forecasts of that multiple, in every stage, where no bound is a volatility a year;
  /// and forecasts for `H` periods are `√H` times those for one.
  @Test func forecastsScale() throws {
    var settings = IdioAgreementTests.brief
    settings.annualBounds = nil
    settings.horizon = 1
    let market = IdioMarket.random(
      RandomPanel(assetCount: 60, dateCount: 50, labelCounts: [3], styleCount: 1, outsideShare: 0.1, seed: 2))
    let days = try market.forecast(settings).days
    var scaled = market
    for date in scaled.idio.indices {
      for id in market.idio[date].keys { scaled.idio[date][id]?.value *= 3 }
    }
    var longer = settings
    longer.horizon = 21
    for (others, factor) in [
      (try scaled.forecast(settings).days, 3.0), (try market.forecast(longer).days, 21.0.squareRoot()),
    ] {
      for (day, other) in zip(days, others) {
        for (stage, otherStage) in [
          (day.timeSeries, other.timeSeries), (day.structural, other.structural), (day.blended, other.blended),
          (day.shrunk, other.shrunk), (day.volatilities, other.volatilities),
        ] {
          for (a, b) in zip(stage, otherStage) where !(a.isNaN && b.isNaN) {
            // A logarithm and an exponential of numbers below 10 lose two digits at most.
            #expect(relativeDifference(factor * a, b) <= 1e-13)
          }
        }
        for (a, b) in zip(day.reliability, other.reliability) { #expect(relativeDifference(a, b) <= 1e-13) }
        #expect(relativeDifference(day.regimeMultiplier, other.regimeMultiplier) <= 1e-13)
      }
    }
  }
}
