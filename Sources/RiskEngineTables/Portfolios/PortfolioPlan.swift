internal import ModelStore
internal import RiskEngine

/// Holdings with the models of their dates.
struct PortfolioPlan {
  /// A date of the model, with the holdings that it is for.
  struct Day {
    var model: RiskModel
    var snapshot: CrossSection
    var idioCovariance: IdioCovariance
    var schema: PanelSchema
    /// The places of the holdings in the file.
    var places: [Int]
    /// The ids behind codes.
    var names: IdentifierTable
    /// For each group the labels behind codes.
    var labels: [IdentifierTable]
    var factors: [NamedFactor]
    var groups: [String]
    var periodsPerYear: Int
  }

  let path: String
  let stored: StoredModel
  let file: PortfolioFile
  private let chosen: CalendarDate?
  private let dates: ModelDates
  private let places: [CalendarDate: [Int]]

  /// Reads holdings, and finds the date of the model for each.
  ///
  /// - Parameters:
  ///   - date: the date to take of holdings with dates, or of the model for those without; `nil` for all, or the last.
  /// - Throws: `StoreError`, `TableError`, `ModelError`, `PortfolioFileError`.
  init(model: String, portfolio: String, date: CalendarDate?, rule: DateRule) throws {
    path = model
    stored = try StoredModel(path: model)
    try stored.check(["factor_risk", "factors"])
    file = try PortfolioFile(path: portfolio)
    chosen = date
    dates = try ModelDates(
      stored, path: model, table: "factor_risk", what: "forecast of risk, for want of periods")
    var places: [CalendarDate: [Int]] = [:]
    for (place, entry) in file.portfolios.enumerated() {
      if let own = entry.date, let date, own != date { continue }
      let wanted = entry.date ?? date ?? dates.last
      places[
        try dates.date(for: wanted, rule: rule, file: file.path, portfolio: entry.name), default: []
      ].append(place)
    }
    if places.isEmpty, let date {
      let own = file.portfolios.compactMap(\.date).sorted()
      throw PortfolioFileError.noHoldings(
        path: file.path, date: date, first: own.first ?? date, last: own.last ?? date)
    }
    self.places = places
  }

  /// The date of holdings: their own, or that which was asked for, or that of the model.
  func date(ofPlace place: Int, model: RiskModel) -> CalendarDate {
    file.portfolios[place].date ?? chosen ?? model.date
  }

  /// The holdings of a place, by the codes of a day.
  ///
  /// - Throws: `PortfolioFileError.notCovered` where the model covers none of them.
  func holdings(ofPlace place: Int, on day: Day) throws -> Holdings {
    let entry = file.portfolios[place]
    return try Self.covered(entry, model: day.model, names: day.names, path: file.path)
  }

  /// Holdings of which the model covers something.
  ///
  /// - Throws: `PortfolioFileError.notCovered`.
  static func covered(
    _ entry: PortfolioFile.Portfolio, model: RiskModel, names: IdentifierTable, path: String
  ) throws -> Holdings {
    let holdings = try entry.holdings(codes: names)
    guard model.coverage(of: holdings).coveredCount > 0 else {
      throw PortfolioFileError.notCovered(path: path, portfolio: entry.name, first: entry.holdings[0].asset)
    }
    return holdings
  }

  /// Hands over the dates of the model, ascending.
  ///
  /// - Parameter others: files whose assets are to have codes, too.
  /// - Throws: `StoreError`, `TableError`, `PanelFileError`, `ModelError`, `RiskModelError`, or what `body` throws.
  func run(threads: Int?, others: [PortfolioFile?], _ body: (Day) throws -> Void) throws {
    var known = IdentifierTable()
    file.register(in: &known)
    for other in others { other?.register(in: &known) }
    let ordered = places.keys.sorted()
    try stored.check(
      [EstimationJob.loadingsTable, "factor_covariance", "idio_risk"], from: ordered.first, through: ordered.last)
    try stored.check(["forecasts", "idio_correlations"], through: ordered.last)
    let kinds = Dictionary(try stored.factors().map { ($0.name, $0.kind) }, uniquingKeysWith: { first, _ in first })
    let history = try ModelHistory(
      path: path, from: ordered.first, through: ordered.last, threads: threads, assets: known, knowsAllLabels: true)
    var left = ordered.count
    while left > 0, let entry = try history.next() {
      guard let wanted = places[entry.date] else { continue }
      guard let forecast = entry.forecast else {
        throw ModelError.noSuchDate(path: path, date: entry.date, nearest: nil, first: dates.first, last: dates.last)
      }
      left -= 1
      let risk = try history.model(entry.snapshot, forecast)
      try body(
        Day(
          model: risk, snapshot: entry.snapshot, idioCovariance: history.idioCovariance(entry.snapshot, forecast),
          schema: history.columns.schema, places: wanted, names: history.assets, labels: history.labels,
          factors: risk.factorNames.map { NamedFactor(name: $0, kind: kinds[$0] ?? "") },
          groups: history.columns.groups, periodsPerYear: history.periodsPerYear))
    }
    guard left == 0 else { throw ModelError.missing(path: path, what: "loadings of some dates with a forecast") }
  }
}
