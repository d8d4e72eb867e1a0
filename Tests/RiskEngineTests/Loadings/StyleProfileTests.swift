import Testing

@testable import RiskEngine

/// Named sets of styles.
@Suite struct StyleProfileTests {
  @Test func namesAreUnique() {
    #expect(StyleProfile.all.map(\.name) == ["equity-core", "equity-compact"])
    for profile in StyleProfile.all { #expect(StyleProfile.named(profile.name)?.styles == profile.styles) }
    #expect(StyleProfile.named("equity") == nil)
  }

  /// Every profile is valid at every frequency, with weights that sum to 1, and its powers and orthogonalizations are of
  /// earlier styles.
  @Test(arguments: StyleProfile.all.map(\.name), [252, 52, 12])
  func profilesAreValid(name: String, periodsPerYear: Int) throws {
    let profile = try #require(StyleProfile.named(name))
    var earlier: Set<String> = []
    for style in profile.styles {
      switch style.content {
      case .descriptors(let parts):
        for part in parts { try part.request.validate(periodsPerYear: periodsPerYear) }
        // Weights of two digits sum to 1 within a rounding each.
        #expect(abs(parts.reduce(0) { $0 + $1.weight } - 1) <= 4 * 0x1p-53, "\(style.name)")
      case .power(let other, _): #expect(earlier.contains(other), "\(style.name)")
      }
      #expect(style.orthogonalization?.styles.allSatisfy { earlier.contains($0) } ?? true, "\(style.name)")
      #expect(earlier.insert(style.name).inserted)
    }
  }

  /// Everything in the profiles can be computed of a market that has every field.
  @Test(arguments: StyleProfile.all.map(\.name))
  func profilesHaveValues(name: String) throws {
    let profile = try #require(StyleProfile.named(name))
    let (requests, _) = StyleDefinition.resolve(profile.styles)
    let market = DescriptorMarket.random(assets: 6, dates: 66, year: 12, seed: 8)
    let run = try market.run(requests, periodsPerYear: 12)
    #expect(run.engine.skipped.isEmpty)
    for (column, request) in requests.enumerated() {
      #expect(run.days.last?.values[column].contains { $0.isFinite } == true, "\(request.name)")
    }
  }
}
