import RiskEngine
import TestSupport
import Testing

/// The volatility regime, and the bounds of volatilities.
@Suite struct IdioRegimeTests {
  private static var settings: IdioRiskSettings {
    var settings = IdioMarket.bare
    settings.regimeHalfLife = 6
    settings.regimeMinimumPeriods = 1
    return settings
  }

  /// A forecaster fed with idio returns that are given multiples of its own one-period forecasts.
  private static func follow(_ scores: [[Double]], caps: [Double], _ settings: IdioRiskSettings) throws -> [IdioRiskDay]
  {
    let returns = Array(repeating: caps.map { _ in 0.01 }, count: scores.count + 1)
    let market = IdioMarket.plain(returns: returns, caps: caps)
    let panel = try market.panel()
    let periods = market.periods(panel)
    var forecaster = try IdioRiskForecaster(settings, schema: panel.schema)
    var days = forecaster.advance([periods[0]], assets: panel.assets, labels: panel.labels)
    for (date, multiples) in scores.enumerated() {
      var period = periods[date + 1]
      period.idioReturns = IdioReturns()
      for (row, asset) in days[date].assets.enumerated() where !multiples[row].isNaN {
        period.idioReturns.append(asset: asset, value: multiples[row] * days[date].onePeriod[row])
      }
      days += forecaster.advance([period], assets: panel.assets, labels: panel.labels)
    }
    return days
  }

  /// `T − d` dates with `B = 1` and `d` with `B = c`: `λ_S² = ((λ^d − λ^T) + c² (1 − λ^d)) / (1 − λ^T)`.
  @Test(arguments: [(20, 1, 2.0), (20, 7, 0.5), (40, 20, 3.0)])
  func aStepInVolatilityIsTakenInByTheHalfLife(total: Int, late: Int, c: Double) throws {
    let scores = (0..<total).map { date in [Double](repeating: date < total - late ? 1 : c, count: 3) }
    let days = try Self.follow(scores, caps: [1, 5, 2], Self.settings)
    let last = try #require(days.last)
    let decay = ExponentialWeights.decay(halfLife: 6)
    func power(_ exponent: Int) -> Double { (0..<exponent).reduce(1) { value, _ in value * decay } }
    let expected = ((power(late) - power(total)) + c * c * (1 - power(late))) / (1 - power(total))
    // A recursion of forty steps.
    #expect(relativeDifference(last.regimeMultiplier * last.regimeMultiplier, expected) <= 1e-12)
    #expect(last.regimePeriodCount == total && days[0].regimePeriodCount == 0)
    for row in 0..<3 { #expect(last.volatilities[row] == last.regimeMultiplier * last.shrunk[row]) }
  }

  /// Scores are weighted by cap and brought back to 10; assets without an idio return do not count.
  @Test func theBiasStatisticIsWeightedByCap() throws {
    let days = try Self.follow([[1, 2, 1000], [1, .nan, -3], [.nan, .nan, .nan]], caps: [1, 5, 2], Self.settings)
    #expect(days[0].crossSectionalBias.isNaN && days[0].regimeMultiplier == 1)
    #expect(relativeDifference(days[1].crossSectionalBias, (221.0 / 8).squareRoot()) <= gamma(20))
    #expect(relativeDifference(days[2].crossSectionalBias, (19.0 / 3).squareRoot()) <= gamma(20))
    // A date without idio returns ages what is known, and says nothing.
    #expect(days[3].crossSectionalBias.isNaN && days[3].regimePeriodCount == 2)
    #expect(relativeDifference(days[3].regimeMultiplier, days[2].regimeMultiplier) <= gamma(8))
  }

  /// Fewer bias statistics than asked for say nothing of the regime.
  @Test func aRegimeTakesTime() throws {
    var settings = Self.settings
    settings.regimeMinimumPeriods = 4
    let days = try Self.follow(Array(repeating: [2], count: 6), caps: [1], settings)
    #expect(days.map { $0.regimeMultiplier == 1 } == [true, true, true, true, false, false, false])
    #expect(relativeDifference(days[5].regimeMultiplier, 2) <= gamma(40))
  }

  /// Normal returns of constant volatility leave it: `E λ² = 1` but for the forecasts' own error, `2 / n_eff`, with a
  /// standard deviation of `√(2 / (n n_eff))`.
  @Test func aConstantVolatilityIsLeft() throws {
    var settings = Self.settings
    settings.halfLife = 200
    settings.regimeHalfLife = 20
    let returns = IdioTimeSeriesTests.noise(count: 200, dates: 300, seed: 12)
    let market = IdioMarket.plain(returns: returns, caps: Array(repeating: 1, count: 200))
    let last = try #require(market.forecast(settings).days.last)
    func effectiveCount(_ halfLife: Double) -> Double {
      let weights = ExponentialWeights.window(count: 300, halfLife: halfLife)
      let sum = weights.reduce(0, +)
      return sum * sum / weights.reduce(0) { $0 + $1 * $1 }
    }
    let tolerance = 4.89 * (2 / (200 * effectiveCount(20))).squareRoot() + 2 / effectiveCount(200)
    #expect(abs(last.regimeMultiplier * last.regimeMultiplier - 1) <= tolerance)
  }

  /// Volatilities are brought into the bounds about the median, then into those of a year; both are counted.
  @Test func boundsAreTheLastStep() throws {
    let returns = (0..<3).map { _ in [0.01, 0.02, 0.03, 0.0001, 0.9] }
    let market = IdioMarket.plain(returns: returns, caps: Array(repeating: 1, count: 5))
    func last(_ relative: ClosedRange<Double>?, _ annual: ClosedRange<Double>?) throws -> IdioRiskDay {
      var settings = IdioMarket.bare
      settings.relativeBounds = relative
      settings.annualBounds = annual
      return try #require(try market.forecast(settings).days.last)
    }
    func expect(_ day: IdioRiskDay, _ volatilities: [Double], floored: Int, capped: Int) {
      for (found, expected) in zip(day.volatilities, volatilities) {
        #expect(relativeDifference(found, expected) <= gamma(20))
      }
      #expect(day.count(of: .floored) == floored && day.count(of: .capped) == capped)
    }
    let day = 1 / 252.0.squareRoot()
    expect(try last(nil, nil), [0.01, 0.02, 0.03, 0.0001, 0.9], floored: 0, capped: 0)
    expect(try last(0.05...10, nil), [0.01, 0.02, 0.03, 0.001, 0.2], floored: 1, capped: 1)
    expect(try last(0.05...10, 0.02...5), [0.01, 0.02, 0.03, 0.02 * day, 0.2], floored: 1, capped: 1)
    expect(try last(0.05 ... .infinity, 0.4...0.4), Array(repeating: 0.4 * day, count: 5), floored: 3, capped: 2)
    expect(try last(1...1, 0.02...5), Array(repeating: 0.02, count: 5), floored: 2, capped: 2)
  }

  /// Assets that never move are raised to the floor.
  @Test func noVolatilityIsRaisedToTheFloor() throws {
    let market = IdioMarket.plain(returns: Array(repeating: [0, 0], count: 30), caps: [1, 2])
    let day = try #require(market.forecast(IdioRiskSettings.short).days.last)
    #expect(day.timeSeries == [0, 0] && day.reliability == [0, 0])
    for value in day.volatilities { #expect(relativeDifference(value, 0.02 * (21.0 / 252).squareRoot()) <= gamma(8)) }
    #expect(day.count(of: .floored) == 2)
  }
}
