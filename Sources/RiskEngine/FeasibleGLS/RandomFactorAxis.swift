/// The factors of a panel in coordinates that no constraint ties: labels of the first group without a market, labels
/// of other groups against their first by bytes, styles.
///
/// The same in every period: a label without members is a column of zeros there.
struct RandomFactorAxis: Sendable {
  /// What each coordinate is the loading on.
  let kinds: [FactorAxis.Kind]
  /// For each group, for each code of its labels, the coordinate, or -1 of a label that others are measured against.
  private let positions: [[Int]]
  private let hasMarket: Bool
  private let styleOffset: Int

  /// Makes the coordinates of a panel's labels and styles.
  ///
  /// - Parameter hasMembers: for each group, for each code of its labels, whether a row has it; tables may know labels
  ///   that come only later, of which nothing may depend.
  init(hasMarket: Bool, schema: PanelSchema, labels: [IdentifierTable], hasMembers: [[Bool]]) {
    self.hasMarket = hasMarket && schema.groups.isEmpty
    var kinds: [FactorAxis.Kind] = self.hasMarket ? [.market] : []
    var positions = [[Int]]()
    for (group, table) in labels.enumerated() {
      var ofGroup = [Int](repeating: -1, count: table.count)
      let members = table.codesSortedByBytes().filter { hasMembers[group][Int($0)] }
      for (place, code) in members.enumerated() where group == 0 || place > 0 {
        ofGroup[Int(code)] = kinds.count
        kinds.append(.label(group: schema.groups[group], label: table[code]))
      }
      positions.append(ofGroup)
    }
    styleOffset = kinds.count
    kinds += schema.styles.map { .style($0) }
    self.kinds = kinds
    self.positions = positions
  }

  /// The number of coordinates.
  var count: Int { kinds.count }

  /// Writes the loadings of a row that are not zero: positions ascend within `entries` only for one label a group.
  @inline(__always)
  func write(
    _ row: Int, of crossSection: CrossSection, loadings: Span<Double>,
    into entries: inout [(position: Int, value: Double)]
  ) {
    entries.removeAll(keepingCapacity: true)
    if hasMarket { entries.append((0, 1)) }
    for (group, column) in crossSection.groups.enumerated() {
      column.forEach(in: row) { label, fraction in
        let position = positions[group][Int(label)]
        if position >= 0 { entries.append((position, fraction)) }
      }
    }
    let rows = crossSection.rowCount
    for style in 0..<crossSection.styleCount {
      entries.append((styleOffset + style, loadings[style * rows + row]))
    }
  }
}
