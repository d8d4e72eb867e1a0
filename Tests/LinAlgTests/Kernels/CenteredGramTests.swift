import LinAlg
import TestSupport
import Testing

/// Centred cross products against plain loops in extended precision, for every small shape.
@Suite struct CenteredGramTests {
  /// Sums of at most n terms below one in size, each rounded a few times: `(n + 8) u` times the number of terms.
  static func bound(_ rowCount: Int) -> Double { Double(rowCount + 8) * Double(max(1, rowCount)) * unitRoundoff }

  static func expectAgreement(_ problem: SegmentedProblem, isCentered: Bool, kernel: inout CenteredGram) {
    let width = problem.columnCount + 1
    let expected = problem.gram(isCentered: isCentered)
    let found = problem.computedGram(isCentered: isCentered, kernel: &kernel)
    let bound = bound(problem.rowCount)
    var mistakes = 0
    for segment in 0..<problem.segmentCount {
      if abs(Extended(found.weights[segment]) - expected.weights[segment]) > Extended(bound) { mistakes += 1 }
      for column in 0..<width {
        let error = abs(Extended(found.means[segment * width + column]) - expected.means[segment][column])
        // A mean of numbers below one; its sums are divided by the weight.
        let size = expected.weights[segment] > 0 ? 1 : 0
        if error > Extended(Double(problem.rows(segment).count + 8) * unitRoundoff * Double(size)) { mistakes += 1 }
      }
    }
    for a in 0..<width {
      for b in 0...a {
        let error = abs(Extended(found.gram[a + b * width]) - expected.gram[a][b])
        if !(error <= Extended(4 * bound)) { mistakes += 1 }
      }
    }
    #expect(mistakes == 0, "\(problem.columnCount) columns, \(problem.rowCount) rows, centred: \(isCentered)")
  }

  @Test(arguments: 0...14)
  func everySmallShapeAgrees(columnCount: Int) {
    var kernel = CenteredGram(columnCount: columnCount)
    for rowCount in 0...70 {
      let problem = SegmentedProblem(columnCount: columnCount, rowCount: rowCount)
      Self.expectAgreement(problem, isCentered: true, kernel: &kernel)
      Self.expectAgreement(problem, isCentered: false, kernel: &kernel)
    }
  }

  /// Segments around the length of a tile, after and before short ones.
  @Test(arguments: [127, 128, 129, 255, 256, 257, 300, 513, 1025])
  func longSegmentsAgree(length: Int) {
    for columnCount in [0, 1, 3, 12, 13] {
      var kernel = CenteredGram(columnCount: columnCount)
      let problem = SegmentedProblem(
        columnCount: columnCount, rowCount: length + 13, lengths: [3, length, 1, 2])
      Self.expectAgreement(problem, isCentered: true, kernel: &kernel)
      let alone = SegmentedProblem(columnCount: columnCount, rowCount: length, lengths: [length])
      Self.expectAgreement(alone, isCentered: true, kernel: &kernel)
      Self.expectAgreement(alone, isCentered: false, kernel: &kernel)
    }
  }

  /// Many short segments fill tiles with groups that are not full.
  @Test func manySegmentsOfOneRowHaveNoSpread() {
    let problem = SegmentedProblem(columnCount: 4, rowCount: 700, lengths: [1])
    var kernel = CenteredGram(columnCount: 4)
    let found = problem.computedGram(isCentered: true, kernel: &kernel)
    // `z − z̄` is a rounding of z at most: (w z) / w is within one ulp of z.
    for a in 0..<5 { for b in 0...a { #expect(abs(found.gram[a + b * 5]) <= 700 * .ulpOfOne * .ulpOfOne) } }
  }

  /// What stands behind the arrays is read, and does not count: not a bit.
  @Test(arguments: [1e300, -1e300, 1e-300, 12345.678])
  func paddingHasNoInfluence(garbage: Double) {
    for columnCount in [0, 1, 2, 5, 13] {
      var kernel = CenteredGram(columnCount: columnCount)
      for rowCount in 0...40 {
        for isCentered in [true, false] {
          let clean = SegmentedProblem(columnCount: columnCount, rowCount: rowCount)
          let padded = SegmentedProblem(columnCount: columnCount, rowCount: rowCount, garbage: garbage)
          let first = clean.computedGram(isCentered: isCentered, kernel: &kernel)
          let second = padded.computedGram(isCentered: isCentered, kernel: &kernel)
          #expect(first.weights == second.weights && first.means == second.means)
          for a in 0...columnCount {
            for b in 0...a { #expect(first.gram[a + b * (columnCount + 1)] == second.gram[a + b * (columnCount + 1)]) }
          }
        }
      }
    }
  }

  /// The same bits after any other problem of the same shape of scratch.
  @Test func scratchKeepsNothing() {
    var used = CenteredGram(columnCount: 5)
    for rowCount in [600, 3, 0, 259, 70] {
      let problem = SegmentedProblem(columnCount: 5, rowCount: rowCount, seed: 3)
      var fresh = CenteredGram(columnCount: 5)
      let first = problem.computedGram(isCentered: true, kernel: &fresh)
      let second = problem.computedGram(isCentered: true, kernel: &used)
      #expect(first.weights == second.weights && first.means == second.means)
      for a in 0..<6 { for b in 0...a { #expect(first.gram[a + b * 6] == second.gram[a + b * 6]) } }
    }
  }

  /// An offset is taken out before anything is squared: what is left is exact to the rounding of the data.
  @Test func offsetsDoNotCancel() {
    var problem = SegmentedProblem(columnCount: 2, rowCount: 60, lengths: [60], zeroWeightShare: 0)
    for row in 0..<60 { problem.columns[row] = 0x1p30 + Double(row % 8) }
    var kernel = CenteredGram(columnCount: 2)
    let found = problem.computedGram(isCentered: true, kernel: &kernel)
    let expected = problem.gram(isCentered: true)
    // The mean is rounded to ulp(2³⁰); its square times the weight is what that changes.
    let bound = 60 * (0x1p30.ulp * 0x1p30.ulp + 16 * 64 * .ulpOfOne)
    #expect(abs(found.gram[0] - Double(expected.gram[0][0])) <= bound)
  }

  /// Rows of weight zero count as if they were not there.
  @Test func weightZeroIsAbsence() {
    let problem = SegmentedProblem(columnCount: 3, rowCount: 64, lengths: [64], zeroWeightShare: 0.5)
    var changed = problem
    for row in 0..<64 where problem.weights[row] == 0 {
      for column in 0..<3 { changed.columns[column * 64 + row] = 1e9 }
      changed.response[row] = -1e9
    }
    var kernel = CenteredGram(columnCount: 3)
    let first = problem.computedGram(isCentered: true, kernel: &kernel)
    let second = changed.computedGram(isCentered: true, kernel: &kernel)
    #expect(first.means == second.means)
    for a in 0..<4 { for b in 0...a { #expect(first.gram[a + b * 4] == second.gram[a + b * 4]) } }
  }
}
