public import ModelStore
internal import RiskEngine

/// The tables of a run of `AttributionJob`, written as periods come; fractions, a period's unless linked.
public final class AttributionTables {
  private let output: OutputFolder
  private let format: TableFormat
  private let job: AttributionJob
  private let periods: PortfolioTable
  private let blocks: PortfolioTable
  private let factors: PortfolioTable
  private let unmodelled: PortfolioTable
  private let linked: PortfolioTable

  /// Creates the tables.
  ///
  /// - Throws: `TableError`.
  public init(_ job: AttributionJob, output: OutputFolder, format: TableFormat = .parquet) throws {
    self.job = job
    self.output = output
    self.format = format
    let against = job.benchmark != nil
    func table(
      _ name: String, hasDate: Bool = true, _ texts: [String], _ columns: [OutputColumn]
    ) throws(TableError) -> PortfolioTable {
      try PortfolioTable(name, output: output, format: format, hasDate: hasDate, texts: texts, columns: columns)
    }
    do throws(TableError) {
      periods = try table(
        "attribution", [],
        [OutputColumn("start_date", .date), OutputColumn("is_estimated", .boolean)]
          + .numbers(
            [
              "return", "factor_contribution", "idio_contribution", "unmodelled_contribution",
              "transaction_contribution", "net_weight", "modelled_weight", "unmodelled_weight", "unknown_gross_weight",
            ]
              + (against
                ? [
                  "benchmark_return", "benchmark_factor_contribution", "benchmark_idio_contribution",
                  "benchmark_unmodelled_contribution", "benchmark_modelled_weight", "benchmark_unknown_gross_weight",
                  "active_return", "active_factor_contribution", "active_idio_contribution",
                  "active_unmodelled_contribution",
                ] : [])))
      let parts = ["contribution"] + (against ? ["benchmark_contribution", "active_contribution"] : [])
      blocks = try table("attribution_blocks", ["block"], .numbers(parts))
      factors = try table(
        "attribution_factors", ["factor", "kind"],
        .numbers(
          ["factor_return", "loading"] + (against ? ["benchmark_loading", "active_loading"] : []) + parts))
      unmodelled = try table("unmodelled", ["role", "asset"], .numbers(["weight", "return"]))
      linked = try table(
        "attribution_linked", hasDate: false, ["effect", "kind"], .numbers(parts))
    } catch {
      throw error.naming(output)
    }
  }

  /// Writes the rows of a period.
  ///
  /// - Throws: `TableError`.
  public func append(_ period: PeriodAttribution) throws {
    do throws(TableError) {
      try appendPeriod(period)
      try appendBlocks(period)
      try appendFactors(period)
      try appendUnmodelled(period)
    } catch {
      throw error.naming(output)
    }
  }

  private func appendPeriod(_ period: PeriodAttribution) throws(TableError) {
    let own = period.attribution
    var values = [
      period.total, own.factorContribution, own.idioContribution, own.unmodelledContribution, period.transactionGap,
      period.netWeight, own.modelledWeight, own.unmodelledWeight, own.unknownGrossWeight,
    ]
    if let relative = period.relative {
      let (benchmark, active) = (relative.benchmark, relative.active)
      values += [
        benchmark.total, benchmark.factorContribution, benchmark.idioContribution, benchmark.unmodelledContribution,
        benchmark.modelledWeight, benchmark.unknownGrossWeight, period.activeTotal, active.factorContribution,
        active.idioContribution, active.unmodelledContribution,
      ]
    }
    try periods.append(
      period.portfolio, period.date, count: 1, texts: [],
      [.dates([period.start]), .booleans([period.isEstimated])] + values.map { .finite([$0]) })
  }

  /// Blocks, idio, unmodelled and transaction: they sum to the return.
  private func appendBlocks(_ period: PeriodAttribution) throws(TableError) {
    func values(_ attribution: Attribution, _ gap: Double) -> [Double] {
      attribution.blocks.map(\.contribution)
        + [attribution.idioContribution, attribution.unmodelledContribution, gap]
    }
    let names =
      period.attribution.blocks.map { $0.block.name(groups: period.groups) } + EffectSeries.others
    var columns: [OutputValues] = [.finite(values(period.attribution, period.transactionGap))]
    if let relative = period.relative {
      columns += [
        .finite(values(relative.benchmark, 0)), .finite(values(relative.active, period.transactionGap)),
      ]
    }
    try blocks.append(period.portfolio, period.date, count: names.count, texts: [names], columns)
  }

  private func appendFactors(_ period: PeriodAttribution) throws(TableError) {
    let own = period.attribution
    var loadings: [OutputValues] = [.finite(own.factorReturns), .finite(own.loadings)]
    var contributions: [OutputValues] = [.finite(own.contributions)]
    if let relative = period.relative {
      loadings += [.finite(relative.benchmark.loadings), .finite(relative.active.loadings)]
      contributions += [.finite(relative.benchmark.contributions), .finite(relative.active.contributions)]
    }
    let shown = own.layout.count == 0 ? [] : period.factors
    try factors.append(
      period.portfolio, period.date, count: shown.count, texts: [shown.map(\.name), shown.map(\.kind)],
      loadings + contributions)
  }

  private func appendUnmodelled(_ period: PeriodAttribution) throws(TableError) {
    for (role, attribution) in [("portfolio", period.attribution), ("benchmark", period.relative?.benchmark)] {
      guard let rows = attribution?.unmodelled else { continue }
      try unmodelled.append(
        period.portfolio, period.date, count: rows.count,
        texts: [Array(repeating: role, count: rows.count), rows.map { period.assets[$0.asset] }],
        [.numbers(rows.map(\.weight)), .finite(rows.map(\.return))])
    }
  }

  /// Writes what is linked, ends the tables, writes `summary.json` and `manifest.json`, and puts the folder in its place.
  ///
  /// - Throws: `TableError` or `StoreError`; nothing is left at the output then.
  public func commit(_ reports: [LinkedReport], options: [String: String]) throws {
    let tables = [periods, blocks, factors, unmodelled, linked]
    do throws(TableError) {
      for report in reports {
        let rows = report.effects
        var columns: [OutputValues] = [.finite(rows.map(\.contribution))]
        if job.benchmark != nil {
          columns += [.finite(rows.map(\.benchmarkContribution)), .finite(rows.map(\.activeContribution))]
        }
        try linked.append(
          report.portfolio, count: rows.count, texts: [rows.map(\.name), rows.map(\.kind)], columns)
      }
      for table in tables { try table.close() }
    } catch {
      throw error.naming(output)
    }
    let summaries = reports.map { AttributionSummary($0, linking: job.usedLinking) }
    try output.write(try JSONText.encode(summaries), to: "summary.json")
    let stored = try StoredModel(path: job.model)
    let manifest = PortfolioManifest(
      kind: "attribution", model: job.model, modelGeneration: stored.manifest.generation,
      inputs: try PortfolioInputs.hashed([job.positions, job.benchmark?.path, job.returns]), options: options,
      environment: .current(threads: job.threads), tables: try MarketFiles.tables(tables.map(\.name), output, format),
      summary: summaries)
    try output.write(try JSONText.encode(manifest), to: OutputFolder.manifestName)
    try output.commit()
  }
}
