import LinAlg
import TestSupport
import Testing

@testable import RiskEngine

/// Forecasts over time: what their tests find, and that they are a fold.
@Suite struct EvaluationAccumulatorTests {
  static let fewer = EvaluationSettings(randomCount: 10, rollingWindow: 24, residualCorrelationAssets: 20)

  static func evaluate(
    _ example: EvaluationCase, _ periods: [EvaluationPeriod], settings: EvaluationSettings = fewer, workers: Int = 2
  ) throws -> EvaluationResult {
    var accumulator = try EvaluationAccumulator(settings)
    accumulator.append(periods, assets: example.assets, workers: workers)
    return accumulator.result
  }

  static func expectSame(_ left: EvaluationResult, _ right: EvaluationResult) {
    // NaN equals nothing: compare what is written.
    func text(_ result: EvaluationResult) -> String {
      "\(result.portfolios) \(result.families) \(result.rolling) \(result.mahalanobis) "
        + "\(String(describing: result.residualCorrelation)) \(result.betaError) "
        + result.periods.map { "\($0.date) \($0.squaredLength) \($0.losses.sorted { $0.key.rank < $1.key.rank })" }
        .joined()
    }
    #expect(text(left) == text(right))
  }

  @Test func blocksWorkersAndSavedStateMakeNoDifference() throws {
    let example = try EvaluationCase(ModelCase.all[3])
    let periods = try example.periods(0..<40, missing: 0.05)
    let whole = try Self.evaluate(example, periods, workers: 1)
    #expect(whole.portfolios.count > 60 && !whole.rolling.isEmpty)
    Self.expectSame(try Self.evaluate(example, periods, workers: 3), whole)
    var accumulator = try EvaluationAccumulator(Self.fewer)
    for (start, end) in [(0, 1), (1, 8), (8, 8), (8, 39), (39, 40)] {
      accumulator.append(Array(periods[start..<end]), assets: example.assets, workers: 2)
      var writer = StateWriter()
      accumulator.save(to: &writer)
      var reader = StateReader(writer.bytes)
      accumulator = try EvaluationAccumulator(from: &reader)
      #expect(reader.isAtEnd)
    }
    Self.expectSame(accumulator.result, whole)
  }

  /// Statistics of one portfolio from a list of its returns and forecasts.
  @Test func statisticsAgreeWithPlainLists() throws {
    let example = try EvaluationCase(ModelCase.all[1])
    let periods = try example.periods(0..<30, missing: 0.1)
    let result = try Self.evaluate(example, periods)
    let asset = example.model.assets[11]
    let variance = example.model.assetVariances[11] / 21
    let returns = periods.map { $0.returns[Int(asset)] }.filter { !$0.isNaN }
    let found = try #require(
      result.portfolios.first { $0.portfolio == TestPortfolio(.assets, example.assets[asset]) })
    #expect(found.count == returns.count && found.count < 30)
    let scores = returns.map { $0 / variance.squareRoot() }
    let mean = scores.reduce(0, +) / Double(scores.count)
    let bias = (scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(scores.count - 1)).squareRoot()
    #expect(relativeDifference(found.bias.value, bias) <= 1e-12)
    let level = scores.reduce(0) { $0 + $1 * $1 - PortableMath.log($1 * $1) - 1 } / Double(scores.count)
    #expect(relativeDifference(found.losses.quasiLikelihood, level) <= 1e-12)
    // The forecast never changes, but for rounding over different rows.
    #expect(
      relativeDifference(found.idioShare, example.model.idioVariances[11] / example.model.assetVariances[11]) <= 1e-12)
    let rolling = try #require(result.rolling.first { $0.family == .minimumVariance })
    #expect(rolling.count == 1 && rolling.mean == rolling.lowerQuantile)
    #expect(rolling.meanAbsoluteDeviation == abs(rolling.mean - 1))
    #expect(Set(result.rolling.map(\.date)).count == 4)
  }

  /// Returns of the true covariance: the lengths are chi-square with 40 degrees of freedom a period.
  @Test func theTrueModelIsCalibrated() throws {
    let example = try EvaluationCase(ModelCase.all[3])
    let result = try Self.evaluate(example, try example.periods(0..<250))
    let verdict = result.verdict
    #expect(verdict.isCalibrated, "\(verdict.text)")
    #expect(verdict.summary.hasPrefix("calibrated"))
    #expect(result.families.allSatisfy { $0.judgedCount == $0.portfolioCount })
    #expect(result.families.map(\.family) == TestFamily.allCases.filter { $0 != .leadingAlpha && $0 != .custom })
    #expect((0.5e-6...1 - 0.5e-6).contains(result.mahalanobis.pooledProbability))
    // d has a standard deviation of about 1/√80; that of 250 of them varies by 1/√500 of itself.
    let deviation = result.mahalanobis.standardDeviation / result.mahalanobis.expectedStandardDeviation
    #expect(abs(deviation - 1) <= 4.89 / 500.0.squareRoot() + 0.01)
    #expect(abs(result.mahalanobis.mean - 1) <= 0.02)
    #expect(abs(result.betaError.mean) <= 0.1 && result.betaError.count == 40)
    let residuals = try #require(result.residualCorrelation)
    #expect(residuals.pairCount == 190)
  }

  /// Volatilities forecast half as large, or twice, are found out, and said in words.
  @Test(arguments: [(0.5, BiasStatistic.Judgement.underForecast), (2, .overForecast)])
  func aWrongScaleIsFoundOut(scale: Double, expected: BiasStatistic.Judgement) throws {
    let example = try EvaluationCase(ModelCase.all[1])
    let result = try Self.evaluate(example, try example.periods(0..<60, scale: scale))
    let right = try Self.evaluate(example, try example.periods(0..<60))
    for family in result.families where family.family != .factorReturns {
      #expect(family.judgement == expected, "\(family.family)")
      let before = try #require(right.family(family.family)).meanBias
      #expect(relativeDifference(family.meanBias * scale, before) <= 1e-9)
    }
    let verdict = result.verdict
    #expect(!verdict.isCalibrated && verdict.failures.count == result.families.count - 1)
    let line = try #require(verdict.lines.first { $0.family == .minimumVariance })
    #expect(line.judgement == expected && line.outsideShare == 1)
    #expect(line.text.contains(expected.rawValue))
    #expect(line.text.contains(scale < 1 ? "above the forecast" : "below the forecast"))
    // The right model has the smaller loss, by 1/c² − 1 + 2 ln c of about 400 nearly normal numbers.
    let test = try #require(right.comparison(with: result, on: .randomNeutral))
    #expect(test.count == 60 && test.meanDifference < 0 && test.pValue < 0.01)
  }

  /// Each portfolio of the true model is inside the exact interval of level 1e-6 over all of them; of the independent
  /// ones, which eigenvectors are, one in twenty is outside that of 95 %, within 4.89 standard errors.
  @Test func biasStatisticsOfTheTrueModel() throws {
    let example = try EvaluationCase(ModelCase(name: "", labelCounts: [12], styleCount: 4, assetCount: 300))
    let model = example.model.over(periods: 1)
    let n = model.assetCount
    let dense = model.covariances(with: .identity(order: n))
    let eigen = try SymmetricEigen(consuming: SymmetricMatrix(order: n, lowerTriangleOf: dense.storage))
    var draws = PortfolioDraws(count: 350, seed: 1)
    draws.extend(to: example.assets)
    let families = [
      eigen.vectors, draws.longOnly(model.assets, share: 0.2), draws.dollarNeutral(model.assets, share: 0.2),
    ]
    let holdings = Matrix(rowCount: n, columnCount: n + 700, storage: families.flatMap(\.storage))
    let deviations = model.variances(holdings).map { $0.squareRoot() }
    var scores = deviations.map { _ in RunningMoments() }
    let count = 250
    for period in 0..<count {
      let (returns, _) = try example.draw(period, seed: 2)
      let realized = holdings.view.transposed.multiplied(by: model.assets.map { returns[Int($0)] })
      for portfolio in scores.indices { scores[portfolio].append(realized[portfolio] / deviations[portfolio]) }
    }
    let wide = try #require(BiasStatistic.exactInterval(count: count, confidence: 1 - 1e-6 / Double(scores.count)))
    #expect(scores.count == 1000)
    for score in scores { #expect(wide.contains(BiasStatistic(score).value)) }
    let outside = scores[..<n].count { BiasStatistic($0).normalJudgement != .calibrated }
    let share = Double(outside) / Double(n)
    #expect(abs(share - 0.05) <= 4.89 * (0.05 * 0.95 / Double(n)).squareRoot())
    #expect(outside > 0)
  }

  /// Windows of five periods that do not overlap; variances are five times those of one.
  @Test func longerHorizons() throws {
    let example = try EvaluationCase(ModelCase.all[0])
    let periods = try example.periods(0..<104)
    let settings = EvaluationSettings(families: [.index, .assets], horizon: 5)
    let result = try Self.evaluate(example, periods, settings: settings)
    #expect(result.periods.count == 20)
    #expect(result.periods.map(\.date) == (0..<20).map { RandomPanel.date(5 * $0 + 4) })
    let asset = example.model.assets[3]
    let variance = example.model.assetVariances[3] * 5 / 21
    var scores = RunningMoments()
    for window in 0..<20 {
      let sum = (0..<5).reduce(0.0) { $0 + periods[5 * window + $1].returns[Int(asset)] }
      scores.append(sum / variance.squareRoot())
    }
    let found = try #require(
      result.portfolios.first { $0.portfolio == TestPortfolio(.assets, example.assets[asset]) })
    #expect(relativeDifference(found.bias.value, scores.standardDeviation) <= 1e-12)
    var parts = try EvaluationAccumulator(settings)
    for period in periods { parts.append([period], assets: example.assets, workers: 1) }
    #expect(!parts.isBetweenWindows)
    Self.expectSame(parts.result, result)
  }

  /// A custom portfolio, and assets that the model does not have.
  @Test func customPortfolios() throws {
    let example = try EvaluationCase(ModelCase.all[0])
    var periods = try example.periods(0..<25)
    for period in periods.indices {
      var holdings = [Double](repeating: 0, count: example.assets.count)
      holdings[Int(example.model.assets[3])] = 2
      holdings[0] += .nan
      periods[period].portfolios = [.init(name: "mine", holdings: holdings)]
    }
    let result = try Self.evaluate(example, periods, settings: .init(families: [.custom, .assets]))
    let mine = try #require(result.portfolios.first { $0.portfolio.family == .custom })
    let asset = try #require(
      result.portfolios.first {
        $0.portfolio == TestPortfolio(.assets, example.assets[example.model.assets[3]])
      })
    // Asset 0 may be the one held: then nothing is.
    #expect(example.model.assets[3] != 0)
    #expect(relativeDifference(mine.bias.value, asset.bias.value) <= 1e-12)
  }

  @Test func oneAsset() throws {
    let example = try EvaluationCase(try #require(ModelCase.all.last))
    let result = try Self.evaluate(example, try example.periods(0..<30))
    let asset = try #require(result.family(.assets))
    let least = try #require(result.family(.minimumVariance))
    #expect(relativeDifference(asset.meanBias, least.meanBias) <= 1e-10)
    // Nothing is dollar-neutral, and no label beside the market can be told.
    #expect(result.family(.randomNeutral) == nil)
    #expect(result.mahalanobis.count == 30)
    #expect(result.periods[0].skipped.contains(.factorPortfolios))
  }

  @Test func periodsWithoutReturnsAndTooFewOfThem() throws {
    let example = try EvaluationCase(ModelCase.all[0])
    var periods = try example.periods(0..<19)
    for asset in periods[4].returns.indices { periods[4].returns[asset] = .nan }
    periods[5].returns = []
    periods[6].factorReturns = [
      .init(name: "f0", variance: 0, return: 0.1), .init(name: "f1", variance: .nan, return: 1),
    ]
    let result = try Self.evaluate(example, periods)
    #expect(result.periods[4].assetCount == 0 && result.periods[4].squaredLength.isNaN)
    #expect(result.periods[4].skipped.contains(.minimumVariance) && result.periods[5].assetCount == 0)
    #expect(result.mahalanobis.count == 17)
    #expect(result.families.allSatisfy { $0.judgedCount == 0 && $0.judgement == .notJudged })
    #expect(!result.verdict.isCalibrated && result.verdict.failures.isEmpty)
    #expect(result.verdict.summary == "not judged: too few forecasts")
    #expect(result.portfolios.first { $0.portfolio.name == "f0" }?.count == 18)
    let nothing = try EvaluationAccumulator().result
    #expect(nothing.portfolios.isEmpty && nothing.mahalanobis.count == 0 && !nothing.verdict.isCalibrated)
  }

  @Test func aConstantReturnIsNotCalibrated() throws {
    let example = try EvaluationCase(ModelCase.all[0])
    var periods = try example.periods(0..<30)
    let asset = Int(example.model.assets[2])
    for period in periods.indices { periods[period].returns[asset] = 0.001 }
    let result = try Self.evaluate(example, periods, settings: .init(families: [.assets]))
    let found = try #require(
      result.portfolios.first { $0.portfolio.name == example.assets[example.model.assets[2]] })
    #expect(found.bias.value <= 1e-12 && found.bias.judgement == .overForecast)
  }

  @Test(arguments: [
    (EvaluationSettings(horizon: 0), "horizon"), (EvaluationSettings(randomCount: -1), "random_count"),
    (EvaluationSettings(randomHoldings: 0), "random_holdings"), (EvaluationSettings(confidence: 1), "confidence"),
    (EvaluationSettings(rollingWindow: 1), "rolling_window"),
    (EvaluationSettings(assetEigenCount: -3), "asset_eigen_count"),
    (EvaluationSettings(residualCorrelationAssets: 5000), "residual_correlation_assets"),
  ])
  func badSettingsAreNamed(settings: EvaluationSettings, key: String) {
    #expect {
      try EvaluationAccumulator(settings)
    } throws: { error in
      "\(error)".hasPrefix("evaluation.\(key) is ") && "\(error)".contains("; expected ")
    }
  }

  /// A family of right forecasts is called wrong no more often than one in twenty, if portfolios are independent.
  @Test func allowedCountsOutside() {
    #expect(FamilyEvaluation.allowedOutside(of: 1, confidence: 0.95) == 0)
    #expect(FamilyEvaluation.allowedOutside(of: 12, confidence: 0.95) == 2)
    #expect(FamilyEvaluation.allowedOutside(of: 100, confidence: 0.95) == 10)
    #expect(FamilyEvaluation.allowedOutside(of: 3000, confidence: 0.95) == 300)
  }
}
