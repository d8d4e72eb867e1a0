import LinAlg
import TestSupport
import Testing

/// Residuals and gradients within segments against plain loops in extended precision.
@Suite struct SegmentedResidualsTests {
  /// A problem with means and coefficients of its own.
  struct Example {
    var problem: SegmentedProblem
    var means: [Double]
    var coefficients: [Double]
    var offsets: [Double]

    init(columnCount: Int, rowCount: Int, lengths: [Int]? = nil, garbage: Double = 0) {
      problem = SegmentedProblem(columnCount: columnCount, rowCount: rowCount, lengths: lengths, garbage: garbage)
      var random = TestRandom(seed: 5)
      means = (0..<problem.segmentCount * (columnCount + 1)).map { _ in 2 * random.uniform() - 1 }
      coefficients = (0..<columnCount).map { _ in 2 * random.uniform() - 1 }
      offsets = (0..<problem.segmentCount).map { _ in 2 * random.uniform() - 1 }
    }

    /// `Σ (x − x̄) β`.
    func fitted(_ row: Int, _ segment: Int) -> Extended {
      coefficients.indices.reduce(0) { sum, column in
        let mean = Extended(means[segment * (coefficients.count + 1) + column])
        return sum + (problem.value(column, row) - mean) * Extended(coefficients[column])
      }
    }

    /// What the kernel makes of it.
    struct Output: Equatable {
      /// Then padding.
      var residuals: [Double]
      var gradient: [Double]
      var sums: [Double]
      var squares: Double
    }

    func computed(initial: Double = .nan, kernel: inout SegmentedResiduals) -> Output {
      var residuals = [Double](repeating: initial, count: problem.rowCount + CenteredGram.padding)
      var gradient = [Double](repeating: .nan, count: coefficients.count)
      var sums = [Double](repeating: .nan, count: problem.segmentCount)
      var span = residuals.mutableSpan
      var gradientSpan = gradient.mutableSpan
      var sumSpan = sums.mutableSpan
      let squares = kernel.compute(
        columns: problem.columns.span, response: problem.response.span, weights: problem.weights.span,
        rowCount: problem.rowCount, segmentStarts: problem.starts.span, means: means.span,
        coefficients: coefficients.span, residuals: &span, gradient: &gradientSpan, segmentSums: &sumSpan)
      return Output(residuals: residuals, gradient: gradient, sums: sums, squares: squares)
    }

    func corrected(_ residuals: [Double]) -> [Double] {
      let kernel = SegmentedResiduals()
      var residuals = residuals
      var span = residuals.mutableSpan
      kernel.correct(
        columns: problem.columns.span, rowCount: problem.rowCount, segmentStarts: problem.starts.span,
        means: means.span, coefficients: coefficients.span, offsets: offsets.span, residuals: &span)
      return residuals
    }
  }

  /// Each of K products of numbers below two is rounded thrice and added once to at most `2K + 2`.
  static func bound(_ columnCount: Int) -> Double {
    Double((columnCount + 3) * (2 * columnCount + 2)) * 4 * unitRoundoff
  }

  static func check(_ example: Example, kernel: inout SegmentedResiduals) {
    let problem = example.problem
    let output = example.computed(kernel: &kernel)
    let (residuals, gradient, sums) = (output.residuals, output.gradient, output.sums)
    let corrected = example.corrected(residuals)
    var mistakes = 0
    let bound = Extended(Self.bound(problem.columnCount))
    var expectedGradient = [Extended](repeating: 0, count: problem.columnCount)
    var expectedSquares: Extended = 0
    for segment in 0..<problem.segmentCount {
      var sum: Extended = 0
      for row in problem.rows(segment) {
        let mean = Extended(example.means[segment * (problem.columnCount + 1) + problem.columnCount])
        let expected = problem.value(problem.columnCount, row) - mean - example.fitted(row, segment)
        if !(abs(Extended(residuals[row]) - expected) <= bound) { mistakes += 1 }
        let next = Extended(residuals[row]) - Extended(example.offsets[segment]) - example.fitted(row, segment)
        if !(abs(Extended(corrected[row]) - next) <= bound) { mistakes += 1 }
        let product = Extended(problem.weights[row]) * Extended(residuals[row])
        sum += product
        expectedSquares += product * Extended(residuals[row])
        for column in expectedGradient.indices {
          let mean = Extended(example.means[segment * (problem.columnCount + 1) + column])
          expectedGradient[column] += product * (problem.value(column, row) - mean)
        }
      }
      // Sums of n terms below `2K + 2`, rounded n + 3 times.
      if !(abs(Extended(sums[segment]) - sum) <= Extended(Self.sumBound(problem))) { mistakes += 1 }
    }
    for column in expectedGradient.indices
    where !(abs(Extended(gradient[column]) - expectedGradient[column]) <= Extended(2 * Self.sumBound(problem))) {
      mistakes += 1
    }
    let squareBound = Extended(Double(2 * problem.columnCount + 2) * Self.sumBound(problem))
    if !(abs(Extended(output.squares) - expectedSquares) <= squareBound) { mistakes += 1 }
    #expect(mistakes == 0, "\(problem.columnCount) columns, \(problem.rowCount) rows")
  }

  static func sumBound(_ problem: SegmentedProblem) -> Double {
    let rows = Double(problem.rowCount)
    return (rows + 4) * rows * Double(2 * problem.columnCount + 2) * unitRoundoff
  }

  @Test(arguments: 0...14)
  func everySmallShapeAgrees(columnCount: Int) {
    var kernel = SegmentedResiduals()
    for rowCount in 0...70 { Self.check(Example(columnCount: columnCount, rowCount: rowCount), kernel: &kernel) }
  }

  @Test(arguments: [255, 256, 257, 300, 513])
  func longSegmentsAgree(length: Int) {
    var kernel = SegmentedResiduals()
    for columnCount in [0, 1, 7, 12] {
      Self.check(
        Example(columnCount: columnCount, rowCount: length + 10, lengths: [3, length, 1, 2]), kernel: &kernel)
      Self.check(Example(columnCount: columnCount, rowCount: length, lengths: [length]), kernel: &kernel)
    }
  }

  @Test(arguments: [1e300, -1e300, 0.125])
  func paddingHasNoInfluence(garbage: Double) {
    var kernel = SegmentedResiduals()
    for columnCount in [0, 1, 4, 13] {
      for rowCount in 0...40 {
        let clean = Example(columnCount: columnCount, rowCount: rowCount)
        let padded = Example(columnCount: columnCount, rowCount: rowCount, garbage: garbage)
        var first = clean.computed(kernel: &kernel)
        var second = padded.computed(initial: garbage, kernel: &kernel)
        #expect(
          clean.corrected(first.residuals).prefix(rowCount) == padded.corrected(second.residuals).prefix(rowCount))
        first.residuals.removeLast(CenteredGram.padding)
        second.residuals.removeLast(CenteredGram.padding)
        #expect(first == second)
      }
    }
  }

  /// A correction leaves the rows behind each segment as they are, to be corrected by their own.
  @Test func correctionsOfZeroChangeNothing() {
    for rowCount in 0...40 {
      var example = Example(columnCount: 3, rowCount: rowCount)
      example.coefficients = [0, 0, 0]
      example.offsets = example.offsets.map { _ in 0 }
      let residuals = (0..<rowCount + CenteredGram.padding).map { Double($0) }
      #expect(example.corrected(residuals) == residuals)
    }
  }
}
