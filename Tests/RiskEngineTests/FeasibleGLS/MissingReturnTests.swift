import RiskEngine
import TestSupport
import Testing

/// Periods of which too many returns are missing.
@Suite struct MissingReturnTests {
  static func table() -> PanelTable {
    var table = FeasibleMarket(assetCount: 40, periodCount: 3).table()
    // Caps are 1e6 (1 + 13 i mod 40); leave out the assets of the largest, by no return and by no row.
    for row in table.rows.indices where table.rows[row].date == RandomPanel.date(1) {
      if table.rows[row].cap > 36e6 { table.rows[row].return = .nan }
    }
    table.rows.removeAll { $0.date == RandomPanel.date(1) && $0.cap > 34e6 && $0.cap < 36e6 }
    return table
  }

  @Test func shareIsByCapOfTheUniverse() throws {
    var table = Self.table()
    let panel = try table.panel(lag: 1)
    // Caps 35 and 37 to 40 million of 1 + … + 40.
    #expect(panel.crossSections[0].missingReturnShare == Double(35 + 37 + 38 + 39 + 40) / 820)
    #expect(panel.crossSections[1].missingReturnShare == 0)
    // Assets outside the universe at the loadings' date do not count.
    for row in table.rows.indices where table.rows[row].cap > 38e6 { table.rows[row].inUniverse = false }
    #expect(
      try table.panel(lag: 1).crossSections[0].missingReturnShare == Double(35 + 37 + 38) / (820 - 39 - 40))
  }

  @Test func periodsFailWhereAskedTo() throws {
    let panel = try Self.table().panel(lag: 1)
    let share = panel.crossSections[0].missingReturnShare
    #expect(CrossSectionalRegression().estimate(panel).periods.allSatisfy { $0.outcome == .estimated })
    let strict = CrossSectionalRegression(maximumMissingReturnShare: 0.2).estimate(panel).periods
    #expect(strict[0].outcome == .failed(.missingReturns(share: share)))
    #expect(strict[0].outcome.description == "failed: missing returns")
    #expect(strict[0].factorReturns.isEmpty && strict[1].outcome == .estimated)
    #expect(
      CrossSectionalRegression(maximumMissingReturnShare: share).estimate(panel).periods[0].outcome == .estimated)
  }
}
