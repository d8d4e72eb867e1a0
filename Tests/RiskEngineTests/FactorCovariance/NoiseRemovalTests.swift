import LinAlg
import TestSupport
import Testing

@testable import RiskEngine

/// Estimation noise, taken out of covariances.
@Suite struct NoiseRemovalTests {
  /// Two eigenproblems of condition some hundreds.
  static let tolerance = 1e-11

  @Test func noNoiseChangesNothing() throws {
    let covariance = FactorSeries.covariance(order: 8, seed: 1)
    let found = try NoiseRemoval(of: .zeros(order: 8), from: covariance)
    #expect(found.cappedCount == 0)
    #expect(FactorSeries.difference(found.covariance, covariance) < Self.tolerance)
  }

  @Test func smallNoiseIsSubtracted() throws {
    let covariance = FactorSeries.covariance(order: 8, seed: 2)
    let smallest = try covariance.eigenvalues()[0]
    var noise = FactorSeries.covariance(order: 8, seed: 3)
    let scale = 0.5 * smallest / noise.trace
    for i in noise.storage.indices { noise.storage[i] *= scale }
    let found = try NoiseRemoval(of: noise, from: covariance)
    let difference = SymmetricMatrix(order: 8) { covariance[$0, $1] - noise[$0, $1] }
    #expect(found.cappedCount == 0)
    #expect(FactorSeries.difference(found.covariance, difference) < Self.tolerance)
    #expect(abs(covariance.trace - found.covariance.trace - noise.trace) < Self.tolerance * covariance.trace)
  }

  /// Noise of twice the covariance in one direction and none elsewhere leaves a tenth of it there.
  @Test func largeNoiseIsCapped() throws {
    let covariance = SymmetricMatrix(order: 3) { $0 == $1 ? [4.0, 1, 0.25][$0] : 0 }
    let noise = SymmetricMatrix(order: 3) { $0 == 1 && $1 == 1 ? 2 : 0 }
    let found = try NoiseRemoval(of: noise, from: covariance, leastShare: 0.1)
    #expect(found.cappedCount == 1)
    let expected = SymmetricMatrix(order: 3) { $0 == $1 ? [4.0, 0.1, 0.25][$0] : 0 }
    #expect(FactorSeries.difference(found.covariance, expected) < 1e-14)
  }

  /// `F − δ S` is positive semidefinite whatever the noise.
  @Test(arguments: 0..<10 as Range<UInt64>)
  func aShareIsAlwaysLeft(seed: UInt64) throws {
    let covariance = FactorSeries.covariance(order: 6, seed: seed)
    let noise = FactorSeries.covariance(order: 6, seed: seed + 100)
    let found = try NoiseRemoval(of: noise, from: covariance, leastShare: 0.1)
    #expect(found.cappedCount > 0)
    let rest = SymmetricMatrix(order: 6) { found.covariance[$0, $1] - 0.1 * covariance[$0, $1] }
    #expect(try rest.eigenvalues()[0] >= -1e-12 * covariance.trace)
    let taken = SymmetricMatrix(order: 6) { covariance[$0, $1] - found.covariance[$0, $1] }
    #expect(try taken.eigenvalues()[0] >= -1e-12 * covariance.trace)
  }

  /// The definition by roots, where nothing, something and everything is capped.
  @Test(arguments: [1e-4, 0.05, 10])
  func agreesWithTheDefinition(size: Double) throws {
    let covariance = FactorSeries.covariance(order: 7, seed: 21)
    let own = FactorSeries.covariance(order: 7, seed: 22)
    let noise = SymmetricMatrix(order: 7) { size * own[$0, $1] }
    let eigen = try SymmetricEigen(consuming: covariance)
    let root = Matrix(rowCount: 7, columnCount: 7) { eigen.vectors[$0, $1] * eigen.values[$1].squareRoot() }
    let inverse = Matrix(rowCount: 7, columnCount: 7) { eigen.vectors[$1, $0] / eigen.values[$0].squareRoot() }
    let relative = try SymmetricEigen(consuming: FactorSeries.transformed(noise, by: inverse))
    let kept = relative.recomposed(values: relative.values.map { 1 - min($0, 0.9) })
    let found = try NoiseRemoval(of: noise, from: covariance, leastShare: 0.1)
    #expect(found.cappedCount == relative.values.count { $0 > 0.9 })
    #expect(try NoiseRemoval.cappedCount(of: noise, from: covariance, leastShare: 0.1) == found.cappedCount)
    let expected = FactorSeries.transformed(kept, by: root)
    #expect(FactorSeries.difference(found.covariance, expected) < Self.tolerance)
  }

  /// Other coordinates of the same factors give the same result in those coordinates, capped or not.
  @Test func isEquivariant() throws {
    let covariance = FactorSeries.covariance(order: 5, seed: 7)
    let noise = FactorSeries.covariance(order: 5, seed: 8)
    let random = FactorSeries.normals(periods: 5, series: 5, seed: 9)
    let map = Matrix(rowCount: 5, columnCount: 5) { ($0 == $1 ? 3 : 0) + random[$0, $1] }
    let direct = try NoiseRemoval(of: noise, from: covariance)
    let mapped = try NoiseRemoval(
      of: FactorSeries.transformed(noise, by: map), from: FactorSeries.transformed(covariance, by: map))
    #expect(direct.cappedCount == mapped.cappedCount)
    let expected = FactorSeries.transformed(direct.covariance, by: map)
    #expect(FactorSeries.difference(mapped.covariance, expected) < Self.tolerance)
  }

  /// A null direction of the covariance stays one.
  @Test func nullDirectionsStay() throws {
    let vector = [1.0, 2, -1, 0.5]
    let projection = Matrix(rowCount: 4, columnCount: 4) { ($0 == $1 ? 1 : 0) - vector[$0] * vector[$1] / 6.25 }
    let covariance = FactorSeries.transformed(FactorSeries.covariance(order: 4, seed: 5), by: projection)
    let noise = FactorSeries.transformed(FactorSeries.covariance(order: 4, seed: 6), by: projection)
    let found = try NoiseRemoval(of: noise, from: covariance)
    for value in found.covariance.multiplied(by: vector) { #expect(abs(value) < 1e-13) }
  }

  /// The definition by eigenvectors of a singular covariance: under a constraint that noise satisfies too, and of fewer
  /// periods than factors, where noise has parts outside the range, which count for nothing.
  @Test(arguments: [1, 3, 5], [0.05, 10])
  func agreesWithTheDefinitionWhereSingular(missing: Int, size: Double) throws {
    let order = 7
    let whole = FactorSeries.covariance(order: order, seed: 31)
    let cut = try SymmetricEigen(consuming: whole)
    let covariance = cut.recomposed(values: cut.values.enumerated().map { $0 < missing ? 0 : $1 })
    let own = FactorSeries.covariance(order: order, seed: 32)
    let noise = SymmetricMatrix(order: order) { size * own[$0, $1] }
    let kept = (missing..<order)
    let root = Matrix(rowCount: order, columnCount: kept.count) {
      cut.vectors[$0, missing + $1] * cut.values[missing + $1].squareRoot()
    }
    let inverse = Matrix(rowCount: kept.count, columnCount: order) {
      cut.vectors[$1, missing + $0] / cut.values[missing + $0].squareRoot()
    }
    let relative = try SymmetricEigen(consuming: FactorSeries.transformed(noise, by: inverse))
    let expected = FactorSeries.transformed(
      relative.recomposed(values: relative.values.map { 1 - min($0, 0.9) }), by: root)
    let found = try NoiseRemoval(of: noise, from: covariance, leastShare: 0.1)
    #expect(FactorSeries.difference(found.covariance, expected) < Self.tolerance)
    let count = relative.values.count { $0 > 0.9 }
    #expect(found.cappedCount == count)
    #expect(try NoiseRemoval.cappedCount(of: noise, from: covariance, leastShare: 0.1) == count)
  }

  /// An indefinite matrix, as pairs of different periods make it: what is negative is left out.
  @Test func negativeDirectionsAreLeftOut() throws {
    let covariance = SymmetricMatrix(order: 3) { $0 == $1 ? [4.0, -1, 0.25][$0] : 0 }
    let noise = SymmetricMatrix(order: 3) { $0 == $1 ? [8.0, 1, 0.01][$0] : 0 }
    let found = try NoiseRemoval(of: noise, from: covariance, leastShare: 0.1)
    let expected = SymmetricMatrix(order: 3) { $0 == $1 ? [0.4, 0, 0.24][$0] : 0 }
    #expect(found.cappedCount == 1)
    #expect(FactorSeries.difference(found.covariance, expected) < 1e-14)
    #expect(try NoiseRemoval.cappedCount(of: noise, from: covariance, leastShare: 0.1) == 1)
  }

  /// The average of noise: plain where complete, exact variances where factors are missing.
  @Test func averages() {
    var average = EstimationNoise(FactorMoment(halfLife: 5, lags: 0))
    average.grow(to: 2)
    #expect(!average.isKnown)
    let first = SymmetricMatrix(order: 2) { $0 == $1 ? 1 : 0.5 }
    let second = SymmetricMatrix(order: 2) { $0 == $1 && $0 == 1 ? 3 : .nan }
    average.append(first)
    average.append(nil)
    average.append(second)
    let decay = ExponentialWeights.decay(halfLife: 5)
    let found = average.average(of: [0, 1])
    #expect(average.isKnown)
    #expect(relativeDifference(found[0, 0], 1) < 1e-15)
    #expect(relativeDifference(found[1, 1], (decay * decay + 3) / (decay * decay + 1)) < 1e-15)
    let expected = 0.5 * decay * decay / (decay * decay * (decay * decay + 1)).squareRoot()
    #expect(relativeDifference(found[1, 0], expected) < 1e-15)
  }
}
