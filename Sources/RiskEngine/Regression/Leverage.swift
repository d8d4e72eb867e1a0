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
    var segment = 0
    var start = 0
    while start < design.rowCount {
      let rows = start..<min(design.rowCount, start + chunkRows)
      var columns = Matrix.zeros(rowCount: system.order, columnCount: rows.count)
      var next = start
      while next < rows.upperBound {
        let end = Int(crossSection.segmentStarts[segment + 1])
        let part = next..<min(end, rows.upperBound)
        if system.segmentWeights[segment] > 0 {
          write(
            part, of: segment, into: &columns, at: next - start, crossSection: crossSection, loadings: loadings.span,
            design: design, system: system)
          let own = design.isCentered ? 1 / system.segmentWeights[segment] : 0
          for row in part { leverage[row] = own }
        }
        next = part.upperBound
        if next == end { segment += 1 }
      }
      ladder.whiten(&columns)
      for row in rows {
        leverage[row] =
          design.weights[row] > 0
          ? design.weights[row] * (leverage[row] + columns.squaredLength(ofColumn: row - start)) : 0
      }
      start = rows.upperBound
    }
    return leverage
  }

  /// The most rows that are written out at a time: their memory stays in a cache, and is used again.
  private static let chunkRows = 512

  /// Writes `z̃`, the reduced columns of some rows of a segment less their means, one matrix column a row.
  private static func write(
    _ rows: Range<Int>, of segment: Int, into columns: inout Matrix, at first: Int, crossSection: CrossSection,
    loadings: Span<Double>, design: PeriodDesign, system: SchurSystem
  ) {
    let order = system.order
    let styles = system.styleCount
    var entries = columns.storage.mutableSpan
    for style in 0..<styles {
      let mean = system.reducedMeans[segment * order + style]
      let source = style * design.rowCount
      for row in rows { entries[(first + row - rows.lowerBound) * order + style] = loadings[source + row] - mean }
    }
    guard order > styles else { return }
    for row in rows {
      let labels = system.reducedLabelValues(ofRow: row, crossSection: crossSection, design: design)
      for column in styles..<order {
        entries[(first + row - rows.lowerBound) * order + column] =
          labels[column - styles] - system.reducedMeans[segment * order + column]
      }
    }
  }
}
