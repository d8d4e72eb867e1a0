import TestSupport
import Testing

@testable import RiskEngine

/// Normal scores of ranks.
@Suite struct RankGaussianizationTests {
  static func scores(_ column: [Double], sample: [Double]? = nil) -> [Double] {
    var column = column
    let sample = sample ?? column.filter { $0.isFinite }
    RankGaussianization.apply(&column, sample: sample.span)
    return column
  }

  /// Ranks 1 to 3 of 3: `Φ⁻¹(0.625 / 3.25)`, 0 and its opposite.
  @Test func ofThreeValues() {
    let result = Self.scores([10, -5, 3])
    #expect(result[0] == StandardNormal.quantile(2.625 / 3.25))
    #expect(result[1] == StandardNormal.quantile(0.625 / 3.25))
    #expect(result[2] == 0)
  }

  @Test func onlyRanksMatter() {
    var random = TestRandom(seed: 1)
    let column = (0..<500).map { _ in random.normal() }
    #expect(Self.scores(column) == Self.scores(column.map { PortableMath.exp($0) * 7 - 100 }))
    #expect(Self.scores(column) != Self.scores(column.reversed()))
  }

  /// Without ties scores are symmetric, and their sum is rounding.
  @Test(arguments: [1, 2, 11, 500])
  func sumToZero(count: Int) {
    var random = TestRandom(seed: 2)
    let result = Self.scores((0..<count).map { _ in random.normal() })
    // Each opposite pair cancels to a few units in the last place of at most 3.
    #expect(abs(result.reduce(0, +)) < 1e-13 * Double(count))
  }

  @Test func equalValuesShareTheirAverageRank() {
    let result = Self.scores([1, 2, 2, 2, 3, .nan, -0.0, 0.0])
    #expect(result[1] == result[2] && result[2] == result[3])
    #expect(result[1] == StandardNormal.quantile((5 - 0.375) / 7.25))
    #expect(result[6] == result[7] && result[6] == StandardNormal.quantile((1.5 - 0.375) / 7.25))
    #expect(result[5].isNaN)
    #expect(Self.scores(Array(repeating: 4, count: 9)) == Array(repeating: 0, count: 9))
  }

  /// Values outside of the universe are ranked among those inside, and move none of them.
  @Test func outsidersAreRankedAmongMembers() {
    let sample: [Double] = [1, 2, 3, 4]
    let result = Self.scores(sample + [2, 2.5, -9, 99, .infinity], sample: sample)
    #expect(Array(result[0..<4]) == Self.scores(sample))
    #expect(result[4] == result[1])
    #expect(result[5] == 0)
    #expect(result[6] == StandardNormal.quantile((0.5 - 0.375) / 4.25))
    // Symmetric to rounding.
    #expect(abs(result[7] + result[6]) < 1e-14)
    #expect(result[8].isNaN)
    #expect(Self.scores([1, 2], sample: []).allSatisfy { $0.isNaN })
  }

  /// In a recipe: outliers do not matter, and nothing is clipped.
  @Test func replacesWinsorization() throws {
    var date = RandomCrossSection(rows: 300, descriptors: 7, seed: 3)
    var recipe = RandomCrossSection.recipe()
    recipe.gaussianizes = true
    let before = try date.assembled(recipe)
    let largest = try #require(
      date.caps.indices.filter { date.members[$0] && date.descriptors[6][$0].isFinite }
        .max { date.descriptors[6][$0] < date.descriptors[6][$1] })
    // It stays the largest; nothing outside lies beyond it.
    for row in date.caps.indices where !date.members[row] { date.descriptors[6][row] = .nan }
    let reference = try date.assembled(recipe)
    date.descriptors[6][largest] *= date.descriptors[6][largest] > 0 ? 1e6 : 1e-6
    let after = try date.assembled(recipe)
    #expect(after.styles.map { $0.map(\.bitPattern) } == reference.styles.map { $0.map(\.bitPattern) })
    #expect(before.clipped.isEmpty && before.descriptors.allSatisfy { $0.cuts == nil && !$0.lacksRobustScale })
  }
}
