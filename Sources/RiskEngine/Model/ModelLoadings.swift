internal import LinAlg

/// `B`: the loadings of a model's assets on its factors, n × m, with the structure of a cross-section.
///
/// A market is a column of ones and a group is never expanded into columns of zeros and ones: a row keeps the place
/// of its label, or the places and fractions of several. Styles are dense columns.
public struct ModelLoadings: Sendable {
  /// The labels of a group's rows.
  enum Group: Sendable {
    /// For each row the position of its label among all factors.
    case labels([Int32])
    /// For each row the positions among all factors with their fractions: `starts` has rows + 1 numbers.
    case fractions(starts: [Int32], positions: [Int32], fractions: [Double])
  }

  /// The number of rows, `n`.
  public let rowCount: Int
  /// The factors.
  public let layout: FactorLayout
  let groups: [Group]
  /// The style loadings, rows × styles.
  let styles: Matrix

  /// The number of factors, `m`.
  public var factorCount: Int { layout.count }

  /// Takes over some rows of a cross-section.
  ///
  /// - Parameters:
  ///   - rows: the rows, ascending; each of their labels has a position.
  ///   - positions: for each group, by the codes of its labels, the position among the factors, or -1.
  init(_ section: CrossSection, rows: [Int32], layout: FactorLayout, positions: [[Int32]]) {
    rowCount = rows.count
    self.layout = layout
    groups = section.groups.indices.map { group in
      switch section.groups[group] {
      case .labels(let labels): return .labels(rows.map { positions[group][Int(labels[Int($0)])] })
      case .memberships(let memberships):
        var starts: [Int32] = [0]
        var places = [Int32]()
        var fractions = [Double]()
        for row in rows {
          for entry in Int(memberships.starts[Int(row)])..<Int(memberships.starts[Int(row) + 1]) {
            places.append(positions[group][Int(memberships.labels[entry])])
            fractions.append(memberships.fractions[entry])
          }
          starts.append(Int32(places.count))
        }
        return .fractions(starts: starts, positions: places, fractions: fractions)
      }
    }
    let count = section.rowCount
    styles = Matrix(rowCount: rows.count, columnCount: layout.styleCount) { row, style in
      section.loadings[style * count + Int(rows[row])]
    }
  }

  private init(rowCount: Int, layout: FactorLayout, groups: [Group], styles: Matrix) {
    self.rowCount = rowCount
    self.layout = layout
    self.groups = groups
    self.styles = styles
  }

  /// The loadings of some rows, which ascend.
  func keeping(_ rows: [Int]) -> ModelLoadings {
    ModelLoadings(
      rowCount: rows.count, layout: layout,
      groups: groups.map { group in
        switch group {
        case .labels(let positions): return .labels(rows.map { positions[$0] })
        case .fractions(let starts, let positions, let fractions):
          var kept: (starts: [Int32], positions: [Int32], fractions: [Double]) = ([0], [], [])
          for row in rows {
            let entries = Int(starts[row])..<Int(starts[row + 1])
            kept.positions += positions[entries]
            kept.fractions += fractions[entries]
            kept.starts.append(Int32(kept.positions.count))
          }
          return .fractions(starts: kept.starts, positions: kept.positions, fractions: kept.fractions)
        }
      },
      styles: Matrix(rowCount: rows.count, columnCount: layout.styleCount) { styles[rows[$0], $1] })
  }

  /// The factors on which a row loads with its loadings, styles of loading 0 included.
  func forEachEntry(ofRow row: Int, _ body: (_ factor: Int, _ loading: Double) -> Void) {
    if layout.hasMarket { body(0, 1) }
    for group in groups {
      switch group {
      case .labels(let positions): body(Int(positions[row]), 1)
      case .fractions(let starts, let positions, let fractions):
        for entry in Int(starts[row])..<Int(starts[row + 1]) { body(Int(positions[entry]), fractions[entry]) }
      }
    }
    let offset = layout.styleOffset
    for style in 0..<layout.styleCount { body(offset + style, styles[row, style]) }
  }

  /// The loading of a row on a factor.
  ///
  /// - Complexity: O(G + K) for G labels of the row and K styles.
  public subscript(row: Int, factor: Int) -> Double {
    precondition(row >= 0 && row < rowCount && factor >= 0 && factor < factorCount, "(\(row), \(factor))")
    var loading = 0.0
    forEachEntry(ofRow: row) { position, value in if position == factor { loading += value } }
    return loading
  }
}
