import RiskEngine
import TestSupport
import Testing

/// What is known at a date's close: the rows that the next period's regression can have, whatever their returns.
struct SnapshotTests {
  @Test(arguments: [UInt64](1...4))
  func aSnapshotIsTheNextSectionBeforeItsReturns(seed: UInt64) throws {
    let table = RandomPanel(
      assetCount: 30, dateCount: 6, labelCounts: [4, 2], styleCount: 2, missingShare: 0.05, zeroCapShare: 0.03,
      outsideShare: 0.1, absentShare: 0.05, seed: seed
    ).table()
    let panel = try Panel(
      dates: table.rows.map(\.date), assets: table.rows.map(\.asset), returns: table.rows.map(\.return),
      caps: table.rows.map(\.cap),
      groups: ["a": table.rows.map { $0.labels[0] }, "b": table.rows.map { $0.labels[1] }],
      styles: ["one": table.rows.map { $0.styles[0] }, "two": table.rows.map { $0.styles[1] }],
      universe: table.rows.map(\.inUniverse), keepsSnapshots: true)
    #expect(panel.snapshots.count == panel.crossSections.count + 1)
    for (section, snapshot) in zip(panel.crossSections, panel.snapshots) {
      #expect(snapshot.date == section.loadingsDate && snapshot.loadingsDate == section.loadingsDate)
      #expect(Set(section.assets).isSubset(of: Set(snapshot.assets)))
      #expect(snapshot.returns.allSatisfy { $0 == 0 })
      for (row, asset) in section.assets.enumerated() {
        let place = try #require(snapshot.assets.firstIndex(of: asset))
        #expect(snapshot.caps[place] == section.caps[row] && snapshot.reasons[place] == section.reasons[row])
        for style in 0..<2 {
          #expect(snapshot.loading(row: place, style: style) == section.loading(row: row, style: style))
        }
      }
      // Those that the section lacks have no return at its date.
      let date = section.date
      let returns = Dictionary(
        uniqueKeysWithValues: table.rows.filter { $0.date == date }.map { ($0.asset, $0.return) })
      for asset in snapshot.assets where !section.assets.contains(asset) {
        #expect(!(returns[panel.assets[asset]] ?? .nan).isFinite)
      }
    }
  }
}
