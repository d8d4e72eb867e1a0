internal import LinAlg
internal import ModelStore
public import RiskEngine

/// The risk model of one date of a stored model, with the texts behind its codes.
public struct DatedModel: Sendable {
  /// The stored model.
  public let path: String
  /// The model.
  public let model: RiskModel
  /// The assets.
  public let assets: IdentifierTable
  /// What each of the model's factors is: market, style, or the group of the label.
  public let kinds: [String]
  /// The periods of a year.
  public let periodsPerYear: Int
  /// What the assets are in tables.
  public let assetStorage: IdentifierStorage

  /// Opens the model of a date.
  ///
  /// - Parameter date: `nil` for the last with a forecast.
  /// - Throws: `StoreError`, `TableError`, `PanelFileError`, `RiskModelError`, or `ModelError.noSuchDate`.
  public init(path: String, date: CalendarDate? = nil) throws {
    let stored = try StoredModel(path: path)
    let table = stored.manifest.table("factor_covariance")
    guard let wanted = date ?? table?.lastDate else {
      throw ModelError.missing(path: path, what: "forecast of risk, for want of periods")
    }
    // Where there is no segment of the date, there is no forecast of it.
    try stored.check(
      [EstimationJob.loadingsTable, "factor_covariance", "idio_risk"], from: wanted, through: wanted)
    let isCovered = table?.segments.contains { $0.dates?.contains(wanted) ?? false } ?? false
    guard isCovered, let found = try Self.read(path, wanted) else {
      let dates = try Self.forecastDates(stored, near: wanted)
      let nearest = dates.min {
        abs($0.daysSinceEpoch - wanted.daysSinceEpoch) < abs($1.daysSinceEpoch - wanted.daysSinceEpoch)
      }
      throw ModelError.noSuchDate(
        path: path, date: wanted, nearest: nearest, first: table?.segments.first?.dates?.lowerBound,
        last: table?.lastDate)
    }
    self = found
  }

  private static func read(_ path: String, _ date: CalendarDate) throws -> DatedModel? {
    let history = try ModelHistory(path: path, from: date, through: date)
    guard let entry = try history.next(), entry.date == date, let forecast = entry.forecast else { return nil }
    let model = try history.model(entry.snapshot, forecast)
    let factors = Dictionary(
      try history.model.factors().map { ($0.name, $0.kind) }, uniquingKeysWith: { first, _ in first })
    let storage = history.model.manifest.metadata["asset_storage"]?.text.flatMap { IdentifierStorage(rawValue: $0) }
    return DatedModel(
      path: path, model: model, assets: history.assets, kinds: model.factorNames.map { factors[$0] ?? "" },
      periodsPerYear: history.periodsPerYear, assetStorage: storage ?? .text)
  }

  private init(
    path: String, model: RiskModel, assets: IdentifierTable, kinds: [String], periodsPerYear: Int,
    assetStorage: IdentifierStorage
  ) {
    self.path = path
    self.model = model
    self.assets = assets
    self.kinds = kinds
    self.periodsPerYear = periodsPerYear
    self.assetStorage = assetStorage
  }

  /// The dates with a forecast in the segments around one.
  private static func forecastDates(_ stored: StoredModel, near date: CalendarDate) throws -> [CalendarDate] {
    var dates: [CalendarDate] = []
    for segment in stored.manifest.table("factor_risk")?.segments ?? [] {
      let runs = try DateRuns(path: try stored.path(of: segment), column: "date")
      dates += runs.rowsByDate.map(\.date)
    }
    return dates
  }
}
