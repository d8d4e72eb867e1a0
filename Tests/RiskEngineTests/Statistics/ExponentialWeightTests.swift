import TestSupport
import Testing

@testable import RiskEngine

/// Weights that halve, and moments that are updated with them.
@Suite struct ExponentialWeightTests {
  /// Each weight is within two roundings of the power that it is.
  @Test func weightsHalveWithinAHalfLife() {
    let weights = ExponentialWeights.window(count: 300, halfLife: 42)
    #expect(weights.last == 1)
    for index in 42..<300 {
      #expect(relativeDifference(weights[index - 42], weights[index] / 2) < 16 * 0x1p-52)
    }
    #expect(relativeDifference(ExponentialWeights.decay(halfLife: 1), 0.5) < 2 * 0x1p-52)
    #expect(relativeDifference(weights[298], ExponentialWeights.decay(halfLife: 42)) < 2 * 0x1p-52)
  }

  @Test func anInfiniteHalfLifeGivesEqualWeights() {
    #expect(ExponentialWeights.window(count: 5, halfLife: .infinity) == [1, 1, 1, 1, 1])
    #expect(ExponentialWeights.decay(halfLife: .infinity) == 1)
  }

  /// The effective number of observations of a window: (1+λ)/(1−λ) · (1−λ^T)/(1+λ^T).
  @Test(arguments: [(252, 63.0), (504, 126), (252, 42)])
  func effectiveNumber(count: Int, halfLife: Double) {
    let weights = ExponentialWeights.window(count: count, halfLife: halfLife)
    let sum = weights.reduce(0, +)
    let found = sum * sum / weights.reduce(0) { $0 + $1 * $1 }
    let decay = ExponentialWeights.decay(halfLife: halfLife)
    let end = ExponentialWeights.decay(halfLife: halfLife / Double(count))
    // 1 − λ loses the digits that λ shares with 1.
    #expect(relativeDifference(found, (1 + decay) / (1 - decay) * (1 - end) / (1 + end)) < 1e-12)
  }

  /// Ten years of updates against the two-pass formulas over all periods, with periods missing; a large mean does not
  /// cancel.
  @Test(arguments: [0.0, 1000])
  func momentsEqualTwoPasses(mean: Double) {
    var random = TestRandom(seed: 17)
    let count = 2520
    let decay = ExponentialWeights.decay(halfLife: 63)
    var lanes = ExponentialMomentLanes()
    var x: [Double] = []
    var y: [Double] = []
    for _ in 0..<count {
      y.append(mean + random.normal())
      x.append(random.uniform() < 0.1 ? .nan : mean + 0.5 * y[y.count - 1] + random.normal())
      // Another series in another lane.
      var (laneX, laneY) = (Lanes(repeating: .nan), Lanes(repeating: .nan))
      (laneX[3], laneY[3]) = (x[x.count - 1], y[y.count - 1])
      (laneX[4], laneY[4]) = (1, 2)
      lanes.append(laneX, laneY, decay: decay)
    }
    let moments = lanes[3]
    let weights = ExponentialWeights.window(count: count, halfLife: 63)
    let seen = (0..<count).filter { x[$0].isFinite }
    func sum(_ body: (Int) -> Double) -> Double { seen.reduce(0) { $0 + weights[$1] * body($1) } }
    let weight = sum { _ in 1 }
    let meanX = sum { x[$0] } / weight
    let meanY = sum { y[$0] } / weight
    // About 182 effective terms, and a decay whose error of 2⁻⁵³ grows with age.
    let tolerance = 1e-12
    #expect(moments.count == seen.count)
    #expect(relativeDifference(moments.weight, weight) < tolerance)
    #expect(abs(moments.meanX - meanX) < tolerance * max(1, abs(mean)))
    #expect(abs(moments.meanY - meanY) < tolerance * max(1, abs(mean)))
    // Deviations from a mean of 1000 carry its rounding, 1e-13.
    let wide = mean == 0 ? tolerance : 1e-10
    #expect(relativeDifference(moments.squaresX, sum { (x[$0] - meanX) * (x[$0] - meanX) }) < wide)
    #expect(relativeDifference(moments.squaresY, sum { (y[$0] - meanY) * (y[$0] - meanY) }) < wide)
    #expect(relativeDifference(moments.products, sum { (x[$0] - meanX) * (y[$0] - meanY) }) < wide)
  }

  @Test func equalValuesHaveNoVariance() {
    var lanes = ExponentialMomentLanes()
    for _ in 0..<500 { lanes.append(Lanes(repeating: 0.1), Lanes(repeating: 0.3), decay: 0.97) }
    let moments = lanes[7]
    #expect(moments.meanX == 0.1)
    #expect(moments.squaresX == 0)
    #expect(moments.squaresY == 0)
  }
}
