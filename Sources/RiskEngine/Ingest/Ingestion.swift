/// From the rows of vendors to what was known of a market: the fold over dates that checks, reconciles, builds total
/// returns and carries values forward.
///
/// One date after the other goes in, each with the rows that became available since the one before. Nothing of a later
/// row changes what was given for an earlier date; what only a later day tells (a spike that reverts) is a finding
/// stamped with that later day, and makes histories drop the return from there on.
///
/// Memory is what is remembered of each asset, whatever the number of dates.
public struct Ingestion: Sendable {
  /// The label of an asset that no source classifies.
  public static let unclassified = "UNCLASSIFIED"

  /// The sources.
  public let sources: [SourceProfile]
  /// The fields of the days that come out.
  public let schema: MarketSchema
  /// The thresholds.
  public let settings: CheckSettings
  /// The currency of money that comes out, or `nil` where nothing is converted.
  public let currency: String?
  /// The fields of labels that every asset needs one of.
  public let groups: [FieldName]
  /// For some fields of labels those that are valid.
  public let validLabels: [FieldName: Set<String>]
  /// The trading days, ascending, or `nil` to infer them.
  let calendar: [CalendarDate]?

  /// Which sources have rows a date and asset, and the order of their priorities.
  let plan: SourcePlan
  /// By source how near returns have to be to agree, where it is the first that has one.
  let returnTolerances: [Tolerance]

  // What is remembered.
  var day: Int32 = -1
  var lastDate: CalendarDate?
  var monitor: DayMonitor
  var ledgers: [ActionLedger]
  var exchangeRates = RateBook()
  var riskFreeRates = RateBook()
  /// By source.
  var published: [PublishedNumbers]
  /// By source.
  var spells: [ClassificationSpells]
  var mappings = IdentifierMappings()
  var histories: [[PriceHistory]]
  var carriedNumbers: [CarriedColumn<Double>]
  var carriedLabels: [CarriedColumn<Int32>]
  /// By asset: the last trading day with a row, or −1.
  var lastSeen: [Int32] = []
  /// By asset: whether it counted as gone.
  var hasLeft: [Bool] = []
  /// By asset: the source of the last return given, or −1.
  var returnSource: [Int32] = []
  /// By code of a currency: the rate of exchange on the trading day before.
  var lastExchange: [Double] = []
  var order = IdentifierOrder()
  /// The dates of the latest trading days.
  var dates = RecentDates()

  /// Prepares to ingest.
  ///
  /// - Parameters:
  ///   - sources: all of them, at least one of them with a return or a close.
  ///   - items: the items of published numbers that are wanted as fields.
  ///   - groups: the fields of labels that every asset needs.
  ///   - validLabels: for some fields of labels those that are valid; others are then findings.
  ///   - settings: the thresholds and severities of the checks.
  ///   - currency: what money is converted to; `nil` for nothing.
  ///   - calendar: the trading days; `nil` to infer them from the numbers of rows.
  /// - Throws: what is wrong with the sources or the thresholds.
  public init(
    sources: [SourceProfile], items: [FieldName] = [], groups: [FieldName] = [],
    validLabels: [FieldName: Set<String>] = [:], settings: CheckSettings = CheckSettings(), currency: String? = nil,
    calendar: Set<CalendarDate>? = nil
  ) throws(IngestionError) {
    try settings.validate()
    self.sources = sources
    self.settings = settings
    self.currency = currency
    self.calendar = calendar?.sorted()
    self.groups = groups
    self.validLabels = validLabels
    let plan = try SourcePlan(sources: sources, items: items, groups: groups)
    self.plan = plan
    returnTolerances = sources.map { $0.tolerances[.return] ?? .usual(.return) }
    schema = plan.schema
    monitor = DayMonitor(fieldCount: schema.numbers.count)
    ledgers = Array(repeating: ActionLedger(), count: sources.count)
    let schemeCount = schema.labels.count
    published = sources.map { PublishedNumbers(itemCount: $0.kind == .fundamentals ? plan.items.count : 0) }
    spells = sources.map { ClassificationSpells(schemeCount: $0.kind == .classification ? schemeCount : 0) }
    histories = Array(repeating: [], count: sources.count)
    carriedNumbers = schema.numbers.map { _ in CarriedColumn(missing: .nan) }
    carriedLabels = schema.labels.map { _ in CarriedColumn(missing: -1) }
  }

  /// Takes in a date.
  ///
  /// - Parameters:
  ///   - date: later than any before.
  ///   - slices: for each source the rows whose ordering date is after the date before and at most this one; daily
  ///     sources have rows of this date alone.
  ///   - identifiers: the texts of the codes, which may gain `unclassified`.
  /// - Complexity: O(assets × fields × sources).
  public mutating func advance(
    _ date: CalendarDate, _ slices: [SourceSlice], _ identifiers: inout MarketIdentifiers
  ) -> IngestedDay {
    precondition(slices.count == sources.count, "\(slices.count) slices of \(sources.count) sources")
    precondition(lastDate.map { $0 < date } ?? true, "dates do not ascend")
    var log = FindingLog(settings: settings)
    var result = IngestedDay(date: date)
    let rowCount = plan.daily.reduce(0) { $0 + slices[$1].range.count }
    takeIdentifiers(slices, date, &identifiers, &log)
    order.update(identifiers.assets)
    reserve(identifiers.assets.count)
    guard isTradingDay(date, rowCount: rowCount) else {
      takeUndated(slices, date, &identifiers, isTradingDay: false, &log)
      rejectRows(slices, date, &log)
      result.findings = log.sortedFindings(order.ranks)
      result.counts = log.sortedCounts
      return result
    }
    let previous = lastDate
    reportMissingDates(date, slices, &log)
    day += 1
    lastDate = date
    dates.append(date)
    takeUndated(slices, date, &identifiers, isTradingDay: true, &log)
    let riskFree = riskFreeReturn(date, previous: previous, &log)
    var work = align(slices, date, &identifiers, &log)
    var suspects = checkRanges(work, &log)
    takePrices(&work, &suspects, &log)
    takeNumbers(&work, &suspects, &log)
    takeLabels(&work, &identifiers, &log)
    reportExchanges(work, &log)
    for asset in work.leaving { leave(asset) }
    lastExchange = work.exchangeOfCurrency
    riskFreeRates.trim(to: date)
    exchangeRates.trim(to: date)
    let missing = missingValues(work)
    result.missingFractions = missing.prefix(schema.numbers.count).map(\.fraction)
    let market = MarketDay(
      date: date, assets: work.assets, numbers: work.numbers, labels: work.labels, totalReturns: work.returns,
      returnSpans: work.spans, riskFreeReturn: riskFree, isNewListing: work.isNewListing,
      isPreviousReturnRevoked: work.isRevoked)
    monitor.take(
      market, rowCount: rowCount, missing: missing, settings: settings, ranks: order.ranks, report: { log.add($0) })
    result.market = market
    result.vendorGaps = work.vendorGaps
    result.findings = log.sortedFindings(order.ranks)
    result.counts = log.sortedCounts
    return result
  }

  /// Whether a date is a trading day: of the calendar, or with about as many rows as usual.
  ///
  /// Without rows none is.
  private func isTradingDay(_ date: CalendarDate, rowCount: Int) -> Bool {
    guard let calendar else { return monitor.isTradingDay(rowCount: rowCount, settings) }
    return rowCount > 0 && calendar[calendar.firstPlace(of: date)...].first == date
  }

  /// What of each field, of the rows and of the returns is missing.
  private func missingValues(_ work: DayWork) -> [DayMonitor.Missing] {
    let count = work.assets.count
    var missing = zip(schema.numbers, work.numbers).map { field, column in
      DayMonitor.Missing(
        field: field, count: count, fraction: count == 0 ? 0 : Double(column.count(where: \.isNaN)) / Double(count))
    }
    var present = 0
    var expected = 0
    var found = 0
    for index in work.assets.indices where work.isPresent[index] {
      present += 1
      guard !work.isNewListing[index] else { continue }
      expected += 1
      if !work.returns[index].isNaN { found += 1 }
    }
    missing.append(
      DayMonitor.Missing(field: .asset, count: count, fraction: 1 - Double(present) / Double(max(count, 1))))
    missing.append(
      DayMonitor.Missing(field: .return, count: expected, fraction: 1 - Double(found) / Double(max(expected, 1))))
    return missing
  }

  /// The rows of a date that is no trading day are dropped.
  private func rejectRows(_ slices: [SourceSlice], _ date: CalendarDate, _ log: inout FindingLog) {
    for source in plan.daily {
      for row in slices[source].range {
        let asset = slices[source].rows.assets[row]
        log.add(
          Finding(
            .nonTradingDate, settings.severity(.nonTradingDate, .error), source: Int32(source), date: date,
            asset: asset < 0 ? nil : mappings.asset(of: asset, at: date), action: .dropped,
            note: "a row on \(date), which is no trading day"))
      }
    }
  }

  /// Reports trading days of the calendar, or long spells, without any row, and vendors without rows.
  ///
  /// Days of the calendar without rows are trading days all the same: what spans them says so.
  private mutating func reportMissingDates(_ date: CalendarDate, _ slices: [SourceSlice], _ log: inout FindingLog) {
    if let lastDate {
      if let calendar {
        for missing in calendar[calendar.firstPlace(of: lastDate)...].dropFirst().prefix(while: { $0 < date }) {
          day += 1
          dates.append(missing)
          log.add(
            Finding(
              .gap, settings.severity(.gap, .warn), date: missing, knownDate: date, action: .kept,
              note: "no row of any source on a trading day"))
        }
      } else if let step = dates.longestStep, date.daysSinceEpoch - lastDate.daysSinceEpoch > step {
        log.add(
          Finding(
            .gap, settings.severity(.gap, .warn), date: date, action: .kept,
            note: "no row of any source between \(lastDate) and \(date)"))
      }
    }
    guard plan.daily.count > 1 else { return }
    for source in plan.daily where slices[source].range.isEmpty {
      log.add(
        Finding(
          .gap, settings.severity(.gap, .warn), source: Int32(source), date: date, action: .kept,
          note: "source '\(sources[source].name)' has no row on a trading day"))
    }
  }

  /// The risk-free return over the period that ends at the date: the latest rate known when it began.
  private func riskFreeReturn(_ date: CalendarDate, previous: CalendarDate?, _ log: inout FindingLog) -> Double {
    guard plan.hasRiskFree else { return 0 }
    let name = currency ?? riskFreeRates.names.first ?? ""
    let start = previous ?? CalendarDate(daysSinceEpoch: date.daysSinceEpoch - 1)
    guard let (rate, age) = riskFreeRates.rate(name, upTo: start, at: Int(day)) else {
      if day > 0 {
        log.add(
          Finding(
            .carriedForward, settings.severity(.carriedForward, .fatal), date: date, field: "risk_free",
            action: .stopped, note: "no risk-free rate of '\(name)' on an earlier day"))
      }
      return 0
    }
    if age > settings.rateDays + 1 {
      log.add(
        Finding(
          .carriedForward, settings.severity(.carriedForward, .fatal), date: date, field: "risk_free", before: rate,
          action: .stopped,
          note: "the latest risk-free rate of '\(name)' is \(age) trading days old; "
            + "expected at most \(settings.rateDays + 1)"))
    } else if age > 1 {
      log.count(.carriedForward, .info, source: nil)
    }
    return rate
  }

  private mutating func reserve(_ count: Int) {
    for field in carriedNumbers.indices { carriedNumbers[field].reserve(count) }
    for field in carriedLabels.indices { carriedLabels[field].reserve(count) }
    for source in plan.priced where histories[source].count < count {
      histories[source] += Array(repeating: PriceHistory(), count: count - histories[source].count)
    }
    guard lastSeen.count < count else { return }
    let missing = count - lastSeen.count
    lastSeen += Array(repeating: -1, count: missing)
    hasLeft += Array(repeating: false, count: missing)
    returnSource += Array(repeating: -1, count: missing)
  }
}

extension Array where Element: Comparable {
  /// The place of the first element that is not less than another, of ascending ones.
  fileprivate func firstPlace(of element: Element) -> Int {
    var low = startIndex
    var high = endIndex
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < element { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
