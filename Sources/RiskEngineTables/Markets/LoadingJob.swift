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
  public func run(output: OutputFolder, progress: (Int, Int) throws -> Void = { _, _ in }) throws -> Summary {
    do {
      return try write(to: output, progress: progress)
    } catch let error as TableError {
      throw error.naming(output)
    }
  }

  private func write(to output: OutputFolder, progress: (Int, Int) throws -> Void) throws -> Summary {
    let clock = ContinuousClock()
    let start = clock.now
    var seconds: [String: Double] = [:]
    func timed<Value>(_ stage: String, _ body: () throws -> Value) rethrows -> Value {
      let begin = clock.now
      defer { seconds[stage, default: 0] += (clock.now - begin).seconds }
      return try body()
    }
    let run = try timed("open") {
      try LoadingRun(plan: plan, options: options, threads: threads, sink: FolderSink(output, format: format))
    }
    let hasher = FileSetHasher(paths: run.reader.paths)
    defer { hasher.cancel() }
    try run.finish(progress: progress)
    for (stage, time) in run.seconds { seconds[stage, default: 0] += time }
    var summary = run.summary
    summary.seconds = seconds
    summary.seconds["total"] = (clock.now - start).seconds
    let manifest = MarketManifest(
      kind: "loadings", inputs: try MarketFiles.inputs(hasher), options: arguments,
      environment: .current(threads: threads),
      tables: try MarketFiles.tables(LoadingTables.names + QualityTables.names, output, format), summary: summary)
    try output.write(manifest.encoded(), to: OutputFolder.manifestName)
    try output.commit()
    return summary
  }
}
