import RiskEngine
import TestSupport

/// Snapshots and idio returns of a small market, by asset ids and dates, and as the engine takes them.
struct IdioMarket: Sendable {
  /// An idio return.
  struct Idio: Sendable {
    var value: Double
    var divisor = 1.0
    var isLeftOut = false
  }

  /// The rows of all snapshots; returns are 0.
  var table: PanelTable
  /// For each date of the table the idio returns by asset id.
  var idio: [[String: Idio]]

  /// Draws a market whose idio returns have holes, divisors, and some of too much leverage.
  ///
  /// - Parameter tails: whether one idio return in twenty is ten times as large.
  static func random(
    _ panel: RandomPanel, missingShare: Double = 0.1, leftOutShare: Double = 0.02, tails: Bool = true,
    seed: UInt64 = 5
  ) -> IdioMarket {
    var table = panel.table()
    for row in table.rows.indices { table.rows[row].return = 0 }
    var random = TestRandom(seed: seed)
    let volatilities = (0..<panel.assetCount).map { _ in 0.01 + 0.03 * random.uniform() }
    // The last assets are listed late, so that their histories are short.
    let starts = (0..<panel.assetCount).map { asset in
      asset % 7 == 6 ? panel.dateCount / 4 + random.integer(below: panel.dateCount) : 0
    }
    let idio = (0..<panel.dateCount).map { date in
      var ofDate: [String: Idio] = [:]
      for asset in 0..<panel.assetCount where date >= starts[asset] && date > 0 {
        let isMissing = random.uniform() < missingShare
        var entry = Idio(value: volatilities[asset] * random.normal(), divisor: 0.6 + 0.7 * random.uniform())
        if tails, random.uniform() < 0.05 { entry.value *= 10 }
        entry.isLeftOut = random.uniform() < leftOutShare
        if !isMissing { ofDate[RandomPanel.asset(asset)] = entry }
      }
      return ofDate
    }
    return IdioMarket(table: table, idio: idio)
  }

  /// The snapshots as a panel.
  func panel() throws -> Panel { try table.panel(lag: 0) }

  /// The periods of a panel made of the table.
  func periods(_ panel: Panel) -> [IdioRiskPeriod] {
    panel.crossSections.enumerated().map { date, section in
      var returns = IdioReturns()
      for (id, entry) in idio[date].sorted(by: { $0.key < $1.key }) {
        guard let code = panel.assets.existingCode(of: id) else { continue }
        returns.append(
          asset: code, value: entry.value, divisor: entry.divisor, isLeftOut: entry.isLeftOut)
      }
      return IdioRiskPeriod(snapshot: section, idioReturns: returns)
    }
  }

  /// Forecasts for all dates, in one block.
  func forecast(
    _ settings: IdioRiskSettings, regression: CrossSectionalRegression = .init(), workers: Int = 1
  ) throws -> (panel: Panel, days: [IdioRiskDay]) {
    let panel = try panel()
    var forecaster = try IdioRiskForecaster(settings, regression: regression, schema: panel.schema)
    return (panel, forecaster.advance(periods(panel), assets: panel.assets, labels: panel.labels, workers: workers))
  }

  /// A market of assets `a000` on in one label with equal loadings, whose idio returns are given.
  ///
  /// - Parameters:
  ///   - returns: for each date and asset; NaN where there is none.
  ///   - caps: of each asset on all dates.
  static func plain(returns: [[Double]], caps: [Double]) -> IdioMarket {
    var table = PanelTable(schema: PanelSchema(hasCaps: true))
    for date in returns.indices {
      for (asset, cap) in caps.enumerated() {
        table.rows.append(.init(date: RandomPanel.date(date), asset: id(asset), return: 0, cap: cap))
      }
    }
    return IdioMarket(
      table: table,
      idio: returns.map { ofDate in
        var entries: [String: Idio] = [:]
        for (asset, value) in ofDate.enumerated() where !value.isNaN { entries[id(asset)] = Idio(value: value) }
        return entries
      })
  }

  /// The id of an asset of a plain market; in the order of the numbers.
  static func id(_ asset: Int) -> String { "a\(100_000 + asset)" }

  /// Settings with every step off: the plain exponential average for one period.
  static var bare: IdioRiskSettings {
    var settings = IdioRiskSettings()
    settings.horizon = 1
    settings.neweyWestLags = 0
    settings.minimumObservations = 1
    settings.hasStructuralModel = false
    settings.bayesianShrinkage = 0
    settings.regimeHalfLife = nil
    settings.relativeBounds = nil
    settings.annualBounds = nil
    return settings
  }
}
