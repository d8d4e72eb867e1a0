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
    crossSection: borrowing CrossSection, loadings: [Double], design: borrowing PeriodDesign,
    system: borrowing SchurSystem, ladder: SolverLadder
  ) -> [Double] {
    let rows = design.rowCount
    let order = system.order
    var leverage = [Double](repeating: 0, count: rows)
    for segment in 0..<system.segmentCount where system.segmentWeights[segment] > 0 {
      let range = Int(crossSection.segmentStarts[segment])..<Int(crossSection.segmentStarts[segment + 1])
      var columns = Matrix.zeros(rowCount: order, columnCount: range.count)
      for row in range {
        let labels = system.reducedLabelValues(ofRow: row, crossSection: crossSection, design: design)
        for column in 0..<order {
          let value = column < system.styleCount ? loadings[column * rows + row] : labels[column - system.styleCount]
          columns[column, row - range.lowerBound] = value - system.reducedMeans[segment * order + column]
        }
      }
      ladder.whiten(&columns)
      for row in range where design.weights[row] > 0 {
        let own = design.isCentered ? 1 / system.segmentWeights[segment] : 0
        leverage[row] = design.weights[row] * (own + columns.squaredLength(ofColumn: row - range.lowerBound))
      }
    }
    return leverage
  }
}
