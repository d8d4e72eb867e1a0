internal import ModelStore
public import RiskEngine

/// Hedges of portfolios by a stored model.
public struct HedgeJob: Sendable {
  /// What portfolios are hedged with.
  public enum Means: Hashable, Sendable {
    /// The factor-mimicking portfolios of the date, weighted by inverse idio variances, of the factors named, or of all:
    /// their loadings are neutralized.
    case factors([String]?)
    /// The portfolios of a file, so that the variance is least.
    case instruments(String)
  }

  /// The model.
  public var model: String
  /// The file of holdings.
  public var portfolio: String
  /// What they are hedged with.
  public var means: Means
  /// The date to take of holdings with dates, or of the model for those without; `nil` for all, or the last.
  public var date: CalendarDate?
  /// Which date of the model goes with one of holdings.
  public var dateRule: DateRule
  /// The threads that read.
  public var threads: Int?

  /// Makes a job.
  public init(
    model: String, portfolio: String, means: Means = .factors(nil), date: CalendarDate? = nil,
    dateRule: DateRule = .exact, threads: Int? = nil
  ) {
    self.model = model
    self.portfolio = portfolio
    self.means = means
    self.date = date
    self.dateRule = dateRule
    self.threads = threads
  }

  /// Hedges each portfolio at each date, and hands over one after the other: by date of the model, then in the order of
  /// the file.
  ///
  /// - Throws: `StoreError`, `TableError`, `PanelFileError`, `ModelError`, `RiskModelError`, `PortfolioFileError`, or what
  ///   `body` throws.
  /// - Complexity: O(n m²) a date of factor portfolios; O(q (n (K + G) + m²) + q³) a portfolio of q instruments.
  public func run(_ body: (HedgeReport) throws -> Void) throws {
    let plan = try PortfolioPlan(model: model, portfolio: portfolio, date: date, rule: dateRule)
    var instruments: PortfolioFile?
    if case .instruments(let path) = means { instruments = try PortfolioFile(path: path) }
    try plan.run(threads: threads, others: [instruments]) { day in
      let portfolios = instruments == nil ? try factorPortfolios(day) : nil
      let wanted = try factors(day)
      for place in day.places {
        let holdings = try plan.holdings(ofPlace: place, on: day)
        let date = plan.date(ofPlace: place, model: day.model)
        let found: (hedge: Hedge, names: [String])
        if let portfolios {
          found = (
            Hedge.neutralizing(holdings, model: day.model, portfolios: portfolios, factors: wanted),
            day.factors.map(\.name)
          )
        } else if let instruments {
          found = try hedge(holdings, with: instruments, at: date, day)
        } else {
          preconditionFailure("a hedge without means")
        }
        try body(
          HedgeReport(
            portfolio: plan.file.title(of: plan.file.portfolios[place]), date: date, modelDate: day.model.date,
            hedge: found.hedge, coverage: day.model.coverage(of: holdings), grossWeight: holdings.grossWeight,
            instruments: found.names, factors: day.factors, assets: day.names,
            annualization: (Double(day.periodsPerYear) / day.model.horizon).squareRoot()))
      }
    }
  }

  /// Hedges with the instruments of a file.
  private func hedge(
    _ holdings: Holdings, with instruments: PortfolioFile, at date: CalendarDate, _ day: PortfolioPlan.Day
  ) throws -> (hedge: Hedge, names: [String]) {
    let chosen = instruments.portfolios.filter { $0.date == nil || $0.date == date }
    guard !chosen.isEmpty else {
      let own = instruments.portfolios.compactMap(\.date).sorted()
      throw PortfolioFileError.noHoldings(
        path: instruments.path, date: date, first: own.first ?? date, last: own.last ?? date)
    }
    let each = try chosen.map {
      try PortfolioPlan.covered($0, model: day.model, names: day.names, path: instruments.path)
    }
    do throws(PortfolioError) {
      return (
        try Hedge.minimumVariance(holdings, model: day.model, instruments: each),
        chosen.map { instruments.title(of: $0) }
      )
    } catch {
      throw PortfolioFileError.portfolio(path: instruments.path, name: "", error: error)
    }
  }

  /// The places of the factors to be neutralized; `nil` for all.
  private func factors(_ day: PortfolioPlan.Day) throws(PortfolioFileError) -> [Int]? {
    guard case .factors(let names?) = means else { return nil }
    var places: [Int] = []
    for name in names {
      guard let place = day.factors.firstIndex(where: { $0.name == name }) else {
        throw .unknownName(
          path: model, what: "factor", found: name, nearest: NearestName.find(name, among: day.factors.map(\.name)),
          expected: "a factor with a forecast at \(day.model.date)")
      }
      if !places.contains(place) { places.append(place) }
    }
    return places
  }

  /// The factor-mimicking portfolios of the assets that the model covers.
  private func factorPortfolios(_ day: PortfolioPlan.Day) throws -> FactorPortfolios {
    let covered = Set(day.model.assets)
    let variances = zip(day.snapshot.assets, day.idioCovariance.variances).map {
      // An infinite variance is a weight of 0.
      covered.contains($0) ? $1 : .infinity
    }
    guard
      let portfolios = CrossSectionalRegression(hasMarket: day.model.layout.hasMarket).factorPortfolios(
        day.snapshot, schema: day.schema, labels: day.labels, idioCovariance: .diagonal(variances))
    else {
      throw ModelError.missing(path: model, what: "factor portfolios at \(day.model.date): too few assets")
    }
    return portfolios
  }
}
