import RiskEngine
import TestSupport
import Testing

/// The structural model: what it recovers, and what it falls back to.
@Suite struct StructuralModelTests {
  /// Settings whose time series are the sizes of alternating returns, all reliable after eight dates.
  static var settings: IdioRiskSettings {
    var settings = IdioMarket.bare
    settings.halfLife = 5
    settings.hasStructuralModel = true
    settings.reliability = ReliabilityRule(window: 12, noneCount: 2, fullCount: 8)
    return settings
  }

  /// A market whose asset's idio returns alternate between `± exp(level)`; assets of no level have none.
  static func alternating(_ panel: RandomPanel, level: (PanelTable.Row) -> Double?) -> IdioMarket {
    var table = panel.table()
    let dates = table.dates
    let first = table.rows.filter { $0.date == dates[0] }
    // The same rows on all dates, so that levels last.
    table.rows = dates.flatMap { date in
      first.map { row in
        var row = row
        row.date = date
        row.return = 0
        return row
      }
    }
    let sizes = first.map { row in (row.asset, level(row).map { PortableMath.exp($0) }) }
    let idio = dates.indices.map { date in
      var entries: [String: IdioMarket.Idio] = [:]
      for (id, size) in sizes { if let size { entries[id] = .init(value: date % 2 == 0 ? size : -size) } }
      return entries
    }
    return IdioMarket(table: table, idio: idio)
  }

  static let panel = RandomPanel(assetCount: 90, dateCount: 10, labelCounts: [4], styleCount: 2, seed: 6)

  /// A level that loadings explain wholly.
  static func level(_ row: PanelTable.Row) -> Double {
    -4 + 0.1 * Double(row.labels[0].utf8.reduce(0) { $0 + Int($1) } % 5) + 0.3 * row.styles[0] - 0.2 * row.styles[1]
  }

  /// Without noise every volatility is recovered, that of assets without a time series too, and `E₀` is 1.
  @Test func logLinearVolatilitiesAreRecovered() throws {
    let market = Self.alternating(Self.panel) { $0.asset.hasSuffix("7") ? nil : Self.level($0) }
    let (panel, days) = try market.forecast(Self.settings)
    let day = try #require(days.last)
    let fit = try #require(day.structuralFit)
    #expect(fit.outcome == .estimated && fit.assetCount == 81)
    // Levels are below 10, so that an exponential has 10 ulp; condition is below 100.
    #expect(abs(fit.smearing - 1) <= 1e-13)
    #expect(relativeDifference(fit.coefficients[5], 0.3) <= 1e-12)
    #expect(relativeDifference(fit.coefficients[6], -0.2) <= 1e-12)
    var filled = 0
    for (row, asset) in day.assets.enumerated() {
      let table = try #require(market.table.rows.first { $0.asset == panel.assets[asset] })
      #expect(relativeDifference(day.structural[row], PortableMath.exp(Self.level(table))) <= 1e-12)
      #expect(relativeDifference(day.volatilities[row], PortableMath.exp(Self.level(table))) <= 1e-12)
      let isFilled = table.asset.hasSuffix("7")
      #expect(day.flags[row] == (isFilled ? [.noTimeSeries, .structuralOnly] : []))
      if isFilled { filled += 1 }
    }
    #expect(filled == 9)
  }

  /// With noise `E₀` is the weighted mean of `σ^TS e^(−X b)`, at least 1, and what is regressed is inside the universe.
  @Test func smearingIsTheMeanOfWhatIsLeft() throws {
    var panel = Self.panel
    panel.outsideShare = 0.2
    var random = TestRandom(seed: 4)
    let market = Self.alternating(panel) { Self.level($0) + 0.4 * random.normal() }
    let day = try #require(market.forecast(Self.settings).days.last)
    let section = try #require(try market.panel().crossSections.last)
    let fit = try #require(day.structuralFit)
    var (sum, total) = (0.0, 0.0)
    for row in 0..<section.rowCount where section.reasons[row].isEmpty {
      let weight = section.caps[row].squareRoot()
      sum += weight * day.timeSeries[row] / (day.structural[row] / fit.smearing)
      total += weight
    }
    #expect(fit.assetCount == section.reasons.count(where: \.isEmpty) && fit.assetCount < 90)
    // Sums of ninety positive terms.
    #expect(relativeDifference(sum / total, fit.smearing) <= gamma(200))
    #expect(fit.smearing > 1.01)
  }

  /// With fewer than two reliable assets a factor only the size counts: here it explains all.
  @Test func fewReliableAssetsLeaveTheSizeAlone() throws {
    var panel = Self.panel
    panel.labelCounts = [30]
    let market = Self.alternating(panel) { -4 - 0.1 * PortableMath.log($0.cap) }
    let (names, days) = try market.forecast(Self.settings)
    let day = try #require(days.last)
    #expect(day.structuralFit?.outcome == .estimated)
    panel.labelCounts = [43]
    let thinMarket = Self.alternating(panel) { -4 - 0.1 * PortableMath.log($0.cap) }
    let thin = try #require(thinMarket.forecast(Self.settings).days.last)
    let fit = try #require(thin.structuralFit)
    #expect(fit.outcome == .sizeOnly)
    #expect(relativeDifference(fit.coefficients[0], -4) <= 1e-12)
    #expect(relativeDifference(fit.coefficients[1], -0.1) <= 1e-12)
    #expect(names.assets.count == 90)
    for (found, expected) in zip(thin.structural, thin.timeSeries) {
      #expect(relativeDifference(found, expected) <= 1e-12)
    }
  }

  /// With fewer than twenty reliable assets there is no model: time series stand, and medians of size groups fill.
  @Test func withoutReliableAssetsThereIsNoModel() throws {
    var count = 0
    let market = Self.alternating(Self.panel) { row in
      count += 1
      return count <= 19 ? Self.level(row) : nil
    }
    let day = try #require(market.forecast(Self.settings).days.last)
    #expect(day.structuralFit?.outcome == .tooFewAssets && day.structuralFit?.assetCount == 19)
    #expect(day.structural.allSatisfy { $0.isNaN })
    #expect(day.count(of: .sizeGroupMedian) == 71)
    for row in day.assets.indices {
      guard day.timeSeries[row].isNaN else {
        #expect(day.blended[row] == day.timeSeries[row])
        continue
      }
      let group = day.assets.indices.filter { day.sizeGroups[$0] == day.sizeGroups[row] && day.timeSeries[$0].isFinite }
      #expect(!group.isEmpty)
      let sorted = group.map { day.timeSeries[$0] }.sorted()
      let median = (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
      #expect(relativeDifference(day.blended[row], median) <= gamma(3))
    }
  }

  /// A label that no reliable asset has counts as the mean of its group.
  @Test func unknownLabelsAreLikeTheMarket() throws {
    let market = Self.alternating(Self.panel) { $0.labels[0] == "g2" ? nil : -4 + 0.3 * $0.styles[0] }
    let (panel, days) = try market.forecast(Self.settings)
    let day = try #require(days.last)
    var count = 0
    for (row, asset) in day.assets.enumerated() {
      let table = try #require(market.table.rows.first { $0.asset == panel.assets[asset] })
      #expect(day.flags[row].contains(.unknownLabel) == (table.labels[0] == "g2"))
      guard table.labels[0] == "g2" else { continue }
      count += 1
      #expect(relativeDifference(day.volatilities[row], PortableMath.exp(-4 + 0.3 * table.styles[0])) <= 1e-12)
    }
    #expect(count > 5)
  }

  /// Equal caps, which leave no slope, are no trouble.
  @Test func equalCapsHaveNoSlope() throws {
    var panel = Self.panel
    panel.labelCounts = [43]
    var market = Self.alternating(panel) { _ in -4 }
    for row in market.table.rows.indices { market.table.rows[row].cap = 3e9 }
    let day = try #require(market.forecast(Self.settings).days.last)
    #expect(day.structuralFit?.outcome == .sizeOnly)
    #expect(day.structuralFit?.coefficients[1] == 0)
    for value in day.structural { #expect(relativeDifference(value, PortableMath.exp(-4)) <= 1e-13) }
  }
}
