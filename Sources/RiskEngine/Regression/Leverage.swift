internal import LinAlg

/// `h_i = w_i b_iᵀ A⁺ b_i`, the weight of an asset's own return in its fitted return.
///
/// With `W = Ω⁻¹` the idio return has variance `v_i (1 − h_i)`; the leave-one-out residual is
/// `e_i / (1 − h_i)`. Sums to factors − constraints over the assets regressed; 0 for others.
enum Leverage {
  /// The leverage of each row: `w_i (1 / D_j + z̃ᵀ S⁺ z̃)`.
  ///
  /// - Complexity: `n K²` flops.
  static func compute(
    crossSection: CrossSection, loadings: [Double], design: PeriodDesign,
    system: SchurSystem, ladder: SolverLadder
  ) -> [Double] {
    var leverage = [Double](repeating: 0, count: design.rowCount)
    for segment in 0..<system.segmentCount where system.segmentWeights[segment] > 0 {
      let end = Int(crossSection.segmentStarts[segment + 1])
      var start = Int(crossSection.segmentStarts[segment])
      let own = design.isCentered ? 1 / system.segmentWeights[segment] : 0
      while start < end {
        let rows = start..<min(end, start + chunkRows)
        var columns = centered(
          rows, of: segment, crossSection: crossSection, loadings: loadings.span, design: design, system: system)
        ladder.whiten(&columns)
        for row in rows where design.weights[row] > 0 {
          leverage[row] = design.weights[row] * (own + columns.squaredLength(ofColumn: row - start))
        }
        start = rows.upperBound
      }
    }
    return leverage
  }

  /// The most rows that are written out at a time: their memory stays in a cache, and is used again.
  private static let chunkRows = 512

  /// `z̃`: the reduced columns of some rows of a segment less their means, one matrix column a row.
  private static func centered(
    _ rows: Range<Int>, of segment: Int, crossSection: CrossSection, loadings: Span<Double>, design: PeriodDesign,
    system: SchurSystem
  ) -> Matrix {
    let order = system.order
    let styles = system.styleCount
    var columns = Matrix.zeros(rowCount: order, columnCount: rows.count)
    var entries = columns.storage.mutableSpan
    for style in 0..<styles {
      let mean = system.reducedMeans[segment * order + style]
      let first = style * design.rowCount
      for row in rows { entries[(row - rows.lowerBound) * order + style] = loadings[first + row] - mean }
    }
    guard order > styles else { return columns }
    for row in rows {
      let labels = system.reducedLabelValues(ofRow: row, crossSection: crossSection, design: design)
      for column in styles..<order {
        entries[(row - rows.lowerBound) * order + column] =
          labels[column - styles] - system.reducedMeans[segment * order + column]
      }
    }
    return columns
  }
}
