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
    let rows = design.rowCount
    let order = system.order
    let styles = system.styleCount
    let x = loadings.span
    var columns = Matrix.zeros(rowCount: order, columnCount: rows)
    var entries = columns.storage.mutableSpan
    for segment in 0..<system.segmentCount where system.segmentWeights[segment] > 0 {
      let range = Int(crossSection.segmentStarts[segment])..<Int(crossSection.segmentStarts[segment + 1])
      for style in 0..<styles {
        let mean = system.reducedMeans[segment * order + style]
        for row in range { entries[row * order + style] = x[style * rows + row] - mean }
      }
      guard order > styles else { continue }
      for row in range {
        let labels = system.reducedLabelValues(ofRow: row, crossSection: crossSection, design: design)
        for column in styles..<order {
          entries[row * order + column] = labels[column - styles] - system.reducedMeans[segment * order + column]
        }
      }
    }
    ladder.whiten(&columns)
    var leverage = [Double](repeating: 0, count: rows)
    for segment in 0..<system.segmentCount where system.segmentWeights[segment] > 0 {
      let own = design.isCentered ? 1 / system.segmentWeights[segment] : 0
      for row in Int(crossSection.segmentStarts[segment])..<Int(crossSection.segmentStarts[segment + 1])
      where design.weights[row] > 0 {
        leverage[row] = design.weights[row] * (own + columns.squaredLength(ofColumn: row))
      }
    }
    return leverage
  }
}
