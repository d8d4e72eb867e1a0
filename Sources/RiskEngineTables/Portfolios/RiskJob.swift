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
  /// The number of workers, on which results do not depend; `nil` for one a processor.
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
    let plan = try PortfolioPlan(model: model, portfolio: portfolio, date: date, rule: dateRule)
    let benchmark = try benchmark.map { try BenchmarkHoldings($0) }
    let factorReturns = try factorReturns(plan.stored)
    try plan.run(threads: threads, others: [benchmark?.file]) { day in
      let set = try ScenarioSet(
        scenarios.requests, file: scenarios.file, model: day.model, groups: day.groups,
        periodsPerYear: day.periodsPerYear, history: factorReturns)
      // Portfolios of one benchmark are worked out together.
      for batch in try batches(day, plan, benchmark) {
        try evaluate(batch, day, plan) { report, holdings, active in
          report.scenarios = set.reports(on: holdings, active: active)
          try body(report)
        }
      }
    }
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

  /// Portfolios with one benchmark at one date of the model.
  private struct Batch {
    var places: [Int]
    var dates: [CalendarDate]
    var benchmark: Holdings?
  }

  private func batches(
    _ day: PortfolioPlan.Day, _ plan: PortfolioPlan, _ benchmark: BenchmarkHoldings?
  ) throws -> [Batch] {
    var batches: [Batch] = []
    for place in day.places {
      let date = plan.date(ofPlace: place, model: day.model)
      if let last = batches.last, last.dates.last == date {
        batches[batches.count - 1].places.append(place)
        batches[batches.count - 1].dates.append(date)
        continue
      }
      var holdings: Holdings?
      if let benchmark {
        if let entry = try benchmark.portfolio(at: date) {
          holdings = try PortfolioPlan.covered(
            entry, model: day.model, names: day.names, path: benchmark.file?.path ?? "")
        } else {
          holdings = try BenchmarkHoldings.universe(
            assets: day.model.assets, isInUniverse: day.model.isInUniverse, caps: day.model.caps, names: day.names)
        }
      }
      batches.append(Batch(places: [place], dates: [date], benchmark: holdings))
    }
    return batches
  }

  private func evaluate(
    _ batch: Batch, _ day: PortfolioPlan.Day, _ plan: PortfolioPlan,
    _ body: (inout PortfolioRiskReport, Holdings, Holdings?) throws -> Void
  ) throws {
    let portfolios = try batch.places.map { try plan.holdings(ofPlace: $0, on: day) }
    let periodsPerYear = Double(day.periodsPerYear)
    var risks: [PortfolioRisk] = []
    var relative: [RelativeRisk?] = Array(repeating: nil, count: portfolios.count)
    if let benchmark = batch.benchmark {
      let found = day.model.risks(
        of: portfolios, against: benchmark, periodsPerYear: periodsPerYear, workers: threads)
      relative = found
      risks = found.map(\.portfolio)
    } else {
      risks = day.model.risks(of: portfolios, periodsPerYear: periodsPerYear, workers: threads)
    }
    for (index, place) in batch.places.enumerated() {
      var report = PortfolioRiskReport(
        portfolio: plan.file.title(of: plan.file.portfolios[place]), date: batch.dates[index],
        modelDate: day.model.date, netWeight: portfolios[index].netWeight, grossWeight: portfolios[index].grossWeight,
        risk: risks[index], relative: relative[index], benchmarkGrossWeight: batch.benchmark?.grossWeight ?? .nan,
        factors: day.factors, groups: day.groups, assets: day.names, scenarios: [])
      try body(&report, portfolios[index], batch.benchmark.map { portfolios[index].active(against: $0) })
    }
  }
}
