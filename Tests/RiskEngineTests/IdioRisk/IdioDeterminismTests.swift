import RiskEngine
import TestSupport
import Testing

/// The same bits for any blocks, workers, resumes and codes; nothing of a later date.
@Suite struct IdioDeterminismTests {
  /// Every number of a day.
  static func bits(_ day: IdioRiskDay) -> [UInt64] {
    var bits: [UInt64] = [UInt64(bitPattern: Int64(day.date.daysSinceEpoch)), UInt64(day.leftOutCount)]
    for column in [
      day.neweyWestRatios, day.timeSeries, day.reliability, day.structural, day.blended, day.shrunk, day.volatilities,
      day.onePeriod, [day.crossSectionalBias, day.regimeMultiplier, day.medianNeweyWestRatio],
      day.structuralFit?.coefficients ?? [], [day.structuralFit?.smearing ?? 0],
    ] {
      bits.append(UInt64(column.count))
      bits += column.map(\.bitPattern)
    }
    bits += day.flags.map { UInt64($0.rawValue) }
    bits += day.observationCounts.map { UInt64($0) }
    bits += day.sizeGroups.map { UInt64(bitPattern: Int64($0)) }
    bits.append(UInt64(day.regimePeriodCount))
    return bits
  }

  static func market(seed: UInt64 = 13) -> IdioMarket {
    IdioMarket.random(
      RandomPanel(
        assetCount: 90, dateCount: 41, labelCounts: [4, 3], styleCount: 2, missingShare: 0.01, zeroCapShare: 0.02,
        outsideShare: 0.1, absentShare: 0.05, seed: seed))
  }

  /// Any lengths of blocks, any number of workers, and a new forecaster from saved state after each block.
  @Test(arguments: [(1, 1, true), (7, 2, true), (16, 3, false), (41, 2, false)])
  func blocksWorkersAndResumesLeaveEveryBit(length: Int, workers: Int, resumes: Bool) throws {
    let market = Self.market()
    let settings = IdioAgreementTests.brief
    let (panel, whole) = try market.forecast(settings)
    let periods = market.periods(panel)
    var forecaster = try IdioRiskForecaster(settings, schema: panel.schema)
    var days: [IdioRiskDay] = []
    for start in stride(from: 0, to: periods.count, by: length) {
      days += forecaster.advance(
        Array(periods[start..<min(start + length, periods.count)]), assets: panel.assets, labels: panel.labels,
        workers: workers)
      guard resumes else { continue }
      var writer = StateWriter()
      forecaster.save(to: &writer)
      var reader = StateReader(writer.bytes)
      forecaster = try IdioRiskForecaster(settings, schema: panel.schema)
      try forecaster.restore(from: &reader)
      #expect(reader.isAtEnd)
      var again = StateWriter()
      forecaster.save(to: &again)
      #expect(again.bytes == writer.bytes)
    }
    #expect(forecaster.periodCount == periods.count)
    #expect(days.map(Self.bits) == whole.map(Self.bits))
    #expect(whole.contains { $0.structuralFit?.outcome == .estimated })
  }

  /// Whatever comes after a date, missing and huge numbers too, leaves every bit up to it.
  @Test(arguments: [0, 9, 25, 39])
  func nothingOfALaterDateCounts(last: Int) throws {
    let market = Self.market()
    var later = market
    var random = TestRandom(seed: 1)
    let dates = market.table.dates
    for date in last + 1..<dates.count {
      for id in market.idio[date].keys.sorted() {
        later.idio[date][id]?.value = random.uniform() < 0.3 ? .nan : 1e3 * random.normal()
        later.idio[date][id]?.divisor = random.uniform()
      }
    }
    for row in later.table.rows.indices where later.table.rows[row].date > dates[last] {
      later.table.rows[row].cap = random.uniform() < 0.2 ? 0 : 1e9 * random.uniform()
      later.table.rows[row].inUniverse = random.uniform() < 0.5
      for style in later.table.rows[row].styles.indices { later.table.rows[row].styles[style] = random.normal() }
    }
    let settings = IdioAgreementTests.brief
    let days = try market.forecast(settings).days
    let others = try later.forecast(settings).days
    let (bits, otherBits) = (days.map(Self.bits), others.map(Self.bits))
    #expect(Array(bits.prefix(last + 1)) == Array(otherBits.prefix(last + 1)))
    #expect(bits != otherBits)
  }

  /// Codes in another order, with codes between that have no rows, leave every bit.
  @Test func codesDoNotMatter() throws {
    let market = Self.market()
    var other = market
    other.table.rows = market.table.rows.reversed()
    // Assets that come first in the table of codes.
    for asset in 0..<70 {
      other.table.rows.insert(
        .init(
          date: market.table.dates[40], asset: "zz\(asset)", return: .nan, labels: ["", ""], styles: [.nan, .nan]),
        at: 0)
    }
    let (panel, days) = try market.forecast(IdioAgreementTests.brief)
    let (otherPanel, others) = try other.forecast(IdioAgreementTests.brief)
    #expect(panel.assets.existingCode(of: "a00") != otherPanel.assets.existingCode(of: "a00"))
    #expect(days.map(Self.bits) == others.map(Self.bits))
    for (day, other) in zip(days, others) {
      #expect(day.assets.map { panel.assets[$0] } == other.assets.map { otherPanel.assets[$0] })
    }
  }

  /// A table of assets that grows between blocks gives what the whole table gives from the start.
  @Test func theTableOfAssetsMayGrow() throws {
    var market = Self.market()
    let dates = market.table.dates
    let early = market.table.rows.filter { $0.date == dates[0] }.prefix(40).map(\.asset)
    market.table.rows.removeAll { $0.date < dates[20] && !early.contains($0.asset) }
    for date in 0..<20 { market.idio[date] = market.idio[date].filter { early.contains($0.key) } }
    let settings = IdioAgreementTests.brief
    let (panel, whole) = try market.forecast(settings)
    let periods = market.periods(panel)
    let known = Set(periods[..<20].flatMap(\.snapshot.assets) + periods[..<20].flatMap(\.idioReturns.assets))
    let count = Int(known.max() ?? 0) + 1
    #expect(count <= 64 && panel.assets.count > 64)
    var forecaster = try IdioRiskForecaster(settings, schema: panel.schema)
    var days = forecaster.advance(
      Array(periods[..<20]), assets: IdentifierTable(texts: Array(panel.assets.texts[..<count])), labels: panel.labels)
    days += forecaster.advance(Array(periods[20...]), assets: panel.assets, labels: panel.labels)
    #expect(days.map(Self.bits) == whole.map(Self.bits))
  }

  /// No dates give no days, and a date without rows gives one without forecasts.
  @Test func emptyInputIsFine() throws {
    let market = Self.market()
    let panel = try market.panel()
    var forecaster = try IdioRiskForecaster(schema: panel.schema)
    #expect(forecaster.advance([], assets: panel.assets, labels: panel.labels).isEmpty)
    var section = panel.crossSections[0]
    section.assets = []
    section.reasons = []
    section.segmentStarts = [0]
    section.segmentLabels = []
    section.groups = [.labels([]), .labels([])]
    section.returns = []
    section.caps = []
    let days = forecaster.advance(
      [IdioRiskPeriod(snapshot: section, idioReturns: IdioReturns())], assets: panel.assets, labels: panel.labels)
    #expect(days.count == 1 && days[0].volatilities.isEmpty && days[0].regimeMultiplier == 1)
  }

  /// State of other settings, of a later version, and cut short is refused, and leaves the forecaster as it was.
  @Test func foreignStateIsRefused() throws {
    let market = Self.market()
    let panel = try market.panel()
    let settings = IdioAgreementTests.brief
    var forecaster = try IdioRiskForecaster(settings, schema: panel.schema)
    _ = forecaster.advance(
      Array(market.periods(panel)[..<5]), assets: panel.assets, labels: panel.labels, workers: 1)
    var writer = StateWriter()
    forecaster.save(to: &writer)
    var other = settings
    other.bayesianShrinkage = 0.2
    var changed = try IdioRiskForecaster(other, schema: panel.schema)
    #expect(throws: StateError.self) {
      var reader = StateReader(writer.bytes)
      try changed.restore(from: &reader)
    }
    #expect(changed.periodCount == 0)
    var same = try IdioRiskForecaster(settings, schema: panel.schema)
    for count in [0, 7, 40, 300, writer.bytes.count / 2, writer.bytes.count - 1] {
      #expect(throws: StateError.self) {
        var reader = StateReader(Array(writer.bytes[..<count]))
        try same.restore(from: &reader)
      }
    }
    var bytes = writer.bytes
    bytes[0] = 9
    #expect(throws: StateError.self) {
      var reader = StateReader(bytes)
      try same.restore(from: &reader)
    }
    #expect(same.periodCount == 0)
  }

  /// Dates that do not ascend, and two idio returns of an asset on one, are the caller's mistakes.
  @Test func mistakesTrap() async {
    await #expect(processExitsWith: .failure) {
      let market = IdioMarket.plain(returns: [[0.01], [0.02]], caps: [1])
      let panel = try market.panel()
      var forecaster = try IdioRiskForecaster(schema: panel.schema)
      _ = forecaster.advance(market.periods(panel).reversed(), assets: panel.assets, labels: panel.labels)
    }
    await #expect(processExitsWith: .failure) {
      let market = IdioMarket.plain(returns: [[0.01]], caps: [1])
      let panel = try market.panel()
      var forecaster = try IdioRiskForecaster(schema: panel.schema)
      var periods = market.periods(panel)
      periods[0].idioReturns.append(asset: 0, value: 0.02)
      _ = forecaster.advance(periods, assets: panel.assets, labels: panel.labels)
    }
  }
}
