import LinAlg
import RiskEngine
import TestSupport
import Testing

/// Risk and its decompositions against the n × n covariance.
@Suite struct PortfolioRiskTests {
  /// Sums of up to 40² products, which cancel by at most a factor of 10³ in a portfolio of longs and shorts.
  static let tolerance = 1e-12

  @Test(arguments: ModelCase.all)
  func figuresAgreeWithTheDenseCovariance(example: ModelCase) throws {
    let example = try PortfolioCase(example)
    let x = example.built.count == 1 ? [0.7] : example.weights(11)
    let risk = example.model.risk(of: try example.holdings(x))
    let product = example.built.covariance.multiplied(by: x)
    let variance = innerProduct(x, product)
    let volatility = variance.squareRoot()
    let b = example.loadings(x)
    let factors = example.model.factorCovariance
    let factorVariance = quadraticForm(b, factors, b)
    #expect(relativeDifference(risk.variance, variance) <= Self.tolerance)
    #expect(relativeDifference(risk.volatility, volatility) <= Self.tolerance)
    #expect(abs(risk.factorVariance - factorVariance) <= Self.tolerance * variance)
    #expect(abs(risk.idioVariance - quadraticForm(x, example.idioCovariance, x)) <= Self.tolerance * variance)
    #expect(abs(risk.factorShare - factorVariance / variance) <= Self.tolerance)
    #expect(relativeDifference(risk.annualizedVolatility, (variance * 252 / 21).squareRoot()) <= Self.tolerance)

    for factor in b.indices {
      let source = risk.factors[factor]
      let own = max(0, factors[factor, factor]).squareRoot()
      let covariance = (0..<b.count).reduce(0.0) { $0 + factors[factor, $1] * b[$1] }
      #expect(abs(source.size - b[factor]) <= Self.tolerance)
      #expect(abs(source.volatility - own) <= 1e-9 * own + 1e-12)
      #expect(abs(source.contribution - b[factor] * covariance / volatility) <= Self.tolerance * volatility)
    }
    let held = x.indices.filter { x[$0] != 0 }
    #expect(risk.assets.map(\.asset) == held.map { example.model.assets[$0] })
    #expect(risk.coverage.coveredCount == held.count)
    for (place, row) in held.enumerated() {
      let asset = risk.assets[place]
      let own = example.built.covariance[row, row].squareRoot()
      #expect(asset.source.size == x[row])
      #expect(relativeDifference(asset.source.volatility, own) <= Self.tolerance)
      #expect(abs(asset.source.marginalContribution - product[row] / volatility) <= Self.tolerance * own)
      #expect(abs(asset.source.correlation - product[row] / (own * volatility)) <= Self.tolerance)
      #expect(
        abs(asset.factorContribution + asset.idioContribution - asset.source.contribution)
          <= Self.tolerance * volatility)
    }
    let marginals = example.model.marginalContributions(of: try example.holdings(x))
    #expect(largestRelativeDifference(marginals, product.map { $0 / volatility }) <= Self.tolerance)
  }

  @Test(arguments: ModelCase.all)
  func contributionsSumToTheVolatility(example: ModelCase) throws {
    let example = try PortfolioCase(example)
    let x = example.built.count == 1 ? [-2] : example.weights(12)
    let risk = example.model.risk(of: try example.holdings(x))
    let bound = Self.tolerance * risk.volatility
    func expectVolatility(_ sum: Double) { #expect(abs(sum - risk.volatility) <= bound) }
    expectVolatility(risk.factors.reduce(risk.idio.contribution) { $0 + $1.contribution })
    expectVolatility(risk.blocks.reduce(risk.idio.contribution) { $0 + $1.source.contribution })
    expectVolatility(risk.assets.reduce(0) { $0 + $1.source.contribution })
    #expect(risk.labels.count == example.model.layout.labels.count)
    for group in risk.labels {
      expectVolatility(group.reduce(0) { $0 + $1.contribution })
      #expect(abs(group.reduce(0) { $0 + $1.weight } - x.reduce(0, +)) <= Self.tolerance)
    }
    let factorPart = risk.assets.reduce(0) { $0 + $1.factorContribution }
    #expect(abs(factorPart - risk.factorVariance / risk.volatility) <= bound)
    // Loading times volatility times correlation, with correlations in −1...1.
    let sources = risk.factors + [risk.idio] + risk.blocks.map(\.source) + risk.assets.map(\.source)
    for source in sources {
      let product = source.volatility > 0 ? source.size * source.volatility * source.correlation : 0
      #expect(abs(product - source.contribution) <= bound)
      #expect(source.correlation.isNaN == (source.volatility == 0))
      #expect(!(abs(source.correlation) > 1))
    }
  }

  /// Each block's volatility is that of its own part of the return.
  @Test func blocksStandAlone() throws {
    let example = try PortfolioCase(ModelCase.all[2])
    let x = example.weights(13)
    let risk = example.model.risk(of: try example.holdings(x))
    let b = example.loadings(x)
    let layout = example.model.layout
    let ranges = [0..<1, layout.positions(ofGroup: 0), layout.positions(ofGroup: 1), layout.styleOffset..<layout.count]
    #expect(risk.blocks.map(\.block) == [.market, .group(0), .group(1), .style])
    for (block, range) in zip(risk.blocks, ranges) {
      let own = b.indices.map { range.contains($0) ? b[$0] : 0 }
      let variance = quadraticForm(own, example.model.factorCovariance, own)
      let covariance = quadraticForm(own, example.model.factorCovariance, b)
      #expect(abs(block.source.volatility - variance.squareRoot()) <= 1e-9 * risk.volatility)
      #expect(abs(block.source.contribution - covariance / risk.volatility) <= Self.tolerance * risk.volatility)
    }
  }

  /// Contributions of assets by label, by the fractions in which they belong to it.
  @Test func labelsAreSumsOfTheirAssets() throws {
    let example = try PortfolioCase(ModelCase.all[3])
    let x = example.weights(14)
    let risk = example.model.risk(of: try example.holdings(x))
    let product = example.built.covariance.multiplied(by: x)
    for label in risk.labels.flatMap({ $0 }) {
      let expected = x.indices.reduce(0.0) {
        $0 + example.built.loadings[$1, label.factor] * x[$1] * product[$1] / risk.volatility
      }
      #expect(abs(label.contribution - expected) <= Self.tolerance * risk.volatility)
    }
  }

  /// Volatility is homogeneous of degree one; its derivative is the marginal contribution.
  @Test func scaling() throws {
    let example = try PortfolioCase(ModelCase.all[1])
    let x = example.weights(15)
    let risk = example.model.risk(of: try example.holdings(x))
    let scaled = example.model.risk(of: try example.holdings(x.map { -4 * $0 }))
    // A power of two scales every rounding with it.
    #expect(scaled.variance == 16 * risk.variance)
    #expect(scaled.assets.map(\.source.correlation) == risk.assets.map { -$0.source.correlation })
    #expect(scaled.diversificationRatio == risk.diversificationRatio)
    let step = 1e-6
    var moved = x
    moved[3] += step
    let slope =
      (example.model.risk(of: try example.holdings(moved)).volatility - risk.volatility) / step
    // The second derivative is at most Ω_ii / σ.
    let bound = step * example.built.covariance[3, 3] / risk.volatility + 1e-9
    let marginals = example.model.marginalContributions(of: try example.holdings(x))
    #expect(abs(slope - marginals[3]) <= bound)
  }

  /// `ℋ = I − v cᵀ / cᵀv` moves factor returns along the null vectors of the loadings: no portfolio's risk changes.
  @Test func otherZeroSumsOfLabelReturnsGiveTheSameRisk() throws {
    let example = ModelCase.all[0]
    let original = try PortfolioCase(example)
    let layout = original.model.layout
    let labels = layout.positions(ofGroup: 0)
    var random = TestRandom(seed: 5)
    let shares = labels.map { _ in random.uniform() + 0.1 }
    let sum = shares.reduce(0, +)
    let map = Matrix(rowCount: layout.count, columnCount: layout.count) { row, column in
      let share = labels.contains(column) ? shares[column - labels.lowerBound] / sum : 0
      return (row == column ? 1 : 0) + (row == 0 ? share : 0) - (labels.contains(row) ? share : 0)
    }
    let product = map.multiplied(by: original.model.factorCovariance.full).view.multiplied(by: map.view.transposed)
    let section = original.built.panel.crossSections[0]
    let mapped = try RiskModel(
      snapshot: section, layout: layout, factorNames: original.model.factorNames,
      factorCovariance: SymmetricMatrix(order: layout.count) { 0.5 * (product[$0, $1] + product[$1, $0]) },
      idioCovariance: example.idioCovariance(section.rowCount), horizon: 21)
    #expect(abs(mapped.factorCovariance[0, 0] / original.model.factorCovariance[0, 0] - 1) > 1e-3)
    let holdings = try original.holdings(original.weights(16))
    let (a, b) = (original.model.risk(of: holdings), mapped.risk(of: holdings))
    #expect(relativeDifference(a.factorVariance, b.factorVariance) <= Self.tolerance)
    #expect(a.idioVariance == b.idioVariance)
    for (left, right) in zip(a.assets, b.assets) {
      #expect(abs(left.source.contribution - right.source.contribution) <= Self.tolerance * a.volatility)
    }
  }

  @Test func uncoveredAssetsAreNamedAndAddNothing() throws {
    let example = ModelCase.all[0]
    let panel = try example.panel()
    let section = panel.crossSections[0]
    var variances = example.idioCovariance(section.rowCount).variances
    variances[4] = .nan
    let model = try RiskModel(
      snapshot: section, layout: example.layout(panel), factorNames: (0..<9).map { "f\($0)" },
      factorCovariance: example.factorCovariance(example.layout(panel)), idioCovariance: .diagonal(variances),
      horizon: 1)
    var names = panel.assets
    let stranger = names.code(for: "A stranger")
    let unmodelled = section.assets[4]
    let holdings = try Holdings(
      assets: [section.assets[0], stranger, unmodelled, section.assets[7], section.assets[8], stranger],
      weights: [0.5, 0.2, -0.1, -0.25, 0, 0.05], names: names)
    let risk = model.risk(of: holdings)
    #expect(
      risk.coverage.uncovered == [
        .init(asset: stranger, weight: 0.25, reason: .absent),
        .init(asset: unmodelled, weight: -0.1, reason: .unmodelled),
      ])
    #expect(risk.coverage.coveredCount == 2)
    #expect(risk.coverage.coveredWeight == 0.25)
    #expect(risk.coverage.coveredGrossWeight == 0.75)
    #expect(risk.coverage.uncoveredWeight == 0.15)
    #expect(risk.coverage.uncoveredGrossWeight == 0.35)
    #expect(risk.coverage.duplicateCount == 1)
    #expect(risk.assets.count == 2)
    let covered = try Holdings(
      assets: [section.assets[0], section.assets[7]], weights: [0.5, -0.25], names: names)
    #expect(model.risk(of: covered).variance == risk.variance)
    #expect(model.coverage(of: holdings) == risk.coverage)
  }

  @Test func portfoliosWithoutRisk() throws {
    let example = try PortfolioCase(ModelCase.all[0])
    let stranger = try Holdings(assets: [example.stranger], weights: [1], names: example.names)
    for holdings in [.empty, stranger, try example.holdings(Array(repeating: 0, count: example.built.count))] {
      let risk = example.model.risk(of: holdings)
      #expect(risk.variance == 0 && risk.factorVariance == 0 && risk.idioVariance == 0)
      #expect(risk.assets.isEmpty)
      #expect(risk.factors.allSatisfy { $0.contribution == 0 && $0.size == 0 && $0.correlation.isNaN })
      #expect(risk.labels.allSatisfy { $0.allSatisfy { $0.contribution == 0 } })
      #expect(risk.factorShare.isNaN && risk.diversificationRatio.isNaN && risk.effectiveAssetCount.isNaN)
      #expect(example.model.marginalContributions(of: holdings).allSatisfy { $0.isNaN })
    }
    #expect(example.model.risk(of: stranger).coverage.uncoveredWeight == 1)
    #expect(example.model.risks(of: []).isEmpty)
  }

  @Test func aModelOfNoAssets() throws {
    let example = try PortfolioCase(ModelCase.all[0])
    let empty = example.model.keeping([])
    let holdings = try example.holdings(example.weights(17))
    let risk = empty.risk(of: holdings)
    #expect(risk.variance == 0)
    #expect(risk.coverage.coveredCount == 0)
    #expect(risk.coverage.uncovered.map(\.asset) == zip(holdings.assets, holdings.weights).filter { $1 != 0 }.map(\.0))
    #expect(empty.risk(of: holdings, against: holdings).beta.isNaN)
    #expect(empty.marginalContributions(of: holdings).isEmpty)
  }

  /// A single asset: all its risk is its own, whichever way it is held.
  @Test func oneAsset() throws {
    let example = try PortfolioCase(ModelCase.all[1])
    var x = [Double](repeating: 0, count: example.built.count)
    x[7] = -0.5
    let risk = example.model.risk(of: try example.holdings(x))
    #expect(relativeDifference(risk.volatility, 0.5 * example.built.covariance[7, 7].squareRoot()) <= 1e-14)
    #expect(abs(risk.diversificationRatio - 1) <= 1e-14)
    #expect(risk.effectiveAssetCount == 1)
    #expect(abs(risk.assets[0].source.correlation + 1) <= 1e-14)
  }

  /// Long and short the same amount: no weight at all, but risk.
  @Test func weightsThatSumToZero() throws {
    let example = try PortfolioCase(ModelCase.all[0])
    var x = [Double](repeating: 0, count: example.built.count)
    (x[2], x[9]) = (0.5, -0.5)
    let risk = example.model.risk(of: try example.holdings(x))
    #expect(risk.coverage.coveredWeight == 0)
    #expect(risk.factors[0].size == 0 && risk.factors[0].contribution == 0)
    #expect(relativeDifference(risk.variance, quadraticForm(x, example.built.covariance, x)) <= Self.tolerance)
    #expect(risk.effectiveAssetCount == 2)
  }

  @Test func concentrations() throws {
    let example = try PortfolioCase(ModelCase.all[0])
    let x = example.weights(18)
    let risk = example.model.risk(of: try example.holdings(x))
    #expect(risk.largestContributions(1000).count == risk.assets.count)
    #expect(risk.largestContributions(0).isEmpty)
    let largest = risk.largestContributions(3).map { abs($0.source.contribution) }
    #expect(largest == Array(risk.assets.map { abs($0.source.contribution) }.sorted(by: >).prefix(3)))
    #expect(abs(risk.largestWeights(1)[0].source.size) == x.map(abs).max())
    let factor = risk.largestFactors(1)[0]
    #expect(risk.factors.allSatisfy { abs($0.contribution) <= abs(risk.factors[factor].contribution) })
    let equal = Array(repeating: 0.1, count: example.built.count)
    let even = example.model.risk(of: try example.holdings(equal))
    #expect(relativeDifference(even.effectiveAssetCount, Double(example.built.count)) <= 1e-14)
    // Equal sizes stay in the order of rows.
    #expect(even.largestWeights(4).map(\.asset) == Array(example.model.assets.prefix(4)))
    #expect(even.diversificationRatio > 1)
  }

  /// A portfolio gets the same bits alone, in any company, and for any number of workers.
  @Test(arguments: [ModelCase.all[2], ModelCase.all[3]])
  func theCompanyDoesNotMatter(example: ModelCase) throws {
    let example = try PortfolioCase(example)
    let portfolios = try (0..<37).map { try example.holdings(example.weights(100 + UInt64($0))) }
    let together = example.model.risks(of: portfolios, workers: 1)
    #expect(together.count == 37)
    #expect(example.model.risks(of: portfolios, workers: 3) == together)
    for (holdings, risk) in zip(portfolios, together) { #expect(example.model.risk(of: holdings) == risk) }
    #expect(example.model.risks(of: portfolios.reversed(), workers: 2) == together.reversed())
    let brief = example.model.risks(of: portfolios, listsAssets: false)
    #expect(brief.allSatisfy { $0.assets.isEmpty })
    #expect(brief.map(\.factors) == together.map(\.factors) && brief.map(\.labels) == together.map(\.labels))
  }

  @Test func withoutFactorRisk() throws {
    let example = ModelCase.all[0]
    let panel = try example.panel()
    let section = panel.crossSections[0]
    let layout = example.layout(panel)
    let idio = example.idioCovariance(section.rowCount)
    let model = try RiskModel(
      snapshot: section, layout: layout, factorNames: (0..<layout.count).map { "f\($0)" },
      factorCovariance: .zeros(order: layout.count), idioCovariance: idio, horizon: 1)
    let x = Array(repeating: 0.5, count: section.rowCount)
    let risk = model.risk(of: try model.holdings(x, names: panel.assets))
    #expect(risk.factorVariance == 0 && risk.factorShare == 0)
    #expect(relativeDifference(risk.idioVariance, idio.variances.reduce(0) { $0 + 0.25 * $1 }) <= 1e-14)
    #expect(risk.factors.allSatisfy { $0.contribution == 0 && $0.marginalContribution == 0 && $0.correlation.isNaN })
  }
}
