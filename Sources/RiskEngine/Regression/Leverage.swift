internal import LinAlg

/// `q_i = b_iᵀ A⁺ b_i`, and the leverage `h_i = w_i q_i`: the weight of an asset's own return in its fitted return.
///
/// With `W = Ω⁻¹`, `q` is the variance of the fitted return given the factor returns. The idio return of an asset that
/// is regressed has variance `v_i (1 − h_i)`, and its leave-one-out residual is `e_i / (1 − h_i)`; that of another asset
/// has variance `v_i + q_i`. `h` sums to factors − constraints over the assets regressed; it is 0 for others.
struct Leverage: ~Copyable {
  /// `q`: one entry a row, then padding; means nothing in a segment without weight.
  private(set) var forms: [Double] = []
  private var kernel = SegmentedQuadraticForms()
  private var offsets: [Double] = []

  /// Makes scratch.
  init() {}

  /// Computes `q` of each row: `1 / D_j + z̃ᵀ S⁺ z̃`.
  ///
  /// - Complexity: `n K²` flops.
  mutating func compute(
    crossSection: CrossSection, loadings: [Double], design: PeriodDesign, system: SchurSystem, ladder: SolverLadder
  ) {
    let count = design.rowCount + CenteredGram.padding
    if forms.count != count { forms = Array(repeating: 0, count: count) }
    offsets.removeAll(keepingCapacity: true)
    for segment in 0..<system.segmentCount {
      let weight = system.segmentWeights[segment]
      offsets.append(design.isCentered && weight > 0 ? 1 / weight : 0)
    }
    if case .cholesky(let cholesky) = ladder.factorization, system.labelCount == 0 {
      let offsets = offsets
      Self.run(
        &kernel, loadings.span, design.rowCount, crossSection.segmentStarts.span, system.means.span,
        system.styleCount + 1, cholesky, ladder.scale.span, offsets.span, &forms)
    } else {
      computeByChunks(crossSection: crossSection, loadings: loadings, design: design, system: system, ladder: ladder)
    }
  }

  /// Runs the kernel on arrays.
  private static func run(
    _ kernel: inout SegmentedQuadraticForms, _ loadings: Span<Double>, _ rowCount: Int, _ segmentStarts: Span<Int32>,
    _ means: Span<Double>, _ meanStride: Int, _ cholesky: Cholesky, _ scale: Span<Double>, _ offsets: Span<Double>,
    _ forms: inout [Double]
  ) {
    var forms = forms.mutableSpan
    kernel.compute(
      columns: loadings, rowCount: rowCount, segmentStarts: segmentStarts, means: means, meanStride: meanStride,
      cholesky: cholesky, scale: scale, offsets: offsets, forms: &forms)
  }

  /// The most rows that are written out at a time: their memory stays in a cache, and is used again.
  private static let chunkRows = 512

  /// Computes `q` where other groups' labels stand beside the styles, or where Cholesky was not enough.
  private mutating func computeByChunks(
    crossSection: CrossSection, loadings: [Double], design: PeriodDesign, system: SchurSystem, ladder: SolverLadder
  ) {
    var segment = 0
    var start = 0
    while start < design.rowCount {
      let rows = start..<min(design.rowCount, start + Self.chunkRows)
      var columns = Matrix.zeros(rowCount: system.order, columnCount: rows.count)
      var next = start
      while next < rows.upperBound {
        let end = Int(crossSection.segmentStarts[segment + 1])
        let part = next..<min(end, rows.upperBound)
        if system.segmentWeights[segment] > 0 {
          CenteredRows.write(
            part, of: segment, into: &columns, at: next - start, crossSection: crossSection, loadings: loadings.span,
            design: design, system: system)
        }
        for row in part { forms[row] = offsets[segment] }
        next = part.upperBound
        if next == end { segment += 1 }
      }
      ladder.whiten(&columns)
      for row in rows { forms[row] += columns.squaredLength(ofColumn: row - start) }
      start = rows.upperBound
    }
  }
}
