import TestSupport
import Testing

@testable import RiskEngine

/// Outliers brought back: known cuts, and what holds of every method.
@Suite struct WinsorizationTests {
  static let methods: [Winsorization] = [
    .none, .quantile(tail: 0.01), .quantile(tail: 0), .quantile(tail: 0.2),
    .threeGroup(clip: 3, outlier: 10, removes: false), .threeGroup(clip: 2, outlier: 4, removes: true),
    .medianDeviation(multiple: 3), .smooth(clip: 3, limit: 3.5),
  ]
  static let whole = Example(count: 1000, seed: 11)

  /// A sample with its cuts.
  struct Example {
    var column: [Double]
    var sample = EstimationSample()

    init(_ column: [Double]) {
      self.column = column
      var rows = EstimationRows()
      rows.set(caps: column.map { _ in 1 }, inEstimation: column.map { _ in true })
      sample.gather(column.span, over: rows)
    }

    init(count: Int, seed: UInt64) {
      var random = TestRandom(seed: seed)
      self.init(
        (0..<count).map { _ in
          let x = random.normal()
          return random.uniform() < 0.03 ? 20 * x : x
        })
    }

    func cuts(_ method: Winsorization) -> WinsorizationCuts? {
      var statistics = OrderStatistics()
      return WinsorizationCuts.estimate(method, sample: sample, statistics: &statistics)
    }

    func clipped(_ method: Winsorization) -> [Double] {
      guard let cuts = cuts(method) else { return column }
      return column.map { cuts.apply($0, method) }
    }
  }

  @Test(arguments: methods)
  func agreesWithASecondImplementation(method: Winsorization) {
    let mine = Self.whole.clipped(method)
    let other = NaiveLoadings.clip(Self.whole.column, Self.whole.column.map { _ in true }, method)
    for (left, right) in zip(mine, other) {
      // Sums in another order, of a thousand numbers up to 100.
      #expect(left.isNaN ? right.isNaN : abs(left - right) < 1e-11)
    }
  }

  @Test func quantilesAreType7() throws {
    let example = Example((0...100).map { Double($0) }.reversed())
    let cuts = try #require(example.cuts(.quantile(tail: 0.025)))
    #expect(cuts.lower == 2.5 && cuts.upper == 97.5)
    #expect(example.clipped(.quantile(tail: 0.025)).min() == 2.5)
  }

  /// −1 and 1 fifty times each, and one of 1000: the others' mean is 0 and their variance 100 / 99.
  @Test func threeGroupsOfAKnownSample() throws {
    let example = Example((0..<100).map { $0 % 2 == 0 ? -1 : 1 } + [1000])
    let standard = (100.0 / 99).squareRoot()
    let kept = try #require(example.cuts(.threeGroup(clip: 3, outlier: 10, removes: false)))
    // A few roundings of numbers of size 3.
    #expect(abs(kept.upper - 3 * standard) < 1e-14 && abs(kept.lower + 3 * standard) < 1e-14)
    #expect(example.clipped(.threeGroup(clip: 3, outlier: 10, removes: false)).last == kept.upper)
    let removed = example.clipped(.threeGroup(clip: 3, outlier: 10, removes: true))
    #expect(removed.last?.isNaN == true)
    #expect(Array(removed.dropLast()) == Array(example.column.dropLast()))
  }

  /// An order is kept, ties aside; with the same cuts a second time changes nothing, the smooth clip aside.
  @Test(arguments: methods)
  func isMonotoneAndIdempotentWithTheSameCuts(method: Winsorization) throws {
    let column = Self.whole.column.sorted()
    guard let cuts = Self.whole.cuts(method) else {
      #expect(method == .none)
      return
    }
    let after = column.map { cuts.apply($0, method) }
    let values = after.filter { $0.isFinite }
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(values.count < column.count || after == values)
    if case .smooth = method { return }
    for value in values { #expect(cuts.apply(value, method) == value) }
  }

  /// At most `2 p + 2 / n` of the values change.
  @Test(arguments: [0.0, 0.001, 0.01, 0.05, 0.2])
  func quantilesChangeFewValues(tail: Double) {
    for count in [1, 2, 10, 101, 1000] {
      let example = Example(count: count, seed: UInt64(count))
      let changed = zip(example.column, example.clipped(.quantile(tail: tail))).count { $0 != $1 }
      #expect(Double(changed) <= (2 * tail + 2 / Double(count)) * Double(count))
    }
  }

  /// `a + b x` is clipped to `a + b` times what `x` is clipped to.
  @Test(arguments: methods)
  func isAffineEquivariant(method: Winsorization) {
    let before = Self.whole.clipped(method)
    for (offset, factor) in [(5.0, 3.0), (-7, 0.01), (2, -2)] {
      let after = Example(Self.whole.column.map { offset + factor * $0 }).clipped(method)
      for (left, right) in zip(before, after) {
        // Values up to 100 times the factor, in sums of a thousand.
        #expect(
          left.isNaN ? right.isNaN : abs(offset + factor * left - right) <= 1e-12 * (10 + 100 * abs(factor)))
      }
    }
  }

  /// Where all scores are small nothing changes, to the bit.
  @Test(arguments: [
    Winsorization.threeGroup(clip: 3, outlier: 10, removes: true), .medianDeviation(multiple: 3),
    .smooth(clip: 3, limit: 3.5),
  ])
  func changesNothingWithoutOutliers(method: Winsorization) {
    // Uniform: the largest robust score is 1.35, the largest standard score 1.73.
    var random = TestRandom(seed: 3)
    let example = Example((0..<500).map { _ in random.uniform() })
    #expect(example.clipped(method) == example.column)
  }

  /// Strictly ascending below the limit, where the tangent is not yet 1.
  @Test func theSmoothClipKeepsTheOrder() throws {
    let cuts = try #require(Example((0..<101).map { Double($0) - 50 }).cuts(.smooth(clip: 3, limit: 3.5)))
    let deviation = cuts.upper / 3
    let scores = (0...400).map { 2.8 + 0.01 * Double($0) }
    let bent = scores.map { cuts.apply($0 * deviation, .smooth(clip: 3, limit: 3.5)) / deviation }
    #expect(zip(bent, bent.dropFirst()).allSatisfy { $0 < $1 })
    #expect(bent.allSatisfy { $0 < 3.5 })
    for (score, value) in zip(scores, bent) {
      let mirrored = cuts.apply(-score * deviation, .smooth(clip: 3, limit: 3.5)) / deviation
      // The median of the sample is 0, so the clip is odd to rounding.
      #expect(abs(mirrored + value) < 1e-13)
    }
    // The slope is 1 on both sides of the clip.
    let step = 1e-6
    let slope = (cuts.apply((3 + step) * deviation, .smooth(clip: 3, limit: 3.5)) - cuts.upper) / (step * deviation)
    // Rounding of a number of size 100 over the step, and the curvature, of second order there.
    #expect(abs(slope - 1) < 1e-7)
  }

  @Test func withoutScaleNothingIsCut() {
    let constant = Example(Array(repeating: 4, count: 50))
    let mostly = Example(Array(repeating: 0, count: 50) + [1000])
    for method in Self.methods {
      if case .quantile = method { continue }
      #expect(constant.cuts(method) == nil)
      #expect(mostly.cuts(method) == nil)
    }
    for method in Self.methods { #expect(Example([]).cuts(method) == nil) }
  }

  /// What lies outside the universe is clipped and moves no cut.
  @Test func outsidersAreClippedAndMoveNothing() throws {
    var date = RandomCrossSection(rows: 300, descriptors: 7, seed: 2)
    let outsider = try #require(date.inEstimation.firstIndex(of: false))
    let before = try date.assembled(RandomCrossSection.recipe())
    date.descriptors[3][outsider] = 1e9
    let after = try date.assembled(RandomCrossSection.recipe())
    #expect(before.descriptors.map(\.cuts) == after.descriptors.map(\.cuts))
    let clipped = try #require(after.clipped.first { $0.column == 3 && $0.row == outsider })
    #expect(clipped.before == 1e9 && clipped.after == after.descriptors[3].cuts?.upper)
  }
}
