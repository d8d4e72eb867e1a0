import LinAlg
import RiskEngine
import TestSupport
import Testing

/// Portfolios of least variance and of the largest Sharpe ratio, against bordered systems and their own conditions.
@Suite struct OptimalPortfolioTests {
  /// `ε κ n` for covariances of condition at most 10³ and 40 assets.
  static let tolerance = 1e-11

  /// `x` and the multipliers of `min xᵀΩx / 2 − sμᵀx` with `Qx = q`, by Gaussian elimination of the bordered system.
  static func bordered(
    _ omega: SymmetricMatrix, constraints: [LinearConstraint], scale: Double = 0, expected: [Double] = []
  ) -> [Double] {
    let n = omega.order
    let order = n + constraints.count
    var rows = (0..<order).map { row in
      (0...order).map { column -> Double in
        switch (row < n, column < n) {
        case (true, true): omega[row, column]
        case (true, false) where column < order: constraints[column - n].coefficients[row]
        case (true, false): expected.isEmpty ? 0 : scale * expected[row]
        case (false, true): constraints[row - n].coefficients[column]
        case (false, false): column == order ? constraints[row - n].target : 0
        }
      }
    }
    for pivot in 0..<order {
      let best = (pivot..<order).max { abs(rows[$0][pivot]) < abs(rows[$1][pivot]) } ?? pivot
      rows.swapAt(pivot, best)
      for row in 0..<order where row != pivot {
        let factor = rows[row][pivot] / rows[pivot][pivot]
        for column in pivot...order { rows[row][column] -= factor * rows[pivot][column] }
      }
    }
    return (0..<n).map { rows[$0][order] / rows[$0][$0] }
  }

  static func constraints(_ example: PortfolioCase) -> [LinearConstraint] {
    let model = example.model
    return [
      .netWeight(of: model),
      .loading(onFactor: model.layout.styleOffset, is: 0.25, of: model),
      .loading(onFactor: model.layout.styleOffset + 1, of: model),
    ]
  }

  @Test(arguments: ModelCase.all)
  func leastVarianceFullyInvested(example: ModelCase) throws {
    let example = try PortfolioCase(example)
    let precision = try example.model.precision()
    let best = try OptimalPortfolio.minimumVariance(precision)
    #expect(abs(best.weights.reduce(0, +) - 1) <= Self.tolerance)
    let products = example.built.covariance.multiplied(by: best.weights)
    for product in products { #expect(relativeDifference(product, best.variance) <= 1e-9) }
    #expect(largestRelativeDifference(best.weights, precision.minimumVariance()) <= Self.tolerance)
    let ones = [Double](repeating: 1, count: example.built.count)
    #expect(relativeDifference(best.variance, 1 / precision.squaredLength(ones)) <= Self.tolerance)
    #expect(best.redundantConstraints.isEmpty && best.expectedReturn.isNaN && best.sharpeRatio.isNaN)
    #expect(example.model.weights(of: best.holdings(of: example.model)) == best.weights)
  }

  @Test(arguments: ModelCase.all[0..<5])
  func leastVarianceUnderConstraints(example: ModelCase) throws {
    let example = try PortfolioCase(example)
    let constraints = Self.constraints(example)
    let best = try OptimalPortfolio.minimumVariance(
      try example.model.precision(), constraints: constraints, expectedReturns: example.built.vector(51))
    for constraint in constraints {
      #expect(abs(innerProduct(constraint.coefficients, best.weights) - constraint.target) <= Self.tolerance)
    }
    let expected = Self.bordered(example.built.covariance, constraints: constraints)
    #expect(largestRelativeDifference(best.weights, expected) <= 1e-9)
    #expect(relativeDifference(best.expectedReturn, innerProduct(example.built.vector(51), best.weights)) <= 1e-13)
  }

  /// Neutral to the market and to every label: one of these follows from the others.
  @Test func constraintsThatFollowFromOthersAreNamed() throws {
    let example = try PortfolioCase(ModelCase.all[1])
    let model = example.model
    let precision = try model.precision()
    let labels = model.layout.positions(ofGroup: 0).map { LinearConstraint.loading(onFactor: $0, of: model) }
    let style = LinearConstraint.loading(onFactor: model.layout.styleOffset, is: 1, of: model)
    let best = try OptimalPortfolio.minimumVariance(
      precision, constraints: [.loading(onFactor: 0, of: model)] + labels + [style])
    #expect(best.redundantConstraints.count == 1)
    let b = example.loadings(best.weights)
    for factor in 0..<model.layout.styleOffset { #expect(abs(b[factor]) <= Self.tolerance) }
    #expect(abs(b[model.layout.styleOffset] - 1) <= Self.tolerance)
    let expected = Self.bordered(example.built.covariance, constraints: labels + [style])
    #expect(largestRelativeDifference(best.weights, expected) <= 1e-9)
    // Labels that are neutral and a market that is not contradict each other.
    do {
      _ = try OptimalPortfolio.minimumVariance(precision, constraints: [.netWeight(of: model)] + labels)
      Issue.record("contradictory constraints were met")
    } catch {
      guard case .constraintContradictory = error else {
        Issue.record("\(error)")
        return
      }
    }
  }

  @Test func withoutConstraintsTheDirectionIsThatOfTheInverse() throws {
    let example = try PortfolioCase(ModelCase.all[1])
    let precision = try example.model.precision()
    let alpha = example.built.vector(52).map { 0.01 * $0 }
    let best = try OptimalPortfolio.maximumSharpeRatio(precision, expectedReturns: alpha)
    var expected = alpha
    try Cholesky(consuming: example.built.covariance).solve(&expected)
    #expect(largestRelativeDifference(best.weights, expected) <= Self.tolerance)
    #expect(relativeDifference(best.sharpeRatio * best.sharpeRatio, innerProduct(alpha, expected)) <= Self.tolerance)
    #expect(relativeDifference(best.expectedReturn, best.variance) <= Self.tolerance)
    let none = try OptimalPortfolio.minimumVariance(precision, constraints: [])
    #expect(none.weights.allSatisfy { $0 == 0 } && none.variance == 0)
  }

  /// Fully invested it is the tangency portfolio `Ω⁻¹μ / 1ᵀΩ⁻¹μ`.
  @Test func tangency() throws {
    let example = try PortfolioCase(ModelCase.all[1])
    let precision = try example.model.precision()
    let alpha = example.built.vector(53).map { 0.01 + 0.01 * $0 }
    let best = try OptimalPortfolio.maximumSharpeRatio(
      precision, expectedReturns: alpha, constraints: [.netWeight(of: example.model)])
    let product = precision.product(alpha)
    let sum = product.reduce(0, +)
    #expect(largestRelativeDifference(best.weights, product.map { $0 / sum }) <= 1e-10)
  }

  /// Along every direction that keeps the constraints the ratio is stationary and falls.
  @Test(arguments: ModelCase.all[0..<5])
  func theRatioIsLargestUnderConstraints(example: ModelCase) throws {
    let example = try PortfolioCase(example)
    let precision = try example.model.precision()
    let constraints = Self.constraints(example)
    let alpha = example.built.vector(54).map { 0.05 + 0.01 * $0 }
    let best = try OptimalPortfolio.maximumSharpeRatio(precision, expectedReturns: alpha, constraints: constraints)
    for constraint in constraints {
      #expect(abs(innerProduct(constraint.coefficients, best.weights) - constraint.target) <= Self.tolerance)
    }
    let ratio = best.sharpeRatio
    let columns = Matrix(
      rowCount: example.built.count, columnCount: constraints.count, storage: constraints.flatMap(\.coefficients))
    let fit = QR(consuming: columns)
    for trial in 0..<10 {
      let random = example.built.vector(60 + UInt64(trial))
      let along = columns.multiplied(by: fit.leastSquares(random).coefficients)
      let direction = zip(random, along).map { $0 - $1 }
      for step in [-1e-2, 1e-2] {
        let other = zip(best.weights, direction).map { $0 + step * $1 }
        let otherRatio =
          innerProduct(alpha, other) / quadraticForm(other, example.built.covariance, other).squareRoot()
        #expect(otherRatio < ratio)
      }
    }
    // The best of the frontier is the bordered system's solution for its own trade-off.
    let scale = best.variance / best.expectedReturn
    let expected = Self.bordered(
      example.built.covariance, constraints: constraints, scale: scale, expected: alpha)
    #expect(largestRelativeDifference(best.weights, expected) <= 1e-8)
  }

  @Test func homogeneousConstraints() throws {
    let example = try PortfolioCase(ModelCase.all[0])
    let precision = try example.model.precision()
    let alpha = example.built.vector(55)
    let neutral = LinearConstraint.netWeight(0, of: example.model)
    let best = try OptimalPortfolio.maximumSharpeRatio(precision, expectedReturns: alpha, constraints: [neutral])
    #expect(abs(best.weights.reduce(0, +)) <= Self.tolerance * best.weights.reduce(0) { $0 + abs($1) })
    let expected = Self.bordered(example.built.covariance, constraints: [neutral], scale: 1, expected: alpha)
    #expect(largestRelativeDifference(best.weights, expected) <= 1e-9)
  }

  @Test func questionsWithoutAnAnswer() throws {
    let example = try PortfolioCase(ModelCase.all[0])
    let precision = try example.model.precision()
    let n = example.built.count
    let ones = [Double](repeating: 1, count: n)
    let invested = LinearConstraint.netWeight(of: example.model)
    #expect(throws: PortfolioError.noExpectedReturn) {
      try OptimalPortfolio.maximumSharpeRatio(precision, expectedReturns: Array(repeating: 0, count: n))
    }
    #expect(throws: PortfolioError.noExpectedReturn) {
      try OptimalPortfolio.maximumSharpeRatio(
        precision, expectedReturns: ones, constraints: [.netWeight(0, of: example.model)])
    }
    do {
      _ = try OptimalPortfolio.maximumSharpeRatio(
        precision, expectedReturns: ones.map { -$0 }, constraints: [invested])
      Issue.record("the ratio has no largest value")
    } catch {
      guard case .sharpeRatioNotAttained(let expected) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(abs(expected + 1) <= Self.tolerance)
    }
    var broken = ones
    broken[3] = .nan
    do {
      _ = try OptimalPortfolio.maximumSharpeRatio(precision, expectedReturns: broken)
      Issue.record("a missing return was taken")
    } catch {
      guard case .expectedReturnNotFinite(let asset, let found) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(asset == example.model.assets[3] && found.isNaN)
    }
    let missing = LinearConstraint(name: "broken", coefficients: broken, target: 1)
    #expect(throws: PortfolioError.constraintNotFinite(name: "broken")) {
      try OptimalPortfolio.minimumVariance(precision, constraints: [missing])
    }
    let zero = LinearConstraint(name: "zero", coefficients: Array(repeating: 0, count: n), target: 1)
    #expect(throws: PortfolioError.constraintContradictory(name: "zero")) {
      try OptimalPortfolio.minimumVariance(precision, constraints: [zero])
    }
    let twice = try OptimalPortfolio.minimumVariance(precision, constraints: [invested, invested])
    #expect(twice.redundantConstraints == ["net weight"])
    let once = try OptimalPortfolio.minimumVariance(precision, constraints: [invested])
    #expect(largestRelativeDifference(twice.weights, once.weights) <= 1e-14)
  }
}
