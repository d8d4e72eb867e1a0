/// Rows of two dates that belong to the same assets, in the order of a cross-section.
struct JoinedRows: Sendable {
  /// The group by whose labels the rows are ordered.
  var orderingGroup: Int?
  /// Where each run of rows with one label starts, then the number of rows.
  var segmentStarts: [Int32] = [0]
  /// The label of each run; empty without such a group.
  var segmentLabels: [Int32] = []
  /// The row of each at the date of the returns.
  var current: [Int32] = []
  /// The row of each at the date of the loadings.
  var earlier: [Int32] = []
  /// The asset of each.
  var assets: [Int32] = []
  /// The labels of each.
  var groups: [GroupColumn] = []
}

/// A join that kept every row, for the next dates, most of which have the same assets and labels.
struct RowAlignment: Sendable {
  /// What the join came to.
  let rows: JoinedRows
  private let currentAssets: ArraySlice<Int32>
  private let earlierAssets: ArraySlice<Int32>
  private let earlierLabels: [ArraySlice<Int32>]

  /// Remembers a join that kept every row.
  init(_ rows: JoinedRows, returns day: PanelDay, loadings earlier: PanelDay) {
    self.rows = rows
    currentAssets = day.rows.assets[day.range]
    earlierAssets = earlier.rows.assets[earlier.range]
    earlierLabels = earlier.rows.labels.map { $0[earlier.range] }
  }

  /// Whether the join of two other dates comes to the same; of one date with itself, whatever its returns, for `nil`.
  ///
  /// - Complexity: O(n G) for n rows and G groups; a comparison of memory.
  func fits(returns later: PanelDay?, loadings earlier: PanelDay) -> Bool {
    let day = later ?? earlier
    guard later?.hasAllReturns ?? true, earlier.hasNoReasonAgainstIdioReturns, day.range.count == currentAssets.count,
      earlier.range.count == earlierAssets.count
    else { return false }
    return day.rows.assets[day.range] == currentAssets && earlier.rows.assets[earlier.range] == earlierAssets
      && zip(earlier.rows.labels, earlierLabels).allSatisfy { $0[earlier.range] == $1 }
  }
}
