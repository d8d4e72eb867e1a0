internal import LinAlg
internal import ModelStore
internal import RiskEngine

/// The tables that a risk model gains date after date, beside its loadings.
///
/// Every table has one row or more a date and no row of a later date before one of an earlier. Factors are named, rows of
/// assets ascend by asset.
final class ModelTables {
  static let names = [
    "factors", "factor_statistics", "periods", "idio_returns", "idio_risk", "factor_covariance", "factor_risk",
    "forecasts", "idio_correlations",
  ]

  private let factors: SegmentedTable
  private let statistics: SegmentedTable
  private let periods: SegmentedTable
  private let idioReturns: SegmentedTable
  private let idioRisk: SegmentedTable
  private let covariance: SegmentedTable
  private let factorRisk: SegmentedTable
  private let forecasts: SegmentedTable
  private let correlations: SegmentedTable
  private let settings: RiskModelSettings
  private var order: OutputOrder
  private var outcomes = IdentifierTable()
  private let solvers = IdentifierTable(texts: PeriodRegression.Solver.allCases.map(\.rawValue))
  private let samples = IdentifierTable(texts: ["in-sample", "out-of-sample"])
  private var missing = IdentifierTable()
  private var flags = IdentifierTable()
  private var kinds = IdentifierTable(texts: ["market", "label", "style"])
  private var groups = IdentifierTable()
  private var labels = IdentifierTable()
  private let schema: PanelSchema

  init(
    sink: any SegmentSink, settings: RiskModelSettings, schema: PanelSchema, assetStorage: IdentifierStorage
  ) {
    func table(_ name: String, _ columns: [OutputColumn]) -> SegmentedTable {
      SegmentedTable(name, columns, sink: sink, isWrittenEmpty: false)
    }
    self.settings = settings
    self.schema = schema
    order = OutputOrder(storage: assetStorage)
    let date = OutputColumn("date", .date)
    let asset = OutputColumn("asset", .identifier(assetStorage))
    func numbers(_ names: [String]) -> [OutputColumn] { names.map { OutputColumn($0, .number) } }
    func counts(_ names: [String]) -> [OutputColumn] { names.map { OutputColumn($0, .int64) } }
    factors = table(
      "factors", [.text("factor"), .text("kind"), .text("group"), .text("label"), OutputColumn("first_date", .date)])
    statistics = table(
      "factor_statistics",
      [date, .text("factor")]
        + numbers([
          "factor_return", "standard_error", "t_statistic", "vif", "information_coefficient", "portfolio_turnover",
          "portfolio_names",
        ]))
    periods = table(
      "periods",
      [date, .text("outcome"), .text("sample")] + counts(["asset_count", "factor_count"])
        + numbers(["r2", "r2_centered", "idio_std", "condition"]) + [.text("solver")]
        + counts(
          ExclusionCounts().byName.map(\.name)
            + ["new_assets", "returning_assets", "left_out_for_leverage"]))
    idioReturns = table(
      "idio_returns", [date, asset, OutputColumn("idio_return", .number), OutputColumn("in_regression", .boolean)])
    idioRisk = table(
      "idio_risk",
      [date, asset]
        + numbers(["idio_risk", "time_series", "newey_west_ratio", "reliability", "structural", "blended", "shrunk"])
        + [OutputColumn("observations", .int32), .text("flags")])
    correlations = table(
      "idio_correlations",
      [
        date, OutputColumn("asset_1", .identifier(assetStorage)), OutputColumn("asset_2", .identifier(assetStorage)),
        OutputColumn("correlation", .number),
      ])
    covariance = table(
      "factor_covariance", [date, .text("factor_1"), .text("factor_2"), OutputColumn("covariance", .number)]
    )
    factorRisk = table(
      "factor_risk", [date, .text("factor")] + numbers(["risk", "series_risk", "noise_share"]))
    forecasts = table(
      "forecasts",
      [date, .text("factor_covariance")]
        + numbers([
          "factor_regime", "idio_regime", "idio_bias", "median_newey_west_ratio", "effective_periods_correlation",
          "effective_periods_volatility", "repair_change", "shrinkage",
        ])
        + counts([
          "factor_count", "asset_count", "few_periods", "short_volatilities", "short_correlations",
          "capped_noise_directions", "raised_eigenvalues", "filled_factor_returns", "completion_iterations",
          "eigenfactors_recomputed",
          "idio_without_time_series", "idio_structural_only", "idio_floored", "idio_capped", "idio_without_forecast",
          "idio_correlations_recomputed", "idio_correlated_groups",
        ]))
  }

  /// Writes a date.
  func append(
    _ day: RiskModelDay, registry: FactorRegistry, assets: IdentifierTable
  ) throws {
    order.update(assets)
    let names = IdentifierTable(texts: registry.factors.map(\.name))
    try appendFactors(day, names: names)
    if let regression = day.regression, let section = day.input.section {
      try append(regression, section, day, registry: registry, names: names, assets: assets)
    }
    try appendIdioRisk(day, assets: assets)
    try appendCorrelations(day, assets: assets)
    try appendCovariance(day, registry: registry, names: names)
  }

  func close() throws {
    for table in [factors, statistics, periods, idioReturns, idioRisk, covariance, factorRisk, forecasts, correlations]
    {
      try table.close()
    }
  }

  // MARK: Tables

  private func appendFactors(_ day: RiskModelDay, names: IdentifierTable) throws {
    guard !day.newFactors.isEmpty else { return }
    var ofGroups: [Int32] = []
    var ofKinds: [Int32] = []
    var ofLabels: [Int32] = []
    for factor in day.newFactors {
      switch factor.kind {
      case .market:
        ofKinds.append(0)
        ofGroups.append(-1)
        ofLabels.append(-1)
      case .label(let group, let label):
        ofKinds.append(1)
        ofGroups.append(groups.code(for: group))
        ofLabels.append(labels.code(for: label))
      case .style:
        ofKinds.append(2)
        ofGroups.append(-1)
        ofLabels.append(-1)
      }
    }
    try factors.append([
      .identifiers(day.newFactors.map { names.existingCode(of: $0.name) ?? -1 }, of: names),
      .identifiers(ofKinds, of: kinds), .identifiers(ofGroups, of: groups),
      .identifiers(ofLabels, of: labels), .dates(day.newFactors.map(\.firstDate)),
    ])
  }

  private func append(
    _ regression: PeriodRegression, _ section: CrossSection, _ day: RiskModelDay, registry: FactorRegistry,
    names: IdentifierTable, assets: IdentifierTable
  ) throws {
    try periods.append(
      [
        .dates([day.date]), .identifiers([outcomes.code(for: regression.outcome.description)], of: outcomes),
        .identifiers([day.isInSample ? 0 : 1], of: samples), .int64([Int64(regression.assetCount)]),
        .int64([Int64(regression.factorCount)]), .numbers([regression.rSquared]),
        .numbers([regression.centeredRSquared]), .numbers([regression.idioVolatility]),
        .numbers([regression.condition]),
        .identifiers(
          [regression.solver.flatMap { solvers.existingCode(of: $0.rawValue) } ?? TableBatch.missingIdentifier],
          of: solvers),
      ] + regression.exclusions.byName.map { .int64([Int64($0.count)]) }
        + [day.newAssetCount, day.returningAssetCount, day.guardedCount].map { .int64([Int64($0)]) }, date: day.date)
    guard regression.outcome.hasEstimate else { return }
    let own = day.factorPositions
    let order = own.indices.sorted { IdentifierTable.precedes(names[Int32(own[$0])], names[Int32(own[$1])]) }
    func column(_ values: [Double]) -> OutputValues {
      .numbers(order.map { $0 < values.count ? values[$0] : .nan })
    }
    try statistics.append(
      [
        .dates(Array(repeating: day.date, count: order.count)), .identifiers(order.map { Int32(own[$0]) }, of: names),
        column(regression.factorReturns), column(regression.standardErrors), column(regression.tStatistics),
        column(regression.varianceInflation),
        column(
          Array(repeating: .nan, count: own.count - day.informationCoefficients.count) + day.informationCoefficients),
        column(day.turnover.map(\.turnover)), column(day.turnover.map(\.effectiveNames)),
      ], date: day.date)
    let rows = self.order.rows(ofAssets: section.assets).filter { regression.idioReturns[Int($0)].isFinite }
    try idioReturns.append(
      [
        .dates(Array(repeating: day.date, count: rows.count)),
        .identifiers(rows.map { section.assets[Int($0)] }, of: assets),
        .numbers(rows.map { regression.idioReturns[Int($0)] }), .booleans(rows.map { regression.isRegressed[Int($0)] }),
      ], date: day.date)
  }

  private func appendIdioRisk(_ day: RiskModelDay, assets: IdentifierTable) throws {
    guard day.missing != .warmup else { return }
    let risk = day.idioRisk
    let rows = order.rows(ofAssets: risk.assets)
    func column(_ values: [Double]) -> OutputValues {
      .numbers(rows.map { values.isEmpty ? .nan : values[Int($0)] })
    }
    try idioRisk.append(
      [
        .dates(Array(repeating: day.date, count: rows.count)),
        .identifiers(rows.map { risk.assets[Int($0)] }, of: assets),
        column(risk.volatilities), column(risk.timeSeries), column(risk.neweyWestRatios), column(risk.reliability),
        column(risk.structural), column(risk.blended), column(risk.shrunk),
        .int32(rows.map { risk.observationCounts.isEmpty ? 0 : risk.observationCounts[Int($0)] }),
        .identifiers(
          rows.map { row in
            let flag = risk.flags.isEmpty ? [] : risk.flags[Int(row)]
            return flag.isEmpty ? -1 : flags.code(for: flag.names.joined(separator: ","))
          }, of: flags),
      ], date: day.date)
  }

  /// The pairs that correlate from this date on, until the next that has any.
  private func appendCorrelations(_ day: RiskModelDay, assets: IdentifierTable) throws {
    guard day.hasNewCorrelations, let estimate = day.correlations else { return }
    var (first, second, values) = ([Int32](), [Int32](), [Double]())
    for component in estimate.components {
      for row in component.assets.indices {
        for other in component.assets.indices.dropFirst(row + 1) where component.correlation[row, other] != 0 {
          first.append(component.assets[row])
          second.append(component.assets[other])
          values.append(component.correlation[row, other])
        }
      }
    }
    guard !values.isEmpty else { return }
    try correlations.append(
      [
        .dates(Array(repeating: day.date, count: values.count)), .identifiers(first, of: assets),
        .identifiers(second, of: assets), .numbers(values),
      ], date: day.date)
  }

  private func appendCovariance(_ day: RiskModelDay, registry: FactorRegistry, names: IdentifierTable) throws {
    let risk = day.idioRisk
    let report = day.covariance?.report ?? FactorCovarianceReport()
    let status = day.covariance == nil ? day.missing?.rawValue ?? "" : "estimated"
    func count(_ flag: IdioRiskFlags) -> Int { risk.count(of: flag) }
    try forecasts.append(
      [.dates([day.date]), .identifiers([missing.code(for: status)], of: missing)]
        + [
          day.covariance?.regimeMultiplier ?? .nan, risk.regimeMultiplier, risk.crossSectionalBias,
          risk.medianNeweyWestRatio, report.effectiveCorrelationCount, report.effectiveVarianceCount,
          report.repairChange, report.shrinkageIntensity,
        ].map { .numbers([$0]) }
        + [
          day.covariance?.factors.count ?? 0, risk.assets.count, report.hasFewPeriods ? 1 : 0,
          report.shortVarianceCount, report.shortCorrelationCount,
          report.cappedCorrelationCount + report.cappedVarianceCount, report.raisedEigenvalueCount,
          report.filledCount, report.completionIterationCount, day.isRescaled ? 1 : 0, count(.noTimeSeries),
          count(.structuralOnly),
          count(.floored), count(.capped), count(.noForecast), day.hasNewCorrelations ? 1 : 0,
          day.correlations?.components.count ?? 0,
        ].map { .int64([Int64($0)]) }, date: day.date)
    guard let covariance = day.covariance else { return }
    // Shown in the order of the registry's kinds, so that rows of a date are found where they are looked for.
    var places = [Int](repeating: -1, count: registry.count)
    for (place, factor) in covariance.factors.enumerated() { places[factor] = place }
    let shown = registry.shownOrder.filter { places[$0] >= 0 }
    var (first, second, values) = ([Int32](), [Int32](), [Double]())
    first.reserveCapacity(shown.count * (shown.count + 1) / 2)
    second.reserveCapacity(first.capacity)
    values.reserveCapacity(first.capacity)
    for (row, factor) in shown.enumerated() {
      for other in shown[row...] {
        first.append(Int32(factor))
        second.append(Int32(other))
        values.append(covariance.covariance[places[factor], places[other]])
      }
    }
    try self.covariance.append(
      [
        .dates(Array(repeating: day.date, count: values.count)), .identifiers(first, of: names),
        .identifiers(second, of: names), .numbers(values),
      ], date: day.date)
    try factorRisk.append(
      [
        .dates(Array(repeating: day.date, count: shown.count)), .identifiers(shown.map { Int32($0) }, of: names),
        .numbers(shown.map { max(0, covariance.covariance[places[$0], places[$0]]).squareRoot() }),
        .numbers(shown.map { covariance.seriesVolatilities[places[$0]] }),
        .numbers(shown.map { covariance.noiseShares[places[$0]] }),
      ], date: day.date)
  }
}
