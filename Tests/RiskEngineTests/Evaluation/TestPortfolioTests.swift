import LinAlg
import TestSupport
import Testing

@testable import RiskEngine

/// How test portfolios are formed, and what is forecast for them.
@Suite struct TestPortfolioTests {
  static let cases = ModelCase.all.filter { $0.assetCount > 1 }

  /// Every forecast of a period by family and name.
  static func forecasts(
    _ example: EvaluationCase, _ period: EvaluationPeriod, settings: EvaluationSettings = EvaluationSettings()
  ) -> [TestPortfolio: PeriodForecasts.Forecast] {
    var draws = PortfolioDraws(count: settings.randomCount, seed: settings.seed)
    draws.extend(to: example.assets)
    let result = PeriodTester.test(period, settings: settings, draws: draws, assetNames: example.assets)
    return Dictionary(uniqueKeysWithValues: result.forecasts.map { ($0.portfolio, $0) })
  }

  @Test func randomPortfoliosKeepTheirSums() {
    var draws = PortfolioDraws(count: 20, seed: 1)
    draws.extend(to: IdentifierTable(texts: (0..<50).map { "asset \($0)" }))
    let assets = (0..<Int32(50)).filter { $0 % 7 != 0 }
    for share in [0.2, 1.5] {
      let long = draws.longOnly(assets, share: share)
      let neutral = draws.dollarNeutral(assets, share: share)
      for portfolio in 0..<20 {
        let holdings = long.column(portfolio)
        #expect(abs(holdings.reduce(0, +) - 1) <= 1e-14 && holdings.allSatisfy { $0 >= 0 })
        let held = holdings.count { $0 > 0 }
        #expect(share > 1 ? held == assets.count : held < assets.count)
        let balanced = neutral.column(portfolio)
        #expect(abs(balanced.reduce(0, +)) <= 1e-14 && abs(balanced.reduce(0) { $0 + abs($1) } - 2) <= 1e-14)
      }
    }
    #expect(draws.dollarNeutral([3], share: 1).storage.allSatisfy { $0 == 0 })
    let weights = assets.map { Double($0) }
    let alphas = draws.alphas(assets, weights: weights)
    let total = weights.reduce(0, +)
    for column in 0..<20 { #expect(abs(innerProduct(weights, alphas.column(column))) <= 1e-13 * total) }
  }

  /// An asset's numbers depend on its id alone: neither on its code nor on the other assets.
  @Test func randomPortfoliosDependOnIdsAlone() {
    let names = (0..<30).map { "id\($0)" }
    var draws = PortfolioDraws(count: 5, seed: 1)
    draws.extend(to: IdentifierTable(texts: names))
    var reversed = PortfolioDraws(count: 5, seed: 1)
    reversed.extend(to: IdentifierTable(texts: Array(names.reversed()[..<10])))
    reversed.extend(to: IdentifierTable(texts: names.reversed()))
    let some: [Int32] = [3, 8, 21, 29]
    let same = some.map { 29 - $0 }
    #expect(draws.longOnly(some, share: 1) == reversed.longOnly(same, share: 1))
    #expect(draws.dollarNeutral(some, share: 1) == reversed.dollarNeutral(same, share: 1))
    #expect(draws.alphas(some, weights: [1, 2, 3, 4]) == reversed.alphas(same, weights: [1, 2, 3, 4]))
    var other = PortfolioDraws(count: 5, seed: 2)
    other.extend(to: IdentifierTable(texts: names))
    #expect(other.longOnly(some, share: 1) != draws.longOnly(some, share: 1))
  }

  /// Subspace iteration from the factors' range: eigenvalues of the factors are well above those of idio returns.
  @Test func leadingEigenvectors() throws {
    let built = try ModelCase(name: "", labelCounts: [4], styleCount: 2).built()
    let eigen = try SymmetricEigen(consuming: built.covariance)
    let found = try #require(AssetEigenportfolios.leading(3, of: built.model))
    #expect(found.columnCount == 3)
    let scale = eigen.values[built.count - 1]
    for column in 0..<3 {
      let x = found.column(column)
      #expect(abs(innerProduct(x, x) - 1) <= 1e-12)
      // The Ritz value is second order in the error of its vector, and never above the eigenvalue.
      let value = built.model.variance(x)
      #expect(value <= eigen.values[built.count - 1 - column] + 1e-13 * scale)
      #expect(relativeDifference(value, eigen.values[built.count - 1 - column]) <= 0.02)
    }
    #expect(relativeDifference(built.model.variance(found.column(0)), scale) <= 1e-6)
    for column in 1..<3 { #expect(abs(innerProduct(found.column(0), found.column(column))) <= 1e-12) }
  }

  /// Fewer directions than factors: 13 of 23.
  @Test func leadingEigenvectorsOfManyFactors() throws {
    let built = try ModelCase(name: "", labelCounts: [18], styleCount: 4, assetCount: 120).built()
    let eigen = try SymmetricEigen(consuming: built.covariance)
    let found = try #require(AssetEigenportfolios.leading(3, of: built.model))
    for column in 0..<3 {
      let value = built.model.variance(found.column(column))
      #expect(relativeDifference(value, eigen.values[built.count - 1 - column]) <= 0.02)
    }
  }

  /// Holdings by plain loops over the dense covariance.
  @Test(arguments: cases)
  func forecastsAgreeWithTheDenseCovariance(example: ModelCase) throws {
    let built = try example.built()
    let evaluation = try EvaluationCase(example)
    let period = try evaluation.periods(0..<1)[0]
    let section = built.panel.crossSections[0]
    // Only assets of the universe: all of them here.
    let found = Self.forecasts(evaluation, period)
    let n = built.count
    let r = section.assets.map { period.returns[Int($0)] }
    let e = section.assets.map { period.idioReturns[Int($0)] }
    var draws = PortfolioDraws(count: 100, seed: 1)
    draws.extend(to: built.panel.assets)
    func check(_ family: TestFamily, _ name: String, _ x: [Double]) throws {
      let forecast = try #require(found[TestPortfolio(family, name)], "\(family) \(name)")
      let variance = innerProduct(x, built.covariance.multiplied(by: x)) / 21
      #expect(relativeDifference(forecast.variance, variance) <= 1e-10, "\(family) \(name)")
      let size = zip(x, r).reduce(0) { $0 + abs($1.0 * $1.1) }
      #expect(abs(forecast.realized - innerProduct(x, r)) <= 1e-10 * size)
      #expect(abs(forecast.idioReturn - innerProduct(x, e)) <= 1e-10 * size)
      #expect(forecast.idioVariance > 0 && forecast.idioVariance <= forecast.variance * (1 + 1e-12))
    }
    for row in stride(from: 0, to: n, by: 7) {
      try check(.assets, built.panel.assets[section.assets[row]], (0..<n).map { $0 == row ? 1 : 0 })
    }
    let caps = Array(section.caps[..<n])
    let total = caps.reduce(0, +)
    try check(.index, "index", caps.map { $0 / total })
    for factor in 0..<built.model.layout.styleOffset where factor > 0 || !example.hasMarket {
      let held = (0..<n).map { caps[$0] * built.loadings[$0, factor] }
      let sum = held.reduce(0, +)
      try check(.labels, "f\(factor)", held.map { $0 / sum })
    }
    try check(.randomLong, "3", draws.longOnly(section.assets, share: 100.0 / Double(n)).column(2))
    try check(.randomNeutral, "100", draws.dollarNeutral(section.assets, share: 100.0 / Double(n)).column(99))
    let dense = try Cholesky(consuming: built.covariance)
    var least = [Double](repeating: 1, count: n)
    dense.solve(&least)
    let scale = least.reduce(0, +)
    try check(.minimumVariance, "minimum variance", least.map { $0 / scale })
    let alpha = draws.alphas(section.assets, weights: caps).column(4)
    var optimum = alpha
    dense.solve(&optimum)
    let gain = innerProduct(alpha, optimum)
    try check(.optimized, "5", optimum.map { $0 / gain })
    #expect(found[TestPortfolio(.factorReturns, "f0")]?.variance == 1e-4)
  }

  /// The portfolios of a regression with weights `Ω⁻¹`: their loadings are those that the zero sums leave.
  @Test func factorPortfoliosAreThoseOfTheRegression() throws {
    let example = ModelCase.all[1]
    let built = try example.built()
    let evaluation = try EvaluationCase(example)
    let period = try evaluation.periods(0..<1)[0]
    let found = Self.forecasts(evaluation, period)
    let section = built.panel.crossSections[0]
    let portfolios = try #require(
      CrossSectionalRegression(constraintWeights: .cap).factorPortfolios(
        section, schema: built.panel.schema, labels: built.panel.labels,
        idioCovariance: built.model.idioCovariance))
    let r = section.assets.map { period.returns[Int($0)] }
    for factor in 0..<portfolios.layout.count {
      let x = portfolios.holdings.column(factor)
      let forecast = try #require(found[TestPortfolio(.factorPortfolios, "f\(factor)")])
      #expect(relativeDifference(forecast.variance, built.model.variance(x) / 21) <= 1e-10)
      let size = zip(x, r).reduce(0) { $0 + abs($1.0 * $1.1) }
      #expect(abs(forecast.realized - innerProduct(x, r)) <= 1e-10 * size)
    }
    #expect(found.keys.count { $0.family == .factorEigen } == built.model.factorRoot.columnCount)
  }

  /// Later returns as expected ones: the portfolio of least variance that would have earned 1.
  @Test func leadingAlpha() throws {
    let example = try EvaluationCase(ModelCase.all[0])
    var period = try example.periods(0..<1)[0]
    period.leadingReturns = try example.draw(1).returns
    let found = Self.forecasts(example, period, settings: .init(families: [.leadingAlpha]))
    let alpha = example.model.assets.map { period.leadingReturns[Int($0)] }
    let x = try #require(try example.model.precision().minimumVariance(alpha: alpha))
    let forecast = try #require(found[TestPortfolio(.leadingAlpha, "leading alpha")])
    #expect(found.count == 1)
    #expect(relativeDifference(forecast.variance, example.model.variance(x) / 21) <= 1e-12)
  }

  /// What was forecast depends on which returns were observed, never on what they are.
  @Test func forecastsDoNotLookAtReturns() throws {
    let example = try EvaluationCase(ModelCase.all[3])
    let period = try example.periods(0..<1, missing: 0.1)[0]
    var other = period
    other.returns = period.returns.map { $0 * -3 + 0.01 }
    other.idioReturns = period.idioReturns.map { $0 * 2 }
    let (mine, theirs) = (Self.forecasts(example, period), Self.forecasts(example, other))
    #expect(mine.count == theirs.count && mine.count > 350)
    for (portfolio, forecast) in mine { #expect(theirs[portfolio]?.variance == forecast.variance) }
  }

  @Test func orderOfPortfolios() {
    let sorted = [
      TestPortfolio(.assets, "9"), TestPortfolio(.assets, "10"), TestPortfolio(.randomLong, "10"),
      TestPortfolio(.randomLong, "9"), TestPortfolio(.factorReturns, "z"),
    ].sorted()
    #expect(sorted.map(\.name) == ["z", "10", "9", "9", "10"])
  }
}
