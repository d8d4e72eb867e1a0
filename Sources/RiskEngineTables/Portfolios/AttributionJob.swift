internal import ModelStore
public import RiskEngine

/// The attribution of portfolios' returns by a stored model.
///
/// Holdings dated t are the weights at the close of t; they earn the returns of the periods after t, until the next
/// holdings of the same portfolio. Returns are those that the model was estimated from.
public struct AttributionJob: Sendable {
  /// The model.
  public var model: String
  /// The file of holdings.
  public var positions: String
  /// What they are measured against; `nil` for nothing.
  public var benchmark: PortfolioBenchmark?
  /// A file of the returns that the portfolios really made; `nil` without one.
  public var returns: String?
  /// How periods are linked; `nil` for compounding, and for Cariño's weights against a benchmark.
  public var linking: LinkingMethod?
  /// How weights go on between two dates of holdings.
  public var weights: WeightRule
  /// Which date of the model goes with one of holdings.
  public var dateRule: DateRule
  /// The start of the first period, or the date of holdings without dates; `nil` for that of the holdings.
  public var from: CalendarDate?
  /// The end of the last period; `nil` for the first date after the last holdings, or the model's last date for holdings
  /// without dates.
  public var through: CalendarDate?
  /// The threads that read; results do not depend on it.
  public var threads: Int?

  /// Makes a job.
  public init(
    model: String, positions: String, benchmark: PortfolioBenchmark? = nil, returns: String? = nil,
    linking: LinkingMethod? = nil, weights: WeightRule = .drift, dateRule: DateRule = .exact,
    from: CalendarDate? = nil, through: CalendarDate? = nil, threads: Int? = nil
  ) {
    self.model = model
    self.positions = positions
    self.benchmark = benchmark
    self.returns = returns
    self.linking = linking
    self.weights = weights
    self.dateRule = dateRule
    self.from = from
    self.through = through
    self.threads = threads
  }

  /// How periods are linked.
  public var usedLinking: LinkingMethod { linking ?? (benchmark == nil ? .compounding : .carino) }

  /// Attributes each period of each portfolio, hands over one after the other, by date and then in the order of the file,
  /// and links the periods of each portfolio.
  ///
  /// - Throws: `StoreError`, `TableError`, `PanelFileError`, `ModelError`, `PortfolioFileError`, or what `body` throws.
  /// - Complexity: O(n + h (K + G)) a date and portfolio of h assets, and O(T m) memory a portfolio of T periods.
  @discardableResult
  public func run(_ body: (PeriodAttribution) throws -> Void = { _ in }) throws -> [LinkedReport] {
    let stored = try StoredModel(path: model)
    let file = try PortfolioFile(path: positions)
    let benchmark = try benchmark.map { try BenchmarkHoldings($0) }
    let realized = try returns.map { try PortfolioReturns(path: $0) }
    try stored.check(["factors", "forecasts"])
    // It has a row for each date of the loadings, and is small.
    let dates = try ModelDates(stored, path: model, table: "forecasts", what: "dates")
    guard file.hasDates || from != nil else { throw PortfolioFileError.noStart(path: positions) }
    var known = IdentifierTable()
    file.register(in: &known)
    benchmark?.file?.register(in: &known)
    var portfolios = try tracked(file, dates, names: known)
    let begin = portfolios.map(\.begin).min { $0 < $1 } ?? dates.first
    let dated = try benchmark.map { try self.dated($0, dates, begin: begin, names: known) }
    var ofBenchmark = dated.map { HeldWeights($0, rule: weights) }
    let end = portfolios.map(\.end).max { $0 < $1 } ?? dates.last
    for portfolio in portfolios {
      let next = dates.next(after: portfolio.begin)
      guard let next, next <= portfolio.end else {
        throw PortfolioFileError.noPeriods(
          path: positions, model: model, first: portfolio.begin, last: min(portfolio.end, dates.last))
      }
    }
    // Weights drift from the day on which they were set, also before the first period that counts.
    let holdingDates = portfolios.map(\.held) + [dated?.first?.date].compactMap { $0 }
    let periods = try PeriodReader(
      stored, path: model, from: holdingDates.min { $0 < $1 } ?? begin, through: end, threads: threads, assets: known)
    let places = Dictionary(
      uniqueKeysWithValues: periods.factors.enumerated().map { ($1.name, $0) })
    while let period = try periods.next() {
      if let start = period.start {
        var universe: Holdings?
        if benchmark != nil, benchmark?.file == nil { universe = try periods.universe }
        for place in portfolios.indices {
          guard start >= portfolios[place].begin, period.date <= portfolios[place].end,
            let held = portfolios[place].weights.current
          else { continue }
          let own = portfolios[place].title
          let against = universe ?? ofBenchmark?.current
          let relative = against.map { period.relative(held, against: $0) }
          var report = PeriodAttribution(
            portfolio: own, start: start, date: period.date, netWeight: held.netWeight,
            isEstimated: period.isEstimated, attribution: relative?.portfolio ?? period.attribution(held),
            relative: relative, realizedReturn: .nan, factors: period.factors, groups: periods.groups,
            assets: periods.assets)
          if let realized {
            report.realizedReturn = try realized.value(of: portfolios[place].name, at: period.date)
          }
          portfolios[place].series.append(report, places: places)
          try body(report)
        }
      }
      for place in portfolios.indices {
        portfolios[place].weights.advance(to: period.date, returns: period.returns)
      }
      ofBenchmark?.advance(to: period.date, returns: period.returns)
    }
    var linked: [LinkedReport] = []
    for portfolio in portfolios {
      guard let report = try portfolio.series.linked(usedLinking, factors: periods.factors, file: positions) else {
        throw ModelError.missing(path: model, what: "loadings of some of its dates")
      }
      linked.append(report)
    }
    return linked
  }

  /// A portfolio on its way through the periods.
  private struct Tracked {
    var name: String
    var title: String
    var weights: HeldWeights
    var series: EffectSeries
    /// The date of its first holdings.
    var held: CalendarDate
    /// The start of its first period.
    var begin: CalendarDate
    /// The end of its last.
    var end: CalendarDate
  }

  private func tracked(
    _ file: PortfolioFile, _ dates: ModelDates, names: IdentifierTable
  ) throws -> [Tracked] {
    var order: [String] = []
    var entries: [String: [(own: CalendarDate, date: CalendarDate, holdings: Holdings)]] = [:]
    for entry in file.portfolios {
      let own = entry.date ?? from ?? dates.first
      let date = try dates.date(for: own, rule: dateRule, file: file.path, portfolio: entry.name)
      if entries[entry.name] == nil { order.append(entry.name) }
      if let other = entries[entry.name]?.first(where: { $0.date == date }) {
        throw PortfolioFileError.datesCollide(
          path: file.path, portfolio: entry.name, first: other.own, second: own, date: date)
      }
      entries[entry.name, default: []].append((own, date, try entry.holdings(codes: names)))
    }
    let start = try from.map {
      try dates.date(for: $0, rule: dateRule, file: file.path, portfolio: "")
    }
    return order.map { name in
      let dated = (entries[name] ?? []).sorted { $0.date < $1.date }
      let (first, last) = (dated[0].date, dated[dated.count - 1].date)
      let usualEnd = file.hasDates ? dates.next(after: last) ?? last : dates.last
      let title = file.portfolios.first { $0.name == name }.map { file.title(of: $0) } ?? name
      return Tracked(
        name: name, title: title,
        weights: HeldWeights(dated.map { ($0.date, $0.holdings) }, rule: weights),
        series: EffectSeries(portfolio: title), held: first, begin: max(first, start ?? first), end: through ?? usualEnd
      )
    }
  }

  /// The holdings of a benchmark by the dates of the model.
  private func dated(
    _ benchmark: BenchmarkHoldings, _ dates: ModelDates, begin: CalendarDate, names: IdentifierTable
  ) throws -> [(date: CalendarDate, holdings: Holdings)] {
    guard let file = benchmark.file else { return [] }
    var dated: [(date: CalendarDate, holdings: Holdings)] = []
    for entry in file.portfolios {
      let date =
        try entry.date.map { try dates.date(for: $0, rule: dateRule, file: file.path, portfolio: "") } ?? begin
      if dated.contains(where: { $0.date == date }) {
        throw PortfolioFileError.datesCollide(
          path: file.path, portfolio: "", first: date, second: entry.date ?? date, date: date)
      }
      dated.append((date, try entry.holdings(codes: names)))
    }
    dated.sort { $0.date < $1.date }
    // What was replaced before the first period plays no part.
    if let last = dated.lastIndex(where: { $0.date <= begin }) { dated.removeFirst(last) }
    guard let first = dated.first, first.date <= begin else {
      throw PortfolioFileError.noHoldings(
        path: file.path, date: begin, first: dated.first?.date ?? begin, last: dated.last?.date ?? begin)
    }
    return dated
  }
}
