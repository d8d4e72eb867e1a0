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
  /// The trading days, or `nil` to infer them.
  let calendar: Set<CalendarDate>?

  /// Which sources have rows a date and asset, and the order of their priorities.
  let plan: SourcePlan

  // What is remembered.
  var day: Int32 = -1
  var lastDate: CalendarDate?
  var monitor: DayMonitor
  var ledgers: [ActionLedger]
  var exchangeRates = RateBook()
  var riskFreeRates = RateBook()
  var published: PublishedNumbers
  var spells: ClassificationSpells
  var assetOfIdentifier: [Int32: Int32] = [:]
  var histories: [[PriceHistory]]
  var carriedNumbers: [CarriedColumn<Double>]
  var carriedLabels: [CarriedColumn<Int32>]
  /// By asset: the last trading day with a row, or −1.
  var lastSeen: [Int32] = []
  /// By asset: whether it counted as gone.
  var hasLeft: [Bool] = []
  /// By asset: the source of the last return given, or −1.
  var returnSource: [Int32] = []
  /// By asset and money: the last exchange rate, for returns of other currencies.
  var lastExchange: [Double] = []
  var order = IdentifierOrder()
  /// The dates of the latest trading days.
  var dates = RecentDates()
  /// The texts of currency codes.
  var currencyNames: [Int32: String] = [:]

  /// Prepares to ingest.
  ///
  /// - Parameters:
  ///   - sources: all of them, at least one of them with a return or a close.
  ///   - items: the items of published numbers that are wanted as fields.
  ///   - groups: the fields of labels that every asset needs.
  ///   - validLabels: for some fields of labels those that are valid; others are then findings.
  ///   - currency: what money is converted to; `nil` for nothing.
  ///   - calendar: the trading days; `nil` to infer them from the numbers of rows.
  public init(
    sources: [SourceProfile], items: [FieldName] = [], groups: [FieldName] = [],
    validLabels: [FieldName: Set<String>] = [:], settings: CheckSettings = CheckSettings(), currency: String? = nil,
    calendar: Set<CalendarDate>? = nil
  ) throws(IngestionError) {
    self.sources = sources
    self.settings = settings
    self.currency = currency
    self.calendar = calendar
    self.groups = groups
    self.validLabels = validLabels
    let plan = try SourcePlan(sources: sources, items: items, groups: groups)
    self.plan = plan
    schema = plan.schema
    monitor = DayMonitor(fieldCount: schema.numbers.count)
    ledgers = Array(repeating: ActionLedger(), count: sources.count)
    published = PublishedNumbers(itemCount: plan.items.count)
    spells = ClassificationSpells(schemeCount: schema.labels.count)
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
    guard isTradingDay(date, rowCount: rowCount) else {
      takeUndated(slices, date, &identifiers, &log)
      rejectRows(slices, date, &log)
      result.findings = log.findings
      result.counts = log.sortedCounts
      return result
    }
    reportMissingDates(date, slices, &log)
    day += 1
    lastDate = date
    dates.append(date)
    let riskFree = riskFreeReturn(date, &log)
    takeUndated(slices, date, &identifiers, &log)
    reserve(identifiers.assets.count)
    order.update(identifiers.assets)
    var work = align(slices, date, &log)
    takePrices(&work, &log)
    takeNumbers(&work, &log)
    takeLabels(&work, &identifiers, &log)
    let market = MarketDay(
      date: date, assets: work.assets, numbers: work.numbers, labels: work.labels, totalReturns: work.returns,
      returnSpans: work.spans, riskFreeReturn: riskFree, isNewListing: work.isNewListing,
      isPreviousReturnRevoked: work.isRevoked)
    result.missingFractions = market.numbers.map { column in
      column.isEmpty ? 0 : Double(column.count { $0.isNaN }) / Double(column.count)
    }
    monitor.take(
      market, rowCount: rowCount, fields: schema.numbers, missing: result.missingFractions, settings: settings,
      ranks: order.ranks, report: { log.add($0) })
    result.market = market
    result.vendorGaps = work.vendorGaps
    result.findings = log.findings
    result.counts = log.sortedCounts
    return result
  }

  private func isTradingDay(_ date: CalendarDate, rowCount: Int) -> Bool {
    if let calendar { return calendar.contains(date) }
    return monitor.isTradingDay(rowCount: rowCount, settings)
  }

  /// The rows of a date that is no trading day are dropped.
  private func rejectRows(_ slices: [SourceSlice], _ date: CalendarDate, _ log: inout FindingLog) {
    for source in plan.daily {
      for row in slices[source].range {
        log.add(
          Finding(
            .nonTradingDate, settings.severity(.nonTradingDate, .error), source: Int32(source), date: date,
            asset: slices[source].rows.assets[row], action: .dropped,
            note: "a row on \(date), which is no trading day"))
      }
    }
  }

  /// Reports trading days of the calendar, or long spells, without any row, and vendors without rows.
  private func reportMissingDates(_ date: CalendarDate, _ slices: [SourceSlice], _ log: inout FindingLog) {
    if let lastDate {
      if let calendar {
        for missing in calendar.filter({ lastDate < $0 && $0 < date }).sorted() {
          log.add(
            Finding(
              .gap, settings.severity(.gap, .warn), date: missing, knownDate: date, action: .kept,
              note: "no row of any source on a trading day"))
        }
      } else if date.daysSinceEpoch - lastDate.daysSinceEpoch > plan.usualStep {
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

  /// The risk-free return over the period that ends at the date: the latest rate of an earlier day.
  private func riskFreeReturn(_ date: CalendarDate, _ log: inout FindingLog) -> Double {
    guard plan.hasRiskFree else { return 0 }
    let name = currency ?? riskFreeRates.names.first ?? ""
    guard let (rate, age) = riskFreeRates.rate(name, at: Int(day)) else {
      if day > 0 {
        log.add(
          Finding(
            .carriedForward, .fatal, date: date, field: "risk_free", action: .stopped,
            note: "no risk-free rate of '\(name)' on an earlier day"))
      }
      return 0
    }
    if age > settings.rateDays + 1 {
      log.add(
        Finding(
          .carriedForward, .fatal, date: date, field: "risk_free", before: rate, action: .stopped,
          note: "the latest risk-free rate of '\(name)' is \(age) trading days old; "
            + "expected at most \(settings.rateDays + 1)"))
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
    lastExchange += Array(repeating: .nan, count: missing)
  }
}
