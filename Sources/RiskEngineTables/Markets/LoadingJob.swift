internal import Foundation
public import ModelStore
internal import RiskEngine

/// The loadings of a market, from vendors' tables to a panel that `RegressionJob` takes as it is.
///
/// Writes `panel`, the tables of the universe and of the loadings' diagnostics, those of `CheckJob`, and
/// `manifest.json`.
public struct LoadingJob: Sendable {
  /// What becomes of the vendors' tables.
  public var plan: MarketPlan
  /// The format of the tables.
  public var format: TableFormat
  /// The number of workers; `nil` for one a processor.
  public var threads: Int?
  /// How sources are read.
  public var options: PanelFile.Options
  /// What the manifest says of the run's options.
  public var arguments: [String: String]

  static let datesPerBlock = 64

  /// Makes a job.
  public init(
    plan: MarketPlan, format: TableFormat = .parquet, threads: Int? = nil,
    options: PanelFile.Options = PanelFile.Options(), arguments: [String: String] = [:]
  ) {
    self.plan = plan
    self.format = format
    self.threads = threads
    self.options = options
    self.arguments = arguments
  }

  /// What the loadings of a market came to.
  public struct Summary: Sendable, Codable {
    /// A style over all dates: medians of its statistics.
    public struct Style: Sendable, Codable {
      /// The style.
      public var name: String
      /// The dates on which it has any value.
      public var dateCount: Int
      /// The median share of covered assets with a value of their own.
      @NullWhenNaN public var coverage: Double
      /// The median share of covered assets whose value is imputed.
      @NullWhenNaN public var imputed: Double
      /// The median correlation with itself 21 dates before.
      @NullWhenNaN public var stability: Double
      /// The median variance inflation.
      @NullWhenNaN public var vif: Double
      /// The number of values that winsorization changed, in its descriptors and itself.
      public var clippedCount: Int
    }

    /// What the checks found.
    public var quality: QualitySummary
    /// The styles of the panel.
    public var styles: [Style]
    /// The styles that the sources' fields do not allow.
    public var skippedStyles: [String]
    /// The descriptors that the sources' fields do not allow, with the fields that they need.
    public var skippedDescriptors: [String: [String]]
    /// The universe's rules that the sources' fields do not allow, with the fields that they need.
    public var skippedRules: [String: [String]]
    /// The groups of the panel.
    public var groups: [String]
    /// The rows of the panel.
    public var panelRowCount: Int
    /// The rows of the panel in the estimation universe.
    public var memberRowCount: Int
    /// Seconds by stage.
    public var seconds: [String: Double]
    /// The largest resident memory of the process, in bytes.
    public var peakBytes: Int
  }

  /// Runs the job.
  ///
  /// - Parameters:
  ///   - output: where the tables go; committed where all went well.
  ///   - progress: called after each block with the number of dates done and of all.
  /// - Throws: `SourceError`, `TableError`, `IngestionError`, `UniverseRulesError`, `DescriptorError`,
  ///   `LoadingRecipeError`, `StoreError` or `MarketError`; nothing is left at the output then.
  public func run(output: OutputFolder, progress: (Int, Int) -> Void = { _, _ in }) throws -> Summary {
    do {
      return try write(to: output, progress: progress)
    } catch let error as TableError {
      throw error.naming(output)
    }
  }

  private func write(to output: OutputFolder, progress: (Int, Int) -> Void) throws -> Summary {
    let clock = ContinuousClock()
    let start = clock.now
    var seconds: [String: Double] = [:]
    func timed<Value>(_ stage: String, _ body: () throws -> Value) rethrows -> Value {
      let begin = clock.now
      defer { seconds[stage, default: 0] += (clock.now - begin).seconds }
      return try body()
    }
    let reader = try timed("open") { try MarketReader(plan.sources, options: options) }
    let hasher = FileSetHasher(paths: reader.paths)
    defer { hasher.cancel() }
    guard !reader.dates.isEmpty else { throw MarketError.noTradingDays }
    let ingestion = try plan.ingestion(reader)
    var pipeline = try LoadingPipeline(
      ingestion: ingestion, rules: plan.universe, settings: plan.loadings, periodsPerYear: plan.periodsPerYear)
    guard !pipeline.styles.isEmpty else { throw MarketError.noStyles(missing: missingText(pipeline)) }
    let sources = reader.readers.map(\.source.name)
    let quality = QualityTables(
      sink: FolderSink(output, format: format), sources: sources, fields: ingestion.schema.numbers)
    let tables = LoadingTables(
      sink: FolderSink(output, format: format), pipeline: pipeline, assetStorage: .text)
    var tally = QualityTally()
    var styles = StyleTally(pipeline)
    var diagnostics = LoadingDiagnostics()
    let cap = ingestion.schema.number(.marketCap)
    let workers = threads ?? CrossSectionalRegression.defaultWorkerCount
    var count = 0
    while true {
      let block = try timed("read") { try reader.next(Self.datesPerBlock) }
      guard !block.isEmpty else { break }
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
        guard day.ingested.market != nil, let loadings = day.loadings else { continue }
        styles.add(loadings, judged[next])
        try timed("write") { try tables.append(day, diagnostics: judged[next], identifiers: identifiers) }
        next += 1
      }
      if let first = tally.fatal.first {
        throw MarketError.fatalFindings(first: first, count: tally.fatalCount)
      }
      count += block.count
      progress(count, reader.dates.count)
    }
    try timed("write") {
      try quality.close()
      try tables.close()
    }
    var summary = Summary(
      quality: tally.summary(reader, fields: ingestion.schema.numbers), styles: styles.summary,
      skippedStyles: pipeline.skippedStyles, skippedDescriptors: skippedDescriptors(pipeline),
      skippedRules: skippedRules(pipeline), groups: pipeline.groups.map(\.rawValue),
      panelRowCount: tables.panelRowCount, memberRowCount: tables.memberRowCount, seconds: seconds,
      peakBytes: PeakMemory.bytes)
    summary.seconds["total"] = (clock.now - start).seconds
    let manifest = MarketManifest(
      kind: "loadings", inputs: try MarketFiles.inputs(hasher), options: arguments,
      environment: .current(threads: threads),
      tables: try MarketFiles.tables(LoadingTables.names + QualityTables.names, output, format), summary: summary)
    try output.write(manifest.encoded(), to: OutputFolder.manifestName)
    try output.commit()
    return summary
  }

  private func skippedDescriptors(_ pipeline: LoadingPipeline) -> [String: [String]] {
    Dictionary(
      pipeline.descriptors.skipped.map { ($0.name, $0.missing.map(\.rawValue)) },
      uniquingKeysWith: { first, _ in first })
  }

  private func skippedRules(_ pipeline: LoadingPipeline) -> [String: [String]] {
    Dictionary(
      pipeline.universe.skippedRules.map { ($0.rule.rawValue, $0.missingFields.map(\.rawValue)) },
      uniquingKeysWith: { first, _ in first })
  }

  private func missingText(_ pipeline: LoadingPipeline) -> String {
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
