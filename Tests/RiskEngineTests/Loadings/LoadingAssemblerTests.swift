import TestSupport
import Testing

@testable import RiskEngine

/// A date from descriptors to styles: against a second implementation, and what holds of the whole.
@Suite struct LoadingAssemblerTests {
  static func bits(_ result: LoadingCrossSection) -> [[UInt64]] { result.styles.map { $0.map(\.bitPattern) } }

  /// Every way of winsorizing, both means, with and without clipping first.
  @Test(arguments: WinsorizationTests.methods, [true, false])
  func agreesWithASecondImplementation(method: Winsorization, clipsBefore: Bool) throws {
    for (seed, rows) in [40, 300, 900].enumerated() {
      let date = RandomCrossSection(rows: rows, descriptors: 7, seed: UInt64(seed))
      var recipe = RandomCrossSection.recipe()
      recipe.winsorization = method
      recipe.clipsBeforeOrthogonalization = clipsBefore
      recipe.standardization.mean = clipsBefore ? .cap : .equal
      let result = try date.assembled(recipe)
      let other = NaiveLoadings.styles(recipe, date)
      for style in recipe.styles.indices {
        for (left, right) in zip(result.styles[style], other[style]) {
          // The cube of a size beyond the clip reaches some hundreds; normal equations lose a few digits more.
          #expect(left.isNaN ? right.isNaN : abs(left - right) <= 1e-10 * max(1, abs(right)))
        }
      }
    }
  }

  /// A row has the weighted mean of what it has of a composite's descriptors.
  @Test func compositesAreOfWhatIsThere() throws {
    var date = RandomCrossSection(rows: 200, descriptors: 3, missing: 0, seed: 1)
    for row in 0..<20 { date.descriptors[1][row] = .nan }
    for row in 10..<20 { date.descriptors[2][row] = .nan }
    var recipe = LoadingRecipe(styles: [
      StyleRecipe("first", [.init(descriptor: 1)]), StyleRecipe("second", [.init(descriptor: 2)]),
      StyleRecipe("both", [.init(descriptor: 1, weight: 3), .init(descriptor: 2, weight: 1)]),
    ])
    recipe.imputation = nil
    recipe.winsorization = .none
    let styles = try date.assembled(recipe).styles
    let mixed = (0..<200).map { row in
      row < 10 ? styles[1][row] : 0.75 * styles[0][row] + 0.25 * styles[1][row]
    }
    let expected = NaiveLoadings.standardize(mixed, date.members, date.caps, capWeighted: true)
    for row in 0..<200 {
      #expect(row >= 10 && row < 20 ? styles[2][row].isNaN : abs(styles[2][row] - expected[row]) < 1e-12)
    }
  }

  /// A descriptor that is missing for the whole date leaves a composite to the others.
  @Test(arguments: [true, false])
  func aMissingDescriptorLeavesTheOthers(matchesVariance: Bool) throws {
    var date = RandomCrossSection(rows: 200, descriptors: 7, seed: 1)
    date.descriptors[3] = date.descriptors[3].map { _ in 5 }
    var recipe = RandomCrossSection.recipe()
    recipe.matchesVariance = matchesVariance
    let result = try date.assembled(recipe)
    #expect(result.descriptors[3].missing == .constant && result.descriptors[3].missingCount == 200)
    #expect(result.outcomes[3].missing == nil)
    recipe.styles[3].content = .descriptors([.init(descriptor: 4, weight: 0.15), .init(descriptor: 5, weight: 0.1)])
    for (left, right) in zip(result.styles[3], try date.assembled(recipe).styles[3]) { #expect(left == right) }
  }

  /// Independent descriptors of equal weight: one of two has `√2` times the deviation of a mean of both, and is scaled back
  /// by that.
  @Test func matchedVarianceOfOneOfTwo() throws {
    var date = RandomCrossSection(rows: 400, descriptors: 3, missing: 0, seed: 6)
    date.inEstimation = date.inEstimation.map { _ in true }
    // Signs of period two and four: uncorrelated to the bit.
    for row in 0..<400 {
      date.descriptors[1][row] = row % 2 == 0 ? -1 : 1
      date.descriptors[2][row] = row / 2 % 2 == 0 ? -1 : 1
    }
    date.caps = date.caps.map { _ in 1 }
    let parts = [StyleRecipe.Part(descriptor: 1), StyleRecipe.Part(descriptor: 2)]
    let whole = Composite(parts, matchesVariance: false)
    let matched = Composite(parts, matchesVariance: true)
    let rows = Array(Int32(0)..<400)
    var columns = date.descriptors
    #expect(matched.column(of: columns, rows: rows, count: 400) == whole.column(of: columns, rows: rows, count: 400))
    for row in 0..<4 { columns[1][row] = .nan }
    let after = matched.column(of: columns, rows: rows, count: 400)
    for row in 0..<4 {
      // The four that are missing are one period, so the correlation stays 0.
      #expect(abs(after[row] - columns[2][row] * 0.5.squareRoot()) < 1e-14)
    }
    #expect(Array(after[4...]) == Array(whole.column(of: columns, rows: rows, count: 400)[4...]))
  }

  @Test func powersKeepTheSign() throws {
    let date = RandomCrossSection(rows: 200, descriptors: 2, missing: 0, seed: 7)
    var recipe = LoadingRecipe(styles: [StyleRecipe("size", [.init(descriptor: 0)])])
    recipe.winsorization = .none
    for exponent in [1, 2, 3, 2.5, 3.0.nextUp] {
      recipe.styles.append(StyleRecipe("power \(exponent)", powerOf: "size", exponent: exponent))
    }
    let styles = try date.assembled(recipe).styles
    for (place, exponent) in [1, 2, 3, 2.5, 3.0.nextUp].enumerated() {
      let powers = styles[0].map { x in
        (x < 0 ? -1 : 1) * PortableMath.exp(exponent * PortableMath.log(abs(x)))
      }
      let expected = NaiveLoadings.standardize(powers, date.members, date.caps, capWeighted: true)
      // Rounding of a logarithm times the exponent, of powers up to some hundred.
      for (left, right) in zip(styles[place + 1], expected) { #expect(abs(left - right) < 1e-12 * max(1, abs(right))) }
    }
  }

  // MARK: Imputation

  /// Exactly linear in size within labels: filled exactly.
  @Test func imputationRecoversALinearStyle() throws {
    var date = RandomCrossSection(rows: 300, descriptors: 2, missing: 0, seed: 9)
    for row in 0..<300 { date.descriptors[1][row] = Double(date.groups[0][row]) + 0.5 * date.descriptors[0][row] }
    var recipe = LoadingRecipe(styles: [
      StyleRecipe("size", [.init(descriptor: 0)]), StyleRecipe("style", [.init(descriptor: 1)]),
    ])
    recipe.winsorization = .none
    let gaps = stride(from: 0, to: 300, by: 7).map { $0 }
    var gappy = date
    for row in gaps {
      gappy.descriptors[1][row] = .nan
      // Standardized over the same rows.
      date.inEstimation[row] = false
    }
    let result = try gappy.assembled(recipe)
    let whole = try date.assembled(recipe)
    #expect(result.imputedRows == [[], gaps.map { Int32($0) }])
    #expect(result.outcomes[1].imputedCount == gaps.count && result.outcomes[1].missingCount == 0)
    #expect(result.outcomes[1].finiteCount == 300 - gaps.count)
    // Size is standardized over other rows, which the regression follows.
    for row in 0..<300 { #expect(abs(result.styles[1][row] - whole.styles[1][row]) < 1e-11) }
  }

  /// A row without label, or with one that nobody in the universe has, gets 0; one without size stays missing.
  @Test func imputationWithoutFit() throws {
    var date = RandomCrossSection(rows: 100, descriptors: 2, missing: 0, seed: 10)
    for row in 0..<4 { date.descriptors[1][row] = .nan }
    date.groups[0][0] = -1
    date.groups[0][1] = 70
    date.descriptors[0][2] = .nan
    let recipe = LoadingRecipe(styles: [
      StyleRecipe("size", [.init(descriptor: 0)]), StyleRecipe("style", [.init(descriptor: 1)]),
    ])
    let result = try date.assembled(recipe)
    #expect(result.styles[1][0] == 0 && result.styles[1][1] == 0)
    #expect(result.styles[1][2].isNaN && result.styles[0][2].isNaN)
    #expect(result.styles[1][3].isFinite && result.styles[1][3] != 0)
    #expect(result.imputedRows == [[], [0, 1, 3]])
    #expect(!result.isRegressable[2])
  }

  /// Without a style of size the fill is the label's mean, weighted by the root of the cap.
  @Test func imputationWithoutSizeIsTheLabelsMean() throws {
    var date = RandomCrossSection(rows: 100, descriptors: 2, missing: 0, seed: 11)
    date.descriptors[1][5] = .nan
    let recipe = LoadingRecipe(styles: [StyleRecipe("style", [.init(descriptor: 1)])])
    let loadings = try date.assembled(recipe).styles[0]
    let rows = (0..<100).filter { date.members[$0] && $0 != 5 && date.groups[0][$0] == date.groups[0][5] }
    let mean = NaiveLoadings.mean(rows.map { loadings[$0] }, rows.map { date.caps[$0].squareRoot() })
    #expect(abs(loadings[5] - mean) < 1e-14)
  }

  /// Labels in each of which size does not vary: the slope is 0, and not a quotient of roundings.
  @Test func sizesThatVaryOnlyBetweenLabelsHaveNoSlope() throws {
    var date = RandomCrossSection(rows: 120, descriptors: 2, missing: 0, seed: 12)
    for row in 0..<120 { date.descriptors[0][row] = 0.1 * Double(date.groups[0][row]) }
    // A row of another size than its label, outside of the universe, would show a slope.
    date.descriptors[0][3] = 50
    date.inEstimation[3] = false
    date.descriptors[1][3] = .nan
    let recipe = LoadingRecipe(styles: [
      StyleRecipe("size", [.init(descriptor: 0)]), StyleRecipe("style", [.init(descriptor: 1)]),
    ])
    let loadings = try date.assembled(recipe).styles[1]
    let rows = (0..<120).filter { date.members[$0] && date.groups[0][$0] == date.groups[0][3] }
    let mean = NaiveLoadings.mean(rows.map { loadings[$0] }, rows.map { date.caps[$0].squareRoot() })
    #expect(abs(loadings[3] - mean) < 1e-13)
  }

  /// Imputed values change no moment: what is there is the same bits with and without imputation.
  @Test func imputedValuesEnterNoMoment() throws {
    let date = RandomCrossSection(rows: 400, descriptors: 7, missing: 0.2, seed: 13)
    var recipe = RandomCrossSection.recipe()
    let with = try date.assembled(recipe)
    recipe.imputation = nil
    let without = try date.assembled(recipe)
    #expect(without.imputedRows.allSatisfy { $0.isEmpty })
    for style in recipe.styles.indices {
      for row in 0..<400 where without.styles[style][row].isFinite {
        #expect(with.styles[style][row] == without.styles[style][row])
      }
    }
    #expect(with.outcomes.map(\.finiteCount) == without.outcomes.map(\.finiteCount))
  }

  /// Up to a third of the styles may be imputed: two of six, not three.
  @Test func aThirdMayBeImputed() throws {
    var date = RandomCrossSection(rows: 60, descriptors: 6, missing: 0, seed: 14)
    for descriptor in 1...2 { date.descriptors[descriptor][7] = .nan }
    for descriptor in 1...3 { date.descriptors[descriptor][8] = .nan }
    var recipe = LoadingRecipe(
      styles: (0..<6).map { StyleRecipe($0 == 0 ? "size" : "style \($0)", [.init(descriptor: $0)]) })
    let result = try date.assembled(recipe)
    #expect(result.isRegressable.indices.filter { !result.isRegressable[$0] } == [8])
    recipe.imputation?.limit = 0.5
    #expect(try date.assembled(recipe).isRegressable.allSatisfy { $0 })
    recipe.imputation?.limit = 0
    let strict = try date.assembled(recipe).isRegressable
    #expect(strict.indices.filter { !strict[$0] } == [7, 8])
  }

  // MARK: The whole

  @Test func countsAddUp() throws {
    let date = RandomCrossSection(rows: 500, descriptors: 7, seed: 15)
    let result = try date.assembled(RandomCrossSection.recipe())
    for (index, outcome) in result.descriptors.enumerated() {
      let clipped = result.clipped.filter { $0.column == index }
      #expect(outcome.clippedCount == clipped.count)
      #expect(outcome.finiteCount == date.descriptors[index].count { $0.isFinite })
      #expect(outcome.finiteCount + outcome.missingCount == 500)
      for value in clipped {
        #expect(value.before == date.descriptors[index][value.row])
        #expect(value.after == outcome.cuts?.lower || value.after == outcome.cuts?.upper)
      }
      #expect(zip(clipped, clipped.dropFirst()).allSatisfy { $0.row < $1.row })
    }
    #expect(result.descriptors.contains { $0.clippedCount > 0 })
    for (index, outcome) in result.outcomes.enumerated() {
      #expect(outcome.finiteCount + outcome.imputedCount + outcome.missingCount == 500)
      #expect(outcome.missingCount == result.styles[index].count { $0.isNaN })
      #expect(outcome.clippedCount == result.clipped.count { $0.column == 7 + index })
    }
  }

  /// What is removed is missing, and filled in the end.
  @Test func removedValuesAreMissing() throws {
    var date = RandomCrossSection(rows: 200, descriptors: 2, missing: 0, seed: 16)
    date.descriptors[1][4] = 1e9
    var recipe = LoadingRecipe(styles: [
      StyleRecipe("size", [.init(descriptor: 0)]), StyleRecipe("style", [.init(descriptor: 1)]),
    ])
    recipe.winsorization = .threeGroup(clip: 3, outlier: 10, removes: true)
    let result = try date.assembled(recipe)
    let removed = try #require(result.clipped.first { $0.column == 1 && $0.row == 4 })
    #expect(removed.before == 1e9 && removed.after.isNaN)
    #expect(result.imputedRows[1].contains(4))
  }

  @Test func aColumnWithoutRobustScaleIsFlagged() throws {
    var date = RandomCrossSection(rows: 200, descriptors: 2, missing: 0, seed: 17)
    date.inEstimation = date.inEstimation.map { _ in true }
    for row in 0..<200 { date.descriptors[1][row] = row < 180 ? 0 : Double(row) }
    let recipe = LoadingRecipe(styles: [StyleRecipe("style", [.init(descriptor: 1)])])
    let result = try date.assembled(recipe)
    #expect(result.descriptors[1].lacksRobustScale && result.descriptors[1].cuts == nil)
    #expect(result.descriptors[1].missing == nil && result.clipped.allSatisfy { $0.column != 1 })
    #expect(!result.descriptors[0].lacksRobustScale && result.descriptors[0].cuts != nil)
  }

  /// Rows outside of the universe take part in nothing: whatever they have, members keep their bits.
  @Test func outsidersMoveNothing() throws {
    let date = RandomCrossSection(rows: 300, descriptors: 7, seed: 18)
    var other = date
    var random = TestRandom(seed: 1)
    for row in 0..<300 where !date.members[row] {
      for descriptor in 0..<7 {
        let choices: [Double] = [.nan, .infinity, 1e300, -1.7e308, 0, random.normal()]
        other.descriptors[descriptor][row] = choices[random.integer(below: choices.count)]
      }
      other.caps[row] = .nan
      other.groups[0][row] = -1
    }
    for (gaussianizes, method) in [
      (false, Winsorization.threeGroup(clip: 3, outlier: 10, removes: false)), (false, .none), (true, .none),
    ] {
      var recipe = RandomCrossSection.recipe()
      recipe.gaussianizes = gaussianizes
      recipe.winsorization = method
      let before = try date.assembled(recipe)
      let after = try other.assembled(recipe)
      for style in recipe.styles.indices {
        for row in 0..<300 where date.members[row] {
          #expect(before.styles[style][row].bitPattern == after.styles[style][row].bitPattern)
        }
        #expect(after.styles[style].allSatisfy { !$0.isInfinite })
      }
    }
  }

  /// A member without a cap is no member.
  @Test(arguments: [Double.nan, 0, -5, .infinity])
  func rowsWithoutACapAreOutside(cap: Double) throws {
    var date = RandomCrossSection(rows: 100, descriptors: 7, seed: 19)
    let row = try #require(date.inEstimation.firstIndex(of: true))
    date.caps[row] = cap
    let before = try date.assembled(RandomCrossSection.recipe())
    date.inEstimation[row] = false
    #expect(Self.bits(before) == Self.bits(try date.assembled(RandomCrossSection.recipe())))
  }

  /// Caps in another currency change nothing but the rounding of weights.
  @Test func theUnitOfCapsDoesNotMatter() throws {
    var date = RandomCrossSection(rows: 300, descriptors: 7, seed: 20)
    let before = try date.assembled(RandomCrossSection.recipe()).styles
    // A power of four scales weights and their roots exactly.
    date.caps = date.caps.map { $0 * 1024 }
    let after = try date.assembled(RandomCrossSection.recipe()).styles
    #expect(before.map { $0.map(\.bitPattern) } == after.map { $0.map(\.bitPattern) })
  }

  /// One scratch for dates of other lengths, and several workers, give the bits of fresh ones.
  @Test func scratchAndWorkersDoNotMatter() throws {
    let dates = [300, 20, 900, 5, 300, 0, 41].enumerated().map { index, rows in
      RandomCrossSection(rows: rows, descriptors: 7, seed: UInt64(index))
    }
    let assembler = try LoadingAssembler(RandomCrossSection.recipe(), descriptorCount: 7, groupCount: 1)
    let fresh = try dates.map { Self.bits(try $0.assembled(RandomCrossSection.recipe())) }
    for workers in 1...3 {
      let results = concurrentMap(
        count: dates.count, workers: workers, workspace: { LoadingAssembler.Scratch() }
      ) { index, scratch in
        let date = dates[index]
        return assembler.assemble(
          descriptors: date.descriptors, caps: date.caps, inEstimation: date.inEstimation, groups: date.groups,
          scratch: &scratch)
      }
      #expect(results.map(Self.bits) == fresh)
    }
  }

  /// Dates on which nothing can be estimated.
  @Test func emptyDates() throws {
    var date = RandomCrossSection(rows: 50, descriptors: 7, seed: 1)
    date.inEstimation = date.inEstimation.map { _ in false }
    let nobody = try date.assembled(RandomCrossSection.recipe())
    #expect(nobody.outcomes.allSatisfy { $0.missing == .tooFewValues && $0.missingCount == 50 })
    #expect(!nobody.isRegressable.contains(true))
    let empty = try RandomCrossSection(rows: 0, descriptors: 7, seed: 1).assembled(RandomCrossSection.recipe())
    #expect(empty.styles == Array(repeating: [], count: 5) && empty.isRegressable.isEmpty)
    var missing = RandomCrossSection(rows: 50, descriptors: 7, seed: 1)
    missing.descriptors = missing.descriptors.map { $0.map { _ in .nan } }
    #expect(try missing.assembled(RandomCrossSection.recipe()).styles.allSatisfy { $0.allSatisfy { $0.isNaN } })
  }
}
