internal import ModelStore
internal import RiskEngine

/// The periods of a stored model with what was estimated of them.
final class PeriodReader {
  /// A period.
  struct Period {
    /// The date before; `nil` of the first date read.
    var start: CalendarDate?
    /// The end.
    var date: CalendarDate
    /// The cross-section; `nil` where there are no loadings as old as the lag.
    var section: CrossSection?
    /// For each group the labels with a factor return.
    var labels: [[Int32]]
    /// Whether the first factor is the market.
    var hasMarket: Bool
    /// The factors with a return, and their returns in the same order; none without an estimate.
    var factors: [NamedFactor]
    var factorReturns: [Double]
    /// The idio return of each row of the section, `nan` where there is none.
    var idioReturns: [Double]
    /// The return of each asset, by code.
    var returns: [Double]
    var groupCount: Int

    var isEstimated: Bool { section != nil && !factorReturns.isEmpty }

    /// Attributes the return of holdings.
    func attribution(_ holdings: Holdings) -> Attribution {
      guard let section else {
        return Attribution(unmodelled: holdings, date: date, groupCount: groupCount, returns: returns)
      }
      return Attribution(
        holdings, section: section, hasMarket: hasMarket, labels: labels, factorReturns: factorReturns,
        idioReturns: factorReturns.isEmpty ? [] : idioReturns, otherReturns: returns)
    }

    /// The same against a benchmark.
    func relative(_ holdings: Holdings, against benchmark: Holdings) -> RelativeAttribution {
      RelativeAttribution(
        portfolio: attribution(holdings), benchmark: attribution(benchmark),
        active: attribution(holdings.active(against: benchmark)))
    }
  }

  /// The factors of the model, in the order of tables.
  let factors: [NamedFactor]
  /// The groups.
  let groups: [String]
  private let end: CalendarDate
  private let file: PanelFile
  private let known: [StoredModel.Factor]
  private var statistics: DatedTable
  private var idioReturns: DatedTable
  private let styles: [String]
  private var snapshot: CrossSection?

  /// Opens a model.
  ///
  /// - Parameters:
  ///   - first: the start of the first period.
  ///   - last: the end of the last.
  ///   - known: asset ids that are to have codes.
  init(
    _ model: StoredModel, path: String, from first: CalendarDate, through last: CalendarDate, threads: Int?,
    assets: IdentifierTable
  ) throws {
    let metadata = model.manifest.metadata
    guard let columns = ModelRecord.columns(metadata["columns"], model: path), let lag = metadata["lag"]?.number else {
      throw ModelError.missing(path: path, what: "columns and lag")
    }
    known = try model.factors()
    factors = known.map { NamedFactor(name: $0.name, kind: $0.kind) }
    groups = columns.groups
    styles = columns.styles
    end = last
    // Loadings older than the first period's start are needed where the lag is longer than a period.
    let loadingsFrom = lag > 1 ? nil : first
    begin = first
    try model.check([EstimationJob.loadingsTable], from: loadingsFrom, through: last)
    try model.check(["factor_statistics", "idio_returns"], from: first, through: last)
    file = try PanelFile(
      paths: try model.paths(of: EstimationJob.loadingsTable, from: loadingsFrom, through: last), columns: columns,
      lag: Int(lag), options: PanelFile.Options(threads: threads), assets: assets, from: loadingsFrom)
    func table(_ name: String, _ key: String, _ value: String) throws -> DatedTable {
      try DatedTable(try model.paths(of: name, from: first, through: last), key: key, values: [value], from: first)
    }
    statistics = try table("factor_statistics", "factor", "factor_return")
    idioReturns = try table("idio_returns", "asset", "idio_return")
  }

  private let begin: CalendarDate

  /// The ids met so far.
  var assets: IdentifierTable { file.assets }

  /// The estimation universe at the start of the period read last.
  private var universeAtStart: CrossSection?

  /// The estimation universe at the start of the period, by capitalization.
  var universe: Holdings {
    get throws(PortfolioError) {
      guard let section = universeAtStart else { return .empty }
      return try BenchmarkHoldings.universe(
        assets: section.assets,
        isInUniverse: section.reasons.prefix(section.rowCount).map { !$0.contains(.outsideUniverse) },
        caps: Array(section.caps.prefix(section.rowCount)), names: assets)
    }
  }

  /// The next date from the first period's start on; `nil` after the last.
  func next() throws -> Period? {
    while let day = try file.nextDay() {
      let date = day.snapshot.date
      guard date <= end else { return nil }
      defer { snapshot = day.snapshot }
      guard date >= begin else { continue }
      let start = date > begin ? snapshot?.date : nil
      universeAtStart = start == nil ? nil : snapshot
      let returns = Dictionary(
        try statistics.values(on: date).map { ($0.key, $0.values[0]) }, uniquingKeysWith: { first, _ in first })
      let idio = try idioReturns.values(on: date)
      return period(day, start: start, factorReturns: returns, idio: idio)
    }
    return nil
  }

  private func period(
    _ day: PanelFile.Day, start: CalendarDate?, factorReturns: [String: Double],
    idio: [(key: String, values: [Double])]
  ) -> Period {
    var period = Period(
      start: start, date: day.snapshot.date, section: day.section, labels: groups.map { _ in [] }, hasMarket: false,
      factors: [], factorReturns: [], idioReturns: [], returns: day.returns(assetCount: file.assets.count),
      groupCount: groups.count)
    guard let section = day.section, !factorReturns.isEmpty else { return period }
    // Market, the labels of each group, styles: the order of factors in a cross-section.
    func add(_ factor: StoredModel.Factor) {
      period.factors.append(NamedFactor(name: factor.name, kind: factor.kind))
      period.factorReturns.append(factorReturns[factor.name] ?? .nan)
    }
    if let market = known.first(where: { $0.kind == "market" && $0.label == nil }), factorReturns[market.name] != nil {
      period.hasMarket = true
      add(market)
    }
    for (group, name) in groups.enumerated() {
      for factor in known where factor.kind == name && factorReturns[factor.name] != nil {
        guard let label = factor.label, let code = file.labels[group].existingCode(of: label) else { continue }
        period.labels[group].append(code)
        add(factor)
      }
    }
    for style in styles {
      add(StoredModel.Factor(name: style, kind: "style", label: nil))
    }
    var byCode = [Double](repeating: .nan, count: file.assets.count)
    for entry in idio {
      if let code = file.assets.existingCode(of: entry.key) { byCode[Int(code)] = entry.values[0] }
    }
    period.idioReturns = section.assets.map { byCode[Int($0)] }
    return period
  }
}
