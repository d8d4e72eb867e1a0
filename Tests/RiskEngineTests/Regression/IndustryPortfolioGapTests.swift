import RiskEngine
import TestSupport
import Testing

/// The industry portfolios with their real gaps and late starts: every row is regressed or counted.
@Suite(.enabled(if: SharedData.isPresent, "reads ../shared"))
struct IndustryPortfolioGapTests {
  static let styles = ["log_size", "log_bm", "mom_12_2", "vol_12", "rev_1"]

  @Test(arguments: [0, 1])
  func everyRowIsRegressedOrCounted(lag: Int) throws {
    let table = try CSVTable(contentsOf: SharedData.url("data/ff49_full_with_gaps.csv"))
    let texts = table.texts("date")
    let values = Self.styles.map { table.numbers($0) }
    let (assets, sectors) = (table.texts("asset"), table.texts("sector"))
    let (returns, caps) = (table.numbers("ret"), table.numbers("cap"))
    let panel = try Panel(
      dates: texts.map { try #require(CalendarDate(text: $0.utf8)) }, assets: assets,
      returns: returns, caps: caps, groups: ["sector": sectors],
      styles: [
        "log_size": values[0], "log_bm": values[1], "mom_12_2": values[2], "vol_12": values[3], "rev_1": values[4],
      ], lag: lag)
    let result = CrossSectionalRegression().estimate(panel)
    // The reasons again, from the text: rows by date, then by what is missing first.
    var rowOf = [String: Int]()
    var rowsOfDate = [String: [Int]]()
    for row in texts.indices {
      rowOf["\(texts[row]) \(assets[row])"] = row
      rowsOfDate[texts[row], default: []].append(row)
    }
    let dates = rowsOfDate.keys.sorted()
    #expect(result.periods.map(\.date.description) == Array(dates[lag...]))
    var excluded = 0
    for (index, period) in result.periods.enumerated() {
      var counts = ExclusionCounts()
      let rows = rowsOfDate[dates[index + lag]] ?? []
      for row in rows {
        guard let earlier = rowOf["\(dates[index]) \(assets[row])"] else {
          counts.noEarlierRow += 1
          continue
        }
        if returns[row].isNaN {
          counts.noReturn += 1
        } else if values.contains(where: { $0[earlier].isNaN }) {
          counts.noLoading += 1
        } else if !(caps[earlier] > 0) {
          counts.noCap += 1
        } else if sectors[earlier].isEmpty {
          counts.noLabel += 1
        }
      }
      #expect(period.exclusions == counts)
      #expect(period.assetCount + counts.total == rows.count)
      excluded += counts.total
    }
    #expect(excluded > 0)
    #expect(result.periods.filter { $0.outcome == .estimated }.count > 600)
  }
}
