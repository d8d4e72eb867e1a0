internal import RiskEngine

/// A number that tells the rows of a source on a date from any others, whatever their order and the codes of their texts.
///
/// A sum over rows, so that order does not matter, of mixed values (the finalizer of SplitMix64: Steele, Lea and Flood,
/// 2014), so that no two rows cancel but by chance. It is there to notice a correction, not a forgery.
struct DayFingerprint {
  private var sum: UInt64 = 0
  private(set) var rowCount = 0

  /// The fingerprint as a whole number that tables hold.
  var value: Int64 { Int64(bitPattern: sum) }

  /// Adds a row.
  mutating func add(_ row: UInt64) {
    sum &+= Self.mixed(row)
    rowCount += 1
  }

  static func mixed(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Takes a value into the hash of a row.
  static func combined(_ row: UInt64, _ value: UInt64) -> UInt64 { mixed(row ^ value) &* 0x9E37_79B9_7F4A_7C15 }

  /// A number, of which all NaN are one.
  static func bits(_ value: Double) -> UInt64 { value.isNaN ? 0x7FF8_0000_0000_0001 : value.bitPattern }
}

/// The hashes of the texts behind codes, worked out once each.
struct TextHashes {
  private var hashes: [UInt64] = []

  /// The hash of a code's text; of a missing one, a number of its own.
  mutating func hash(_ code: Int32, of table: IdentifierTable) -> UInt64 {
    guard code >= 0 else { return 0x5851_F42D_4C95_7F2D }
    while hashes.count <= Int(code) {
      var hash: UInt64 = 0xCBF2_9CE4_8422_2325
      for byte in table[Int32(hashes.count)].utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
      hashes.append(DayFingerprint.mixed(hash))
    }
    return hashes[Int(code)]
  }
}

/// Fingerprints of sources' rows, date by date.
struct SourceFingerprints {
  private var assets = TextHashes()
  private var labels: [FieldName: TextHashes] = [:]

  /// The fingerprint of a slice.
  mutating func fingerprint(
    _ slice: SourceSlice, schema: SourceSchema, identifiers: MarketIdentifiers
  ) -> DayFingerprint {
    var fingerprint = DayFingerprint()
    for hash in hashes(of: slice, schema: schema, identifiers: identifiers) { fingerprint.add(hash) }
    return fingerprint
  }

  /// The hash of each row of a slice.
  mutating func hashes(of slice: SourceSlice, schema: SourceSchema, identifiers: MarketIdentifiers) -> [UInt64] {
    let rows = slice.rows
    var hashes = [UInt64](repeating: 1, count: slice.range.count)
    func each(_ body: (_ place: Int, _ row: Int) -> UInt64) {
      for (place, row) in slice.range.enumerated() {
        hashes[place] = DayFingerprint.combined(hashes[place], body(place, row))
      }
    }
    each { _, row in UInt64(bitPattern: Int64(rows.dates[row].daysSinceEpoch)) }
    if !rows.assets.isEmpty {
      var known = assets
      each { _, row in known.hash(rows.assets[row], of: identifiers.assets) }
      assets = known
    }
    for column in rows.numbers { each { _, row in DayFingerprint.bits(column[row]) } }
    for (field, column) in zip(schema.labels, rows.labels) {
      var known = labels[field] ?? TextHashes()
      let table = identifiers.labels[field] ?? IdentifierTable()
      each { _, row in known.hash(column[row], of: table) }
      labels[field] = known
    }
    for column in rows.furtherDates { each { _, row in UInt64(bitPattern: Int64(column[row].daysSinceEpoch)) } }
    return hashes
  }
}
