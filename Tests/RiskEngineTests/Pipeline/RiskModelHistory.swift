import LinAlg
import RiskEngine
import TestSupport

/// A market of a hundred dates in which assets and labels come and go, and risk models of it.
struct RiskModelHistory: Sendable {
  /// The number of the last date of the iterated span.
  static let split = 40
  static let dateCount = 100

  let table: PanelTable

  init(seed: UInt64 = 3) {
    var table = RandomPanel(
      assetCount: 36, dateCount: Self.dateCount, labelCounts: [4, 3], styleCount: 2, missingShare: 0.03,
      zeroCapShare: 0.02, outsideShare: 0.05, absentShare: 0.03, seed: seed
    ).table()
    for index in table.rows.indices {
      table.rows[index].return *= 0.5
      // A label that is before all others by its bytes comes late.
      if table.rows[index].date >= RandomPanel.date(72), table.rows[index].asset.hasSuffix("1") {
        table.rows[index].labels[0] = "A"
      }
    }
    table.rows.removeAll { row in
      let isLate = row.asset.hasSuffix("5") && row.date < RandomPanel.date(66)
      return isLate || row.asset.hasSuffix("7") && row.date > RandomPanel.date(80)
    }
    self.table = table
  }

  /// The settings of a model that uses every stage.
  static func settings(_ estimation: RiskModelSettings.Estimation) throws -> RiskModelSettings {
    var settings = RiskModelSettings()
    settings.estimation = estimation
    settings.missingCapLimit = nil
    settings.factorCovariance.eigenfactor?.simulations = 20
    settings.eigenfactorInterval = 6
    settings.regression.computesVarianceInflation = true
    var correlations = IdioCorrelationSettings()
    correlations.form = .thresholded
    correlations.window = 50
    correlations.minimumObservations = 20
    correlations.multiplier = 0.5
    correlations.interval = 5
    settings.correlations = .estimated(correlations)
    settings.correlatesRegressions = estimation == .walkForward
    return settings
  }

  /// A model before its first date.
  func pipeline(_ settings: RiskModelSettings, _ inputs: [ModelInput]) throws -> RiskModelPipeline {
    guard settings.estimation != .off else { return try RiskModelPipeline(settings: settings, schema: table.schema) }
    let date = inputs[Self.split].input.snapshot.date
    let last = inputs[inputs.count - 1]
    let panel = Panel(
      schema: table.schema, lag: 1, assets: last.assets, labels: last.labels,
      crossSections: inputs.compactMap(\.input.section))
    let estimate = try IteratedEstimation(regression: settings.preparedRegression, settings: settings.iterated)
      .estimate(panel, through: date, workers: 2)
    return try RiskModelPipeline(settings: settings, schema: table.schema, firstSpan: (estimate, date))
  }

  /// Takes dates into a model, in blocks.
  static func advance(
    _ pipeline: inout RiskModelPipeline, _ inputs: ArraySlice<ModelInput>, block: Int, workers: Int
  ) -> [RiskModelDay] {
    var days: [RiskModelDay] = []
    var start = inputs.startIndex
    while start < inputs.endIndex {
      let part = inputs[start..<min(inputs.endIndex, start + block)]
      guard let last = part.last else { break }
      days += pipeline.advance(part.map(\.input), assets: last.assets, labels: last.labels, workers: workers)
      start = part.endIndex
    }
    return days
  }

  /// The state of a pipeline, read by a fresh one.
  static func resumed(_ pipeline: RiskModelPipeline, schema: PanelSchema) throws -> (RiskModelPipeline, isAtEnd: Bool) {
    var writer = StateWriter()
    pipeline.save(to: &writer)
    var fresh = try RiskModelPipeline(settings: pipeline.settings, schema: schema)
    var reader = StateReader(writer.bytes)
    try fresh.restore(from: &reader)
    return (fresh, reader.isAtEnd)
  }

  /// Everything that came out of a date, as bits: numbers by name of asset and factor, whatever the codes.
  static func bits(
    _ day: RiskModelDay, registry: FactorRegistry, assets: IdentifierTable
  ) -> [String: [UInt64]] {
    var bits: [String: [UInt64]] = [:]
    func add(_ name: String, _ values: [Double]) { bits[name] = values.map { $0.isNaN ? 1 : $0.bitPattern } }
    if let regression = day.regression, let section = day.input.section {
      let names = day.factorPositions.map { registry.factors[$0].name }
      for (place, name) in names.enumerated() {
        add("factor \(name)", [regression.factorReturns[place], regression.standardErrors[place]])
      }
      for (row, value) in regression.idioReturns.enumerated() {
        add("idio \(assets[section.assets[row]])", [value, regression.leverage[row]])
      }
      add("fit", [regression.rSquared, regression.idioVolatility, regression.condition])
    }
    add(
      "counts",
      [day.newAssetCount, day.returningAssetCount, day.guardedCount, day.isInSample ? 1 : 0, day.isRescaled ? 1 : 0]
        .map(Double.init))
    let risk = day.idioRisk
    for (row, asset) in risk.assets.enumerated() {
      let columns = [risk.volatilities, risk.timeSeries, risk.structural, risk.shrunk, risk.reliability]
      add("risk \(assets[asset])", columns.map { $0.isEmpty ? 0 : $0[row] } + [Double(risk.observationCounts[row])])
    }
    add("regime", [risk.regimeMultiplier, risk.crossSectionalBias])
    for component in day.correlations?.components ?? [] {
      let names = component.assets.map { assets[$0] }
      add("correlation \(names)", component.correlation.storage)
    }
    if let covariance = day.covariance {
      let names = covariance.factors.map { registry.factors[$0].name }
      add("covariance \(names)", covariance.covariance.storage + covariance.seriesVolatilities + covariance.noiseShares)
      add("multiplier", [covariance.regimeMultiplier])
    } else {
      bits["missing \(day.missing?.rawValue ?? "")"] = []
    }
    return bits
  }
}
