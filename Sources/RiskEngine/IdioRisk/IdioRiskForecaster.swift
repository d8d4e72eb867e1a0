internal import LinAlg

/// Forecasts of idio risk, date after date: a fold over periods.
///
/// At each date, for each asset of its snapshot (Menchero, Orr and Wang, *The Barra US Equity Model (USE4)*, 2011,
/// section 5):
///
/// 1. the time series: `σ^TS = √(H s² κ)`, with `s² = Σ ω u² / Σ ω` of idio returns `u = e / √divisor`, weights halving
///    with age by calendar, and `κ = 1 + 2 Σ (1 − l / (L + 1)) ρ_l` for serial correlation;
/// 2. the structural model: `σ̂ = γ σ^TS + (1 − γ) σ^STR` (`ReliabilityRule`, `StructuralFit`);
/// 3. shrinkage to assets of like size;
/// 4. the volatility regime: `σ = λ_S σ^SH`;
/// 5. floors and caps.
///
/// Steps 2 to 4 are done once more for one period without `κ`, which is what the next idio returns are held against.
/// Everything depends on data up to the date alone. The same bits come out for any lengths of blocks, after saving and
/// resuming, and for any number of workers.
///
/// ```swift
/// var forecaster = try IdioRiskForecaster(.short, schema: panel.schema)
/// let days = forecaster.advance(block, assets: panel.assets, labels: panel.labels)
/// ```
///
/// The state is about 4 KB an asset ever seen.
public struct IdioRiskForecaster: Sendable {
  /// How forecasts are made.
  public let settings: IdioRiskSettings
  /// The dates taken in so far.
  public private(set) var periodCount = 0

  private let schema: PanelSchema
  private let regression: CrossSectionalRegression
  private let rule: IdioHistories.Rule
  private var histories: [IdioHistories] = []
  private var regime: IdioRegime?
  private var assetOrder = IdentifierOrder()
  private var lastDate: CalendarDate?

  /// Makes a forecaster that has seen nothing.
  ///
  /// - Parameters:
  ///   - settings: how forecasts are made.
  ///   - regression: the regression of the returns, whose market and constraints the structural model shares.
  ///   - schema: the columns of the snapshots.
  /// - Throws: the first setting that is out of its range, or that needs caps which the schema lacks.
  public init(
    _ settings: IdioRiskSettings = .short, regression: CrossSectionalRegression = CrossSectionalRegression(),
    schema: PanelSchema
  ) throws(IdioRiskSettingsError) {
    self.settings = try settings.validated()
    if !schema.hasCaps {
      if settings.hasStructuralModel { throw .noCaps(key: "structural") }
      if settings.bayesianShrinkage > 0 { throw .noCaps(key: "bayesian_shrinkage") }
      if settings.regimeHalfLife != nil { throw .noCaps(key: "regime_half_life") }
    }
    self.schema = schema
    self.regression = StructuralModel.regression(like: regression)
    rule = IdioHistories.Rule(settings)
    regime = settings.regimeHalfLife.map {
      IdioRegime(halfLife: $0, minimumPeriods: settings.regimeMinimumPeriods)
    }
  }

  /// Takes in the next dates and gives the forecasts made at the close of each.
  ///
  /// - Parameters:
  ///   - periods: dates in ascending order, later than any before; each ages what is known by a period, even without
  ///     idio returns.
  ///   - assets: the asset table, which may have grown since the last call.
  ///   - labels: the label table of each group, likewise.
  ///   - workers: the number of workers; `nil` takes one a processor. OpenBLAS is set to one thread.
  /// - Returns: one day for each of `periods`.
  /// - Precondition: snapshots have the schema's columns, every code is in its table, and no asset has two idio returns
  ///   on a date.
  /// - Complexity: O(assets (window + lags)) and O(n K² + n log n) a date for n rows and K styles.
  public mutating func advance(
    _ periods: [IdioRiskPeriod], assets: IdentifierTable, labels: [IdentifierTable], workers: Int? = nil
  ) -> [IdioRiskDay] {
    for period in periods {
      let date = period.snapshot.loadingsDate
      precondition(lastDate.map { $0 < date } ?? true, "\(date) comes after a later date")
      precondition(!schema.hasCaps || period.snapshot.caps.count >= period.snapshot.rowCount, "a snapshot without caps")
      lastDate = date
    }
    BLASThreads.count = 1
    assetOrder.update(assets)
    let workers = workers ?? CrossSectionalRegression.defaultWorkerCount
    let chunkCount = (assets.count + IdioHistories.assetCount - 1) / IdioHistories.assetCount
    while histories.count < chunkCount { histories.append(IdioHistories(rule)) }
    let block = IdioReturnBlock(
      days: concurrentMap(count: periods.count, workers: workers) { [chunkCount = histories.count] day in
        IdioReturnBlock.Day(periods[day], chunkCount: chunkCount)
      }, firstPeriod: periodCount)
    let estimates = advanceHistories(block, workers: workers)
    var days = forecast(periods, estimates, labels: labels, workers: workers)
    for day in periods.indices {
      days[day].leftOutCount = block.days[day].leftOutCount
      guard regime != nil else { continue }
      days[day].crossSectionalBias =
        regime?.advance(block.days[day], snapshot: periods[day].snapshot, onePeriod: days[day].onePeriod) ?? .nan
      days[day].regimeMultiplier = regime?.multiplier ?? 1
      days[day].regimePeriodCount = regime?.periodCount ?? 0
    }
    periodCount += periods.count
    return finished(days, workers: workers)
  }

  /// Takes a block into the histories, chunks of assets in parallel.
  private mutating func advanceHistories(_ block: IdioReturnBlock, workers: Int) -> [IdioHistories.Estimates] {
    // Handed out, so that each is changed in place by the worker that takes it.
    let chunks = histories.map { HistoryChunk($0) }
    histories = []
    let rule = rule
    let estimates = concurrentMap(count: chunks.count, workers: workers) { chunk in
      chunks[chunk].advance(block, chunk: chunk, rule: rule)
    }
    histories = chunks.map { $0.take() }
    return estimates
  }

  /// Makes the forecasts of a block but for the regime and the bounds, dates in parallel.
  private func forecast(
    _ periods: [IdioRiskPeriod], _ estimates: [IdioHistories.Estimates], labels: [IdentifierTable], workers: Int
  ) -> [IdioRiskDay] {
    let labelRanks = labels.map { $0.ranks() }
    let (settings, regression, schema, ranks) = (settings, regression, schema, assetOrder.ranks)
    return concurrentMap(
      count: periods.count, workers: workers,
      workspace: {
        IdioCrossSection(
          settings: settings, regression: regression, schema: schema, assetRanks: ranks, labelRanks: labelRanks)
      }
    ) { day, section in
      section.forecast(periods[day], histories: estimates, day: day)
    }
  }

  /// Multiplies by the regime and applies the bounds, dates in parallel.
  private func finished(_ days: [IdioRiskDay], workers: Int) -> [IdioRiskDay] {
    let settings = settings
    return concurrentMap(count: days.count, workers: workers, workspace: { OrderStatistics() }) { index, statistics in
      var day = days[index]
      let multiplier = day.regimeMultiplier
      day.volatilities = day.shrunk.map { multiplier * $0 }
      VolatilityBounds.apply(&day.volatilities, flags: &day.flags, settings: settings, statistics: &statistics)
      return day
    }
  }
}

/// The histories of a chunk of assets, which one worker at a time has.
private final class HistoryChunk: @unchecked Sendable {
  private var histories: IdioHistories?

  init(_ histories: IdioHistories) { self.histories = histories }

  func advance(_ block: IdioReturnBlock, chunk: Int, rule: IdioHistories.Rule) -> IdioHistories.Estimates {
    guard let estimates = histories?.advance(block, chunk: chunk, rule: rule) else {
      preconditionFailure("histories that were taken back")
    }
    return estimates
  }

  func take() -> IdioHistories {
    guard let taken = histories.take() else { preconditionFailure("histories that were taken back") }
    return taken
  }
}

// MARK: Saved state

extension IdioRiskForecaster {
  private static let version = 1

  /// Settings, market and constraints in words: what saved state has to be of.
  private var signature: String {
    let constraint = regression.resolvedConstraintWeights(schema)
    return "\(settings.signature); market \(regression.hasMarket), constraints by \(constraint), groups "
      + "\(schema.groups), styles \(schema.styles)"
  }

  /// Writes what is remembered between dates.
  public func save(to writer: inout StateWriter) {
    writer.write(Self.version)
    writer.write(signature)
    writer.write(periodCount)
    writer.write(lastDate != nil)
    writer.write(Int(lastDate?.daysSinceEpoch ?? 0))
    writer.write(histories.count)
    for chunk in histories { chunk.save(to: &writer) }
    regime?.save(to: &writer)
  }

  /// Takes up what `save(to:)` of a forecaster of the same settings wrote, with the same codes of assets.
  ///
  /// - Throws: `StateError`; the forecaster is then as it was.
  public mutating func restore(from reader: inout StateReader) throws(StateError) {
    var restored = self
    try reader.require(Self.version, "the state of idio risk, version")
    guard try reader.readString() == signature else { throw reader.mismatch("the state of \(signature)") }
    restored.periodCount = try reader.readInt(in: 0..<Int(Int32.max), "a count of periods")
    let hasDate = try reader.readBool()
    let date = try reader.readInt(in: Int(Int32.min)..<Int(Int32.max) + 1, "a date")
    restored.lastDate = hasDate ? CalendarDate(daysSinceEpoch: Int32(date)) : nil
    restored.histories = []
    for _ in 0..<(try reader.readInt(in: 0..<Int(Int32.max), "a count of histories")) {
      restored.histories.append(try IdioHistories(from: &reader, rule: rule))
    }
    try restored.regime?.restore(
      from: &reader, assetCount: restored.histories.count * IdioHistories.assetCount)
    self = restored
  }
}
