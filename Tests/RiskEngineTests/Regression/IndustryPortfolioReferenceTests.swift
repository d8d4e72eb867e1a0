import RiskEngine
import TestSupport
import Testing

/// The 49 industry portfolios of K.
///
/// French's library against statsmodels' weighted least squares.
@Suite(.enabled(if: SharedData.isPresent, "reads ../shared"))
struct IndustryPortfolioReferenceTests {
  static let styles = ["z_log_size", "z_log_bm", "z_mom_12_2", "z_vol_12"]

  static func panel() throws -> Panel {
    let table = try CSVTable(contentsOf: SharedData.url("data/ff49_2000on_panel.csv"))
    return try Panel(
      dates: table.texts("date").map { try #require(CalendarDate(text: $0.utf8)) },
      assets: table.texts("asset"), returns: table.numbers("ret"), caps: table.numbers("cap"),
      groups: ["sector": table.texts("sector")],
      styles: [
        "z_log_size": table.numbers("z_log_size"), "z_log_bm": table.numbers("z_log_bm"),
        "z_mom_12_2": table.numbers("z_mom_12_2"), "z_vol_12": table.numbers("z_vol_12"),
      ], lag: 0)
  }

  @Test func factorReturnsStandardErrorsAndFitAgree() throws {
    let panel = try Self.panel()
    let result = CrossSectionalRegression().estimate(panel)
    let returns = try CSVTable(contentsOf: SharedData.url("reference/ff49-wls/factor_returns.csv"))
    let errors = try CSVTable(contentsOf: SharedData.url("reference/ff49-wls/se.csv"))
    let t = try CSVTable(contentsOf: SharedData.url("reference/ff49-wls/tstats.csv"))
    let fit = try CSVTable(contentsOf: SharedData.url("reference/ff49-wls/r2.csv"))
    #expect(result.periods.count == returns.rows.count)
    let foundReturns = result.factorReturns
    let foundErrors = result.standardErrors
    let foundT = result.periods.map { result.factors.aligned($0.tStatistics, of: $0) }
    #expect(result.factors.names == Array(returns.header.dropFirst()))
    for (factor, name) in result.factors.names.enumerated() {
      let expected = returns.numbers(name)
      let expectedErrors = errors.numbers(name)
      let expectedT = t.numbers(name)
      for period in result.periods.indices {
        #expect(abs(foundReturns[period][factor] - expected[period]) <= 1e-12)
        #expect(relativeDifference(foundErrors[period][factor], expectedErrors[period]) <= 1e-9)
        let found = foundT[period][factor]
        #expect(abs(found - expectedT[period]) <= 1e-9 * max(1, abs(expectedT[period])))
      }
    }
    let centered = fit.numbers("r2_weighted_centered")
    let uncentered = fit.numbers("r2_weighted_uncentered")
    for (period, regression) in result.periods.enumerated() {
      #expect(relativeDifference(regression.centeredRSquared, centered[period]) <= 1e-9)
      #expect(relativeDifference(regression.rSquared, uncentered[period]) <= 1e-9)
      #expect(regression.outcome == .estimated)
      #expect(regression.solver == .cholesky)
    }
  }

  @Test func idioReturnsAgree() throws {
    let panel = try Self.panel()
    let result = CrossSectionalRegression().estimate(panel)
    let expected = try CSVTable(contentsOf: SharedData.url("reference/ff49-wls/residuals.csv"))
    for (index, regression) in result.periods.enumerated() {
      let section = panel.crossSections[index]
      for row in 0..<section.rowCount {
        let column = try #require(expected.header.firstIndex(of: panel.assets[section.assets[row]]))
        let value = try #require(Double(expected.rows[index][column]))
        #expect(abs(regression.idioReturns[row] - value) <= 1e-12)
      }
    }
  }
}
