import RiskEngine
import TestSupport
import Testing

/// What becomes a row of a cross-section, in which order, with which values.
@Suite struct PanelAssemblyTests {
  static let generator = RandomPanel(
    dateCount: 5, labelCounts: [4, 6], styleCount: 2, missingShare: 0.05, zeroCapShare: 0.05, outsideShare: 0.1,
    absentShare: 0.1, seed: 19)

  /// Returns of the date, everything else of the earlier one, looked up one by one.
  @Test(arguments: [0, 1, 2])
  func everyValueComesFromItsDate(lag: Int) throws {
    let table = Self.generator.table()
    let panel = try table.panel(lag: lag)
    let dates = table.dates
    #expect(panel.crossSections.count == dates.count - lag)
    for (index, section) in panel.crossSections.enumerated() {
      #expect(section.date == dates[index + lag] && section.loadingsDate == dates[index])
      for row in 0..<section.rowCount {
        let asset = panel.assets[section.assets[row]]
        let now = try #require(table.rows.first { $0.date == section.date && $0.asset == asset })
        let earlier = try #require(table.rows.first { $0.date == section.loadingsDate && $0.asset == asset })
        #expect(section.returns[row] == now.return)
        #expect(section.caps[row] == earlier.cap && section.weights[row] == earlier.weight)
        #expect(section.constraintWeights[row] == earlier.constraintWeight)
        #expect((0..<2).map { section.loading(row: row, style: $0) } == earlier.styles)
        for group in 0..<2 {
          guard case .labels(let labels) = section.groups[group] else { continue }
          #expect(panel.labels[group][labels[row]] == earlier.labels[group])
        }
        #expect(section.reasons[row].contains(.outsideUniverse) == !earlier.inUniverse)
        #expect(section.reasons[row].contains(.noCap) == !(earlier.cap > 0))
      }
      #expect(section.rowCount + section.dropped.count == table.rows.filter { $0.date == section.date }.count)
    }
  }

  /// Rows by label of the group with most labels in that period, then by asset, by bytes.
  @Test func rowsAreOrderedByLabelThenAsset() throws {
    let panel = try Self.generator.table().panel()
    for section in panel.crossSections {
      #expect(section.orderingGroup == 1)
      guard case .labels(let labels) = section.groups[1] else { continue }
      let keys = section.assets.indices.map { row in
        Array(panel.labels[1][labels[row]].utf8) + [0] + Array(panel.assets[section.assets[row]].utf8)
      }
      for (left, right) in zip(keys, keys.dropFirst()) { #expect(left.lexicographicallyPrecedes(right)) }
      // Segments are the runs of one label.
      let starts = section.segmentStarts.map(Int.init)
      #expect(starts.first == 0 && starts.last == section.rowCount)
      for (start, end) in zip(starts, starts.dropFirst()) {
        #expect(Set(labels[start..<end]).count == 1)
        #expect(start == 0 || labels[start] != labels[start - 1])
      }
    }
  }

  /// Which group orders the rows is the period's own affair: the first of those with most labels that day.
  @Test func theOrderingGroupIsTheFirstWithMostLabels() throws {
    var table = RandomPanel(dateCount: 3, labelCounts: [4, 4], seed: 3).table()
    let dates = table.dates
    for row in table.rows.indices where table.rows[row].date == dates[1] { table.rows[row].labels[0] = "g0" }
    for row in table.rows.indices where table.rows[row].date == dates[2] { table.rows[row].labels[1] = "H0" }
    #expect(try table.panel(lag: 0).crossSections.map(\.orderingGroup) == [0, 1, 0])
    #expect(try RandomPanel(dateCount: 1).table().panel(lag: 0).crossSections[0].orderingGroup == nil)
    let fractional = RandomPanel(dateCount: 1, labelCounts: [6, 2], fractionalGroups: [0]).table()
    #expect(try fractional.panel(lag: 0).crossSections[0].orderingGroup == 1)
  }

  @Test func columnsEndInPaddingOfZeros() throws {
    let section = try Self.generator.table().panel().crossSections[0]
    let rows = section.rowCount
    for column in [section.returns, section.caps, section.weights, section.constraintWeights] {
      #expect(column.count == rows + 3 && column.suffix(3).allSatisfy { $0 == 0 })
    }
    guard case .float64(let loadings) = section.loadings else { return }
    #expect(loadings.count == 2 * rows + 3 && loadings.suffix(3).allSatisfy { $0 == 0 })
  }

  @Test func columnsThatThePanelLacksAreEmpty() throws {
    var table = RandomPanel(dateCount: 1, labelCounts: [2]).table()
    table.schema.hasCaps = false
    table.schema.hasWeights = false
    table.schema.hasConstraintWeights = false
    table.schema.hasUniverse = false
    for row in table.rows.indices { table.rows[row].inUniverse = false }
    let section = try table.panel(lag: 0).crossSections[0]
    #expect(section.caps.isEmpty && section.weights.isEmpty && section.constraintWeights.isEmpty)
    #expect(section.reasons.allSatisfy { $0.isEmpty })
  }

  @Test func missingCapsAndWeightsAreZeroAndMissingConstraintWeightsStay() throws {
    var table = RandomPanel(assetCount: 3, dateCount: 1).table()
    table.rows[1].cap = .nan
    table.rows[1].weight = .nan
    table.rows[1].constraintWeight = .nan
    let panel = try table.panel(lag: 0)
    let row = try #require(panel.crossSections[0].assets.firstIndex { panel.assets[$0] == table.rows[1].asset })
    #expect(panel.crossSections[0].caps[row] == 0 && panel.crossSections[0].weights[row] == 0)
    #expect(panel.crossSections[0].constraintWeights[row].isNaN)
  }

  @Test func singlePrecisionRoundsLoadingsAndNothingElse() throws {
    let table = Self.generator.table()
    let double = try table.panel().crossSections[1]
    let single = try table.panel(precision: .float32).crossSections[1]
    #expect(single.returns == double.returns && single.caps == double.caps)
    for row in 0..<double.rowCount {
      for style in 0..<2 {
        #expect(single.loading(row: row, style: style) == Double(Float(double.loading(row: row, style: style))))
      }
    }
  }

  /// Columns in any order of rows and dates, through the initializer that takes whole columns.
  @Test func columnsInAnyOrderMakeTheSamePanel() throws {
    var rows = RandomPanel(dateCount: 4, labelCounts: [3], styleCount: 1, seed: 6).table().rows
    func panel() throws -> Panel {
      try Panel(
        dates: rows.map(\.date), assets: rows.map(\.asset), returns: rows.map(\.return), caps: rows.map(\.cap),
        groups: ["industry": rows.map { $0.labels[0] }], styles: ["size": rows.map { $0.styles[0] }],
        universe: rows.map(\.inUniverse), weights: rows.map(\.weight), lag: 1)
    }
    let ordered = try panel()
    var random = TestRandom(seed: 3)
    rows.shuffle(using: &random)
    let shuffled = try panel()
    #expect(ordered.crossSections.count == 3 && shuffled.crossSections.count == 3)
    for (left, right) in zip(ordered.crossSections, shuffled.crossSections) {
      #expect(left.date == right.date && left.returns == right.returns && left.loadings == right.loadings)
      #expect(left.caps == right.caps && left.weights == right.weights && left.segmentStarts == right.segmentStarts)
      #expect(left.assets.map { ordered.assets[$0] } == right.assets.map { shuffled.assets[$0] })
    }
  }

  @Test func anAssemblerForgetsWhatIsOlderThanTheLag() throws {
    // An asset of the first date that returns at the third has no row one date earlier.
    var table = RandomPanel(assetCount: 4, dateCount: 3).table()
    let dates = table.dates
    table.rows.removeAll { $0.date == dates[1] && $0.asset == RandomPanel.asset(2) }
    let panel = try table.panel(lag: 1)
    #expect(panel.crossSections[1].dropped.map { panel.assets[$0.asset] } == [RandomPanel.asset(2)])
    #expect(panel.crossSections[1].dropped.map(\.reasons) == [.noEarlierRow])
    // At lag 2 it has one.
    #expect(try table.panel(lag: 2).crossSections[0].dropped.isEmpty)
  }
}
