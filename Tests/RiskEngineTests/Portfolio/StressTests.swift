import LinAlg
import RiskEngine
import TestSupport
import Testing

/// Multiplied volatilities and correlations moved towards one.
@Suite struct StressTests {
  /// Sums of about 15² products of the root of a stressed covariance.
  static let tolerance = 1e-11

  /// The variance of a portfolio with total label returns `g_j = f_market + f_j` stressed, by plain loops over `g`.
  static func stressedVariance(
    _ example: PortfolioCase, _ x: [Double], group: Int, strength: Double
  ) -> Double {
    let layout = example.model.layout
    let factors = example.model.factorCovariance
    let b = example.loadings(x)
    let labels = Array(layout.positions(ofGroup: group))
    let others = (1..<layout.count).filter { !labels.contains($0) }
    func totals(_ i: Int, _ j: Int) -> Double { factors[0, 0] + factors[i, 0] + factors[0, j] + factors[i, j] }
    var variance = quadraticForm(x, example.idioCovariance, x)
    for i in labels {
      for j in labels {
        let scale = (totals(i, i) * totals(j, j)).squareRoot()
        let correlation = totals(i, j) / scale
        let moved = i == j ? 1 : (1 - strength) * correlation + strength
        variance += b[i] * b[j] * scale * moved
      }
      for k in others {
        variance += 2 * b[i] * b[k] * (1 - strength).squareRoot() * (factors[0, k] + factors[i, k])
      }
    }
    for k in others {
      for l in others { variance += b[k] * b[l] * factors[k, l] }
    }
    return variance
  }

  @Test(arguments: ModelCase.all[0..<4], [0.0, 0.3, 0.8, 1.0])
  func totalsMoveTogether(example: ModelCase, strength: Double) throws {
    let example = try PortfolioCase(example)
    for group in example.model.layout.labels.indices {
      let stressed = try example.model.stressed(by: .init(block: .labelTotals(group: group), strength: strength))
      for seed in 80..<84 as Range<UInt64> {
        let x = example.weights(seed)
        let risk = stressed.risk(of: try example.holdings(x))
        let expected = Self.stressedVariance(example, x, group: group, strength: strength)
        #expect(relativeDifference(risk.variance, expected) <= Self.tolerance)
      }
    }
  }

  /// The stress means the same whichever zero sum told the label returns from the market.
  @Test func otherZeroSumsGiveTheSameStress() throws {
    let example = ModelCase.all[0]
    let original = try PortfolioCase(example)
    let layout = original.model.layout
    let labels = layout.positions(ofGroup: 0)
    // All of the market's return to the first label's returns.
    let map = Matrix(rowCount: layout.count, columnCount: layout.count) { row, column in
      let share: Double = column == labels.lowerBound ? 1 : 0
      return (row == column ? 1 : 0) + (row == 0 ? share : 0) - (labels.contains(row) ? share : 0)
    }
    let product = map.multiplied(by: original.model.factorCovariance.full).view.multiplied(by: map.view.transposed)
    let section = original.built.panel.crossSections[0]
    let mapped = try RiskModel(
      snapshot: section, layout: layout, factorNames: original.model.factorNames,
      factorCovariance: SymmetricMatrix(order: layout.count) { 0.5 * (product[$0, $1] + product[$1, $0]) },
      idioCovariance: example.idioCovariance(section.rowCount), horizon: 21)
    let stress = CorrelationStress(strength: 0.5)
    let holdings = try original.holdings(original.weights(85))
    let a = try original.model.stressed(by: stress).risk(of: holdings)
    let b = try mapped.stressed(by: stress).risk(of: holdings)
    #expect(relativeDifference(a.variance, b.variance) <= Self.tolerance)
    #expect(abs(a.variance / original.model.risk(of: holdings).variance - 1) > 1e-3)
    // Written back with one choice, the factors agree too.
    for (left, right) in zip(a.factors, b.factors) {
      #expect(abs(left.contribution - right.contribution) <= 1e-9 * a.volatility)
    }
  }

  @Test func namedFactorsMoveWithTheirSigns() throws {
    let example = try PortfolioCase(ModelCase.all[0])
    let model = example.model
    let first = model.layout.styleOffset
    let stressed = try model.stressed(
      by: .init(block: .factors([.init(factor: first), .init(factor: first + 2, sign: -1)]), strength: 0.75))
    let (before, after) = (model.factorCovariance, stressed.factorCovariance)
    func correlation(_ matrix: SymmetricMatrix, _ a: Int, _ b: Int) -> Double {
      matrix[a, b] / (matrix[a, a] * matrix[b, b]).squareRoot()
    }
    for factor in 0..<model.layout.count { #expect(after[factor, factor] == before[factor, factor]) }
    let expected = 0.25 * correlation(before, first, first + 2) - 0.75
    #expect(abs(correlation(after, first, first + 2) - expected) <= 1e-14)
    #expect(abs(correlation(after, first, 0) - 0.5 * correlation(before, first, 0)) <= 1e-14)
    #expect(after[first + 1, 0] == before[first + 1, 0])
  }

  /// Without a market the labels of the first group are totals already.
  @Test func withoutAMarket() throws {
    let example = try PortfolioCase(ModelCase.all[4])
    let full = try example.model.stressed(by: .init(strength: 1))
    let labels = example.model.layout.positions(ofGroup: 0)
    for a in labels {
      for b in labels {
        let scale = (full.factorCovariance[a, a] * full.factorCovariance[b, b]).squareRoot()
        #expect(relativeDifference(full.factorCovariance[a, b], scale) <= 1e-14)
      }
    }
    let twoGroups = ModelCase(name: "two groups", labelCounts: [3, 4], hasMarket: false)
    let model = try PortfolioCase(twoGroups).model
    #expect(throws: PortfolioError.noTotalReturns(group: 1)) {
      try model.stressed(by: .init(block: .labelTotals(group: 1), strength: 0.5))
    }
  }

  @Test func volatilities() throws {
    let example = try PortfolioCase(ModelCase.all[1])
    let holdings = try example.holdings(example.weights(86))
    let risk = example.model.risk(of: holdings)
    let doubled = try example.model.withVolatilities(ofFactorsTimes: 2).risk(of: holdings)
    #expect(doubled.factorVariance == 4 * risk.factorVariance)
    #expect(doubled.idioVariance == risk.idioVariance)
    let both = try example.model.withVolatilities(ofFactorsTimes: 3, ofIdioTimes: 3).risk(of: holdings)
    #expect(relativeDifference(both.volatility, 3 * risk.volatility) <= 1e-14)
    let calm = try example.model.withVolatilities(ofFactorsTimes: 0).risk(of: holdings)
    #expect(calm.factorVariance == 0 && calm.volatility > 0)
  }

  @Test(arguments: [-0.1, 1.5, .nan, .infinity])
  func strengthsOutOfRangeAreRefused(strength: Double) throws {
    let model = try PortfolioCase(ModelCase.all[0]).model
    #expect(throws: PortfolioError.self) { try model.stressed(by: .init(strength: strength)) }
  }

  @Test func multipliersAndSignsOutOfRangeAreRefused() throws {
    let model = try PortfolioCase(ModelCase.all[0]).model
    #expect(throws: PortfolioError.self) { try model.withVolatilities(ofFactorsTimes: -1) }
    #expect(throws: PortfolioError.self) { try model.withVolatilities(ofFactorsTimes: .nan) }
    #expect(throws: PortfolioError.self) { try model.withVolatilities(ofFactorsTimes: 1, ofIdioTimes: 0) }
    #expect(throws: PortfolioError.self) {
      try model.stressed(by: .init(block: .factors([.init(factor: 0, sign: 0.5)]), strength: 0.5))
    }
  }
}
