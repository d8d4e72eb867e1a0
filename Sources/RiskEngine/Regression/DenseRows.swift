internal import LinAlg

/// The rows of a period's reduced system written out: `√w (z − z̄)` and `√w (r − r̄)`.
struct DenseRows {
  let crossSection: CrossSection
  let loadings: [Double]
  let design: PeriodDesign
  let system: SchurSystem

  /// Makes the writer; nothing is written before it is asked for.
  init(
    crossSection: CrossSection, loadings: [Double], design: PeriodDesign,
    system: SchurSystem
  ) {
    self.crossSection = copy crossSection
    self.loadings = loadings
    self.design = design
    self.system = system
  }

  /// Writes the rows that are regressed.
  ///
  /// - Complexity: O(n K').
  func written() -> SolverLadder.Rows {
    let order = system.order
    let styles = system.styleCount
    let width = styles + 1
    let rows = design.rowCount
    let regressed = (0..<rows).filter { design.weights[$0] > 0 }
    var columns = Matrix.zeros(rowCount: regressed.count, columnCount: order)
    var response = [Double](repeating: 0, count: regressed.count)
    var segment = 0
    var labels = [Double](repeating: 0, count: system.labelCount)
    for (position, row) in regressed.enumerated() {
      while Int(crossSection.segmentStarts[segment + 1]) <= row { segment += 1 }
      let root = design.weights[row].squareRoot()
      for style in 0..<styles {
        columns[position, style] = root * (loadings[style * rows + row] - system.means[segment * width + style])
      }
      response[position] = root * (crossSection.returns[row] - system.means[segment * width + styles])
      guard system.labelCount > 0 else { continue }
      for label in labels.indices { labels[label] = 0 }
      for group in system.otherGroups {
        crossSection.groups[group.group].forEach(in: row) { label, fraction in
          let place = design.groups[group.group].places[Int(label)]
          if place >= 0 { labels[group.offset + Int(place)] += fraction }
        }
      }
      for (index, entry) in system.reducedLabels.enumerated() {
        let value = labels[entry.label] - entry.ratio * labels[entry.pivot]
        columns[position, styles + index] =
          root * (value - system.reducedMeans[segment * order + styles + index])
      }
    }
    return SolverLadder.Rows(columns: columns, response: response)
  }
}
