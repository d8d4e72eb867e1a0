public import ModelStore
internal import RiskEngine

/// The tables of a run of `RiskJob`, written as reports come.
///
/// Volatilities and contributions are a year's, as fractions, unless a column's name says otherwise.
public final class RiskTables {
  private let output: OutputFolder
  private let format: TableFormat
  private let job: RiskJob
  private let hasBenchmark: Bool
  private let risk: PortfolioTable
  private let blocks: PortfolioTable
  private let factors: PortfolioTable
  private let labels: PortfolioTable
  private let assets: PortfolioTable
  private let uncovered: PortfolioTable
  private let scenarios: PortfolioTable?
  private let scenarioFactors: PortfolioTable?

  /// Creates the tables.
  ///
  /// - Throws: `TableError`.
  public init(_ job: RiskJob, output: OutputFolder, format: TableFormat = .parquet) throws {
    self.job = job
    self.output = output
    self.format = format
    let against = job.benchmark != nil
    hasBenchmark = against
    func table(_ name: String, _ texts: [String], _ columns: [OutputColumn]) throws(TableError) -> PortfolioTable {
      try PortfolioTable(name, output: output, format: format, texts: texts, columns: columns)
    }
    do throws(TableError) {
      risk = try table(
        "risk", [],
        [OutputColumn("model_date", .date)] + [OutputColumn("covered_assets", .int64)]
          + [OutputColumn("uncovered_assets", .int64)]
          + .numbers(Self.riskColumns.map(\.name) + (against ? Self.relativeColumns.map(\.name) : [])))
      blocks = try table(
        "risk_blocks", ["block"],
        .numbers(
          ["volatility", "correlation", "contribution", "share"]
            + (against ? ["active_volatility", "active_correlation", "active_contribution", "active_share"] : [])))
      factors = try table(
        "risk_factors", ["factor", "kind"],
        .numbers(
          ["loading", "volatility", "correlation", "contribution", "marginal_contribution", "share"]
            + (against
              ? [
                "benchmark_loading", "active_loading", "active_correlation", "active_contribution",
                "active_marginal_contribution", "active_share",
              ] : [])))
      labels = try table(
        "risk_labels", ["group", "label"],
        .numbers(
          ["weight", "contribution", "share"]
            + (against ? ["benchmark_weight", "active_weight", "active_contribution", "active_share"] : [])))
      assets = try table(
        "risk_assets", ["asset"],
        .numbers(
          [
            "weight", "volatility", "correlation", "contribution", "marginal_contribution", "factor_contribution",
            "idio_contribution", "share",
          ]
            + (against
              ? [
                "benchmark_weight", "active_weight", "active_correlation", "active_contribution",
                "active_marginal_contribution", "active_factor_contribution", "active_idio_contribution",
                "active_share",
              ] : [])))
      uncovered = try table("uncovered", ["role", "asset", "reason"], .numbers(["weight"]))
      if job.scenarios.requests.isEmpty {
        (scenarios, scenarioFactors) = (nil, nil)
      } else {
        scenarios = try table(
          "scenarios", ["scenario", "kind"],
          .numbers(["return", "active_return", "volatility", "tracking_error", "tail_probability"])
            + [OutputColumn("periods", .int64), OutputColumn("incomplete_periods", .int64)])
        scenarioFactors = try table(
          "scenario_factors", ["scenario", "factor", "kind"], .numbers(["factor_return", "loading", "contribution"]))
      }
    } catch {
      throw error.naming(output)
    }
  }

  private static let riskColumns: [(name: String, value: @Sendable (PortfolioRiskReport) -> Double)] = [
    ("volatility", { $0.risk.annualizedVolatility }), ("factor_volatility", { $0.risk.annualizedFactorVolatility }),
    ("idio_volatility", { $0.risk.annualizedIdioVolatility }), ("factor_share", { $0.risk.factorShare }),
    ("period_volatility", { $0.risk.volatility / $0.risk.horizon.squareRoot() }),
    ("period_factor_volatility", { $0.risk.factorVolatility / $0.risk.horizon.squareRoot() }),
    ("period_idio_volatility", { $0.risk.idioVolatility / $0.risk.horizon.squareRoot() }),
    ("covered_share", { $0.coveredShare }), ("net_weight", { $0.netWeight }), ("gross_weight", { $0.grossWeight }),
    ("covered_weight", { $0.risk.coverage.coveredWeight }),
    ("covered_gross_weight", { $0.risk.coverage.coveredGrossWeight }),
    ("uncovered_weight", { $0.risk.coverage.uncoveredWeight }),
    ("uncovered_gross_weight", { $0.risk.coverage.uncoveredGrossWeight }),
    ("diversification_ratio", { $0.risk.diversificationRatio }),
    ("effective_asset_count", { $0.risk.effectiveAssetCount }),
  ]

  private static let relativeColumns: [(name: String, value: @Sendable (PortfolioRiskReport, RelativeRisk) -> Double)] =
    [
      ("benchmark_volatility", { $1.benchmark.annualizedVolatility }),
      ("benchmark_covered_share", { $1.benchmark.coverage.coveredGrossWeight / $0.benchmarkGrossWeight }),
      ("tracking_error", { $1.active.annualizedVolatility }),
      ("active_factor_volatility", { $1.active.annualizedFactorVolatility }),
      ("active_idio_volatility", { $1.active.annualizedIdioVolatility }), ("beta", { $1.beta }),
      ("correlation", { $1.correlation }),
      ("residual_volatility", { $0.annualization * $1.residualVolatility }),
    ]

  /// Writes the rows of a report.
  ///
  /// - Throws: `TableError`.
  public func append(_ report: PortfolioRiskReport) throws {
    do throws(TableError) {
      try appendRisk(report)
      try appendBlocks(report)
      try appendFactors(report)
      try appendLabels(report)
      try appendAssets(report)
      try appendUncovered(report)
      try appendScenarios(report)
    } catch {
      throw error.naming(output)
    }
  }

  private func appendRisk(_ report: PortfolioRiskReport) throws(TableError) {
    let coverage = report.risk.coverage
    try risk.append(
      report.portfolio, report.date, count: 1, texts: [],
      [
        .dates([report.modelDate]), .int64([Int64(coverage.coveredCount)]),
        .int64([Int64(coverage.uncovered.count)]),
      ] + Self.riskColumns.map { .finite([$0.value(report)]) }
        + (report.relative.map { relative in Self.relativeColumns.map { .finite([$0.value(report, relative)]) } } ?? [])
    )
  }

  private func appendBlocks(_ report: PortfolioRiskReport) throws(TableError) {
    let scale = report.annualization
    func columns(_ risk: PortfolioRisk) -> [OutputValues] {
      let sources = risk.blocks.map(\.source) + [risk.idio]
      return [
        .finite(sources.map { scale * $0.volatility }), .finite(sources.map(\.correlation)),
        .finite(sources.map { scale * $0.contribution }), .finite(sources.map { $0.contribution / risk.volatility }),
      ]
    }
    let names = report.risk.blocks.map { report.name(of: $0.block) } + ["idio"]
    try blocks.append(
      report.portfolio, report.date, count: names.count, texts: [names],
      columns(report.risk) + (report.relative.map { columns($0.active) } ?? []))
  }

  /// The factors, and the idio return as a last row of kind `idio`, so that contributions sum to the volatility.
  private func appendFactors(_ report: PortfolioRiskReport) throws(TableError) {
    let scale = report.annualization
    let own = report.risk.factors + [report.risk.idio]
    let names = report.factors.map(\.name) + ["idio"]
    var columns: [OutputValues] = [
      .finite(own.map(\.size)), .finite(own.map { scale * $0.volatility }), .finite(own.map(\.correlation)),
      .finite(own.map { scale * $0.contribution }), .finite(own.map { scale * $0.marginalContribution }),
      .finite(own.map { $0.contribution / report.risk.volatility }),
    ]
    if let relative = report.relative {
      let active = relative.active.factors + [relative.active.idio]
      columns += [
        .finite((relative.benchmark.factors + [relative.benchmark.idio]).map(\.size)), .finite(active.map(\.size)),
        .finite(active.map(\.correlation)), .finite(active.map { scale * $0.contribution }),
        .finite(active.map { scale * $0.marginalContribution }),
        .finite(active.map { $0.contribution / relative.active.volatility }),
      ]
    }
    try factors.append(
      report.portfolio, report.date, count: own.count, texts: [names, report.factors.map(\.kind) + ["idio"]], columns)
  }

  private func appendLabels(_ report: PortfolioRiskReport) throws(TableError) {
    let scale = report.annualization
    for (group, own) in report.risk.labels.enumerated() {
      var columns: [OutputValues] = [
        .finite(own.map(\.weight)), .finite(own.map { scale * $0.contribution }),
        .finite(own.map { $0.contribution / report.risk.volatility }),
      ]
      if let relative = report.relative {
        let active = relative.active.labels[group]
        columns += [
          .finite(relative.benchmark.labels[group].map(\.weight)), .finite(active.map(\.weight)),
          .finite(active.map { scale * $0.contribution }),
          .finite(active.map { $0.contribution / relative.active.volatility }),
        ]
      }
      try labels.append(
        report.portfolio, report.date, count: own.count,
        texts: [
          Array(repeating: report.groups[group], count: own.count), own.map { report.factors[$0.factor].name },
        ], columns)
    }
  }

  /// The assets that the portfolio or the benchmark holds, by their ids.
  private func appendAssets(_ report: PortfolioRiskReport) throws(TableError) {
    let scale = report.annualization
    typealias Asset = PortfolioRisk.AssetRisk
    func byCode(_ risk: PortfolioRisk?) -> [Int32: Asset] {
      Dictionary((risk?.assets ?? []).map { ($0.asset, $0) }, uniquingKeysWith: { first, _ in first })
    }
    let (own, benchmark, active) = (
      byCode(report.risk), byCode(report.relative?.benchmark), byCode(report.relative?.active)
    )
    let codes = Set(own.keys).union(benchmark.keys).sorted {
      IdentifierTable.precedes(report.assets[$0], report.assets[$1])
    }
    func risk(_ assets: [Int32: Asset], _ volatility: Double, withVolatility: Bool) -> [OutputValues] {
      func column(_ value: (Asset) -> Double) -> OutputValues { .finite(codes.map { assets[$0].map(value) ?? .nan }) }
      func zero(_ value: (Asset) -> Double) -> OutputValues { .finite(codes.map { assets[$0].map(value) ?? 0 }) }
      return [zero { $0.source.size }] + (withVolatility ? [column { scale * $0.source.volatility }] : [])
        + [
          column { $0.source.correlation }, zero { scale * $0.source.contribution },
          column { scale * $0.source.marginalContribution }, zero { scale * $0.factorContribution },
          zero { scale * $0.idioContribution }, zero { $0.source.contribution / volatility },
        ]
    }
    var columns = risk(own, report.risk.volatility, withVolatility: true)
    if let relative = report.relative {
      // An asset's volatility is its own, whoever holds it.
      columns[1] = .finite(codes.map { scale * ((own[$0] ?? benchmark[$0])?.source.volatility ?? .nan) })
      columns.append(.finite(codes.map { benchmark[$0]?.source.size ?? 0 }))
      columns += risk(active, relative.active.volatility, withVolatility: false)
    }
    try assets.append(
      report.portfolio, report.date, count: codes.count, texts: [codes.map { report.assets[$0] }], columns)
  }

  private func appendUncovered(_ report: PortfolioRiskReport) throws(TableError) {
    for (role, coverage) in [("portfolio", report.risk.coverage), ("benchmark", report.relative?.benchmark.coverage)] {
      guard let rows = coverage?.uncovered else { continue }
      try uncovered.append(
        report.portfolio, report.date, count: rows.count,
        texts: [
          Array(repeating: role, count: rows.count), rows.map { report.assets[$0.asset] }, rows.map(\.reason.rawValue),
        ], [.numbers(rows.map(\.weight))])
    }
  }

  private func appendScenarios(_ report: PortfolioRiskReport) throws(TableError) {
    guard let scenarios, let scenarioFactors else { return }
    let rows = report.scenarios
    try scenarios.append(
      report.portfolio, report.date, count: rows.count,
      texts: [rows.map(\.request.name), rows.map(\.request.kind)],
      [
        .finite(rows.map(\.return)), .finite(rows.map(\.activeReturn)), .finite(rows.map(\.volatility)),
        .finite(rows.map(\.trackingError)), .finite(rows.map(\.tailProbability)),
        .int64(rows.map { Int64($0.periodCount) }), .int64(rows.map { Int64($0.incompleteCount) }),
      ])
    for row in rows where !row.contributions.isEmpty {
      let parts = row.contributions
      try scenarioFactors.append(
        report.portfolio, report.date, count: parts.count,
        texts: [
          Array(repeating: row.request.name, count: parts.count), parts.map { report.factors[$0.factor].name },
          parts.map { report.factors[$0.factor].kind },
        ],
        [
          .finite(parts.map(\.factorReturn)), .finite(parts.map { report.risk.factors[$0.factor].size }),
          .finite(parts.map(\.contribution)),
        ])
    }
  }

  /// Ends the tables, writes `summary.json` and `manifest.json`, and puts the folder in its place.
  ///
  /// - Throws: `TableError` or `StoreError`; nothing is left at the output then.
  public func commit(_ summaries: [RiskSummary], options: [String: String]) throws {
    let tables = [risk, blocks, factors, labels, assets, uncovered] + [scenarios, scenarioFactors].compactMap { $0 }
    do throws(TableError) {
      for table in tables { try table.close() }
    } catch {
      throw error.naming(output)
    }
    try output.write(try JSONText.encode(summaries), to: "summary.json")
    let stored = try StoredModel(path: job.model)
    let manifest = PortfolioManifest(
      kind: "risk", model: job.model, modelGeneration: stored.manifest.generation,
      inputs: try PortfolioInputs.hashed([job.portfolio, job.benchmark?.path, job.scenarios.file]), options: options,
      environment: .current(threads: job.threads), tables: try MarketFiles.tables(tables.map(\.name), output, format),
      summary: ["portfolios": summaries.count])
    try output.write(try JSONText.encode(manifest), to: OutputFolder.manifestName)
    try output.commit()
  }
}
