import LinAlg
import TestSupport
import Testing

@testable import RiskEngine

/// Series with gaps.
@Suite struct ExpectationMaximizationTests {
  /// Correlated series, some values missing at random.
  static func gappy(periods: Int, series: Int, share: Double, seed: UInt64) throws -> Matrix {
    var random = TestRandom(seed: seed)
    var data = try FactorSeries.returns(
      periods: periods, covariance: FactorSeries.covariance(order: series, seed: seed), seed: seed + 1)
    for i in data.storage.indices where random.uniform() < share { data.storage[i] = .nan }
    return data
  }

  /// One iteration, period by period, with a full inverse of the observed block.
  static func naiveStep(_ data: Matrix, _ weights: [Double], _ current: SymmetricMatrix) throws -> SymmetricMatrix {
    var next = SymmetricMatrix.zeros(order: data.columnCount)
    let seen = (0..<data.rowCount).filter { t in (0..<data.columnCount).contains { !data[t, $0].isNaN } }
    let total = seen.reduce(0) { $0 + weights[$1] }
    for t in seen {
      let observed = (0..<data.columnCount).filter { !data[t, $0].isNaN }
      let missing = (0..<data.columnCount).filter { data[t, $0].isNaN }
      let inverse = try Cholesky(
        consuming: SymmetricMatrix(order: observed.count) { current[observed[$0], observed[$1]] }
      ).inverse()
      var x = (0..<data.columnCount).map { data[t, $0] }
      var extra = SymmetricMatrix.zeros(order: data.columnCount)
      let loadings = missing.map { m in inverse.multiplied(by: observed.map { current[m, $0] }) }
      for (index, m) in missing.enumerated() {
        x[m] = zip(loadings[index], observed).reduce(0) { $0 + $1.0 * data[t, $1.1] }
        for other in missing where other <= m {
          let explained = zip(loadings[index], observed).reduce(0) { $0 + $1.0 * current[other, $1.1] }
          extra[m, other] = current[m, other] - explained
        }
      }
      for j in 0..<data.columnCount {
        for i in j..<data.columnCount { next[i, j] += weights[t] / total * (x[i] * x[j] + extra[i, j]) }
      }
    }
    return next
  }

  @Test func withoutGapsItIsTheWeightedCovariance() throws {
    let data = FactorSeries.normals(periods: 50, series: 4, seed: 1)
    let weights = FactorSeries.weights(50, halfLife: 20)
    let found = try ExpectationMaximization(data, weights: weights)
    let expected = FactorSeries.neweyWest(data, weights: weights, lagWeights: [1])
    #expect(found.isConverged && found.iterationCount <= 3)
    #expect(FactorSeries.difference(found.covariance, expected) < 1e-12)
    #expect(found.completed == data)
  }

  @Test func eachIterationIsThePlainOne() throws {
    let data = try Self.gappy(periods: 60, series: 5, share: 0.2, seed: 2)
    let weights = FactorSeries.weights(60, halfLife: 30)
    var naive = SymmetricMatrix(order: 5) { $0 == $1 ? 0.001 : 0 }
    for count in 1...4 {
      naive = try Self.naiveStep(data, weights, naive)
      let found = try ExpectationMaximization(
        data, weights: weights, start: SymmetricMatrix(order: 5) { $0 == $1 ? 0.001 : 0 }, tolerance: 0,
        maximumIterations: count)
      // Inverses of matrices with a condition of some hundreds.
      #expect(FactorSeries.difference(found.covariance, naive) < 1e-11)
      #expect(!found.isConverged && found.iterationCount == count)
    }
  }

  @Test(arguments: 1..<6 as Range<UInt64>)
  func theLikelihoodNeverFalls(seed: UInt64) throws {
    let data = try Self.gappy(periods: 80, series: 6, share: 0.3, seed: seed)
    let found = try ExpectationMaximization(data, weights: FactorSeries.weights(80, halfLife: 40))
    #expect(found.isConverged && found.iterationCount > 3)
    for (before, after) in zip(found.logLikelihoods, found.logLikelihoods.dropFirst()) {
      #expect(after >= before - 1e-12 * abs(before))
    }
    let eigenvalues = try found.covariance.eigenvalues()
    #expect(eigenvalues[0] > 0)
    // A fixed point of the plain iteration, to what the tolerance of the likelihood, 1e-9, means for the covariance.
    let next = try Self.naiveStep(data, FactorSeries.weights(80, halfLife: 40), found.covariance)
    #expect(FactorSeries.difference(next, found.covariance) < 1e-4)
  }

  /// Nested histories: from a plain start the iteration goes to Stambaugh's closed form, and from there it does not move.
  @Test func nestedHistoriesHaveAClosedForm() throws {
    var data = try FactorSeries.returns(
      periods: 120, covariance: FactorSeries.covariance(order: 5, seed: 3), seed: 4)
    for t in 0..<30 { data[t, 1] = .nan }
    for t in 0..<70 { data[t, 3] = .nan }
    let weights = FactorSeries.weights(120, halfLife: 60)
    let closed = try #require(try MonotoneHistory(data, weights: weights))
    #expect(closed.shortSeries.isEmpty)
    let start = SymmetricMatrix(order: 5) { $0 == $1 ? 0.001 : 0 }
    let iterated = try ExpectationMaximization(data, weights: weights, start: start, tolerance: 1e-15)
    // Linear convergence, stopped by the likelihood at 1e-15: half of its digits.
    #expect(FactorSeries.difference(iterated.covariance, closed.covariance) < 1e-6)
    let fixed = try Self.naiveStep(data, weights, closed.covariance)
    #expect(FactorSeries.difference(fixed, closed.covariance) < 1e-11)
    #expect(try ExpectationMaximization(data, weights: weights).iterationCount == 2)
  }

  /// What is missing is filled with `β x`, what is observed stays.
  @Test func completedValues() throws {
    var data = FactorSeries.normals(periods: 40, series: 2, seed: 5)
    for t in 0..<40 { data[t, 1] = 3 * data[t, 0] + 0.01 * data[t, 1] }
    data[7, 1] = .nan
    data[8, 0] = .nan
    data[8, 1] = .nan
    let found = try ExpectationMaximization(data, weights: Array(repeating: 1, count: 40))
    let slope = found.covariance[1, 0] / found.covariance[0, 0]
    #expect(abs(slope - 3) < 0.02)
    // One more iteration than the covariance that the mean was made with.
    #expect(abs(found.completed[7, 1] - slope * data[7, 0]) < 1e-6)
    #expect(found.completed[8, 0].isNaN && found.completed[8, 1].isNaN)
    #expect(found.conditionalCovariance(ofPeriod: 8) == nil)
    let conditional = try #require(found.conditionalCovariance(ofPeriod: 7))
    #expect(conditional.series == [1])
    #expect(abs(conditional.covariance[0, 0] - (found.covariance[1, 1] - slope * found.covariance[1, 0])) < 1e-6)
  }

  /// Singular observed blocks go through the pseudo-inverse: a copy tells the gap of its original.
  @Test func copiesFillEachOther() throws {
    let one = FactorSeries.normals(periods: 30, series: 1, seed: 6)
    var data = Matrix(rowCount: 30, columnCount: 3) { row, column in column < 2 ? one[row, 0] : 2 * one[row, 0] }
    data[3, 2] = .nan
    let found = try ExpectationMaximization(
      data, weights: Array(repeating: 1, count: 30),
      start: SymmetricMatrix(order: 3) { $0 == 2 || $1 == 2 ? ($0 == $1 ? 4 : 2) : 1 })
    #expect(abs(found.completed[3, 2] - 2 * one[3, 0]) < 1e-12)
  }
}

/// Histories that begin one after the other.
@Suite struct MonotoneHistoryTests {
  /// Two series by hand: slope, residual variance, and the long variance.
  @Test func twoSeriesByHand() throws {
    let data = Matrix(rowCount: 4, columnCount: 2, storage: [1, -2, 1, 3, .nan, .nan, 2, 1])
    let found = try #require(try MonotoneHistory(data, weights: [0.1, 0.2, 0.3, 0.4]))
    let long = 0.1 * 1 + 0.2 * 4 + 0.3 * 1 + 0.4 * 9
    let slope = (0.3 * 1 * 2 + 0.4 * 3 * 1) / (0.3 * 1 + 0.4 * 9)
    let residual = (0.3 * (2 - slope) * (2 - slope) + 0.4 * (1 - 3 * slope) * (1 - 3 * slope)) / 0.7
    #expect(found.shortSeries.isEmpty)
    #expect(relativeDifference(found.covariance[0, 0], long) < 1e-15)
    #expect(relativeDifference(found.covariance[1, 0], slope * long) < 1e-14)
    #expect(relativeDifference(found.covariance[1, 1], residual + slope * slope * long) < 1e-14)
  }

  @Test func historiesThatAreNotNestedHaveNone() throws {
    let data = Matrix(rowCount: 3, columnCount: 2, storage: [.nan, 1, 2, 1, 2, .nan])
    #expect(try MonotoneHistory(data, weights: [1, 1, 1]) == nil)
  }

  /// Too few common periods: own variance without covariance, or coefficients by the ridge.
  @Test func shortBlocks() throws {
    var data = FactorSeries.normals(periods: 40, series: 4, seed: 1)
    for t in 0..<35 { data[t, 3] = .nan }
    let weights = [Double](repeating: 1, count: 40)
    let found = try #require(try MonotoneHistory(data, weights: weights))
    #expect(found.shortSeries == [3])
    for i in 0..<3 { #expect(found.covariance[3, i] == 0) }
    let own = (35..<40).reduce(0) { $0 + data[$1, 3] * data[$1, 3] } / 5
    #expect(relativeDifference(found.covariance[3, 3], own) < 1e-14)
    let ridge = try #require(try MonotoneHistory(data, weights: weights, shortBlocks: .ridge))
    #expect(ridge.shortSeries == [3])
    #expect((0..<3).contains { ridge.covariance[3, $0] != 0 })
    #expect(try ridge.covariance.eigenvalues()[0] > 0)
  }

  /// A series that never was has variance 0 and is named.
  @Test func seriesWithoutPeriods() throws {
    let data = Matrix(rowCount: 3, columnCount: 2, storage: [1, 1, 1, .nan, .nan, .nan])
    let found = try #require(try MonotoneHistory(data, weights: [1, 1, 1]))
    #expect(found.shortSeries == [1])
    // Three weights of a third, each a root squared.
    #expect(abs(found.covariance[0, 0] - 1) < 4 * unitRoundoff)
    #expect(found.covariance[1, 0] == 0 && found.covariance[1, 1] == 0)
  }
}
