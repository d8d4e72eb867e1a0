internal import RiskEngine

/// How many rows of the estimation universe lack each style: why a model of them has no period.
struct MissingStyles {
  /// The styles that are told of.
  private static let shown = 3

  /// The rows in the universe; all rows of a panel without one.
  private(set) var memberCount = 0
  private let styles: [String]
  private let counts: [Int]

  /// Reads a panel to its end.
  init(_ file: PanelFile, styles: [String]) throws {
    self.styles = styles
    var counts = [Int](repeating: 0, count: styles.count)
    while let day = try file.nextRowsOfDate() {
      let rows = day.rows
      let members = day.range.filter { rows.inUniverse.isEmpty || rows.inUniverse[$0] }
      memberCount += members.count
      for style in styles.indices {
        rows.withStyle(style) { values in
          for row in members where values[row].isNaN { counts[style] += 1 }
        }
      }
    }
    self.counts = counts
  }

  /// The styles that most rows lack, most first, then in the order of the panel; those that no row lacks are left out.
  var mostMissing: [(style: String, count: Int)] {
    styles.indices.filter { counts[$0] > 0 }
      .sorted { counts[$0] == counts[$1] ? $0 < $1 : counts[$0] > counts[$1] }
      .prefix(Self.shown).map { (styles[$0], counts[$0]) }
  }
}
