import LinAlg
import RiskEngine
import TestSupport
import Testing

/// Risk of portfolios against the n × n covariance that the structure stands for.
@Suite struct RiskModelTests {
  /// Sums of about 50 products of numbers of one size, in another order.
  static let tolerance = 1e-13

  @Test(arguments: ModelCase.all)
  func productsAgreeWithTheDenseCovariance(example: ModelCase) throws {
    let built = try example.built()
    let (x, y) = (built.vector(1), built.vector(2))
    let model = built.model
    #expect(
      largestRelativeDifference(model.loadings(of: x), built.loadings.transposed.multiplied(by: x)) <= Self.tolerance)
    let product = built.covariance.multiplied(by: x)
    #expect(largestRelativeDifference(model.covariances(with: x), product) <= Self.tolerance)
    #expect(relativeDifference(model.variance(x), innerProduct(x, product)) <= Self.tolerance)
    let scale = (model.variance(x) * model.variance(y)).squareRoot()
    #expect(abs(model.covariance(x, y) - innerProduct(y, product)) <= Self.tolerance * scale)
    #expect(model.variance(x) > 0)
    let diagonal = (0..<built.count).map { built.covariance[$0, $0] }
    #expect(largestRelativeDifference(model.assetVariances, diagonal) <= Self.tolerance)
    let parts = model.varianceParts(Matrix(rowCount: built.count, columnCount: 1, storage: x))
    let b = built.loadings.transposed.multiplied(by: x)
    #expect(relativeDifference(parts.factor[0], innerProduct(b, model.factorCovariance.multiplied(by: b))) <= 1e-12)
    for row in 0..<built.count {
      for factor in 0..<model.layout.count { #expect(model.loadings[row, factor] == built.loadings[row, factor]) }
    }
  }

  /// The volatility is homogeneous of degree one, so that marginal contributions add up to it (Euler).
  @Test func contributionsAddUp() throws {
    let built = try ModelCase.all[2].built()
    let x = built.vector(5)
    let volatility = built.model.variance(x).squareRoot()
    let marginal = built.model.covariances(with: x).map { $0 / volatility }
    #expect(relativeDifference(innerProduct(x, marginal), volatility) <= Self.tolerance)
    #expect(relativeDifference(built.model.variance(x.map { 2 * $0 }), 4 * volatility * volatility) <= Self.tolerance)
  }

  @Test func factorCovarianceIsTheSquareOfItsRoot() throws {
    let model = try ModelCase.all[2].built().model
    let root = model.factorRoot
    // Two constrained groups: two directions without risk.
    #expect(root.columnCount == model.layout.count - 2)
    for row in 0..<root.rowCount {
      for column in 0...row {
        let square = (0..<root.columnCount).reduce(0.0) { $0 + root[row, $1] * root[column, $1] }
        #expect(abs(square - model.factorCovariance[row, column]) <= 1e-14 * model.factorCovariance.frobeniusNorm)
      }
    }
  }

  @Test(arguments: ModelCase.all.filter { $0.assetCount > 1 })
  func someOfTheAssets(example: ModelCase) throws {
    let built = try example.built()
    let rows = (0..<built.count).filter { $0 % 3 != 1 }
    let part = built.model.keeping(rows)
    let x = rows.map { Double($0 % 5) - 1.5 }
    let expected = rows.map { row in
      rows.enumerated().reduce(0.0) { $0 + built.covariance[row, $1.element] * x[$1.offset] }
    }
    #expect(largestRelativeDifference(part.covariances(with: x), expected) <= Self.tolerance)
    #expect(part.assets == rows.map { built.model.assets[$0] })
  }

  @Test func anotherHorizonScalesVariances() throws {
    let built = try ModelCase.all[1].built()
    let x = built.vector(1)
    let one = built.model.over(periods: 1)
    #expect(one.horizon == 1)
    #expect(relativeDifference(one.variance(x) * 21, built.model.variance(x)) <= Self.tolerance)
    #expect(relativeDifference(one.over(periods: 21).variance(x), built.model.variance(x)) <= Self.tolerance)
    #expect(relativeDifference(one.idioVariances[3] * 21, built.model.idioVariances[3]) <= Self.tolerance)
  }

  /// No variance, or a label without a covariance: such an asset is named and left out, the rest is as before.
  @Test func assetsWithoutAForecastAreNotModelled() throws {
    let example = ModelCase(name: "", labelCounts: [5])
    let panel = try example.panel()
    let section = panel.crossSections[0]
    let axis = FactorAxis(hasMarket: true, schema: panel.schema, labels: panel.labels)
    let absent = axis.position(ofLabel: 2, group: 0)
    let factors = (0..<axis.count).filter { $0 != absent }
    var variances = example.idioCovariance(section.rowCount).variances
    variances[4] = .nan
    variances[5] = 0
    let all = example.factorCovariance(example.layout(panel))
    let model = try RiskModel(
      snapshot: section, axis: axis, factors: factors,
      factorCovariance: SymmetricMatrix(order: factors.count) { all[factors[$0], factors[$1]] },
      idioCovariance: .diagonal(variances), horizon: 1)
    guard case .labels(let labels) = section.groups[0] else { return }
    let kept = (0..<section.rowCount).filter { labels[$0] != 2 && $0 != 4 && $0 != 5 }
    #expect(model.assets == kept.map { section.assets[$0] })
    #expect(Set(model.unmodelled).union(model.assets).count == section.rowCount)
    #expect(model.factorNames == factors.map { axis.names[$0] })
    let full = try example.built().model
    let x = [Double](repeating: 1, count: kept.count)
    #expect(relativeDifference(model.variance(x), full.keeping(kept).over(periods: 21).variance(x)) <= Self.tolerance)
  }

  @Test func badCovariancesAreRefused() throws {
    let example = ModelCase.all[0]
    let panel = try example.panel()
    let layout = example.layout(panel)
    let names = (0..<layout.count).map { "f\($0)" }
    let section = panel.crossSections[0]
    func error(_ factors: SymmetricMatrix) -> RiskModelError? {
      do throws(RiskModelError) {
        _ = try RiskModel(
          snapshot: section, layout: layout, factorNames: names, factorCovariance: factors,
          idioCovariance: example.idioCovariance(section.rowCount), horizon: 1)
        return nil
      } catch { return error }
    }
    var factors = example.factorCovariance(layout)
    factors[2, 1] = .nan
    #expect(error(factors) == .factorCovarianceNotFinite(factor: "f1", other: "f2"))
    var indefinite = SymmetricMatrix.identity(order: layout.count)
    indefinite[0, 0] = -0.5
    #expect(error(indefinite) == .factorCovarianceIndefinite(smallest: -0.5, largest: 1))
    #expect(error(.zeros(order: layout.count)) == nil)
    let axis = FactorAxis(hasMarket: true, schema: panel.schema, labels: panel.labels)
    #expect(throws: RiskModelError.factorWithoutCovariance(factor: "market")) {
      try RiskModel(
        snapshot: section, axis: axis, factors: [], factorCovariance: .zeros(order: 0),
        idioCovariance: example.idioCovariance(section.rowCount), horizon: 1)
    }
  }
}
