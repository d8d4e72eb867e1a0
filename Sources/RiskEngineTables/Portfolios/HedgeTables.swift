public import ModelStore
internal import RiskEngine

/// The tables of a run of `HedgeJob`, written as reports come.
public final class HedgeTables {
  private let output: OutputFolder
  private let format: TableFormat
  private let job: HedgeJob
  private let ratios: PortfolioTable
  private let loadings: PortfolioTable
  private let holdings: PortfolioTable
  private let uncovered: PortfolioTable

  /// Creates the tables.
  ///
  /// - Throws: `TableError`.
  public init(_ job: HedgeJob, output: OutputFolder, format: TableFormat = .parquet) throws {
    self.job = job
    self.output = output
    self.format = format
    func table(_ name: String, _ texts: [String], _ columns: [String]) throws(TableError) -> PortfolioTable {
      try PortfolioTable(name, output: output, format: format, texts: texts, columns: .numbers(columns))
    }
    do throws(TableError) {
      ratios = try table("hedge_ratios", ["instrument"], ["ratio"])
      loadings = try table("hedge_loadings", ["factor", "kind"], ["loading_before", "loading_after"])
      holdings = try table("hedged", ["asset"], ["weight", "trade", "weight_before"])
      uncovered = try table("uncovered", ["asset", "reason"], ["weight"])
    } catch {
      throw error.naming(output)
    }
  }

  /// Writes the rows of a report.
  ///
  /// - Throws: `TableError`.
  public func append(_ report: HedgeReport) throws {
    let hedge = report.hedge
    do throws(TableError) {
      try ratios.append(
        report.portfolio, report.date, count: report.instruments.count, texts: [report.instruments],
        [.finite(hedge.ratios)])
      try loadings.append(
        report.portfolio, report.date, count: report.factors.count,
        texts: [report.factors.map(\.name), report.factors.map(\.kind)],
        [.finite(hedge.before.loadings), .finite(hedge.after.loadings)])
      let trades = Dictionary(
        zip(hedge.trades.assets, hedge.trades.weights).map { ($0, $1) }, uniquingKeysWith: { first, _ in first })
      let rows = hedge.hedged.assets.indices.sorted {
        IdentifierTable.precedes(report.assets[hedge.hedged.assets[$0]], report.assets[hedge.hedged.assets[$1]])
      }
      let after = rows.map { hedge.hedged.weights[$0] }
      let traded = rows.map { trades[hedge.hedged.assets[$0]] ?? 0 }
      try holdings.append(
        report.portfolio, report.date, count: rows.count,
        texts: [rows.map { report.assets[hedge.hedged.assets[$0]] }],
        [.finite(after), .finite(traded), .finite(zip(after, traded).map { $0 - $1 })])
      let lost = report.coverage.uncovered
      try uncovered.append(
        report.portfolio, report.date, count: lost.count,
        texts: [lost.map { report.assets[$0.asset] }, lost.map(\.reason.rawValue)], [.finite(lost.map(\.weight))])
    } catch {
      throw error.naming(output)
    }
  }

  /// Ends the tables, writes `summary.json` and `manifest.json`, and puts the folder in its place.
  ///
  /// - Throws: `TableError` or `StoreError`; nothing is left at the output then.
  public func commit(_ summaries: [HedgeSummary], options: [String: String]) throws {
    let tables = [ratios, loadings, holdings, uncovered]
    do throws(TableError) {
      for table in tables { try table.close() }
    } catch {
      throw error.naming(output)
    }
    try output.write(try JSONText.encode(summaries), to: "summary.json")
    var inputs: [String?] = [job.portfolio]
    if case .instruments(let path) = job.means { inputs.append(path) }
    let manifest = PortfolioManifest(
      kind: "hedge", model: job.model, modelGeneration: try StoredModel(path: job.model).manifest.generation,
      inputs: try PortfolioInputs.hashed(inputs), options: options, environment: .current(threads: job.threads),
      tables: try MarketFiles.tables(tables.map(\.name), output, format), summary: summaries)
    try output.write(try JSONText.encode(manifest), to: OutputFolder.manifestName)
    try output.commit()
  }
}
