import LinAlg
import TestSupport
import Testing

@testable import RiskEngine

/// Biases of eigenvalues.
@Suite struct EigenfactorTests {
  static func settings(_ simulations: Int, seed: UInt64 = 1) -> EigenfactorSettings {
    var settings = EigenfactorSettings()
    settings.simulations = simulations
    settings.seed = seed
    return settings
  }

  static func scalings(
    _ covariance: SymmetricMatrix, _ settings: EigenfactorSettings, periods: Int, correlation: FactorMoment,
    variance: FactorMoment? = nil, workers: Int = 1
  ) throws -> EigenfactorScalings {
    var draws: EigenfactorDraws?
    return try EigenfactorScalings(
      covariance, periodCount: periods, settings: settings, correlation: correlation,
      variance: variance ?? correlation, draws: &draws, workers: workers)
  }

  /// A diagonal matrix with eigenvalues spread evenly in logarithms.
  static func spread(_ order: Int, from low: Double, to high: Double) -> SymmetricMatrix {
    SymmetricMatrix(order: order) {
      $0 == $1 ? PortableMath.exp(low + (high - low) * Double($0) / Double(order - 1)) : 0
    }
  }

  static let equal = FactorMoment(halfLife: .infinity, lags: 0)

  /// Histories drawn, turned into factor returns and put through the estimator one by one.
  @Test(arguments: [
    (FactorMoment(halfLife: 60, lags: 2), FactorMoment(halfLife: 30, lags: 5)),
    (FactorMoment(halfLife: 40, lags: 1), FactorMoment(halfLife: 40, lags: 1)),
  ])
  func agreesWithHistoriesPutThroughTheEstimator(correlation: FactorMoment, variance: FactorMoment) throws {
    let order = 5
    let covariance = FactorSeries.covariance(order: order, seed: 3)
    let settings = Self.settings(7, seed: 9)
    let periods = 126
    let eigen = try SymmetricEigen(consuming: covariance)
    let stream = RandomStream(seed: 9, stream: 200)
    var sums = [Double](repeating: 0, count: order)
    for simulation in 0..<7 as Range<UInt32> {
      // Series 0 is the largest eigenfactor, draw 0 the latest period.
      let returns = Matrix(rowCount: periods, columnCount: order) { row, factor in
        (0..<order).reduce(0) { sum, k in
          let normal = stream.normal(draw: periods - 1 - row, id: UInt32(order - 1 - k), date: simulation)
          return sum + eigen.vectors[factor, k] * eigen.values[k].squareRoot() * normal
        }
      }
      func estimate(_ moment: FactorMoment) -> SymmetricMatrix {
        FactorSeries.neweyWest(
          returns, weights: FactorSeries.weights(periods, halfLife: moment.halfLife),
          lagWeights: NeweyWest.lagWeights(lags: moment.lags))
      }
      let (c, v) = (estimate(correlation), estimate(variance))
      let simulated = SymmetricMatrix(order: order) {
        c[$0, $1] * (v[$0, $0] * v[$1, $1] / (c[$0, $0] * c[$1, $1])).squareRoot()
      }
      let found = try SymmetricEigen(consuming: simulated)
      for k in 0..<order {
        let vector = found.vectors.column(k)
        sums[k] += zip(vector, covariance.multiplied(by: vector)).reduce(0) { $0 + $1.0 * $1.1 } / found.values[k]
      }
    }
    let found = try Self.scalings(
      covariance, settings, periods: periods, correlation: correlation, variance: variance)
    #expect(found.outcome == .simulated && found.gamma == found.bias)
    for k in 0..<order {
      // Eigenvalues that differ a hundredfold, and vectors of neighbours that differ by a few percent.
      #expect(relativeDifference(found.bias[k], (sums[k] / 7).squareRoot()) < 1e-10)
    }
  }

  @Test func theSameBitsForAnyWorkers() throws {
    let covariance = FactorSeries.covariance(order: 6, seed: 4)
    let moments = (FactorMoment(halfLife: 60, lags: 2), FactorMoment(halfLife: 30, lags: 5))
    let one = try Self.scalings(
      covariance, Self.settings(20), periods: 130, correlation: moments.0, variance: moments.1)
    for workers in [2, 3] {
      let other = try Self.scalings(
        covariance, Self.settings(20), periods: 130, correlation: moments.0, variance: moments.1, workers: workers)
      #expect(one == other)
    }
    // Draws kept from another length or order are made anew.
    var draws: EigenfactorDraws?
    for periods in [300, 130] {
      let found = try EigenfactorScalings(
        covariance, periodCount: periods, settings: Self.settings(20), correlation: moments.0, variance: moments.1,
        draws: &draws)
      #expect((found == one) == (periods == 130))
    }
    #expect(draws?.periodCount == 126 && draws?.order == 6)
  }

  /// A log-spread spectrum of 20, 242 equal periods: 1.147 for the smallest and 0.959 for the largest.
  ///
  /// Those come from an independent simulation of the same case; both have a Monte Carlo error of about
  /// `½ √(2/(242 M))`, 0.0014 for a thousand simulations, and the tolerance is five of the two together.
  @Test func aLogSpreadSpectrum() throws {
    var settings = Self.settings(1000)
    settings.lengthStep = 242
    let found = try Self.scalings(
      Self.spread(20, from: -3, to: 1), settings, periods: 242, correlation: Self.equal, workers: 2)
    #expect(abs(found.bias[0] - 1.147) < 0.01)
    #expect(abs(found.bias[19] - 0.959) < 0.01)
    #expect(found.bias[0] > found.bias[5] && found.bias[5] > found.bias[19])
  }

  /// The bias vanishes with the number of periods, at the rate `m / T`.
  @Test func manyPeriodsHaveNoBias() throws {
    let covariance = Self.spread(10, from: -3, to: 1)
    let short = try Self.scalings(covariance, Self.settings(300), periods: 252, correlation: Self.equal)
    let long = try Self.scalings(covariance, Self.settings(300), periods: 2520, correlation: Self.equal)
    let ratio = (short.bias[0] - 1) / (long.bias[0] - 1)
    // 10 to leading order; the Monte Carlo error of the denominator is about a tenth.
    #expect(ratio > 6 && ratio < 16)
  }

  @Test func scaleAndRotationDoNotMatter() throws {
    let order = 6
    let covariance = FactorSeries.covariance(order: order, seed: 5)
    let one = try Self.scalings(covariance, Self.settings(50), periods: 126, correlation: Self.equal)
    let scaled = try Self.scalings(
      SymmetricMatrix(order: order) { 4 * covariance[$0, $1] }, Self.settings(50), periods: 126,
      correlation: Self.equal)
    for (left, right) in zip(one.bias, scaled.bias) { #expect(relativeDifference(left, right) < 1e-10) }
    // The estimate has the draws' signs: give the rotated eigenvectors the signs that the convention gives.
    let eigen = try SymmetricEigen(consuming: covariance)
    let diagonal = SymmetricMatrix(order: order) { $0 == $1 ? eigen.values[$0] : 0 }
    let rotated = try Self.scalings(diagonal, Self.settings(50), periods: 126, correlation: Self.equal)
    for (left, right) in zip(one.bias, rotated.bias) { #expect(relativeDifference(left, right) < 1e-10) }
  }

  /// Eigenvectors stay, eigenvalues are scaled by `γ²`.
  @Test func scalingsAreApplied() throws {
    let covariance = FactorSeries.covariance(order: 5, seed: 6)
    let scalings = EigenfactorScalings(
      gamma: [1.3, 1.2, 1.1, 1, 0.9], bias: [1.3, 1.2, 1.1, 1, 0.9], outcome: .simulated)
    let found = try scalings.applied(to: covariance)
    let eigen = try SymmetricEigen(consuming: covariance)
    for k in 0..<5 {
      let vector = eigen.vectors.column(k)
      let expected = scalings.gamma[k] * scalings.gamma[k] * eigen.values[k]
      for (left, right) in zip(found.multiplied(by: vector), vector) {
        #expect(abs(left - expected * right) < 1e-13 * covariance.trace)
      }
    }
    // More eigenfactors than scalings: the largest keep theirs, the smallest take the last one.
    let few = EigenfactorScalings(gamma: [1.2, 1.1], bias: [1.2, 1.1], outcome: .simulated)
    let values = try few.applied(to: covariance).eigenvalues()
    #expect(relativeDifference(values[4], 1.21 * eigen.values[4]) < 1e-12)
    #expect(relativeDifference(values[3], 1.44 * eigen.values[3]) < 1e-12)
    #expect(relativeDifference(values[0], 1.44 * eigen.values[0]) < 1e-10)
  }

  /// `a = 0` changes nothing; otherwise `γ = a (p − 1) + 1` with the parabola of the later eigenfactors.
  @Test func scaledMode() throws {
    let covariance = FactorSeries.covariance(order: 8, seed: 7)
    var settings = Self.settings(40)
    settings.mode = .scaled(amplification: 0)
    let none = try Self.scalings(covariance, settings, periods: 126, correlation: Self.equal)
    #expect(none.gamma == Array(repeating: 1, count: 8))
    #expect(try none.applied(to: covariance) == covariance)
    settings.mode = .scaled
    let found = try Self.scalings(covariance, settings, periods: 126, correlation: Self.equal)
    // Least squares of 1, k, k² over k = 3…8 by QR.
    let design = Matrix(rowCount: 6, columnCount: 3) { row, power in
      (0..<power).reduce(1) { value, _ in value * Double(row + 3) }
    }
    let coefficients = QR(consuming: design).leastSquares(Array(found.bias[2...])).coefficients
    for k in 0..<8 {
      let x = Double(k + 1)
      let parabola = coefficients[0] + x * (coefficients[1] + x * coefficients[2])
      #expect(abs(found.gamma[k] - (1.4 * (parabola - 1) + 1)) < 1e-10)
    }
    let small = try Self.scalings(
      FactorSeries.covariance(order: 2, seed: 7), settings, periods: 126, correlation: Self.equal)
    #expect(small.outcome == .noParabola)
  }

  /// A null direction has no scaling, and the others are those of the matrix without it.
  @Test func nullDirectionsAreLeftOut() throws {
    let part = FactorSeries.covariance(order: 4, seed: 8)
    let root = 0.5.squareRoot()
    // The last factor, doubled over two coordinates whose difference is always zero.
    let map = Matrix(rowCount: 5, columnCount: 4) {
      $0 < 3 ? ($0 == $1 ? 1 : 0) : ($1 == 3 ? root : 0)
    }
    let full = map.multiplied(by: part.full).view.multiplied(by: map.view.transposed)
    let singular = SymmetricMatrix(order: 5) { full[$0, $1] }
    let one = try Self.scalings(part, Self.settings(30), periods: 126, correlation: Self.equal)
    let other = try Self.scalings(singular, Self.settings(30), periods: 126, correlation: Self.equal)
    #expect(other.gamma.count == 4)
    for (left, right) in zip(one.gamma, other.gamma) { #expect(relativeDifference(left, right) < 1e-10) }
    let adjusted = try other.applied(to: singular)
    #expect(abs(adjusted[3, 3] - adjusted[4, 3]) < 1e-14)
  }

  /// Equal eigenvalues share one scaling.
  @Test func clustersShareTheirMean() throws {
    let covariance = SymmetricMatrix(order: 5) { $0 == $1 ? ($0 < 3 ? 1 : Double($0)) : 0 }
    let found = try Self.scalings(covariance, Self.settings(30), periods: 126, correlation: Self.equal)
    #expect(found.bias[0] == found.bias[1] && found.bias[1] == found.bias[2])
    #expect(found.bias[3] != found.bias[4])
  }

  @Test func outcomes() throws {
    let nothing = try Self.scalings(.zeros(order: 3), Self.settings(5), periods: 100, correlation: Self.equal)
    #expect(nothing.outcome == .noVariance && nothing.gamma.isEmpty)
    #expect(try nothing.applied(to: .zeros(order: 3)) == .zeros(order: 3))
    let covariance = Self.spread(70, from: -1, to: 1)
    let few = try Self.scalings(covariance, Self.settings(5), periods: 40, correlation: Self.equal)
    #expect(few.outcome == .tooFewPeriods && few.gamma == Array(repeating: 1, count: 70))
  }

  /// The Wishart form is exact in law for equal weights without lags: both forms agree within Monte Carlo error.
  @Test func wishartHistories() throws {
    let covariance = Self.spread(10, from: -2, to: 1)
    var settings = Self.settings(1000)
    let full = try Self.scalings(covariance, settings, periods: 252, correlation: Self.equal, workers: 2)
    settings.form = .wishart
    let wishart = try Self.scalings(covariance, settings, periods: 252, correlation: Self.equal, workers: 2)
    // se ≈ ½ √(2/(252 · 1000)) each; two of them, level 1e-6 over 10 comparisons.
    let bound = 5.4 * 0.5 * (2.0 / 252_000).squareRoot() * 2.0.squareRoot()
    for (left, right) in zip(full.bias, wishart.bias) { #expect(abs(left - right) < bound) }
    #expect(full.bias != wishart.bias)
  }

  @Test func scalingsAreSaved() throws {
    let scalings = EigenfactorScalings(gamma: [1.1, .nan], bias: [1, 2], outcome: .tooFewPeriods)
    var writer = StateWriter()
    scalings.save(to: &writer)
    var reader = StateReader(writer.bytes)
    let found = try EigenfactorScalings(from: &reader)
    #expect(found.gamma[0] == 1.1 && found.gamma[1].isNaN && found.bias == [1, 2] && found.outcome == .tooFewPeriods)
    #expect(reader.isAtEnd)
  }

  /// R10: new histories, from another seed: `D̃ / (v² D)` is 1 for every eigenfactor; without `v` the smallest fails.
  @Test func newHistoriesAreUnbiased() throws {
    let (order, periods, histories, simulations) = (12, 252, 200, 600)
    let covariance = FactorSeries.covariance(order: order, seed: 10)
    let moments = (FactorMoment(halfLife: 126, lags: 2), FactorMoment(halfLife: 42, lags: 3))
    let scalings = try Self.scalings(
      covariance, Self.settings(simulations), periods: periods, correlation: moments.0, variance: moments.1, workers: 2)
    var ratios = [[Double]](repeating: [], count: order)
    for history in 0..<histories {
      var single = Self.settings(1, seed: UInt64(5000 + history))
      single.mode = .simulated
      let one = try Self.scalings(covariance, single, periods: periods, correlation: moments.0, variance: moments.1)
      for k in 0..<order { ratios[k].append(one.bias[k] * one.bias[k]) }
    }
    for k in 0..<order {
      let square = scalings.bias[k] * scalings.bias[k]
      let scaled = ratios[k].map { $0 / square }
      let mean = scaled.reduce(0, +) / Double(histories)
      let variance = scaled.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(histories - 1)
      let bound = 4.89 * (variance * (1 / Double(histories) + 1 / Double(simulations))).squareRoot()
      #expect(abs(mean - 1) <= bound, "eigenfactor \(k)")
      if k == 0 {
        let without = ratios[0].reduce(0, +) / Double(histories)
        #expect(abs(without - 1) > bound)
      }
    }
  }
}
