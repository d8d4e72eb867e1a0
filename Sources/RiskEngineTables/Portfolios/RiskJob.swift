internal import ModelStore
public import RiskEngine

/// The risk of portfolios by a stored model.
public struct RiskJob: Sendable {
  /// The model.
  public var model: String
  /// The file of holdings.
  public var portfolio: String
  /// What they are measured against; `nil` for nothing.
  public var benchmark: PortfolioBenchmark?
  /// The date to take of holdings with dates, or of the model for those without; `nil` for all, or the last.
  public var date: CalendarDate?
  /// Which date of the model goes with one of holdings.
  public var dateRule: DateRule
  /// Scenarios, and the file that they are from.
  public var scenarios: (file: String, requests: [ScenarioRequest])
  /// The number of workers; `nil` for one a processor. Results do not depend on it.
  public var threads: Int?

  /// Makes a job.
  public init(
    model: String, portfolio: String, benchmark: PortfolioBenchmark? = nil, date: CalendarDate? = nil,
    dateRule: DateRule = .exact, scenarios: (file: String, requests: [ScenarioRequest]) = ("", []),
    threads: Int? = nil
  ) {
    self.model = model
    self.portfolio = portfolio
    self.benchmark = benchmark
    self.date = date
    self.dateRule = dateRule
    self.scenarios = scenarios
    self.threads = threads
  }

  /// Works out the risk of each portfolio at each date, and hands over one after the other: by date of the model, then in
  /// the order of the file.
  ///
  /// Holdings that the model does not cover are in `risk.coverage`; a portfolio of which it covers nothing is an error.
  ///
  /// - Throws: `StoreError`, `TableError`, `PanelFileError`, `ModelError`, `RiskModelError`, `PortfolioFileError`, or what
  ///   `body` throws.
  /// - Complexity: O(n m (K + G)) a date, then O(n (K + G) + m²) a portfolio; memory for the portfolios of one date.
  public func run(_ body: (PortfolioRiskReport) throws -> Void) throws {
    let stored = try StoredModel(path: model)
    try stored.check(["factor_risk", "factors"])
    let file = try PortfolioFile(path: portfolio)
    let benchmark = try benchmark.map { try BenchmarkHoldings($0) }
    let dates = try ModelDates(
      stored, path: model, table: "factor_risk", what: "forecast of risk, for want of periods")
    let plan = try plan(file, dates)
    var known = IdentifierTable()
    file.register(in: &known)
    benchmark?.file?.register(in: &known)
    let ordered = plan.keys.sorted()
    try stored.check(
      [EstimationJob.loadingsTable, "factor_covariance", "idio_risk"], from: ordered.first, through: ordered.last)
    try stored.check(["forecasts", "idio_correlations"], through: ordered.last)
    let factorReturns = try factorReturns(stored)
    let kinds = Dictionary(try stored.factors().map { ($0.name, $0.kind) }, uniquingKeysWith: { first, _ in first })
    let history = try ModelHistory(
      path: model, from: ordered.first, through: ordered.last, threads: threads, assets: known)
    var left = ordered.count
    while left > 0, let entry = try history.next() {
      guard let wanted = plan[entry.date] else { continue }
      guard let forecast = entry.forecast else {
        throw ModelError.noSuchDate(
          path: model, date: entry.date, nearest: nil, first: dates.first, last: dates.last)
      }
      left -= 1
      let risk = try history.model(entry.snapshot, forecast)
      let names = history.assets
      let factors = risk.factorNames.map { NamedFactor(name: $0, kind: kinds[$0] ?? "") }
      let groups = history.columns.groups
      let set = try ScenarioSet(
        scenarios.requests, file: scenarios.file, model: risk, groups: groups,
        periodsPerYear: history.periodsPerYear, history: factorReturns)
      // Portfolios of one benchmark are worked out together.
      for batch in try batches(wanted, file: file, benchmark: benchmark, model: risk, names: names) {
        try evaluate(
          batch, file: file, model: risk, names: names, periodsPerYear: Double(history.periodsPerYear)
        ) { report, holdings, active in
          report.factors = factors
          report.groups = groups
          report.scenarios = set.reports(on: holdings, active: active)
          try body(report)
        }
      }
    }
    guard left == 0 else { throw ModelError.missing(path: model, what: "loadings of some dates with a forecast") }
  }

  /// The factor returns that scenarios replay; `nil` where none does.
  private func factorReturns(_ stored: StoredModel) throws -> FactorReturnHistory? {
    guard scenarios.requests.contains(where: { $0.kind == "replay" }) else { return nil }
    try stored.check(["factor_statistics", "periods"])
    return try FactorReturnHistory.read(
      try stored.paths(of: "factor_statistics"), periods: try stored.paths(of: "periods"))
  }

  /// All reports at once, for few portfolios.
  public func reports() throws -> [PortfolioRiskReport] {
    var reports: [PortfolioRiskReport] = []
    try run { reports.append($0) }
    return reports
  }

  /// The portfolios by the date of the model that each goes with, by their places in the file.
  private func plan(_ file: PortfolioFile, _ dates: ModelDates) throws(PortfolioFileError) -> [CalendarDate: [Int]] {
    var plan: [CalendarDate: [Int]] = [:]
    for (place, entry) in file.portfolios.enumerated() {
      if let own = entry.date, let date, own != date { continue }
      let wanted = entry.date ?? date ?? dates.last
      plan[
        try dates.date(for: wanted, rule: dateRule, file: file.path, portfolio: entry.name), default: []
      ].append(place)
    }
    if plan.isEmpty, let date {
      let own = file.portfolios.compactMap(\.date).sorted()
      throw .noHoldings(path: file.path, date: date, first: own.first ?? date, last: own.last ?? date)
    }
    return plan
  }

  /// Portfolios with one benchmark at one date of the model.
  private struct Batch {
    var places: [Int]
    var dates: [CalendarDate]
    var benchmark: Holdings?
  }

  private func batches(
    _ places: [Int], file: PortfolioFile, benchmark: BenchmarkHoldings?, model: RiskModel, names: IdentifierTable
  ) throws -> [Batch] {
    var batches: [Batch] = []
    for place in places {
      let date = file.portfolios[place].date ?? self.date ?? model.date
      if let last = batches.last, last.dates.last == date {
        batches[batches.count - 1].places.append(place)
        batches[batches.count - 1].dates.append(date)
        continue
      }
      var holdings: Holdings?
      if let benchmark {
        if let entry = try benchmark.portfolio(at: date) {
          holdings = try entry.holdings(codes: names)
          try requireCoverage(holdings, model, path: benchmark.file?.path ?? "", entry)
        } else {
          holdings = try BenchmarkHoldings.universe(
            assets: model.assets, isInUniverse: model.isInUniverse, caps: model.caps, names: names)
        }
      }
      batches.append(Batch(places: [place], dates: [date], benchmark: holdings))
    }
    return batches
  }

  private func requireCoverage(
    _ holdings: Holdings?, _ model: RiskModel, path: String, _ entry: PortfolioFile.Portfolio
  ) throws(PortfolioFileError) {
    guard let holdings, model.coverage(of: holdings).coveredCount == 0 else { return }
    throw .notCovered(path: path, portfolio: entry.name, first: entry.holdings[0].asset)
  }

  private func evaluate(
    _ batch: Batch, file: PortfolioFile, model: RiskModel, names: IdentifierTable, periodsPerYear: Double,
    _ body: (inout PortfolioRiskReport, Holdings, Holdings?) throws -> Void
  ) throws {
    var portfolios: [Holdings] = []
    for place in batch.places {
      let entry = file.portfolios[place]
      let holdings = try entry.holdings(codes: names)
      try requireCoverage(holdings, model, path: file.path, entry)
      portfolios.append(holdings)
    }
    var risks: [PortfolioRisk] = []
    var relative: [RelativeRisk?] = Array(repeating: nil, count: portfolios.count)
    if let benchmark = batch.benchmark {
      let found = model.risks(
        of: portfolios, against: benchmark, periodsPerYear: periodsPerYear, workers: threads)
      relative = found
      risks = found.map(\.portfolio)
    } else {
      risks = model.risks(of: portfolios, periodsPerYear: periodsPerYear, workers: threads)
    }
    for (index, place) in batch.places.enumerated() {
      let entry = file.portfolios[place]
      var report = PortfolioRiskReport(
        portfolio: file.title(of: entry), date: batch.dates[index], modelDate: model.date,
        netWeight: portfolios[index].netWeight, grossWeight: portfolios[index].grossWeight, risk: risks[index],
        relative: relative[index],
        benchmarkGrossWeight: batch.benchmark?.grossWeight ?? .nan, factors: [], groups: [], assets: names,
        scenarios: [])
      try body(&report, portfolios[index], batch.benchmark.map { portfolios[index].active(against: $0) })
    }
  }
}
