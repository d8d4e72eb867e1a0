import RiskEngine
import Testing

@testable import RiskEngineTables

/// Fingerprints of a date's rows: the same for the same rows whatever their order and codes, others for others.
struct DayFingerprintTests {
  private static func fingerprint(
    _ rows: [(asset: String, value: Double, label: String?)], knownBefore: [String] = []
  ) -> Int64 {
    let field = FieldName(rawValue: "industry")
    let schema = SourceSchema(numbers: [FieldName(rawValue: "close")], labels: [field])
    var identifiers = MarketIdentifiers(assets: IdentifierTable(texts: knownBefore))
    var source = SourceRows(schema: schema)
    for row in rows {
      source.dates.append(CalendarDate(daysSinceEpoch: 3))
      source.assets.append(identifiers.assets.code(for: row.asset))
      source.numbers[0].append(row.value)
      source.labels[0].append(row.label.map { identifiers.code(of: $0, in: field) } ?? -1)
    }
    var hashes = SourceFingerprints()
    return hashes.fingerprint(SourceSlice(source), schema: schema, identifiers: identifiers).value
  }

  private static let rows: [(asset: String, value: Double, label: String?)] = [
    ("A", 1, "x"), ("B", .nan, nil), ("C", 3, "y"),
  ]

  @Test func orderAndCodesDoNotMatter() {
    let expected = Self.fingerprint(Self.rows)
    #expect(Self.fingerprint(Self.rows.reversed()) == expected)
    #expect(Self.fingerprint(Self.rows, knownBefore: ["Z", "C"]) == expected)
    #expect(Self.fingerprint([Self.rows[0], ("B", -Double.nan, nil), Self.rows[2]]) == expected)
  }

  @Test func everyValueMatters() {
    var seen: Set<Int64> = [Self.fingerprint(Self.rows)]
    var changed = Self.rows
    changed[0].value = 1.0.nextUp
    #expect(seen.insert(Self.fingerprint(changed)).inserted)
    changed = Self.rows
    changed[1].value = 0
    #expect(seen.insert(Self.fingerprint(changed)).inserted)
    changed = Self.rows
    changed[0].label = "y"
    #expect(seen.insert(Self.fingerprint(changed)).inserted)
    changed = Self.rows
    (changed[0].asset, changed[2].asset) = ("C", "A")
    #expect(seen.insert(Self.fingerprint(changed)).inserted)
    #expect(seen.insert(Self.fingerprint(Self.rows + [Self.rows[0]])).inserted)
    #expect(seen.insert(Self.fingerprint(Array(Self.rows.dropLast()))).inserted)
    #expect(seen.insert(Self.fingerprint([])).inserted)
  }
}
