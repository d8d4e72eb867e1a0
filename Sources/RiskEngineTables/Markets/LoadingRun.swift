internal import ModelStore
internal import RiskEngine

/// The way from vendors' rows to loadings on its way: what is read, what is remembered, and the tables that are written.
final class LoadingRun {
  /// The sources.
  let reader: MarketReader
  /// The stages.
  private(set) var pipeline: LoadingPipeline
  /// Seconds by stage.
  private(set) var seconds: [String: Double] = [:]
  /// The dates of the panel so far.
  private(set) var dates: [CalendarDate] = []

  private let tables: LoadingTables
  private let quality: QualityTables
  private let sources: [String]
  private let cap: Int?
  private let workers: Int
  /// The last date that was taken in, a trading day or not; rows up to it are shown to `inspect` alone.
  private(set) var lastDate: CalendarDate?
  /// Rows dated after it.
  private var waiting = WaitingRows()
  /// Whether rows came that wait for a later date, more than an earlier run left.
  private(set) var hasMoreWaitingRows = false
  private var tally = QualityTally()
  private var styles: StyleTally
  private var diagnostics = LoadingDiagnostics()
  private let clock = ContinuousClock()

  /// Where the name of the panel differs from that of `riskengine loadings`.
  struct Shape {
    var panelName = "panel"
    var datesPerSegment = Int.max
    var issuers = false
    var isWrittenEmpty = true
  }

  /// Opens the sources and prepares the stages.
  ///
  /// - Parameters:
  ///   - identifiers: the texts behind the codes of `state`.
  ///   - state: what an earlier run saved; `nil` begins anew.
  /// - Throws: `SourceError`, `TableError`, `IngestionError`, `UniverseRulesError`, `DescriptorError`,
  ///   `LoadingRecipeError`, `StateError` or `MarketError`.
  init(
    plan: MarketPlan, options: PanelFile.Options, threads: Int?, sink: any SegmentSink, shape: Shape = Shape(),
    identifiers: MarketIdentifiers = MarketIdentifiers(), state: [UInt8]? = nil
  ) throws {
    reader = try MarketReader(plan.sources, identifiers: identifiers, options: options)
    guard !reader.dates.isEmpty else { throw MarketError.noTradingDays }
    let ingestion = try plan.ingestion(reader)
    pipeline = try LoadingPipeline(
      ingestion: ingestion, rules: plan.universe, settings: plan.loadings, periodsPerYear: plan.periodsPerYear)
    if let state {
      var stateReader = StateReader(state)
      try pipeline.restore(from: &stateReader, identifiers: identifiers)
      diagnostics = try LoadingDiagnostics(from: &stateReader)
      lastDate = CalendarDate(daysSinceEpoch: Int32(truncatingIfNeeded: try stateReader.readInt()))
      waiting = try WaitingRows(
        from: &stateReader,
        schemas: Dictionary(
          reader.readers.map { ($0.source.name, $0.profile.schema) }, uniquingKeysWith: { first, _ in first }))
    }
    guard !pipeline.styles.isEmpty else { throw MarketError.noStyles(missing: Self.missingText(pipeline)) }
    sources = reader.readers.map(\.source.name)
    quality = QualityTables(
      sink: sink, sources: sources, fields: ingestion.schema.numbers, datesPerSegment: shape.datesPerSegment,
      isWrittenEmpty: shape.isWrittenEmpty)
    tables = LoadingTables(
      sink: sink, pipeline: pipeline, assetStorage: .text, panelName: shape.panelName,
      datesPerSegment: shape.datesPerSegment, issuers: shape.issuers, isWrittenEmpty: shape.isWrittenEmpty)
    styles = StyleTally(pipeline)
    cap = ingestion.schema.number(.marketCap)
    workers = threads ?? CrossSectionalRegression.defaultWorkerCount
  }

  /// What the next run goes on from.
  var state: [UInt8] {
    var writer = StateWriter()
    pipeline.save(to: &writer)
    diagnostics.save(to: &writer)
    writer.write(Int(lastDate?.daysSinceEpoch ?? .min))
    waiting.save(to: &writer)
    return writer.bytes
  }

  /// Takes in all dates that are left, and ends the tables.
  ///
  /// - Parameters:
  ///   - inspect: sees each block of source rows before it is taken in.
  ///   - progress: called after each block with the number of dates done and of all.
  func finish(
    inspect: (_ block: [(date: CalendarDate, slices: [SourceSlice])], _ identifiers: MarketIdentifiers) throws -> Void =
      { _, _ in },
    progress: (Int, Int) throws -> Void
  ) throws {
    var count = 0
    let before = lastDate
    while true {
      var block = try timed("read") { try reader.next(LoadingJob.datesPerBlock) }
      guard !block.isEmpty else { break }
      if waiting.count > 0 {
        for index in block.indices where before.map({ block[index].date > $0 }) ?? true { addWaiting(&block[index]) }
      }
      try inspect(block, reader.identifiers.tables)
      try take(before.map { before in block.filter { $0.date > before } } ?? block)
      count += block.count
      lastDate = max(lastDate ?? block[block.count - 1].date, block[block.count - 1].date)
      try progress(count, reader.dates.count)
    }
    for (source, slice) in zip(reader.readers, try reader.rowsAfterLastDate()) {
      let (name, schema) = (source.source.name, source.profile.schema)
      if !waiting.holds(slice, source: name, schema: schema, identifiers: reader.identifiers.tables) {
        hasMoreWaitingRows = true
      }
      waiting.append(slice, source: name, schema: schema)
    }
    try timed("write") {
      try quality.close()
      try tables.close()
    }
  }

  /// Puts the rows that wait for a date before its own.
  private func addWaiting(_ entry: inout (date: CalendarDate, slices: [SourceSlice])) {
    for (index, source) in reader.readers.enumerated() {
      entry.slices[index] = waiting.merged(
        into: entry.slices[index], upTo: entry.date, source: source.source.name, schema: source.profile.schema,
        identifiers: reader.identifiers.tables)
    }
  }

  private func take(_ block: [(date: CalendarDate, slices: [SourceSlice])]) throws {
    let days = timed("compute") {
      pipeline.advance(block, identifiers: &reader.identifiers.tables, workers: workers)
    }
    let identifiers = reader.identifiers.tables
    let inputs = days.compactMap { day -> LoadingDiagnostics.Input? in
      guard let market = day.ingested.market, let universe = day.universe, let loadings = day.loadings else {
        return nil
      }
      return LoadingDiagnostics.Input(
        market: market, loadings: loadings,
        caps: cap.map { market.numbers[$0] } ?? Array(repeating: 1, count: market.count),
        inCoverage: universe.inCoverage, inEstimation: universe.inEstimation)
    }
    let judged = timed("diagnose") { diagnostics.advance(inputs, workers: workers) }
    var next = 0
    for day in days {
      tally.add(day.ingested, assets: identifiers.assets, sources: sources)
      try timed("write") { try quality.append(day.ingested, assets: identifiers.assets) }
      guard let market = day.ingested.market, let loadings = day.loadings else { continue }
      dates.append(market.date)
      styles.add(loadings, judged[next])
      try timed("write") { try tables.append(day, diagnostics: judged[next], identifiers: identifiers) }
      next += 1
    }
    if let first = tally.fatal.first {
      throw MarketError.fatalFindings(first: first, count: tally.fatalCount)
    }
  }

  private func timed<Value>(_ stage: String, _ body: () throws -> Value) rethrows -> Value {
    let begin = clock.now
    defer { seconds[stage, default: 0] += (clock.now - begin).seconds }
    return try body()
  }

  /// The columns of the panel that is written.
  var panelColumns: PanelColumns { tables.panelColumns }

  /// What it came to.
  var summary: LoadingJob.Summary {
    LoadingJob.Summary(
      quality: tally.summary(reader, fields: pipeline.ingestion.schema.numbers), styles: styles.summary,
      skippedStyles: pipeline.skippedStyles, skippedDescriptors: skippedDescriptors, skippedRules: skippedRules,
      groups: pipeline.groups.map(\.rawValue), panelRowCount: tables.panelRowCount,
      memberRowCount: tables.memberRowCount, seconds: seconds, peakBytes: PeakMemory.bytes)
  }

  private var skippedDescriptors: [String: [String]] {
    Dictionary(
      pipeline.descriptors.skipped.map { ($0.name, $0.missing.map(\.rawValue)) },
      uniquingKeysWith: { first, _ in first })
  }

  private var skippedRules: [String: [String]] {
    Dictionary(
      pipeline.universe.skippedRules.map { ($0.rule.rawValue, $0.missingFields.map(\.rawValue)) },
      uniquingKeysWith: { first, _ in first })
  }

  private static func missingText(_ pipeline: LoadingPipeline) -> String {
    pipeline.descriptors.skipped.map { "\($0.name) needs \($0.missing.map(\.rawValue).joined(separator: ", "))" }
      .joined(separator: "; ")
  }
}

/// Gathers what a summary says of styles.
private struct StyleTally {
  /// What a median over dates is taken of; it is shown to three digits, so that single precision is plenty.
  private struct Kept {
    var coverage: Float
    var imputed: Float
    var stability: Float
    var vif: Float
  }

  private let names: [String]
  private let descriptors: [[Int]]
  private let descriptorCount: Int
  private var statistics: [[Kept]]
  private var clipped: [Int]

  init(_ pipeline: LoadingPipeline) {
    names = pipeline.styles
    descriptorCount = pipeline.descriptors.requests.count
    descriptors = pipeline.assembler.recipe.styles.map { style in
      guard case .descriptors(let parts) = style.content else { return [] }
      return parts.map(\.descriptor)
    }
    statistics = names.map { _ in [] }
    clipped = names.map { _ in 0 }
  }

  mutating func add(_ loadings: LoadingCrossSection, _ day: LoadingDiagnostics.Day) {
    for (style, value) in day.styles.enumerated() {
      if value.deviation.isFinite {
        statistics[style].append(
          Kept(
            coverage: Float(value.coverage), imputed: Float(value.imputed), stability: Float(value.stability),
            vif: Float(value.varianceInflation)))
      }
      clipped[style] += loadings.outcomes[style].clippedCount
      for descriptor in descriptors[style] { clipped[style] += loadings.descriptors[descriptor].clippedCount }
    }
  }

  var summary: [LoadingJob.Summary.Style] {
    names.indices.map { style in
      func median(_ value: (Kept) -> Float) -> Double {
        let values = statistics[style].map { Double(value($0)) }.filter(\.isFinite).sorted()
        return values.isEmpty ? .nan : Quantile.interpolated(0.5, ofSorted: values)
      }
      return LoadingJob.Summary.Style(
        name: names[style], dateCount: statistics[style].count,
        coverage: median(\.coverage), imputed: median(\.imputed), stability: median(\.stability),
        vif: median(\.vif), clippedCount: clipped[style])
    }
  }
}
