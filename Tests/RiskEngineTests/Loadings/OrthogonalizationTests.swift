import TestSupport
import Testing

@testable import RiskEngine

/// What a regression explains, taken out.
@Suite struct OrthogonalizationTests {
  /// Columns with weights, 0 in some rows.
  struct Example {
    var target: [Double]
    var regressors: [[Double]]
    var weights: [Double]

    init(rows: Int = 400, regressors count: Int = 3, seed: UInt64 = 1) {
      var random = TestRandom(seed: seed)
      regressors = (0..<count).map { _ in (0..<rows).map { _ in 2 + random.normal() } }
      weights = (0..<rows).map { _ in random.uniform() < 0.2 ? 0 : random.uniform() * 1e5 }
      let regressors = regressors
      target = (0..<rows).map { row in random.normal() + regressors.reduce(1) { $0 + 0.5 * $1[row] } }
    }

    func product(_ a: [Double], _ b: [Double]) -> Double {
      weights.indices.reduce(0) { $0 + weights[$1] * a[$1] * b[$1] }
    }

    func residuals(_ outcome: inout Orthogonalization.Outcome) -> [Double] {
      var column = target
      outcome = Orthogonalization.residualize(&column, on: regressors, weights: weights)
      return column
    }

    var residuals: [Double] {
      var outcome = Orthogonalization.Outcome()
      return residuals(&outcome)
    }
  }

  /// `y = x²` on `x` at −2, …, 2 in equal weights leaves `x² − 2`.
  @Test func ofAKnownColumn() {
    var column: [Double] = [4, 1, 0, 1, 4]
    let outcome = Orthogonalization.residualize(
      &column, on: [[-2, -1, 0, 1, 2]], weights: Array(repeating: 1, count: 5))
    #expect(outcome == Orthogonalization.Outcome())
    for (left, right) in zip(column, [2.0, -1, -2, -1, 2]) { #expect(abs(left - right) < 1e-15) }
  }

  @Test(arguments: 1...5)
  func agreesWithADenseRegression(count: Int) {
    let example = Example(regressors: count, seed: UInt64(count))
    let rows = example.weights.indices.filter { example.weights[$0] > 0 }
    let other = NaiveLoadings.residuals(example.target, example.regressors, example.weights, rows)
    // The normal equations have a condition of a few hundred.
    for (left, right) in zip(example.residuals, other) { #expect(abs(left - right) < 1e-11) }
  }

  @Test func residualsAreOrthogonal() {
    let example = Example()
    let residuals = example.residuals
    let size = example.product(example.target, example.target).squareRoot()
    for column in example.regressors + [example.weights.map { _ in 1.0 }] {
      let bound = 1e-10 * size * example.product(column, column).squareRoot()
      #expect(abs(example.product(residuals, column)) <= bound)
    }
  }

  /// Adding a regressor, or a constant, to the column changes nothing; rows of weight 0 too.
  @Test func whatRegressorsExplainDoesNotMatter() {
    var example = Example()
    let before = example.residuals
    for row in example.target.indices { example.target[row] += 3 * example.regressors[1][row] - 5 }
    for (left, right) in zip(before, example.residuals) { #expect(abs(left - right) < 1e-12) }
  }

  /// What stands in rows of weight 0 moves no other row.
  @Test func rowsOutsideMoveNothing() throws {
    var example = Example()
    let before = example.residuals
    let outside = try #require(example.weights.firstIndex(of: 0))
    example.target[outside] = 1e6
    example.regressors[0][outside] = -1e6
    var after = example.residuals
    #expect(after[outside] != before[outside])
    after[outside] = before[outside]
    #expect(after == before)
  }

  @Test func missingRegressorsMakeTheRowMissing() throws {
    var example = Example()
    let outside = example.weights.indices.filter { example.weights[$0] == 0 }
    example.regressors[2][outside[0]] = .nan
    example.target[outside[1]] = .nan
    let residuals = example.residuals
    #expect(residuals[outside[0]].isNaN && residuals[outside[1]].isNaN)
    #expect(residuals.count { $0.isNaN } == 2)
  }

  /// A constant, a copy, a sum: each is counted, and the rest is as without it.
  @Test func dependentRegressorsAreCounted() {
    var example = Example(regressors: 2)
    let before = example.residuals
    let first = example.regressors[0]
    let second = example.regressors[1]
    let sum = first.indices.map { 2 * first[$0] - second[$0] + 1 }
    example.regressors = [first.map { _ in 7 }, first, first, second, sum, first.map { _ in 0 }]
    var outcome = Orthogonalization.Outcome()
    let after = example.residuals(&outcome)
    #expect(outcome.dependentCount == 4 && !outcome.isExplained)
    for (left, right) in zip(before, after) { #expect(abs(left - right) < 1e-12) }
  }

  /// A column that differs from another by a millionth: orthogonal nevertheless.
  @Test func nearlyDependentRegressorsDoNoHarm() {
    var random = TestRandom(seed: 9)
    var example = Example(regressors: 1)
    example.regressors.append(example.regressors[0].map { $0 + 1e-6 * random.normal() })
    var outcome = Orthogonalization.Outcome()
    let residuals = example.residuals(&outcome)
    #expect(outcome.dependentCount == 0)
    let size = example.product(example.target, example.target).squareRoot()
    for column in example.regressors {
      #expect(abs(example.product(residuals, column)) <= 1e-10 * size * example.product(column, column).squareRoot())
    }
  }

  @Test func aColumnThatIsExplainedIsSaidToBe() {
    var example = Example(regressors: 2)
    example.target = example.regressors[0].indices.map { 3 - example.regressors[0][$0] + example.regressors[1][$0] }
    var outcome = Orthogonalization.Outcome()
    _ = example.residuals(&outcome)
    #expect(outcome.isExplained)
    example.target = example.target.map { _ in 2 }
    _ = example.residuals(&outcome)
    #expect(outcome.isExplained)
  }

  /// Through the whole: exact where powers are clipped before, lost where they are clipped after.
  @Test(arguments: [true, false])
  func clippingBeforeKeepsStylesOrthogonal(clipsBefore: Bool) throws {
    let date = RandomCrossSection(rows: 600, descriptors: 7, seed: 21)
    var recipe = RandomCrossSection.recipe()
    recipe.clipsBeforeOrthogonalization = clipsBefore
    recipe.imputation = nil
    let result = try date.assembled(recipe)
    let members = date.members
    let weights = date.caps.indices.map { members[$0] ? date.caps[$0].squareRoot() : 0 }
    let rows = weights.indices.filter { weights[$0] > 0 }
    let correlation = WeightedColumns.correlation(
      rows.map { result.styles[0][$0] }, rows.map { result.styles[1][$0] }, rows.map { weights[$0] })
    // Without the clip it is rounding; with it a few cut values of the cube leave something.
    #expect(clipsBefore ? abs(correlation) < 1e-12 : abs(correlation) > 1e-6)
    #expect(result.outcomes[1].clippedCount > 0)
  }

  /// A style that equals what it is made orthogonal to is missing, not noise.
  @Test func aStyleMadeOrthogonalToItsCopyIsMissing() throws {
    let date = RandomCrossSection(rows: 300, descriptors: 2, seed: 22)
    let recipe = LoadingRecipe(styles: [
      StyleRecipe("size", [.init(descriptor: 0)]),
      StyleRecipe("copy", [.init(descriptor: 0)], orthogonalization: Orthogonalization(to: ["size"])),
      StyleRecipe("other", [.init(descriptor: 1)], orthogonalization: Orthogonalization(to: ["size", "size"])),
    ])
    let result = try date.assembled(recipe)
    #expect(result.outcomes[1].missing == .explained)
    #expect(result.styles[1].allSatisfy { $0.isNaN } && result.imputedRows[1].isEmpty)
    #expect(result.outcomes[2].dependentCount == 1 && result.outcomes[2].missing == nil)
  }

  @Test func withoutRowsInCommonAStyleIsMissing() throws {
    var date = RandomCrossSection(rows: 100, descriptors: 2, missing: 0, seed: 23)
    for row in 0..<100 { date.descriptors[row < 50 ? 0 : 1][row] = .nan }
    let recipe = LoadingRecipe(styles: [
      StyleRecipe("size", [.init(descriptor: 0)]),
      StyleRecipe("other", [.init(descriptor: 1)], orthogonalization: Orthogonalization(to: ["size"])),
    ])
    #expect(try date.assembled(recipe).outcomes[1].missing == .tooFewValues)
  }
}
