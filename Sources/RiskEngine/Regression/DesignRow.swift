internal import LinAlg

/// The loadings of single rows of a cross-section on every factor, zeros left out.
struct DesignRow {
  let crossSection: CrossSection
  let loadings: [Double]
  let design: PeriodDesign
  let layout: FactorLayout
  /// Further columns after the styles, rows × q.
  let extra: Matrix?

  /// The factors on which a row loads, ascending by factor, with its loadings.
  ///
  /// Labels without a member among the assets regressed are left out.
  func entries(_ row: Int) -> [(index: Int, value: Double)] {
    var entries = [(index: Int, value: Double)]()
    entries.reserveCapacity(layout.styleCount + layout.labels.count + 2)
    if layout.hasMarket { entries.append((0, 1)) }
    for group in layout.labels.indices {
      let offset = layout.offset(ofGroup: group)
      crossSection.groups[group].forEach(in: row) { label, fraction in
        let place = design.groups[group].places[Int(label)]
        if place >= 0 { entries.append((offset + Int(place), fraction)) }
      }
    }
    let first = layout.styleOffset
    for style in 0..<layout.styleCount {
      entries.append((first + style, loadings[style * design.rowCount + row]))
    }
    if let extra {
      for column in 0..<extra.columnCount { entries.append((layout.count + column, extra[row, column])) }
    }
    return entries
  }
}
