internal import Foundation
public import ModelStore
public import RiskEngine

/// A portfolio that is best by a model; volatilities and returns are a year's.
public struct OptimizationReport: Sendable {
  /// The date of the model.
  public var date: CalendarDate
  /// The assets that may be held, by the model's rows.
  public var assets: [String]
  /// The weight of each.
  public var weights: [Double]
  /// The model's factors.
  public var factors: [NamedFactor]
  /// The portfolio's loading on each.
  public var loadings: [Double]
  /// The volatility.
  public var annualVolatility: Double
  /// Its factor part.
  public var annualFactorVolatility: Double
  /// The expected return; `nan` without expected returns.
  public var annualExpectedReturn: Double
  /// The expected return over the volatility; `nan` without expected returns.
  public var annualSharpeRatio: Double
  /// The constraints that follow from the others.
  public var redundantConstraints: [String]

  /// A portfolio in short.
  public struct Summary: Sendable, Codable {
    /// The date of the model.
    public var date: String
    /// The assets that may be held.
    public var assets: Int
    /// `Σ x`.
    public var netWeight: Double
    /// `Σ |x|`.
    public var grossWeight: Double
    /// The volatility.
    public var volatility: Double
    /// Its factor part.
    public var factorVolatility: Double
    /// The expected return.
    @NullWhenNaN public var expectedReturn: Double
    /// The expected return over the volatility.
    @NullWhenNaN public var sharpe: Double
    /// The constraints that follow from the others.
    public var redundantConstraints: [String]
  }

  /// The portfolio in short.
  public var summary: Summary {
    Summary(
      date: date.description, assets: assets.count, netWeight: weights.reduce(0, +),
      grossWeight: weights.reduce(0) { $0 + abs($1) }, volatility: annualVolatility,
      factorVolatility: annualFactorVolatility, expectedReturn: annualExpectedReturn, sharpe: annualSharpeRatio,
      redundantConstraints: redundantConstraints)
  }

  /// Writes `weights` (asset, weight: a portfolio for the other verbs), `loadings` (factor, kind, loading),
  /// `summary.json` and `manifest.json`.
  ///
  /// - Throws: `TableError` or `StoreError`; nothing is left at the output then.
  public func write(
    to output: OutputFolder, format: TableFormat, job: OptimizationJob, options: [String: String]
  ) throws {
    func table(_ name: String, _ columns: [OutputColumn]) throws(TableError) -> TableWriter {
      try TableWriter(path: output.stagingPath(of: "\(name).\(format.fileExtension)"), columns: columns)
    }
    do throws(TableError) {
      let rows = assets.indices.sorted { IdentifierTable.precedes(assets[$0], assets[$1]) }
      let names = IdentifierTable(texts: assets)
      let writer = try table(
        "weights",
        [OutputColumn("asset", .identifier(job.model.assetStorage)), OutputColumn("weight", .number)])
      try writer.append([.identifiers(rows.map { Int32($0) }, of: names), .numbers(rows.map { weights[$0] })])
      try writer.close()
      let factorNames = IdentifierTable(texts: factors.map(\.name))
      var kinds = IdentifierTable()
      let codes = factors.map { kinds.code(for: $0.kind) }
      let other = try table("loadings", [.text("factor"), .text("kind"), OutputColumn("loading", .number)])
      try other.append([
        .identifiers(factors.indices.map { Int32($0) }, of: factorNames), .identifiers(codes, of: kinds),
        .numbers(loadings),
      ])
      try other.close()
    } catch {
      throw error.naming(output)
    }
    try output.write(try JSONText.encode(summary), to: "summary.json")
    let manifest = PortfolioManifest(
      kind: "optimization", model: job.model.path,
      modelGeneration: try StoredModel(path: job.model.path).manifest.generation,
      inputs: try PortfolioInputs.hashed([job.expectedReturns]), options: options, environment: .current(threads: nil),
      tables: try MarketFiles.tables(["weights", "loadings"], output, format), summary: summary)
    try output.write(try JSONText.encode(manifest), to: OutputFolder.manifestName)
    try output.commit()
  }
}
