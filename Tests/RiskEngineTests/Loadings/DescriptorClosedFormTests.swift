import Foundation
import RiskEngine
import TestSupport
import Testing

/// Descriptors of series whose values are known in closed form.
@Suite struct DescriptorClosedFormTests {
  /// Sums of up to 504 terms of one sign, each within a few roundings.
  static let tolerance = 504 * 0x1p-52

  static func last(_ market: DescriptorMarket, _ name: String, _ parameters: DescriptorParameters = .init()) throws
    -> Double
  {
    let run = try market.run([DescriptorRequest(name, parameters)])
    return run.series("a").last ?? .nan
  }

  static func random(_ count: Int, seed: UInt64 = 1) -> [Double] {
    var random = TestRandom(seed: seed)
    return (0..<count).map { _ in 0.01 * random.normal() }
  }

  /// A log excess return of c in every period gives c times the window, however short the history.
  @Test(arguments: [300, 530])
  func constantReturnsGiveTheWindowTimesTheReturn(count: Int) throws {
    let c = 0.001
    let riskFree = 0.0002
    let value = exp(c + log(1 + riskFree)) - 1
    let market = DescriptorMarket.single(returns: Array(repeating: value, count: count), riskFree: riskFree)
    for (name, window) in [("momentum", 504.0), ("reversal", 21)] {
      // The log of 1 + R has the rounding of 1 + R, 2⁻⁵³, of its size c.
      #expect(relativeDifference(try Self.last(market, name), c * window) < 1e-12, "\(name)")
    }
    #expect(relativeDifference(try Self.last(market, "momentum", .init(window: .unlimited)), c * 252) < 1e-12)
    #expect(relativeDifference(try Self.last(market, "cumulative_range"), c * 21 * 11) < 1e-12)
    #expect(try Self.last(market, "volatility") < 1e-15)
  }

  /// What was left out does not matter, what was not does.
  @Test func momentumSkipsTheLatestMonthExactly() throws {
    var returns = Self.random(600)
    let before = try Self.last(.single(returns: returns), "momentum")
    for index in 579..<600 { returns[index] = -0.5 }
    #expect(try Self.last(.single(returns: returns), "momentum").bitPattern == before.bitPattern)
    returns[578] = -0.5
    #expect(try Self.last(.single(returns: returns), "momentum") < before)
  }

  /// An alternating return ±c has the deviation c about zero, half of whose square comes from losses.
  @Test func alternatingReturns() throws {
    let market = DescriptorMarket.single(returns: (0..<300).map { $0 % 2 == 0 ? 0.01 : -0.01 })
    let equal = DescriptorParameters(halfLife: .infinity)
    #expect(relativeDifference(try Self.last(market, "volatility", equal), 0.01) < Self.tolerance)
    #expect(
      relativeDifference(try Self.last(market, "downside_volatility", equal), 0.01 / 2.0.squareRoot()) < Self.tolerance)
    #expect(relativeDifference(try Self.last(market, "max_return"), 0.01) < Self.tolerance)
  }

  /// Weights halve within a half-life.
  @Test func volatilityOfOneReturn() throws {
    // One return of 1 at an age of one half-life, of a window with weights 2^(−age / 2).
    var returns = Array(repeating: 0.0, count: 4)
    returns[1] = 1
    let weight = 0.5 / (1 + 0.5.squareRoot() + 0.5 + 0.5 * 0.5.squareRoot())
    let found = try Self.last(
      .single(returns: returns), "volatility",
      DescriptorParameters(halfLife: 2, window: .periods(4), minimumObservations: 1))
    #expect(relativeDifference(found, (weight * (1 - weight)).squareRoot()) < 16 * 0x1p-52)
  }

  /// A market of one asset that is c times a second's, with no weight of its own.
  static func scaled(by c: Double, returns: [Double]) -> DescriptorMarket {
    var market = DescriptorMarket.single(returns: returns)
    for (date, value) in returns.enumerated() {
      var row = DescriptorMarket.Row(numbers: Array(repeating: .nan, count: DescriptorMarket.numbers.count))
      row.totalReturn = c * value
      row[.marketCap] = 1
      row.inEstimation = false
      market.rows[date]["b"] = row
    }
    return market
  }

  /// c times the market has a beta of c and no residual; the market's own beta is 1.
  @Test(arguments: [0.5, 2, -1])
  func betaOfAMultipleOfTheMarket(c: Double) throws {
    let market = Self.scaled(by: c, returns: Self.random(300))
    for window in [DescriptorParameters.Window.periods(252), .unlimited] {
      for name in ["market_beta", "downside_beta"] {
        let run = try market.run([DescriptorRequest(name, DescriptorParameters(window: window))])
        #expect(relativeDifference(run.series("a").last ?? .nan, 1) < Self.tolerance)
        #expect(relativeDifference(run.series("b").last ?? .nan, c) < Self.tolerance)
      }
    }
    // A recursion's residual is a difference of squares, so its root is of the size of a root of a rounding.
    for (window, bound) in [(DescriptorParameters.Window.periods(252), 1e-16), (.unlimited, 1e-9)] {
      let run = try market.run([DescriptorRequest("residual_volatility", DescriptorParameters(window: window))])
      #expect((run.series("b").last ?? .nan) < bound)
    }
  }

  /// A beta of few observations is pulled to 1 by the share that lacks: after 127 returns with a market, by half.
  @Test func shortHistoriesAreShrunk() throws {
    let market = Self.scaled(by: 3, returns: Self.random(127))
    let series = try market.run([DescriptorRequest("market_beta")]).series("b")
    #expect(relativeDifference(series[126], 2) < Self.tolerance)
    #expect(series[62].isNaN)
    // 63 pairs, of which the first date has none: a quarter of the window.
    #expect(relativeDifference(series[63], 1.5) < Self.tolerance)
    let plain = try market.run([DescriptorRequest("market_beta", DescriptorParameters(shrinks: false))]).series("b")
    #expect(relativeDifference(plain[126], 3) < Self.tolerance)
  }

  /// Where the market does not move nothing can be said.
  @Test func betaToAMarketThatDoesNotMoveIsMissing() throws {
    let market = DescriptorMarket.single(returns: Array(repeating: 0.0012345, count: 300))
    for window in [DescriptorParameters.Window.periods(252), .unlimited] {
      let series = try market.run([DescriptorRequest("market_beta", DescriptorParameters(window: window))]).series("a")
      #expect(series.allSatisfy { $0.isNaN })
    }
  }

  /// The cap-weighted mean of betas is 1 where histories are complete and caps do not change.
  @Test func capWeightedMeanOfBetasIsOne() throws {
    var market = DescriptorMarket(dates: 300)
    var random = TestRandom(seed: 4)
    let caps = (0..<6).map { _ in 1 + 9 * random.uniform() }
    for date in 0..<300 {
      for (asset, cap) in caps.enumerated() {
        var row = DescriptorMarket.Row(numbers: Array(repeating: .nan, count: DescriptorMarket.numbers.count))
        row.totalReturn = 0.02 * random.normal()
        row[.marketCap] = cap
        market.rows[date]["\(asset)"] = row
      }
    }
    let run = try market.run([DescriptorRequest("market_beta")])
    let sum = caps.indices.reduce(0.0) { $0 + caps[$1] * (run.series("\($1)").last ?? .nan) }
    #expect(relativeDifference(sum / caps.reduce(0, +), 1) < Self.tolerance)
  }

  /// A constant turnover is the same over a month, a quarter and a year: the log of a month's.
  @Test func constantTurnover() throws {
    var market = DescriptorMarket.single(returns: Array(repeating: 0.01, count: 260))
    for date in 0..<260 {
      market.rows[date]["a"]?[.volume] = 3e4
      market.rows[date]["a"]?[.shares] = 1e6
      market.rows[date]["a"]?[.close] = 20
      market.rows[date]["a"]?[.shortInterest] = 9e4
    }
    for name in ["turnover_month", "turnover_quarter", "turnover_year"] {
      #expect(relativeDifference(try Self.last(market, name), log(21 * 0.03)) < Self.tolerance, "\(name)")
    }
    #expect(relativeDifference(try Self.last(market, "amihud_illiquidity"), log(0.01 / 6e5)) < Self.tolerance)
    #expect(relativeDifference(try Self.last(market, "days_to_cover"), 3) < Self.tolerance)
    // No volume at all is missing, not minus infinity.
    for date in 0..<260 { market.rows[date]["a"]?[.volume] = 0 }
    for name in ["turnover_month", "turnover_year", "amihud_illiquidity", "days_to_cover"] {
      #expect(try Self.last(market, name).isNaN, "\(name)")
    }
  }

  /// A field that grows by as much each year: slope over mean.
  @Test func growthOfALine() throws {
    var market = DescriptorMarket.single(returns: Array(repeating: 0, count: 1300))
    for date in 0..<1300 {
      // Changes once a year, in the months that samples are taken in.
      market.rows[date]["a"]?[.sales] = 100 + 10 * Double(date / 252)
      market.rows[date]["a"]?[.totalAssets] = 50 * Foundation.pow(1.1, Double(date / 252))
    }
    // On date 1299 the values are 150, 140, 130, 120 and 110.
    #expect(relativeDifference(try Self.last(market, "sales_growth"), 10.0 / 130) < Self.tolerance)
    #expect(relativeDifference(try Self.last(market, "assets_growth"), 0.1) < Self.tolerance)
    // Twice the shares in the end: sales a share are 75, 140, 130, 120 and 110.
    for date in 0..<1300 { market.rows[date]["a"]?[.shares] = date < 1200 ? 1 : 2 }
    let values = [75.0, 140, 130, 120, 110]
    let slope = zip([2.0, 1, 0, -1, -2], values).map { $0 * $1 }.reduce(0, +) / 10
    #expect(
      relativeDifference(try Self.last(market, "sales_growth"), slope / (values.reduce(0, +) / 5)) < Self.tolerance)
    #expect(relativeDifference(try Self.last(market, "issuance_growth"), log(2.0)) < Self.tolerance)
  }

  /// Leverage without debt is 1; negative book equity is missing.
  @Test func leverageOfNoDebt() throws {
    var market = DescriptorMarket.single(returns: [0])
    market.rows[0]["a"]?[.longTermDebt] = 0
    market.rows[0]["a"]?[.bookEquity] = 7
    #expect(try Self.last(market, "market_leverage") == 1)
    #expect(try Self.last(market, "book_leverage") == 1)
    market.rows[0]["a"]?[.bookEquity] = -7
    #expect(try Self.last(market, "book_leverage").isNaN)
    #expect(try Self.last(market, "book_to_price").isNaN)
    // Total debt stands in for long-term debt that is missing.
    market.rows[0]["a"]?[.longTermDebt] = .nan
    #expect(try Self.last(market, "market_leverage").isNaN)
    market.rows[0]["a"]?[.totalDebt] = 2
    #expect(try Self.last(market, "market_leverage") == 3)
  }

  /// Twice the returns, twice the deviation, exactly.
  @Test func deviationsScale() throws {
    let returns = Self.random(300)
    for window in [DescriptorParameters.Window.periods(252), .unlimited] {
      for name in ["volatility", "downside_volatility"] {
        let once = try Self.last(.single(returns: returns), name, DescriptorParameters(window: window))
        let twice = try Self.last(.single(returns: returns.map { 2 * $0 }), name, DescriptorParameters(window: window))
        #expect(twice == 2 * once)
      }
    }
  }
}
