import LinAlg
import RiskEngine
import TestSupport
import Testing

/// Recovery of the idio risk of a synthetic market.
@Suite struct IdioRiskRecoveryTests {
  /// A market with its snapshots and the cross-sections of its periods.
  private struct History {
    var market: SyntheticMarket
    var snapshots: [CrossSection] = []
    /// The cross-section of each date's period; `nil` at the first.
    var sections: [CrossSection?] = []
    /// For each date the true idio return of each asset.
    var idioReturns: [[Int32: Double]] = []
    /// The idio variance of each asset, which is constant.
    var variances: [Int32: Double] = [:]

    init(assetCount: Int, periodCount: Int, industryCount: Int, seed: UInt64) throws {
      var configuration = SyntheticConfiguration(mode: .gaussStatic)
      configuration.assetCount = assetCount
      configuration.periodCount = periodCount
      configuration.industryCount = industryCount
      configuration.styleCount = 4
      configuration.seed = seed
      market = try SyntheticMarket(configuration, workers: 2)
      var schema = market.schema
      schema.hasWeights = true
      var snapshotAssembler = PanelAssembler(schema: market.schema, lag: 0)
      var assembler = PanelAssembler(schema: schema, lag: 1)
      while let block = market.nextBlock() {
        for period in block.periods {
          var rows = block.rows(of: period)
          var returns: [Int32: Double] = [:]
          for row in period.rows {
            variances[block.rows.assets[row]] = block.idioVariances[row]
            if block.idioReturns[row].isFinite { returns[block.rows.assets[row]] = block.idioReturns[row] }
          }
          idioReturns.append(returns)
          rows.weights = Array(block.idioVariances[period.rows])
          sections.append(try assembler.append(rows, assets: market.assets, labels: market.labels))
          rows.weights = []
          rows.returns = rows.returns.map { _ in 0 }
          if let snapshot = try snapshotAssembler.append(rows, assets: market.assets, labels: market.labels) {
            snapshots.append(snapshot)
          }
        }
      }
    }

    /// The last day's forecasts from idio returns of each date.
    func last(_ settings: IdioRiskSettings, _ returns: (Int) -> IdioReturns) throws -> IdioRiskDay {
      var forecaster = try IdioRiskForecaster(settings, schema: market.schema)
      let periods = snapshots.indices.map { IdioRiskPeriod(snapshot: snapshots[$0], idioReturns: returns($0)) }
      let days = forecaster.advance(periods, assets: market.assets, labels: market.labels, workers: 2)
      return try #require(days.last)
    }
  }

  private static func effectiveCount(dates: Int, halfLife: Double) -> Double {
    let weights = ExponentialWeights.window(count: dates, halfLife: halfLife)
    let sum = weights.reduce(0, +)
    return sum * sum / weights.reduce(0) { $0 + $1 * $1 }
  }

  /// R6: over assets, `(v̂ / v − 1) / √(2 / n_eff)` has mean 0 and variance 1.
  ///
  /// The variance of a sum of squares is normal enough for the second at `n_eff` of 200 and more.
  @Test func exponentialVariancesHaveTheirLaw() throws {
    let history = try History(assetCount: 300, periodCount: 521, industryCount: 5, seed: 7)
    var settings = IdioMarket.bare
    settings.halfLife = 84
    let day = try history.last(settings) { date in
      var returns = IdioReturns()
      for (asset, value) in history.idioReturns[date].sorted(by: { $0.key < $1.key }) {
        returns.append(asset: asset, value: value)
      }
      return returns
    }
    let count = Self.effectiveCount(dates: 520, halfLife: 84)
    #expect(count >= 200 && day.assets.count == 300)
    let scores = day.assets.indices.map { row in
      let variance = history.variances[day.assets[row]] ?? .nan
      return (day.volatilities[row] * day.volatilities[row] / variance - 1) / (2 / count).squareRoot()
    }
    let mean = scores.reduce(0, +) / 300
    let variance = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 299
    #expect(abs(mean) <= 4.89 / 300.0.squareRoot(), "\(mean)")
    #expect(abs(variance - 1) <= 4.89 * (2 / 300.0).squareRoot(), "\(variance)")
  }

  /// Idio returns of regressions weighted by inverse variances, over their leverage, have the idio variances; as they are
  /// they have `1 − (m − p) / n` of them.
  @Test func leverageIsCorrectedFor() throws {
    let history = try History(assetCount: 120, periodCount: 301, industryCount: 9, seed: 8)
    var regression = RecoveryCase.efficient
    regression.computesLeverage = true
    var schema = history.market.schema
    schema.hasWeights = true
    let sections = history.sections.compactMap { $0 }
    let periods = regression.estimate(sections, schema: schema, labels: history.market.labels, workers: 2)
    var settings = IdioMarket.bare
    settings.halfLife = 84
    func meanRatio(_ corrects: Bool) throws -> Double {
      let day = try history.last(settings) { date in
        guard date > 0 else { return IdioReturns() }
        if corrects { return IdioReturns(periods[date - 1], of: sections[date - 1]) }
        var returns = IdioReturns()
        for (row, value) in periods[date - 1].idioReturns.enumerated() {
          returns.append(asset: sections[date - 1].assets[row], value: value)
        }
        return returns
      }
      let ratios = day.assets.indices.map { row in
        day.volatilities[row] * day.volatilities[row] / (history.variances[day.assets[row]] ?? .nan)
      }
      return ratios.reduce(0, +) / Double(ratios.count)
    }
    // Over assets and dates about as many independent squares as there are idio returns.
    let count = Self.effectiveCount(dates: 300, halfLife: 84)
    let tolerance = 4.89 * (2 / (120 * count)).squareRoot()
    let corrected = try meanRatio(true)
    let plain = try meanRatio(false)
    #expect(abs(corrected - 1) <= tolerance, "\(corrected)")
    #expect(abs(plain - (1 - 13.0 / 120)) <= tolerance, "\(plain)")
    #expect(13.0 / 120 > 2 * tolerance)
  }

  /// R13: `ln σ = X b + δ` with the variance of `δ` falling as the root of cap: `(b̂ − b)ᵀ A (b̂ − b)` is chi-square.
  @Test func structuralCoefficientsHaveTheirLaw() throws {
    var statistic = 0.0
    var freedom = 0
    for seed in [UInt64(31), 32, 33, 34, 35] {
      let history = try History(assetCount: 200, periodCount: 12, industryCount: 6, seed: seed)
      let snapshot = try #require(history.snapshots.last)
      let panel = Panel(
        schema: history.market.schema, lag: 0, assets: history.market.assets, labels: history.market.labels,
        crossSections: [snapshot])
      let equations = try #require(CrossSectionalRegression().normalEquations(panel)[0])
      var random = TestRandom(seed: seed)
      // Coefficients whose labels sum to zero with the weights of the constraint.
      var truth = (0..<equations.layout.count).map { _ in 0.2 * random.normal() }
      let labels = equations.layout.positions(ofGroup: 0)
      let shares = equations.constraintWeights[0]
      let level = zip(labels, shares).reduce(0) { $0 + truth[$1.0] * $1.1 } / shares.reduce(0, +)
      for position in labels { truth[position] -= level }
      truth[0] = -4
      let deviation = 0.2
      guard case .labels(let codes) = snapshot.groups[0] else { throw StateError.truncated(offset: 0) }
      let meanRoot = (0..<200).reduce(0) { $0 + snapshot.caps[$1].squareRoot() } / 200
      let sizes = (0..<200).map { row in
        let place = equations.layout.labels[0].firstIndex(of: codes[row]) ?? 0
        var value = truth[0] + truth[labels.lowerBound + place]
        for style in 0..<4 { value += truth[labels.upperBound + style] * snapshot.loading(row: row, style: style) }
        let scale = (meanRoot / snapshot.caps[row].squareRoot()).squareRoot()
        return PortableMath.exp(value + deviation * scale * random.normal())
      }
      var settings = StructuralModelTests.settings
      settings.halfLife = 1
      let day = try history.last(settings) { date in
        var returns = IdioReturns()
        for row in 0..<200 {
          returns.append(asset: snapshot.assets[row], value: date % 2 == 0 ? sizes[row] : -sizes[row])
        }
        return returns
      }
      let fit = try #require(day.structuralFit)
      #expect(fit.outcome == .estimated && fit.assetCount == 200)
      let error = zip(fit.coefficients, truth).map { $0 - $1 }
      let form = zip(error, equations.matrix.multiplied(by: error)).reduce(0) { $0 + $1.0 * $1.1 }
      statistic += form / (deviation * deviation * meanRoot)
      freedom += fit.coefficients.count - 1
    }
    RecoveryCase.expectChiSquare(statistic, freedom: freedom)
  }
}
