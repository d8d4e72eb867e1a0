internal import RiskEngine

/// The effects of a portfolio's periods while they are gathered.
struct EffectSeries {
  /// The names that follow the factors.
  static let others = ["idio", "unmodelled", "transaction"]

  let portfolio: String
  private(set) var dates: [CalendarDate] = []
  private var start: CalendarDate?
  private var effects: [[Double]] = []
  private var benchmarkEffects: [[Double]] = []
  private var unestimated = 0
  private var modelled = 0.0
  private var unmodelled = 0.0
  private var unknown = 0.0

  init(portfolio: String) { self.portfolio = portfolio }

  /// Adds a period.
  ///
  /// - Parameter places: the places of the factors of the model, by name.
  mutating func append(_ period: PeriodAttribution, places: [String: Int]) {
    start = start ?? period.start
    dates.append(period.date)
    if !period.isEstimated { unestimated += 1 }
    modelled += period.attribution.modelledWeight
    unmodelled = max(unmodelled, period.attribution.unmodelled.reduce(0) { $0 + abs($1.weight) })
    unknown = max(unknown, period.attribution.unknownGrossWeight)
    func row(_ attribution: Attribution, _ gap: Double) -> [Double] {
      var row = [Double](repeating: 0, count: places.count)
      for (factor, value) in zip(period.factors, attribution.contributions) {
        if let place = places[factor.name] { row[place] = value }
      }
      return row + [attribution.idioContribution, attribution.unmodelledContribution, gap]
    }
    effects.append(row(period.attribution, period.transactionGap))
    if let relative = period.relative { benchmarkEffects.append(row(relative.benchmark, 0)) }
  }

  /// Links the periods.
  ///
  /// - Parameter factors: the factors of the model, in the order of their places.
  /// - Throws: `PortfolioFileError.linking`.
  /// - Complexity: O(T m) for T periods.
  func linked(
    _ method: LinkingMethod, factors: [NamedFactor], file: String
  ) throws(PortfolioFileError) -> LinkedReport? {
    guard let start, let last = dates.last else { return nil }
    let hasBenchmark = !benchmarkEffects.isEmpty
    let own: LinkedAttribution
    var benchmark: LinkedAttribution?
    var active: [Double]?
    do throws(LinkingError) {
      let returns = effects.map { $0.reduce(0, +) }
      if !hasBenchmark, let linking = method.ofActiveReturns {
        own = try linking.link(
          effects, portfolioReturns: returns, benchmarkReturns: Array(repeating: 0, count: effects.count))
      } else {
        own = try AttributionLinking.compounding(effects)
      }
      if hasBenchmark {
        let ofBenchmark = try AttributionLinking.compounding(benchmarkEffects)
        benchmark = ofBenchmark
        if let linking = method.ofActiveReturns {
          active =
            try linking.link(
              zip(effects, benchmarkEffects).map { zip($0, $1).map { $0 - $1 } }, portfolioReturns: returns,
              benchmarkReturns: benchmarkEffects.map { $0.reduce(0, +) }
            ).effects
        } else {
          active = zip(own.effects, ofBenchmark.effects).map { $0 - $1 }
        }
      }
    } catch {
      throw .linking(path: file, portfolio: portfolio, date: date(of: error), error: error)
    }
    let names = factors + Self.others.map { NamedFactor(name: $0, kind: $0) }
    let linked = names.enumerated().compactMap { place, name -> LinkedReport.Effect? in
      let values = [own.effects[place], benchmark?.effects[place] ?? 0, active?[place] ?? 0]
      guard values.contains(where: { $0 != 0 }) else { return nil }
      return LinkedReport.Effect(
        name: name.name, kind: name.kind, contribution: values[0],
        benchmarkContribution: hasBenchmark ? values[1] : .nan, activeContribution: hasBenchmark ? values[2] : .nan)
    }
    return LinkedReport(
      portfolio: portfolio, firstDate: start, lastDate: last, periodCount: dates.count, unestimatedCount: unestimated,
      portfolioReturn: own.portfolioReturn, benchmarkReturn: benchmark?.portfolioReturn ?? .nan, effects: linked,
      meanModelledWeight: modelled / Double(dates.count), largestUnmodelledWeight: unmodelled,
      largestUnknownWeight: unknown)
  }

  private func date(of error: LinkingError) -> CalendarDate? {
    switch error {
    case .notFinite(let period), .lossOfEverything(_, let period, _), .effectsDoNotAddUp(let period, _, _):
      dates.indices.contains(period) ? dates[period] : nil
    }
  }
}
