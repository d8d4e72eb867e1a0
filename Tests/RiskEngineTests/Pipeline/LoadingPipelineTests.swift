import RiskEngine
import Testing

/// From vendors' rows to loadings: the same bits whatever the blocks, the workers, the resumptions, and the future.
@Suite struct LoadingPipelineTests {
  private static let history = Result {
    try SyntheticVendorHistory(SyntheticVendorHistory.configuration(errorRate: 100))
  }

  /// Styles with windows, recursions, orthogonal parts and powers.
  private static func settings() -> LoadingSettings {
    var settings = LoadingSettings()
    settings.styles = [
      StyleDefinition("size", .descriptors([.init("log_market_cap")])),
      StyleDefinition(
        "beta",
        .descriptors([.init("market_beta", DescriptorParameters(halfLife: 20, window: .periods(60)))])),
      StyleDefinition(
        "volatility",
        .descriptors([
          .init(
            "volatility", weight: 0.6,
            DescriptorParameters(halfLife: 20, window: .unlimited, minimumObservations: 20)),
          .init("cumulative_range", weight: 0.4, DescriptorParameters(window: .periods(63))),
        ]), orthogonalization: Orthogonalization(to: ["beta", "size"])),
      StyleDefinition(
        "momentum",
        .descriptors([.init("momentum", DescriptorParameters(halfLife: 30, window: .periods(60), skip: 5))])),
      StyleDefinition(
        "value", .descriptors([.init("book_to_price"), .init("earnings_to_price", weight: 0.5)])),
      StyleDefinition("turnover", .descriptors([.init("turnover_month")])),
      StyleDefinition(
        "nonlinear_size", .power(of: "size", exponent: 3), orthogonalization: Orthogonalization(to: ["size"])),
    ]
    return settings
  }

  private static func pipeline(_ history: SyntheticVendorHistory) throws -> LoadingPipeline {
    var rules = UniverseRules()
    rules.pendingDays = 5
    rules.change = .daily
    rules.securityTypes = nil
    return try LoadingPipeline(ingestion: try history.ingestion(), rules: rules, settings: settings())
  }

  /// Everything that comes out of a date, as bits.
  private static func bits(_ day: LoadingPipeline.Day) -> [UInt64] {
    var bits: [UInt64] = [UInt64(bitPattern: Int64(day.ingested.date.daysSinceEpoch))]
    func add(_ values: [Double]) { bits += values.map(\.bitPattern) }
    guard let market = day.ingested.market, let universe = day.universe, let loadings = day.loadings else {
      return bits
    }
    bits += market.assets.map { UInt64(bitPattern: Int64($0)) }
    add(market.totalReturns)
    market.numbers.forEach(add)
    bits += market.labels.flatMap { $0.map { UInt64(bitPattern: Int64($0)) } }
    bits += universe.inEstimation.map { $0 ? 1 : 0 }
    loadings.styles.forEach(add)
    bits += loadings.isRegressable.map { $0 ? 1 : 0 }
    add([day.marketReturn, market.riskFreeReturn])
    return bits
  }

  private static func run(
    _ history: SyntheticVendorHistory, _ dates: [(date: CalendarDate, slices: [SourceSlice])], block: Int, workers: Int
  ) throws -> [[UInt64]] {
    var pipeline = try pipeline(history)
    var identifiers = history.vendors.identifiers
    var results: [[UInt64]] = []
    for start in stride(from: 0, to: dates.count, by: block) {
      let part = Array(dates[start..<min(start + block, dates.count)])
      results += pipeline.advance(part, identifiers: &identifiers, workers: workers).map(bits)
    }
    return results
  }

  /// Loadings there are, and they differ from day to day: the other tests compare something.
  @Test func loadingsAreThere() throws {
    let history = try Self.history.get()
    var pipeline = try Self.pipeline(history)
    var identifiers = history.vendors.identifiers
    let days = pipeline.advance(
      SyntheticVendorHistory.sliced(history.tableRows), identifiers: &identifiers, workers: 2)
    let last = try #require(days.last?.loadings)
    #expect(pipeline.styles == Self.settings().styles.map(\.name))
    for style in last.styles { #expect(style.count { $0.isFinite } > 60) }
    #expect(last.isRegressable.count { $0 } > 50)
  }

  /// One block, blocks of seven and of one date; one worker and three.
  @Test func blocksAndWorkersChangeNothing() throws {
    let history = try Self.history.get()
    let dates = SyntheticVendorHistory.sliced(history.tableRows)
    let whole = try Self.run(history, dates, block: dates.count, workers: 1)
    for (block, workers) in [(dates.count, 3), (7, 2), (1, 1)] {
      let other = try Self.run(history, dates, block: block, workers: workers)
      #expect(other == whole, "blocks of \(block) with \(workers) workers")
    }
  }

  /// The state written after a date and read by a fresh pipeline goes on as if nothing had happened.
  @Test(arguments: [1, 33, 64, 120]) func resumingChangesNothing(_ cut: Int) throws {
    let history = try Self.history.get()
    let dates = SyntheticVendorHistory.sliced(history.tableRows)
    let whole = try Self.run(history, dates, block: dates.count, workers: 2)
    var first = try Self.pipeline(history)
    var identifiers = history.vendors.identifiers
    var results = first.advance(Array(dates[..<cut]), identifiers: &identifiers, workers: 2).map(Self.bits)
    var writer = StateWriter()
    first.save(to: &writer)
    var second = try Self.pipeline(history)
    var reader = StateReader(writer.bytes)
    try second.restore(from: &reader, identifiers: identifiers)
    #expect(reader.isAtEnd)
    results += second.advance(Array(dates[cut...]), identifiers: &identifiers, workers: 1).map(Self.bits)
    #expect(results == whole)
  }

  /// Rows after a date made into nonsense, missing values among them: every bit up to the date is as it was.
  @Test(arguments: [40, 77, 110, 150, 180]) func theFutureChangesNothing(_ cut: Int) throws {
    let history = try Self.history.get()
    let rows = history.tableRows
    let dates = SyntheticVendorHistory.sliced(rows)
    let limit = dates[cut].date
    var state = UInt64(cut)
    func random() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) * 0x1p-53
    }
    let broken = rows.map { rows in
      var rows = rows
      for row in rows.dates.indices where rows.dates[row] > limit {
        for column in rows.numbers.indices {
          rows.numbers[column][row] = random() < 0.3 ? .nan : 100 * random() - 5
        }
        for column in rows.labels.indices where random() < 0.2 { rows.labels[column][row] = SourceRows.missingCode }
      }
      return rows
    }
    let whole = try Self.run(history, dates, block: 64, workers: 2)
    let other = try Self.run(history, SyntheticVendorHistory.sliced(broken), block: 64, workers: 2)
    #expect(Array(other[...cut]) == Array(whole[...cut]))
    #expect(other != whole, "nothing was changed at all")
  }
}
