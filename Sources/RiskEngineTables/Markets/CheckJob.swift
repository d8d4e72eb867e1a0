internal import Foundation
public import ModelStore
internal import RiskEngine

/// The checks of a market's data, from vendors' tables to a folder of findings.
///
/// Writes `quality`, `quality_counts` and `missing`, `summary.json` and `manifest.json`.
public struct CheckJob: Sendable {
  /// What becomes of the vendors' tables.
  public var plan: MarketPlan
  /// The format of the tables.
  public var format: TableFormat
  /// How sources are read.
  public var options: PanelFile.Options
  /// What the manifest says of the run's options.
  public var arguments: [String: String]

  static let datesPerBlock = 64

  /// Makes a job.
  public init(
    plan: MarketPlan, format: TableFormat = .parquet, options: PanelFile.Options = PanelFile.Options(),
    arguments: [String: String] = [:]
  ) {
    self.plan = plan
    self.format = format
    self.options = options
    self.arguments = arguments
  }

  /// What a check came to.
  public struct Summary: Sendable, Codable {
    /// What was found.
    public var quality: QualitySummary
    /// Seconds by stage.
    public var seconds: [String: Double]
    /// The largest resident memory of the process, in bytes.
    public var peakBytes: Int
  }

  /// Runs the job.
  ///
  /// - Parameters:
  ///   - output: where the tables go; committed also where findings are fatal, which the summary tells.
  ///   - progress: called after each block with the number of dates done and of all.; what it throws ends the job.
  /// - Throws: `SourceError`, `TableError`, `IngestionError`, `StoreError` or `MarketError.noTradingDays`.
  public func run(output: OutputFolder, progress: (Int, Int) throws -> Void = { _, _ in }) throws -> Summary {
    let clock = ContinuousClock()
    let start = clock.now
    let reader = try MarketReader(plan.sources, options: options)
    let hasher = FileSetHasher(paths: reader.paths)
    defer { hasher.cancel() }
    guard !reader.dates.isEmpty else { throw MarketError.noTradingDays }
    var ingestion = try plan.ingestion(reader)
    let sources = reader.readers.map(\.source.name)
    let tables = QualityTables(
      sink: FolderSink(output, format: format), sources: sources, fields: ingestion.schema.numbers)
    var tally = QualityTally()
    var count = 0
    while true {
      let block = try reader.next(Self.datesPerBlock)
      guard !block.isEmpty else { break }
      for entry in block {
        let day = ingestion.advance(entry.date, entry.slices, &reader.identifiers.tables)
        tally.add(day, assets: reader.identifiers.tables.assets, sources: sources)
        try tables.append(day, assets: reader.identifiers.tables.assets)
      }
      count += block.count
      try progress(count, reader.dates.count)
    }
    try tables.close()
    var summary = Summary(
      quality: tally.summary(reader, fields: ingestion.schema.numbers), seconds: [:], peakBytes: PeakMemory.bytes)
    summary.seconds["total"] = (clock.now - start).seconds
    try output.write(try JSONText.encode(summary), to: "summary.json")
    let manifest = MarketManifest(
      kind: "check", inputs: try MarketFiles.inputs(hasher), options: arguments,
      environment: .current(threads: options.threads),
      tables: try MarketFiles.tables(QualityTables.names, output, format), summary: summary)
    try output.write(manifest.encoded(), to: OutputFolder.manifestName)
    try output.commit()
    return summary
  }
}

/// The files of a run, for its manifest.
enum MarketFiles {
  static func inputs(_ hasher: FileSetHasher) throws(TableError) -> [RegressionManifest.File] {
    zip(hasher.paths, try hasher.finish()).map { path, contents in
      RegressionManifest.File(path: path, sha256: contents.sha256, bytes: contents.byteCount)
    }
  }

  static func tables(
    _ names: [String], _ output: OutputFolder, _ format: TableFormat
  ) throws(TableError) -> [RegressionManifest.File] {
    var files: [RegressionManifest.File] = []
    for name in names {
      let file = "\(name).\(format.fileExtension)"
      let contents = try FileHasher(path: output.stagingPath(of: file)).finish()
      files.append(RegressionManifest.File(path: file, sha256: contents.sha256, bytes: contents.byteCount))
    }
    return files
  }
}
