import TestSupport
import Testing

@testable import RiskEngine

/// Size groups, and shrinkage to them.
@Suite struct SizeShrinkageTests {
  private static func groups(_ caps: [Double]) -> SizeGroups {
    var groups = SizeGroups()
    groups.assign(caps: caps, assets: caps.indices.map { Int32($0) }, ranks: caps.indices.map { Int32($0) })
    return groups
  }

  private struct Draw {
    var caps: [Double] = []
    var volatilities: [Double] = []

    init(count: Int, seed: UInt64) {
      var random = TestRandom(seed: seed)
      for _ in 0..<count {
        caps.append(1e6 + 1e9 * random.uniform())
        volatilities.append(0.005 + 0.05 * random.uniform())
      }
    }

    func shrunk(_ strength: Double, groups: SizeGroups) -> [Double] {
      BayesianShrinkage.apply(volatilities, caps: caps, groups: groups, strength: strength)
    }
  }

  /// One group below 40 rows, ten from 200 on, of counts that differ by one at most, in the order of caps.
  @Test(arguments: [1, 19, 39, 40, 77, 199, 200, 201, 1234])
  func groupsAreOfEqualCounts(count: Int) {
    let caps = Draw(count: count, seed: 1).caps
    let groups = Self.groups(caps)
    #expect(groups.count == max(1, min(10, count / 20)))
    let sizes = (0..<groups.count).map { group in groups.groups.count { Int($0) == group } }
    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    for a in 0..<min(count, 50) {
      for b in 0..<count where caps[a] < caps[b] { #expect(groups.groups[a] <= groups.groups[b]) }
    }
  }

  /// Equal caps are ranked by the place of the asset, whatever the rows; rows without a cap have no group.
  @Test func tiesGoByAsset() {
    var groups = SizeGroups()
    let assets = (0..<40).map { Int32(39 - $0) }
    let ranks = (0..<40).map { Int32(($0 * 7) % 40) }
    groups.assign(caps: Array(repeating: 5, count: 40), assets: assets, ranks: ranks)
    for row in 0..<40 { #expect(groups.groups[row] == (ranks[Int(assets[row])] < 20 ? 0 : 1)) }
    groups.assign(caps: [3, 0, .nan, 4], assets: [0, 1, 2, 3], ranks: ranks)
    #expect(groups.groups == [0, -1, -1, 0])
  }

  /// The definition, to 1e-13; 0 leaves every bit, and a great deal leaves the mean.
  @Test(arguments: [0.1, 1, 20])
  func shrinkageIsThatOfTheDefinition(strength: Double) {
    let draw = Draw(count: 120, seed: 2)
    let groups = Self.groups(draw.caps)
    let shrunk = draw.shrunk(strength, groups: groups)
    let most = draw.shrunk(1e6, groups: groups)
    #expect(draw.shrunk(0, groups: groups) == draw.volatilities)
    for group in 0..<6 {
      let rows = draw.caps.indices.filter { Int(groups.groups[$0]) == group }
      let total = rows.reduce(0) { $0 + draw.caps[$1] }
      let mean = rows.reduce(0) { $0 + draw.caps[$1] / total * draw.volatilities[$1] }
      let spread =
        (rows.reduce(0) { $0 + (draw.volatilities[$1] - mean) * (draw.volatilities[$1] - mean) } / Double(rows.count))
        .squareRoot()
      for row in rows {
        let deviation = draw.volatilities[row] - mean
        // Of the same sign, so that the order stays; and never above Δ / q.
        let expected = mean + deviation * spread / (spread + strength * abs(deviation))
        #expect(relativeDifference(shrunk[row], expected) <= 1e-13)
        #expect(abs(shrunk[row] - mean) <= spread / strength * (1 + 1e-12))
        #expect(abs(most[row] - mean) <= 1e-6 * spread)
      }
      let byVolatility = rows.sorted { draw.volatilities[$0] < draw.volatilities[$1] }
      for (lower, upper) in zip(byVolatility, byVolatility.dropFirst()) { #expect(shrunk[lower] < shrunk[upper]) }
    }
  }

  /// A power of two changes no bit but the exponent.
  @Test func unitsDoNotMatter() {
    var draw = Draw(count: 50, seed: 3)
    let groups = Self.groups(draw.caps)
    let shrunk = draw.shrunk(0.1, groups: groups)
    draw.volatilities = draw.volatilities.map { 4 * $0 }
    #expect(draw.shrunk(0.1, groups: groups) == shrunk.map { 4 * $0 })
  }

  /// Volatilities that are all equal stay, as does that of a row without a group; what is missing stays missing.
  @Test func nothingToShrinkStays() {
    var draw = Draw(count: 30, seed: 4)
    draw.volatilities = Array(repeating: 0.25, count: 30)
    draw.caps = Array(repeating: 2, count: 30)
    draw.caps[3] = 0
    draw.volatilities[3] = 7
    draw.volatilities[4] = .nan
    let shrunk = draw.shrunk(0.1, groups: Self.groups(draw.caps))
    for row in 0..<30 where row != 4 { #expect(shrunk[row] == draw.volatilities[row]) }
    #expect(shrunk[4].isNaN)
  }
}
