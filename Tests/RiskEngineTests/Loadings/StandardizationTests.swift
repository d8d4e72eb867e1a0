import TestSupport
import Testing

@testable import RiskEngine

/// Cap-weighted mean 0 and equal-weighted standard deviation 1 over the estimation universe.
@Suite struct StandardizationTests {
  static func recipe(_ standardization: Standardization = Standardization()) -> LoadingRecipe {
    var recipe = LoadingRecipe(styles: [StyleRecipe("style", [.init(descriptor: 0)])])
    recipe.winsorization = .none
    recipe.imputation = nil
    recipe.standardization = standardization
    return recipe
  }

  /// A date of one descriptor.
  static func date(_ column: [Double], caps: [Double]? = nil) -> RandomCrossSection {
    var date = RandomCrossSection(rows: column.count, descriptors: 1, missing: 0, seed: 4)
    date.descriptors = [column]
    date.inEstimation = column.map { _ in true }
    if let caps { date.caps = caps }
    return date
  }

  static func skewed(_ count: Int, seed: UInt64) -> [Double] {
    var random = TestRandom(seed: seed)
    return (0..<count).map { _ in PortableMath.exp(random.normal()) }
  }

  /// 1, …, 10 with caps 1, …, 10: the mean is 385 / 55 = 7 and the variance 82.5 / 9.
  @Test func ofAKnownColumn() throws {
    let values = (1...10).map { Double($0) }
    let loadings = try Self.date(values, caps: values).assembled(Self.recipe()).styles[0]
    let equal = try Self.date(values, caps: values).assembled(Self.recipe(Standardization(mean: .equal))).styles[0]
    let scale = (82.5 / 9).squareRoot()
    for row in 0..<10 {
      // A handful of roundings of numbers of size 10, twice.
      #expect(abs(loadings[row] - (values[row] - 7) / scale) < 1e-14)
      #expect(abs(equal[row] - (values[row] - 5.5) / scale) < 1e-14)
    }
  }

  /// Also where the mean is a million times the scale.
  @Test(arguments: [0.0, 1, 1e6])
  func hasMeanZeroAndScaleOne(offset: Double) throws {
    var date = RandomCrossSection(rows: 500, descriptors: 7, seed: 8)
    for row in date.caps.indices { date.descriptors[0][row] += offset }
    let members = date.members
    for style in try date.assembled(RandomCrossSection.recipe()).styles.prefix(1) {
      let rows = style.indices.filter { members[$0] && style[$0].isFinite }
      let caps = rows.map { date.caps[$0] }
      // Rounding of the sums of the test itself, and of the division.
      #expect(abs(NaiveLoadings.mean(rows.map { style[$0] }, caps)) < 1e-12)
      #expect(abs(NaiveLoadings.deviation(rows.map { style[$0] }) - 1) < 1e-12)
    }
  }

  @Test func affineInputChangesNothing() throws {
    let column = Self.skewed(200, seed: 1)
    let before = try Self.date(column).assembled(Self.recipe()).styles[0]
    for (offset, factor) in [(3.0, 2.5), (-10, 1e-7), (1e3, 1e5)] {
      let after = try Self.date(column.map { offset + factor * $0 }).assembled(Self.recipe()).styles[0]
      // What rounding of the input itself does: u |offset / factor| is at most 1e-8 of the scale.
      let tolerance = 1e-12 + 4e-16 * abs(offset / factor)
      for (left, right) in zip(before, after) { #expect(abs(left - right) < tolerance) }
    }
    let mirrored = try Self.date(column.map { -$0 }).assembled(Self.recipe()).styles[0]
    for (left, right) in zip(before, mirrored) { #expect(left == -right) }
  }

  @Test func aSecondTimeChangesNothing() throws {
    let once = try Self.date(Self.skewed(200, seed: 2)).assembled(Self.recipe()).styles[0]
    let twice = try Self.date(once).assembled(Self.recipe()).styles[0]
    // Rounding of moments of 200 numbers of size 1.
    for (left, right) in zip(once, twice) { #expect(abs(left - right) < 1e-12) }
  }

  @Test func tooFewOrConstantValuesMakeItMissing() throws {
    func outcome(_ column: [Double]) throws -> (LoadingCrossSection, ColumnOutcome) {
      let result = try Self.date(column).assembled(Self.recipe())
      #expect(result.styles[0].allSatisfy { $0.isNaN } == (result.descriptors[0].missing != nil))
      return (result, result.descriptors[0])
    }
    let nine = (0..<9).map { Double($0) }
    #expect(try outcome(nine + Array(repeating: .nan, count: 30)).1.missing == .tooFewValues)
    #expect(try outcome(nine + [10]).1.missing == nil)
    #expect(try outcome(Array(repeating: 7, count: 30)).1.missing == .constant)
    #expect(try outcome(Array(repeating: 0, count: 30)).1.missing == .constant)
    #expect(try outcome((0..<30).map { 1e6 * (1 + 1e-13 * Double($0 % 2)) }).1.missing == .constant)
    #expect(try outcome((0..<30).map { 1e-300 * Double($0) }).1.missing == .constant)
    #expect(try outcome((0..<30).map { 1e300 * Double($0) }).1.missing == .tooLarge)
    let result = try outcome(Array(repeating: 7, count: 30)).0
    #expect(result.outcomes[0].missing == .tooFewValues && result.outcomes[0].missingCount == 30)
    #expect(result.isRegressable.allSatisfy { !$0 })
  }

  /// Infinite input is missing, and enters no moment.
  @Test func infiniteValuesAreMissing() throws {
    var column = Self.skewed(100, seed: 3)
    column[5] = .nan
    let before = try Self.date(column).assembled(Self.recipe())
    column[5] = -.infinity
    let after = try Self.date(column).assembled(Self.recipe())
    #expect(after.styles[0][5].isNaN)
    #expect(before.styles[0].map(\.bitPattern) == after.styles[0].map(\.bitPattern))
    #expect(after.outcomes[0].finiteCount == 99 && after.outcomes[0].missingCount == 1)
  }

  /// A row outside of the universe whose score is too large for a number.
  @Test func whatIsTooFarOutsideIsMissing() throws {
    var date = Self.date(Self.skewed(100, seed: 3).map { 1e-3 * $0 })
    date.inEstimation[7] = false
    date.descriptors[0][7] = 1e307
    let result = try date.assembled(Self.recipe())
    #expect(result.styles[0][7].isNaN && result.descriptors[0].missingCount == 1)
    #expect(result.styles[0].count { $0.isFinite } == 99)
  }

  /// Within labels of at least ten members each has its own moments; a label of nine, and rows without one, take those of
  /// the whole universe.
  @Test func withinAGroup() throws {
    let column = Self.skewed(120, seed: 5)
    var date = Self.date(column)
    date.groups = [(0..<120).map { $0 < 60 ? 0 : $0 < 106 ? 1 : $0 < 115 ? 2 : -1 }]
    let recipe = Self.recipe(Standardization(mean: .cap, group: 0))
    let all = date.caps.map { _ in true }
    // Descriptors are standardized, and a style of one is again.
    func expected(_ column: [Double]) -> [Double] {
      let whole = NaiveLoadings.standardize(column, all, date.caps, capWeighted: true)
      return column.indices.map { row in
        let label = date.groups[0][row]
        guard label == 0 || label == 1 else { return whole[row] }
        let members = date.groups[0].map { $0 == label }
        return NaiveLoadings.standardize(column, members, date.caps, capWeighted: true)[row]
      }
    }
    let loadings = try date.assembled(recipe).styles[0]
    // Two standardizations of numbers of size 10.
    for (left, right) in zip(loadings, expected(expected(column))) { #expect(abs(left - right) < 1e-12) }
  }
}
