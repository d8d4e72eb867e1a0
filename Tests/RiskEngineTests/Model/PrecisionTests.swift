import LinAlg
import RiskEngine
import TestSupport
import Testing

/// Products with the inverse covariance, and the portfolios of least variance that they give.
@Suite struct PrecisionTests {
  /// `ε κ n` for covariances of condition at most 10³ and 40 assets.
  static let tolerance = 1e-11

  @Test(arguments: ModelCase.all)
  func inverseUndoesTheCovariance(example: ModelCase) throws {
    let built = try example.built()
    let precision = try built.model.precision()
    let y = built.vector(3)
    #expect(largestRelativeDifference(built.model.covariances(with: precision.product(y)), y) <= Self.tolerance)
    #expect(largestRelativeDifference(precision.product(built.model.covariances(with: y)), y) <= Self.tolerance)
  }

  @Test(arguments: ModelCase.all)
  func inverseAndDeterminantAgreeWithTheDenseCovariance(example: ModelCase) throws {
    let built = try example.built()
    let precision = try built.model.precision()
    let dense = try Cholesky(consuming: built.covariance)
    let y = built.vector(3)
    var solution = y
    dense.solve(&solution)
    #expect(largestRelativeDifference(precision.product(y), solution) <= Self.tolerance)
    #expect(relativeDifference(precision.squaredLength(y), innerProduct(y, solution)) <= Self.tolerance)
    #expect(relativeDifference(precision.logDeterminant, dense.logDeterminant) <= Self.tolerance)
  }

  @Test(arguments: ModelCase.all)
  func leastVarianceIsFullyInvestedWithEqualCovariances(example: ModelCase) throws {
    let built = try example.built()
    let precision = try built.model.precision()
    let x = precision.minimumVariance()
    #expect(abs(x.reduce(0, +) - 1) <= Self.tolerance)
    let covariances = built.model.covariances(with: x)
    let variance = built.model.variance(x)
    for covariance in covariances { #expect(relativeDifference(covariance, variance) <= Self.tolerance) }
    let ones = [Double](repeating: 1, count: built.count)
    #expect(relativeDifference(variance, 1 / precision.squaredLength(ones)) <= Self.tolerance)
  }

  @Test func leastVarianceForExpectedReturns() throws {
    let built = try ModelCase.all[2].built()
    let precision = try built.model.precision()
    let alpha = built.vector(4)
    let x = try #require(precision.minimumVariance(alpha: alpha))
    #expect(relativeDifference(innerProduct(alpha, x), 1) <= Self.tolerance)
    // At the optimum the covariances are in proportion to what is asked for.
    let variance = built.model.variance(x)
    #expect(largestRelativeDifference(built.model.covariances(with: x), alpha.map { $0 * variance }) <= Self.tolerance)
    #expect(precision.minimumVariance(alpha: Array(repeating: 0, count: built.count)) == nil)
  }

  /// Against the bordered system of the Lagrangian, solved densely.
  @Test func leastVarianceUnderConstraints() throws {
    let built = try ModelCase.all[1].built()
    let precision = try built.model.precision()
    let n = built.count
    let constraints = Matrix(
      rowCount: n, columnCount: 2, storage: Array(repeating: 1, count: n) + built.vector(6))
    let targets = [1, 0.25]
    let x = try #require(precision.minimumVariance(constraints: constraints, targets: targets))
    for (column, target) in targets.enumerated() {
      #expect(abs(innerProduct(constraints.column(column), x) - target) <= Self.tolerance)
    }
    // Ω x lies in the span of the constraints: what two multipliers leave of it is nothing.
    let covariances = built.model.covariances(with: x)
    let fit = QR(consuming: constraints).leastSquares(covariances).coefficients
    #expect(largestRelativeDifference(constraints.multiplied(by: fit), covariances) <= 1e-9)
    let dependent = Matrix(rowCount: n, columnCount: 2, storage: Array(repeating: 1, count: 2 * n))
    #expect(precision.minimumVariance(constraints: dependent, targets: targets) == nil)
  }

  /// `bᵀΩ̂⁻¹ΩΩ̂⁻¹b / (bᵀΩ̂⁻¹b)² ≥ 1 / (bᵀΩ⁻¹b)`: no wrong covariance gives a portfolio of less true variance.
  @Test func theTrueCovarianceGivesTheLeastTrueVariance() throws {
    let example = ModelCase.all[1]
    let truth = try example.built()
    let best = try truth.model.precision()
    var random = TestRandom(seed: 77)
    let n = truth.count
    let layout = truth.model.layout
    for trial in 0..<20 {
      let noise = (0..<n).map { _ in 0.5 + random.uniform() }
      let wrong = try RiskModel(
        snapshot: truth.panel.crossSections[0], layout: layout, factorNames: truth.model.factorNames,
        factorCovariance: SymmetricMatrix(order: layout.count) {
          truth.model.factorCovariance[$0, $1] * ($0 == $1 ? 1 + 0.1 * Double(trial) : 1)
        },
        idioCovariance: .diagonal(zip(truth.model.idioVariances, noise).map { $0 * $1 }), horizon: 21)
      let other = try wrong.precision()
      for alpha in [[Double](repeating: 1, count: n), truth.vector(UInt64(trial) + 10)] {
        let x = try #require(other.minimumVariance(alpha: alpha))
        let least = 1 / best.squaredLength(alpha)
        #expect(truth.model.variance(x) >= least * (1 - 1e-12))
        let product = other.product(alpha)
        let identity =
          innerProduct(product, truth.covariance.multiplied(by: product))
          / (innerProduct(alpha, product) * innerProduct(alpha, product))
        #expect(relativeDifference(truth.model.variance(x), identity) <= Self.tolerance)
      }
    }
  }

  /// Without factor risk the inverse is that of the idio variances.
  @Test func withoutFactorRisk() throws {
    let example = ModelCase.all[0]
    let panel = try example.panel()
    let section = panel.crossSections[0]
    let layout = example.layout(panel)
    let idio = example.idioCovariance(section.rowCount)
    let model = try RiskModel(
      snapshot: section, layout: layout, factorNames: (0..<layout.count).map { "f\($0)" },
      factorCovariance: .zeros(order: layout.count), idioCovariance: idio, horizon: 1)
    let precision = try model.precision()
    let y = (0..<section.rowCount).map { Double($0) }
    #expect(largestRelativeDifference(precision.product(y), zip(y, idio.variances).map { $0 / $1 }) <= 1e-15)
    #expect(
      relativeDifference(precision.logDeterminant, idio.variances.reduce(0) { $0 + PortableMath.log($1) }) <= 1e-14)
  }

  @Test func anIndefiniteBlockIsRefused() throws {
    let example = ModelCase.all[0]
    let panel = try example.panel()
    let section = panel.crossSections[0]
    let layout = example.layout(panel)
    let block = IdioCovariance.Block(
      rows: [1, 2], covariance: SymmetricMatrix(order: 2) { $0 == $1 ? 1e-4 : 2e-4 })
    let model = try RiskModel(
      snapshot: section, layout: layout, factorNames: (0..<layout.count).map { "f\($0)" },
      factorCovariance: example.factorCovariance(layout),
      idioCovariance: .blocks(variances: Array(repeating: 1e-4, count: section.rowCount), linked: [block]),
      horizon: 1)
    #expect(throws: RiskModelError.idioBlockIndefinite(assets: [section.assets[1], section.assets[2]])) {
      try model.precision()
    }
  }
}
