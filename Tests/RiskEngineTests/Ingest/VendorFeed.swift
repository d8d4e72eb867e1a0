import RiskEngine
import TestSupport

/// A row as a vendor sends it.
struct VendorRow {
  var date: CalendarDate
  var asset: String?
  var numbers: [FieldName: Double] = [:]
  var labels: [FieldName: String] = [:]
  var dates: [FieldName: CalendarDate] = [:]

  /// A number, NaN where it is missing.
  subscript(field: FieldName) -> Double {
    get { numbers[field] ?? .nan }
    set { numbers[field] = newValue }
  }
}

/// A vendor's table.
struct VendorTable {
  var profile: SourceProfile
  var rows: [VendorRow] = []

  /// Makes a table without rows, whose columns are those of a kind.
  init(
    _ name: String, _ kind: SourceKind, priority: Int = 1, numbers: [FieldName] = [], labels: [FieldName] = [],
    dates: [FieldName] = [], isAdjusted: Bool = true, currency: String? = nil
  ) {
    var schema = SourceSchema(numbers: numbers, labels: labels, dates: dates)
    switch kind {
    case .daily, .prices, .shares, .returns: break
    case .actions: schema = SourceSchema(numbers: ["ratio", "cash"], labels: ["type"])
    case .fundamentals:
      schema = SourceSchema(numbers: ["value"], labels: ["item", .currency], dates: ["fiscal_end"])
    case .classification: schema = SourceSchema(numbers: [], labels: ["scheme", "code"], dates: ["to"])
    case .riskFree: schema = SourceSchema(hasAssets: false, numbers: ["rate"], labels: [.currency])
    case .fx: schema = SourceSchema(hasAssets: false, numbers: ["rate"], labels: ["pair"])
    case .identifiers: schema = SourceSchema(numbers: [], labels: ["source_id"], dates: ["to"])
    }
    profile = SourceProfile(
      name: name, kind: kind, priority: priority, schema: schema, hasAdjustedPrices: isAdjusted, currency: currency)
  }

  /// Whether its rows are one a date and asset.
  var isDaily: Bool { [.daily, .prices, .shares, .returns].contains(profile.kind) }

  mutating func split(_ asset: String, _ date: CalendarDate, ratio: Double, cash: Double = .nan) {
    rows.append(
      VendorRow(date: date, asset: asset, numbers: ["ratio": ratio, "cash": cash], labels: ["type": "split"]))
  }

  mutating func dividend(_ asset: String, _ date: CalendarDate, cash: Double) {
    rows.append(VendorRow(date: date, asset: asset, numbers: ["cash": cash], labels: ["type": "dividend"]))
  }

  mutating func delisting(_ asset: String, _ date: CalendarDate, return: Double) {
    rows.append(VendorRow(date: date, asset: asset, numbers: ["cash": `return`], labels: ["type": "delisting"]))
  }

  mutating func publish(
    _ asset: String, _ item: String, end: CalendarDate, known: CalendarDate, _ value: Double, currency: String? = nil
  ) {
    var labels: [FieldName: String] = ["item": item]
    labels[.currency] = currency
    rows.append(
      VendorRow(date: known, asset: asset, numbers: ["value": value], labels: labels, dates: ["fiscal_end": end]))
  }

  mutating func classify(_ asset: String, _ scheme: String, _ code: String, from: CalendarDate, to: CalendarDate? = nil)
  {
    var dates: [FieldName: CalendarDate] = [:]
    dates["to"] = to
    rows.append(VendorRow(date: from, asset: asset, labels: ["scheme": scheme, "code": code], dates: dates))
  }

  mutating func rate(_ name: String, _ date: CalendarDate, _ value: Double) {
    let label: FieldName = profile.kind == .fx ? "pair" : .currency
    rows.append(VendorRow(date: date, asset: nil, numbers: ["rate": value], labels: [label: name]))
  }

  mutating func mean(_ id: String, _ asset: String, from: CalendarDate, to: CalendarDate? = nil) {
    var dates: [FieldName: CalendarDate] = [:]
    dates["to"] = to
    rows.append(VendorRow(date: from, asset: asset, labels: ["source_id": id], dates: dates))
  }
}

/// Vendors' tables, and how they are ingested.
struct VendorFeed {
  var tables: [VendorTable]
  var items: [FieldName] = []
  var groups: [FieldName] = []
  var validLabels: [FieldName: Set<String>] = [:]
  var settings = CheckSettings()
  var currency: String?
  var calendar: Set<CalendarDate>?
  /// Assets whose codes are given before any row is seen.
  var registered: [String] = []
  /// Dates that are ingested beside those with rows.
  var furtherDates: [CalendarDate] = []

  init(_ tables: [VendorTable]) { self.tables = tables }

  /// The weekday of a number; 0 is Wednesday, 2020-01-01.
  static func date(_ number: Int) -> CalendarDate {
    let (week, day) = (number + 2).quotientAndRemainder(dividingBy: 5)
    return CalendarDate(daysSinceEpoch: Int32(18_260 + 7 * week + day))
  }

  /// A date some days later, weekends counted.
  static func date(_ number: Int, plus days: Int32) -> CalendarDate {
    CalendarDate(daysSinceEpoch: date(number).daysSinceEpoch + days)
  }

  // MARK: Changes

  /// Changes rows of an asset in one table, from one day to another.
  mutating func change(_ table: Int, _ asset: String, _ days: Range<Int>, _ body: (inout VendorRow) -> Void) {
    guard let last = days.last else { return }
    let dates = Self.date(days.lowerBound)...Self.date(last)
    for index in tables[table].rows.indices
    where dates.contains(tables[table].rows[index].date) && tables[table].rows[index].asset == asset {
      body(&tables[table].rows[index])
    }
  }

  /// Takes away rows of an asset.
  mutating func remove(_ table: Int, _ asset: String, _ days: Range<Int>) {
    guard let last = days.last else { return }
    let dates = Self.date(days.lowerBound)...Self.date(last)
    tables[table].rows.removeAll { dates.contains($0.date) && $0.asset == asset }
  }

  /// An asset's row, which has to be there.
  func row(_ table: Int, _ asset: String, _ day: Int) -> VendorRow {
    let date = Self.date(day)
    guard let row = tables[table].rows.first(where: { $0.date == date && $0.asset == asset }) else {
      preconditionFailure("no row of \(asset) on day \(day)")
    }
    return row
  }

  /// A number of a row.
  func number(_ table: Int, _ asset: String, _ day: Int, _ field: FieldName) -> Double {
    let date = Self.date(day)
    return tables[table].rows.first { $0.date == date && $0.asset == asset }?.numbers[field] ?? .nan
  }

  // MARK: Ingestion

  /// The dates on which there is something to ingest.
  var dates: [CalendarDate] {
    var dates = Set(furtherDates)
    for table in tables where table.isDaily { dates.formUnion(table.rows.map(\.date)) }
    return dates.sorted()
  }

  func ingestion() throws -> Ingestion {
    try Ingestion(
      sources: tables.map(\.profile), items: items, groups: groups, validLabels: validLabels, settings: settings,
      currency: currency, calendar: calendar)
  }

  /// Ingests every date.
  ///
  /// - Parameters:
  ///   - shufflingBy: a seed for the order of the rows of each date.
  ///   - resuming: whether the state is written down and read into a new ingestion after every date.
  ///   - through: the last date, or `nil` for all.
  func ingest(
    shufflingBy seed: UInt64? = nil, resuming: Bool = false, through last: CalendarDate? = nil
  ) throws -> IngestedMarket {
    var identifiers = MarketIdentifiers()
    for id in registered { _ = identifiers.assets.code(for: id) }
    var ingestion = try ingestion()
    let columns = tables.map { rows(of: $0, shufflingBy: seed, &identifiers) }
    var next = Array(repeating: 0, count: tables.count)
    var days: [IngestedDay] = []
    for date in dates where last.map({ date <= $0 }) ?? true {
      let slices = columns.indices.map { table in
        let start = next[table]
        while next[table] < columns[table].count, columns[table].dates[next[table]] <= date { next[table] += 1 }
        return SourceSlice(rows: columns[table], range: start..<next[table])
      }
      days.append(ingestion.advance(date, slices, &identifiers))
      guard resuming else { continue }
      var writer = StateWriter()
      ingestion.save(to: &writer)
      var reader = StateReader(writer.bytes)
      ingestion = try self.ingestion()
      try ingestion.restore(from: &reader, identifiers: identifiers)
    }
    return IngestedMarket(
      days: days, identifiers: identifiers, schema: ingestion.schema, sources: tables.map(\.profile.name))
  }

  /// The columns of a table, its rows by date.
  private func rows(
    of table: VendorTable, shufflingBy seed: UInt64?, _ identifiers: inout MarketIdentifiers
  ) -> SourceRows {
    let schema = table.profile.schema
    var rows = SourceRows(schema: schema)
    var order = Array(table.rows.indices)
    if let seed {
      var random = TestRandom(seed: seed)
      order.shuffle(using: &random)
    }
    // A stable sort, which keeps the order of the rows of a date.
    let places = order.enumerated().sorted {
      (table.rows[$0.element].date, $0.offset) < (table.rows[$1.element].date, $1.offset)
    }
    for row in places.map({ table.rows[$0.element] }) {
      rows.dates.append(row.date)
      if schema.hasAssets { rows.assets.append(row.asset.map { identifiers.assets.code(for: $0) } ?? -1) }
      for (column, field) in schema.numbers.enumerated() { rows.numbers[column].append(row.numbers[field] ?? .nan) }
      for (column, field) in schema.labels.enumerated() {
        rows.labels[column].append(row.labels[field].map { identifiers.code(of: $0, in: field) } ?? -1)
      }
      for (column, field) in schema.dates.enumerated() {
        rows.furtherDates[column].append(row.dates[field] ?? SourceRows.missingDate)
      }
    }
    return rows
  }
}
