internal import RiskEngine

/// The table `inputs`: for each source and date the number of its rows and their fingerprint, so that a correction of
/// what was taken in is noticed.
final class FingerprintTable {
  /// The name under which a panel's rows go.
  static let panelSource = "panel"
  static let name = "inputs"

  /// The dates that differ from what was taken in, in the order in which they came.
  private(set) var restated: [(date: CalendarDate, source: String)] = []
  /// Whether there were rows of later dates than those that were taken in.
  private(set) var hasLaterRows = false
  private let table: SegmentedTable
  private let known: [String: [CalendarDate: Int64]]
  private let lastDate: CalendarDate?
  private var sources = IdentifierTable()

  init(sink: any SegmentSink, known: [String: [CalendarDate: Int64]], after lastDate: CalendarDate?) {
    self.known = known
    self.lastDate = lastDate
    table = SegmentedTable(
      Self.name,
      [
        OutputColumn("date", .date), .text("source"), OutputColumn("row_count", .int64),
        OutputColumn("fingerprint", .int64),
      ], sink: sink, isWrittenEmpty: false)
  }

  /// Takes in what a source has of a date: writes it where it is new, compares it where it is not.
  func append(_ fingerprint: DayFingerprint, date: CalendarDate, source: String) throws {
    if let lastDate, date <= lastDate {
      if known[source]?[date] != fingerprint.value { restated.append((date, source)) }
      return
    }
    hasLaterRows = true
    try table.append(
      [
        .dates([date]), .identifiers([sources.code(for: source)], of: sources), .int64([Int64(fingerprint.rowCount)]),
        .int64([fingerprint.value]),
      ], date: date)
  }

  func close() throws { try table.close() }

  /// Reads segments of the table.
  static func read(_ paths: [String]) throws(TableError) -> [String: [CalendarDate: Int64]] {
    var known: [String: [CalendarDate: Int64]] = [:]
    var sources = IdentifierTable()
    for path in paths {
      // Fingerprints are whole numbers of 64 bits, which numbers do not hold: they are read as what identifies.
      let reader = try TableReader(
        path: path,
        columns: [
          ColumnRequest("date", .date), ColumnRequest("source", .identifier), ColumnRequest("fingerprint", .identifier),
        ])
      var (translation, values) = (IdentifierTranslation(), IdentifierTranslation())
      var texts = IdentifierTable()
      while let batch = try reader.next() {
        let dates = batch.dates("date")
        let codes = batch.identifiers("source", through: &translation, into: &sources)
        let fingerprints = batch.identifiers("fingerprint", through: &values, into: &texts)
        for row in 0..<batch.rowCount {
          known[sources[codes[row]], default: [:]][dates[row]] = Int64(texts[fingerprints[row]])
        }
      }
    }
    return known
  }
}

/// The texts behind the codes of a panel's rows.
struct PanelTexts: Sendable {
  var assets: IdentifierTable
  var labels: [IdentifierTable]
  var issuers: IdentifierTable
}

/// Fingerprints of a panel's rows, date by date.
struct PanelFingerprints {
  private var assets = TextHashes()
  private var issuers = TextHashes()
  private var labels: [TextHashes] = []

  /// The fingerprint of a date's rows.
  mutating func fingerprint(_ day: DayRows<PanelRows>, texts: PanelTexts) -> DayFingerprint {
    let rows = day.rows
    let start = day.range.lowerBound
    while labels.count < texts.labels.count { labels.append(TextHashes()) }
    var hashes = [UInt64](repeating: 1, count: day.range.count)
    let assetTable = texts.assets
    for row in day.range {
      hashes[row - start] = DayFingerprint.combined(1, assets.hash(rows.assets[row], of: assetTable))
    }
    for column in [rows.returns, rows.caps, rows.weights, rows.constraintWeights] where !column.isEmpty {
      Self.mix(column.span, in: day.range, into: &hashes)
    }
    if !rows.inUniverse.isEmpty {
      for row in day.range {
        hashes[row - start] = DayFingerprint.combined(hashes[row - start], rows.inUniverse[row] ? 3 : 5)
      }
    }
    if !rows.issuers.isEmpty {
      let table = texts.issuers
      for row in day.range {
        hashes[row - start] = DayFingerprint.combined(hashes[row - start], issuers.hash(rows.issuers[row], of: table))
      }
    }
    for (group, column) in rows.labels.enumerated() where !column.isEmpty {
      let table = texts.labels[group]
      for row in day.range {
        hashes[row - start] = DayFingerprint.combined(hashes[row - start], labels[group].hash(column[row], of: table))
      }
    }
    for style in rows.styles.indices { rows.withStyle(style) { Self.mix($0, in: day.range, into: &hashes) } }
    var fingerprint = DayFingerprint()
    for hash in hashes { fingerprint.add(hash) }
    return fingerprint
  }

  /// Takes a column's rows into their hashes.
  private static func mix(_ values: Span<Double>, in range: Range<Int>, into hashes: inout [UInt64]) {
    var hashes = hashes.mutableSpan
    for place in hashes.indices {
      hashes[place] = DayFingerprint.combined(
        hashes[place], DayFingerprint.bits(values[range.lowerBound + place]))
    }
  }
}
