internal import RiskEngine

/// Rows of vendors' tables that are dated after the last day that was taken in, such as what was published on a weekend
/// or announced for later: they wait for the next run, which may have rows of later dates alone.
struct WaitingRows: Sendable {
  /// By source, in the order of their dates.
  private var rows: [String: SourceRows] = [:]

  /// Makes it of none.
  init() {}

  /// The number of rows.
  var count: Int { rows.values.reduce(0) { $0 + $1.count } }

  /// Adds rows of a source, dated after those that wait already.
  mutating func append(_ slice: SourceSlice, source: String, schema: SourceSchema) {
    guard !slice.range.isEmpty else { return }
    rows[source, default: SourceRows(schema: schema)].append(slice.range, of: slice.rows)
  }

  /// Whether every row of a slice waits already.
  func holds(
    _ slice: SourceSlice, source: String, schema: SourceSchema, identifiers: MarketIdentifiers
  ) -> Bool {
    guard !slice.range.isEmpty else { return true }
    guard let waiting = rows[source] else { return false }
    var hashes = SourceFingerprints()
    let known = Set(
      hashes.hashes(
        of: SourceSlice(rows: waiting, range: 0..<waiting.count), schema: schema, identifiers: identifiers))
    return hashes.hashes(of: slice, schema: schema, identifiers: identifiers).allSatisfy(known.contains)
  }

  /// A slice with the waiting rows up to a date before its own; those that it has itself are not given twice.
  mutating func merged(
    into slice: SourceSlice, upTo date: CalendarDate, source: String, schema: SourceSchema,
    identifiers: MarketIdentifiers
  ) -> SourceSlice {
    guard let waiting = rows[source] else { return slice }
    let end = waiting.dates.firstIndex { $0 > date } ?? waiting.count
    guard end > 0 else { return slice }
    var hashes = SourceFingerprints()
    var own: [UInt64: Int] = [:]
    for hash in hashes.hashes(of: slice, schema: schema, identifiers: identifiers) { own[hash, default: 0] += 1 }
    var merged = SourceRows(schema: schema)
    let due = hashes.hashes(
      of: SourceSlice(rows: waiting, range: 0..<end), schema: schema, identifiers: identifiers)
    for (row, hash) in due.enumerated() {
      if let count = own[hash], count > 0 {
        own[hash] = count - 1
      } else {
        merged.append(row..<row + 1, of: waiting)
      }
    }
    var rest = SourceRows(schema: schema)
    rest.append(end..<waiting.count, of: waiting)
    rows[source] = rest.count > 0 ? rest : nil
    guard merged.count > 0 else { return slice }
    merged.append(slice.range, of: slice.rows)
    return SourceSlice(merged)
  }

  // MARK: Saved state

  func save(to writer: inout StateWriter) {
    writer.write(rows.count)
    for (source, rows) in rows.sorted(by: { $0.key < $1.key }) {
      writer.write(source)
      writer.write(rows.dates.map(\.daysSinceEpoch))
      writer.write(rows.assets)
      writer.write(rows.numbers.count)
      for column in rows.numbers { writer.write(column) }
      writer.write(rows.labels.count)
      for column in rows.labels { writer.write(column) }
      writer.write(rows.furtherDates.count)
      for column in rows.furtherDates { writer.write(column.map(\.daysSinceEpoch)) }
    }
  }

  /// Reads what `save(to:)` wrote of sources with these columns.
  init(from reader: inout StateReader, schemas: [String: SourceSchema]) throws(StateError) {
    for _ in 0..<(try reader.readInt(in: 0..<100_000, "a number of sources")) {
      let source = try reader.readString()
      guard let schema = schemas[source] else {
        throw reader.mismatch("a source of the configuration, not '\(source)'")
      }
      var rows = SourceRows(schema: schema)
      rows.dates = try reader.readInt32s().map { CalendarDate(daysSinceEpoch: $0) }
      rows.assets = try reader.readInt32s()
      var columns: [[Double]] = []
      for _ in 0..<(try reader.readInt(in: 0..<100_000, "a number of columns")) {
        columns.append(try reader.readDoubles())
      }
      var labels: [[Int32]] = []
      for _ in 0..<(try reader.readInt(in: 0..<100_000, "a number of columns")) {
        labels.append(try reader.readInt32s())
      }
      var dates: [[CalendarDate]] = []
      for _ in 0..<(try reader.readInt(in: 0..<100_000, "a number of columns")) {
        dates.append(try reader.readInt32s().map { CalendarDate(daysSinceEpoch: $0) })
      }
      guard columns.count == schema.numbers.count, labels.count == schema.labels.count,
        dates.count == schema.dates.count,
        (columns.map(\.count) + labels.map(\.count) + dates.map(\.count)).allSatisfy({ $0 == rows.count }),
        rows.assets.count == (schema.hasAssets ? rows.count : 0)
      else { throw reader.mismatch("the columns of source '\(source)'") }
      rows.numbers = columns
      rows.labels = labels
      rows.furtherDates = dates
      self.rows[source] = rows
    }
  }
}
