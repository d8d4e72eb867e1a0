import RiskEngine
import Testing

/// What is refused of a recipe, and how it is said.
@Suite struct LoadingRecipeTests {
  static func message(_ change: (inout LoadingRecipe) -> Void, descriptors: Int = 7, groups: Int = 1) -> String? {
    var recipe = RandomCrossSection.recipe()
    change(&recipe)
    do throws(LoadingRecipeError) {
      _ = try recipe.validated(descriptorCount: descriptors, groupCount: groups)
      return nil
    } catch {
      return error.description
    }
  }

  @Test func aSoundRecipeIsItself() throws {
    let recipe = RandomCrossSection.recipe()
    #expect(try recipe.validated(descriptorCount: 7, groupCount: 1) == recipe)
    // The style `size` and the group are those of the defaults, where there are any.
    #expect(Self.message({ $0.styles = [StyleRecipe("value", [.init(descriptor: 1)])] }, groups: 0) == nil)
  }

  @Test func stylesHaveToBeThere() {
    #expect(Self.message { $0.styles = [] } == "there are no styles; expected one at least")
    #expect(Self.message { $0.styles[0].name = "" } == "a style has no name")
    #expect(Self.message { $0.styles[4].name = "value" } == "style 'value': there are two of this name")
    #expect(Self.message { $0.styles[2].content = .descriptors([]) } == "style 'value': it has no descriptors")
  }

  @Test func referencesAreToEarlierStyles() {
    #expect(
      Self.message { $0.styles[1].content = .power(of: "sise", exponent: 3) }
        == "style 'cube': it is a power of 'sise', which is no style; did you mean 'size'?")
    #expect(
      Self.message { $0.styles[1].content = .power(of: "value", exponent: 3) }
        == "style 'cube': it is a power of 'value', which comes later; expected an earlier style")
    #expect(
      Self.message { $0.styles[1].content = .power(of: "cube", exponent: 3) } == "style 'cube': it is a power of itself"
    )
    #expect(
      Self.message { $0.styles[3].orthogonalization = Orthogonalization(to: ["size", "risk"]) }
        == "style 'risk': it is orthogonal to itself")
    #expect(
      Self.message { $0.styles[3].orthogonalization = Orthogonalization(to: []) }
        == "style 'risk': it is orthogonal to nothing")
    // A cycle needs a style that comes later.
    #expect(Self.message { $0.styles.swapAt(0, 1) }?.contains("which comes later") == true)
  }

  @Test(arguments: [0, -1, Double.nan, .infinity])
  func numbersAreChecked(bad: Double) {
    #expect(
      Self.message { $0.styles[0].content = .descriptors([.init(descriptor: 0, weight: bad)]) }?
        .contains("weight is \(bad)") == true)
    #expect(
      Self.message { $0.styles[1].content = .power(of: "size", exponent: bad) }?.contains("exponent is \(bad)") == true)
    #expect(Self.message { $0.winsorization = .medianDeviation(multiple: bad) }?.contains("multiple of \(bad)") == true)
    #expect(
      Self.message { $0.winsorization = .threeGroup(clip: bad, outlier: 10, removes: false) }?.contains("\(bad)")
        == true)
    #expect(Self.message { $0.winsorization = .smooth(clip: bad, limit: 3.5) }?.contains("\(bad)") == true)
  }

  @Test func rangesAreChecked() {
    for tail in [-0.1, 0.5, 1, .nan] {
      #expect(Self.message { $0.winsorization = .quantile(tail: tail) }?.contains("a tail of \(tail)") == true)
    }
    #expect(Self.message { $0.winsorization = .threeGroup(clip: 3, outlier: 2, removes: false) } != nil)
    #expect(Self.message { $0.winsorization = .smooth(clip: 3, limit: 3) } != nil)
    for limit in [-0.1, 1.1, .nan] {
      #expect(Self.message { $0.imputation?.limit = limit }?.contains("\(limit); expected 0 to 1") == true)
    }
    #expect(Self.message({ _ in }, descriptors: 6) == "style 'growth': it has descriptor 6 of 6")
    #expect(Self.message { $0.standardization.group = 1 } == "standardization is within group 1 of 1")
    #expect(Self.message { $0.imputation?.group = 1 } == "imputation is by group 1 of 1")
    #expect(
      Self.message { $0.imputation?.size = "sizes" }
        == "imputation is by the size 'sizes', which is no style; did you mean 'size'?")
  }

  /// Descriptors that several styles use are computed once.
  @Test func definitionsShareTheirDescriptors() {
    let (requests, recipes) = StyleDefinition.resolve([
      StyleDefinition("a", .descriptors([.init("book_to_price"), .init("momentum", weight: 2)])),
      StyleDefinition("b", .descriptors([.init("momentum")])),
      StyleDefinition("c", .power(of: "a", exponent: 2), orthogonalization: Orthogonalization(to: ["b"])),
    ])
    #expect(requests.map(\.name) == ["book_to_price", "momentum"])
    #expect(
      recipes == [
        StyleRecipe("a", [.init(descriptor: 0), .init(descriptor: 1, weight: 2)]),
        StyleRecipe("b", [.init(descriptor: 1)]),
        StyleRecipe("c", powerOf: "a", exponent: 2, orthogonalization: Orthogonalization(to: ["b"])),
      ])
  }

  @Test func profilesAreSound() throws {
    for profile in StyleProfile.all {
      let (requests, recipes) = StyleDefinition.resolve(profile.styles)
      _ = try LoadingRecipe(styles: recipes).validated(descriptorCount: requests.count, groupCount: 1)
    }
  }
}
