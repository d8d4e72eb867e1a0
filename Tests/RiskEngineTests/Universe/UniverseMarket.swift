import RiskEngine

/// A small market by asset and date, from which days are made.
struct UniverseMarket {
  /// One asset on one date; the default satisfies every rule by far.
  struct Row {
    var close = 10.0
    var volume = 10_000.0
    var shares = 1e6
    var floatShares = 1e6
    /// `nil` for close times shares.
    var cap: Double?
    var issuer: String?
    var type: String? = "common"
    var country: String? = "US"
    var flag = Double.nan
    var flagLabel: String?
    var totalReturn = 0.01
    var isNew = false
    var isRevoked = false

    var marketCap: Double { cap ?? close * shares }
  }

  static let numbers: [FieldName] = [.close, .volume, .shares, .floatShares, .marketCap, "flag", "raw"]
  static let labels: [FieldName] = [.issuer, .securityType, .country, "flag_label"]

  /// For each date the rows by id.
  var rows: [[String: Row]]
  /// The fields of its days.
  var schema = MarketSchema(numbers: numbers, labels: labels)

  /// The same rows on some dates.
  init(_ rows: [String: Row], dates: Int) { self.rows = Array(repeating: rows, count: dates) }

  /// The same asset under several ids.
  init(ids: [String], dates: Int) {
    self.init(Dictionary(uniqueKeysWithValues: ids.map { ($0, Row()) }), dates: dates)
  }

  /// The weekday of a number; 0 is Wednesday, 2020-01-01.
  static func date(_ number: Int) -> CalendarDate {
    let (week, day) = (number + 2).quotientAndRemainder(dividingBy: 5)
    return CalendarDate(daysSinceEpoch: Int32(18_260 + 7 * week + day))
  }

  /// Whether a date is the first of its month.
  static func startsMonth(_ number: Int) -> Bool {
    number == 0 || date(number).description.prefix(7) != date(number - 1).description.prefix(7)
  }

  /// The ids of a date's rows in the order of the rows.
  func ids(_ date: Int) -> [String] { rows[date].keys.sorted { IdentifierTable.precedes($0, $1) } }

  /// Changes an asset's row from one date to another.
  mutating func change(_ id: String, _ dates: Range<Int>, _ body: (inout Row) -> Void) {
    for date in dates where rows[date][id] != nil { body(&rows[date][id, default: Row()]) }
  }

  /// Takes an asset's rows away.
  mutating func remove(_ id: String, _ dates: Range<Int>) {
    for date in dates { rows[date][id] = nil }
  }

  /// A date's day, whose codes are added to the table.
  func day(_ date: Int, _ identifiers: inout MarketIdentifiers) -> MarketDay {
    let ids = ids(date)
    let rows = ids.map { self.rows[date][$0] ?? Row() }
    return MarketDay(
      date: Self.date(date), assets: ids.map { identifiers.assets.code(for: $0) },
      numbers: schema.numbers.map { field in rows.map { Self.number(field, $0) } },
      labels: schema.labels.map { field in
        rows.map { row in Self.label(field, row).map { identifiers.code(of: $0, in: field) } ?? MarketDay.missingLabel }
      },
      totalReturns: rows.map(\.totalReturn), isNewListing: rows.map(\.isNew),
      isPreviousReturnRevoked: rows.map(\.isRevoked))
  }

  private static func number(_ field: FieldName, _ row: Row) -> Double {
    switch field {
    case .close, "raw": row.close
    case .volume: row.volume
    case .shares: row.shares
    case .floatShares: row.floatShares
    case .marketCap: row.marketCap
    default: row.flag
    }
  }

  private static func label(_ field: FieldName, _ row: Row) -> String? {
    switch field {
    case .issuer: row.issuer
    case .securityType: row.type
    case .country: row.country
    default: row.flagLabel
    }
  }

  /// What a selection makes of all dates.
  func select(_ rules: UniverseRules) throws -> Run {
    var run = Run(selection: try UniverseSelection(rules: rules, schema: schema))
    for date in rows.indices { run.advance(self, date) }
    return run
  }

  /// A selection with what it gave.
  struct Run {
    var selection: UniverseSelection
    var identifiers = MarketIdentifiers()
    var days: [UniverseDay] = []

    init(selection: UniverseSelection, identifiers: MarketIdentifiers = MarketIdentifiers()) {
      self.selection = selection
      self.identifiers = identifiers
    }

    /// Takes in a date of a market.
    mutating func advance(_ market: UniverseMarket, _ date: Int) {
      let day = market.day(date, &identifiers)
      days.append(selection.advance(day, identifiers: identifiers))
    }

    /// The assets that became members on a date.
    func adds(_ date: Int) -> [String] { days[date].adds.map { identifiers.assets[$0] } }

    /// The members that left on a date.
    func drops(_ date: Int) -> [String: UniverseDrop.Reason] {
      Dictionary(uniqueKeysWithValues: days[date].drops.map { (identifiers.assets[$0.asset], $0.reason) })
    }

    /// Where an asset stands on each date; `nil` without a row.
    func states(_ id: String, in market: UniverseMarket) -> [UniverseState?] {
      days.indices.map { date in market.ids(date).firstIndex(of: id).map { days[date].states[$0] } }
    }
  }
}
