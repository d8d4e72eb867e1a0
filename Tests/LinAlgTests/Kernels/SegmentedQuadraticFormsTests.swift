import LinAlg
import TestSupport
import Testing

/// Quadratic forms in the inverse of a matrix, row by row.
@Suite struct SegmentedQuadraticFormsTests {
  /// `q` by definition, in extended precision: forward substitution row by row.
  @Test(arguments: [0, 1, 2, 5, 12], [1, 3, 16, 50, 133])
  func agreesWithExtendedPrecision(columnCount: Int, rowCount: Int) throws {
    let problem = SegmentedProblem(columnCount: columnCount, rowCount: rowCount, garbage: 7)
    var random = TestRandom(seed: 4)
    // Diagonally dominant, so that the triangle's condition number stays below ten.
    let matrix = SymmetricMatrix(order: columnCount) {
      $0 == $1 ? Double(columnCount) + random.uniform() : random.uniform() - 0.5
    }
    let cholesky = try Cholesky(consuming: matrix)
    let scale = (0..<columnCount).map { _ in 0.5 + random.uniform() }
    let stride = columnCount + 1
    let means = (0..<problem.segmentCount * stride).map { _ in random.uniform() }
    let offsets = (0..<problem.segmentCount).map { _ in random.uniform() }
    var forms = [Double](repeating: .nan, count: rowCount + CenteredGram.padding)
    var kernel = SegmentedQuadraticForms()
    // Twice: scratch of another problem does not matter.
    for _ in 0..<2 {
      var span = forms.mutableSpan
      kernel.compute(
        columns: problem.columns.span, rowCount: rowCount, segmentStarts: problem.starts.span, means: means.span,
        meanStride: stride, cholesky: cholesky, scale: scale.span, offsets: offsets.span, forms: &span)
    }
    for segment in 0..<problem.segmentCount {
      for row in problem.rows(segment) {
        var solved = [Extended]()
        var expected = Extended(offsets[segment])
        for k in 0..<columnCount {
          var value = (problem.value(k, row) - Extended(means[segment * stride + k])) / Extended(scale[k])
          for l in 0..<k { value = value - Extended(cholesky[k, l]) * solved[l] }
          value = value / Extended(cholesky[k, k])
          solved.append(value)
          expected = expected + value * value
        }
        // Substitution with a well conditioned triangle, then a sum of K squares.
        let bound = 40 * Double(columnCount + 1) * Double.ulpOfOne
        #expect(abs(forms[row] - Double(expected)) <= bound * Double(expected))
      }
    }
  }
}
