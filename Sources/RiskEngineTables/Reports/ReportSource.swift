internal import LinAlg
internal import ModelStore
internal import RiskEngine

/// What a report shows of a model, as its tables have it.
struct ReportSource {
  /// The model.
  let model: StoredModel
  /// The factors in the order of tables.
  let factors: [StoredModel.Factor]
  /// The periods of a year.
  let periodsPerYear: Double
  /// The periods that factor covariances are for.
  let horizon: Double
  /// The periods that idio risks are for.
  let idioHorizon: Double
  /// The first date of the model.
  let firstDate: String
  /// The last.
  let lastDate: String
  /// The regressions, one row a date.
  let periods: ReportTable
  /// The forecasts, one row a date.
  let forecasts: ReportTable
  /// The market, one row a date; empty of a model of a panel.
  let market: ReportTable
  /// What the checks found, one row a date, check, severity and source; empty of a model of a panel.
  let qualityCounts: ReportTable
  /// The fraction of missing values, one row a date and field; empty of a model of a panel.
  let missing: ReportTable
  /// The risk of each factor, one row a date and factor.
  let factorRisk: ReportTable
  /// The factor returns, of dates without an estimate, too.
  let returns: FactorReturnHistory
  /// The variance inflation of each factor, one row a date and factor.
  let inflation: ReportTable
  /// The factor covariance of the last date with a forecast.
  let lastCovariance: FactorCovarianceReader.Entry?

  /// Reads a model.
  ///
  /// - Throws: `StoreError`, `TableError`, or `ModelError.missing` where a part is not there.
  /// - Complexity: O(dates × factors) time and memory.
  init(path: String) throws {
    let model = try StoredModel(path: path)
    let metadata = model.manifest.metadata
    guard let periodsPerYear = metadata["periods_per_year"]?.number, let horizon = metadata["horizon"]?.number,
      let idioHorizon = metadata["idio_horizon"]?.number, let first = metadata["first_date"]?.text,
      let last = metadata["last_date"]?.text
    else { throw ModelError.missing(path: path, what: "dates, horizon and periods of a year") }
    self.model = model
    self.periodsPerYear = periodsPerYear
    self.horizon = horizon
    self.idioHorizon = idioHorizon
    firstDate = first
    lastDate = last
    factors = try model.factors()
    periods = try ReportTable(
      model, "periods", texts: ["outcome", "sample"],
      numbers: ["asset_count", "factor_count", "r2", "r2_centered", "idio_std", "condition", "new_assets"]
        + ExclusionReasons.all.map(\.column))
    guard periods.rowCount > 0 else { throw ModelError.missing(path: path, what: "period") }
    forecasts = try ReportTable(
      model, "forecasts", texts: ["factor_covariance"],
      numbers: [
        "factor_regime", "idio_regime", "asset_count", "few_periods", "raised_eigenvalues", "repair_change",
        "idio_floored", "idio_capped", "idio_structural_only", "idio_without_forecast",
      ])
    market = try ReportTable(
      model, "market", numbers: ["row_count", "coverage_count", "member_count", "regressable_count"])
    qualityCounts = try ReportTable(model, "quality_counts", texts: ["check", "severity"], numbers: ["count"])
    missing = try ReportTable(model, "missing", texts: ["field"], numbers: ["fraction"])
    factorRisk = try ReportTable(model, "factor_risk", texts: ["factor"], numbers: ["risk"])
    returns = try FactorReturnHistory.read(
      try model.paths(of: "factor_statistics"), periods: try model.paths(of: "periods"))
    inflation = try ReportTable(model, "factor_statistics", texts: ["factor"], numbers: ["vif"])
    if let date = model.manifest.table("factor_covariance")?.lastDate {
      var reader = try FactorCovarianceReader(model, from: date, through: date)
      lastCovariance = reader.next()
      if let failure = reader.failure { throw failure }
    } else {
      lastCovariance = nil
    }
  }

  /// What turns a risk of a factor over the horizon into one a year.
  var annual: Double { (periodsPerYear / horizon).squareRoot() }

  /// What turns an idio risk over its horizon into one a year.
  var idioAnnual: Double { (periodsPerYear / idioHorizon).squareRoot() }

  /// What a period is called.
  var periodName: String { periodsPerYear == 252 ? "day" : periodsPerYear == 52 ? "week" : "month" }

  /// The estimated periods.
  var estimatedCount: Int { periods.texts("outcome").count { !$0.hasPrefix("failed") } }

  /// The volatility a year of each factor at the last date with a forecast, by name.
  var lastVolatilities: [String: Double] {
    guard let lastCovariance else { return [:] }
    var volatilities: [String: Double] = [:]
    for (place, name) in lastCovariance.factors.enumerated() {
      volatilities[name] = annual * max(0, lastCovariance.covariance[place, place]).squareRoot()
    }
    return volatilities
  }

  /// What readers call a kind of factors.
  static func title(ofKind kind: String) -> String {
    switch kind {
    case "market": "Market"
    case "style": "Styles"
    default: kind
    }
  }
}
