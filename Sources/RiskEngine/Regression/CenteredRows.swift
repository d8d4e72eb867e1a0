internal import LinAlg

/// The reduced columns of rows, less their segment's means.
enum CenteredRows {
  /// Writes `z̃` of some rows of a segment, one matrix column a row.
  ///
  /// - Complexity: O(K') a row.
  static func write(
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
