import RiskEngine
import TestSupport
import Testing

/// A small panel against statsmodels 0.15 (`WLS` and `RLM` on restricted columns): `Tests/Reference`.
@Suite struct StatsmodelsReferenceTests {
  static func panel() throws -> Panel {
    let table = try CSVTable(contentsOf: ReferenceData.url("panel.csv"))
    return try Panel(
      dates: table.texts("date").map { try #require(CalendarDate(text: $0.utf8)) },
      assets: table.texts("asset"), returns: table.numbers("ret"), caps: table.numbers("cap"),
      groups: ["industry": table.texts("industry"), "country": table.texts("country")],
      styles: [
        "beta": table.numbers("beta"), "momentum": table.numbers("momentum"), "size": table.numbers("size"),
      ], universe: table.texts("universe").map { $0 == "True" }, lag: 1)
  }

  /// Every factor of every period: 1e-12 of a return absolutely, 1e-9 relatively of an error, both of which
  /// are far above the rounding of either side and far below what any other convention would give.
  @Test func factorReturnsAndStandardErrorsAgree() throws {
    let result = CrossSectionalRegression().estimate(try Self.panel())
    try Self.check(result, returns: "factor_return", errors: "standard_error", tolerance: 1e-12)
  }

  /// Both sides stop iterating when nothing moves by more than 1e-10 standard errors.
  @Test func huberFactorReturnsAndStandardErrorsAgree() throws {
    let result = CrossSectionalRegression(loss: .huber()).estimate(try Self.panel())
    try Self.check(result, returns: "huber", errors: "huber_error", tolerance: 1e-11)
  }

  static func check(_ result: RegressionResult, returns: String, errors: String, tolerance: Double) throws {
    let expected = try CSVTable(contentsOf: ReferenceData.url("factor_returns.csv"))
    let dates = expected.texts("date")
    let names = expected.texts("factor")
    let values = expected.numbers(returns)
    let standardErrors = expected.numbers(errors)
    var row = 0
    for (period, regression) in result.periods.enumerated() {
      #expect(regression.outcome == .estimated)
      for (factor, name) in result.factors.names.enumerated() {
        let found = result.factorReturns[period][factor]
        guard row < names.count, dates[row] == regression.date.description, names[row] == name else {
          #expect(found.isNaN, "\(regression.date) \(name)")
          continue
        }
        #expect(abs(found - values[row]) <= tolerance, "\(regression.date) \(name)")
        #expect(
          relativeDifference(result.standardErrors[period][factor], standardErrors[row]) <= 1e-9,
          "\(regression.date) \(name)")
        row += 1
      }
    }
    #expect(row == names.count)
  }

  @Test(arguments: [("idio_return", RobustLoss.squares, 1e-12), ("huber", .huber(), 1e-11)])
  func idioReturnsAgree(column: String, loss: RobustLoss, tolerance: Double) throws {
    let panel = try Self.panel()
    let result = CrossSectionalRegression(loss: loss).estimate(panel)
    let expected = try CSVTable(contentsOf: ReferenceData.url("idio_returns.csv"))
    var values = [String: (idio: Double, isRegressed: Bool)]()
    let (dates, assets, flags) = (expected.texts("date"), expected.texts("asset"), expected.texts("in_regression"))
    for (index, value) in expected.numbers(column).enumerated() {
      values["\(dates[index]) \(assets[index])"] = (value, flags[index] == "1")
    }
    var count = 0
    for (index, regression) in result.periods.enumerated() {
      let section = panel.crossSections[index]
      for row in 0..<section.rowCount where !regression.idioReturns[row].isNaN {
        let value = try #require(values["\(regression.date) \(panel.assets[section.assets[row]])"])
        #expect(abs(regression.idioReturns[row] - value.idio) <= tolerance)
        #expect(regression.isRegressed[row] == value.isRegressed)
        count += 1
      }
    }
    #expect(count == values.count)
  }

  @Test func fitsAndCountsAgree() throws {
    let panel = try Self.panel()
    let result = CrossSectionalRegression().estimate(panel)
    let expected = try CSVTable(contentsOf: ReferenceData.url("periods.csv"))
    #expect(result.periods.map(\.date.description) == expected.texts("date"))
    for (index, regression) in result.periods.enumerated() {
      #expect(regression.assetCount == Int(expected.numbers("asset_count")[index]))
      #expect(regression.factorCount == Int(expected.numbers("factor_count")[index]))
      #expect(relativeDifference(regression.rSquared, expected.numbers("r2")[index]) <= 1e-9)
      #expect(relativeDifference(regression.centeredRSquared, expected.numbers("r2_centered")[index]) <= 1e-9)
      let rows = panel.crossSections[index].rowCount + panel.crossSections[index].dropped.count
      #expect(regression.assetCount + regression.exclusions.total == rows)
    }
    #expect(result.periods.contains { $0.factorCount < result.factors.count })
  }
}
