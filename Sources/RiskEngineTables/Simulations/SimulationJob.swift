internal import Foundation
internal import LinAlg
public import ModelStore
public import RiskEngine

/// A synthetic market, from its configuration to a folder of tables.
///
/// Writes `panel`, which `RegressionJob` takes as it is at lag 1, and under `truth/` what a regression should
/// find: `factor_returns`, `idio_returns` with the variance of each, and `factor_covariance` of the calm regime.
/// Where asked for, it also writes `raw/`, the tables of vendors that show the market with errors, `truth/errors`, every
/// cell of them that is wrong, and `config.yaml`, by which the loadings are made again from `raw/`.
public struct SimulationJob: Sendable {
  /// What the market is made of.
  public var configuration: SyntheticConfiguration
  /// The mode that the configuration came from.
  public var mode: SyntheticMode
  /// The number of workers; `nil` for one a processor.
  public var threads: Int?
  /// The format of the tables.
  public var format: TableFormat
  /// Whether the vendors' tables are written too.
  public var includesRaw: Bool

  /// The most periods made at a time.
  static let periodsPerBlock = SyntheticVendors.periodsPerBlock

  /// Makes a job; the vendors' tables are written in the mode `full` unless `includesRaw` says otherwise.
  public init(
    configuration: SyntheticConfiguration, mode: SyntheticMode, threads: Int? = nil, format: TableFormat = .parquet,
    includesRaw: Bool? = nil
  ) {
    self.configuration = configuration
    self.mode = mode
    self.threads = threads
    self.format = format
    self.includesRaw = includesRaw ?? (mode == .full)
  }

  /// What a simulation came to.
  public struct Summary: Sendable, Codable {
    /// The number of dates; the first has no returns.
    public var dateCount: Int
    /// The number of assets ever alive.
    public var assetCount: Int
    /// The number of rows of the panel.
    public var rowCount: Int
    /// The number of factors.
    public var factorCount: Int
    /// The groups of the panel.
    public var groups: [String]
    /// The styles of the panel.
    public var styles: [String]
    /// The number of errors of the vendors; `nil` where their tables are not written.
    public var vendorErrorCount: Int?
    /// Seconds by stage.
    public var seconds: [String: Double]
    /// The largest resident memory of the process, in bytes.
    public var peakBytes: Int
  }

  /// Runs the job.
  ///
  /// - Parameters:
  ///   - output: where the tables go; committed where all went well.
  ///   - progress: called after each block with the number of dates made.
  /// - Throws: `SyntheticConfigurationError`, `TableError` or `StoreError`; nothing is left at the output then.
  public func run(output: OutputFolder, progress: (Int) throws -> Void = { _ in }) throws -> Summary {
    do {
      return try write(to: output, progress: progress)
    } catch let error as TableError {
      throw error.naming(output)
    }
  }

  /// Runs the job.
  private func write(to output: OutputFolder, progress: (Int) throws -> Void) throws -> Summary {
    let clock = ContinuousClock()
    let start = clock.now
    var market = try SyntheticMarket(
      configuration, workers: threads ?? CrossSectionalRegression.defaultWorkerCount)
    try output.createFolder("truth")
    let panel = try TableWriter(path: path("panel", output), columns: panelColumns(market.schema))
    let factors = try TableWriter(
      path: path("truth/factor_returns", output),
      columns: [OutputColumn("date", .date)] + market.factorNames.map { OutputColumn($0, .number) })
    let idio = try TableWriter(
      path: path("truth/idio_returns", output),
      columns: [
        OutputColumn("date", .date), .text("asset"), OutputColumn("idio_return", .number),
        OutputColumn("idio_variance", .number),
      ])
    var vendors = includesRaw ? SyntheticVendors(market) : nil
    var raw = try rawTables(vendors, output)
    var generating = Duration.zero
    var rowCount = 0
    while true {
      let blockStart = clock.now
      guard let block = market.nextBlock(periodCount: Self.periodsPerBlock) else { break }
      let told = vendors?.tables(of: block)
      generating += clock.now - blockStart
      if let told { try raw?.append(told) }
      rowCount += block.rows.count
      try panel.append(panelValues(block.rows, market: market))
      let periods = block.periods.filter { $0.index > 0 }
      if !periods.isEmpty {
        try factors.append(
          [.dates(periods.map(\.date))]
            + market.factorNames.indices.map { factor in .numbers(periods.map { $0.factorReturns[factor] }) })
      }
      try idio.append([
        .dates(block.rows.dates), .identifiers(block.rows.assets, of: market.assets), .numbers(block.idioReturns),
        .numbers(block.idioVariances),
      ])
      try progress(market.periodsDone)
    }
    try panel.close()
    try factors.close()
    try idio.close()
    try raw?.close()
    try writeCovariance(market, output)
    var summary = Summary(
      dateCount: market.periodsDone, assetCount: market.assets.count, rowCount: rowCount,
      factorCount: market.factorNames.count, groups: market.schema.groups, styles: market.schema.styles,
      vendorErrorCount: raw?.errorCount, seconds: ["generate": generating.seconds], peakBytes: PeakMemory.bytes)
    if let vendors {
      let text = SimulationConfigurationText(market: market, vendors: vendors, fileExtension: format.fileExtension).text
      try output.write(Data(text.utf8), to: "config.yaml")
    }
    try output.write(manifest(summary, raw?.names ?? [], output), to: OutputFolder.manifestName)
    try output.commit()
    summary.seconds["total"] = (clock.now - start).seconds
    return summary
  }

  /// Creates the vendors' tables, where they are asked for.
  private func rawTables(_ vendors: SyntheticVendors?, _ output: OutputFolder) throws -> RawTables? {
    guard let vendors else { return nil }
    try output.createFolder("raw")
    for name in SyntheticVendors.vendorNames { try output.createFolder("raw/\(name)") }
    return try RawTables(vendors) { path($0, output) }
  }

  /// Where a table is written.
  private func path(_ table: String, _ output: OutputFolder) -> String {
    output.stagingPath(of: "\(table).\(format.fileExtension)")
  }

  /// The columns of the panel.
  private func panelColumns(_ schema: PanelSchema) -> [OutputColumn] {
    [
      OutputColumn("date", .date), .text("asset"), OutputColumn("ret", .number), OutputColumn("market_cap", .number),
      OutputColumn("in_estimation_universe", .boolean),
    ] + schema.groups.map { .text($0) } + schema.styles.map { OutputColumn($0, .number) }
  }

  /// The values of the panel's columns.
  private func panelValues(_ rows: PanelRows, market: SyntheticMarket) -> [OutputValues] {
    [
      .dates(rows.dates), .identifiers(rows.assets, of: market.assets), .numbers(rows.returns), .numbers(rows.caps),
      .booleans(rows.inUniverse),
    ] + rows.labels.enumerated().map { .identifiers($1, of: market.labels[$0]) } + rows.styles.map { .numbers($0) }
  }

  /// Writes the true factor covariance, in fractions squared a period.
  private func writeCovariance(_ market: SyntheticMarket, _ output: OutputFolder) throws {
    let writer = try TableWriter(
      path: path("truth/factor_covariance", output),
      columns: [.text("factor_1"), .text("factor_2"), OutputColumn("covariance", .number)])
    let names = IdentifierTable(texts: market.factorNames)
    let count = Int32(names.count)
    let covariance = market.factorCovariance
    try writer.append([
      .identifiers((0..<count).flatMap { Array(repeating: $0, count: Int(count)) }, of: names),
      .identifiers((0..<count).flatMap { _ in Array(0..<count) }, of: names),
      .numbers((0..<Int(count)).flatMap { row in (0..<Int(count)).map { covariance[row, $0] } }),
    ])
    try writer.close()
  }

  /// What the folder says of itself.
  private func manifest(_ summary: Summary, _ rawNames: [String], _ output: OutputFolder) throws -> Data {
    struct Manifest: Encodable {
      var producer = OutputFolder.producer
      var kind = "simulation"
      var formatVersion = 1
      var version = Version.current
      var options: [String: String]
      var tables: [String: FileHasher.Contents]
      var summary: Summary
    }
    let names = ["panel", "truth/factor_returns", "truth/idio_returns", "truth/factor_covariance"] + rawNames
    var tables = [String: FileHasher.Contents]()
    for name in names {
      tables["\(name).\(format.fileExtension)"] = try FileHasher.contents(ofFileAt: path(name, output))
    }
    let manifest = Manifest(
      options: [
        "assets": String(configuration.assetCount), "periods": String(configuration.periodCount),
        "industries": String(configuration.industryCount), "countries": String(configuration.countryCount),
        "styles": String(configuration.styleCount), "seed": String(configuration.seed), "mode": mode.rawValue,
        "format": format.rawValue, "raw": String(includesRaw),
      ], tables: tables, summary: summary)
    return try JSONText.encode(manifest)
  }
}
