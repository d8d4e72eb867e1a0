import RiskEngine

extension SyntheticVendorHistory {
  /// The vendors' tables, set up to be ingested.
  func ingestion() throws -> Ingestion {
    let daily = SyntheticVendors.vendorNames.enumerated().map { place, name in
      SourceProfile(
        name: name, kind: .daily, priority: 1 + place, schema: vendors.dailySchema, hasAdjustedPrices: false)
    }
    let sources =
      daily + [
        SourceProfile(name: "actions", kind: .actions, schema: SyntheticVendors.actionSchema),
        SourceProfile(name: "risk_free", kind: .riskFree, schema: SyntheticVendors.riskFreeSchema),
        SourceProfile(name: "fx", kind: .fx, schema: SyntheticVendors.exchangeSchema),
        SourceProfile(name: "fundamentals", kind: .fundamentals, schema: SyntheticVendors.publicationSchema),
      ]
    return try Ingestion(
      sources: sources, items: [.ebitda, .capitalExpenditure, .netBuybacks], groups: [.industry],
      validLabels: [.industry: Set(market.labels[0].texts)], currency: "USD")
  }

  /// The rows of all tables, in the order of `ingestion()`'s sources.
  var tableRows: [SourceRows] {
    [all { $0.daily[0] }, all { $0.daily[1] }, all(\.actions)]
      + [all(\.riskFree), all(\.exchange), all(\.publications)]
  }

  /// Each date of the vendors with the slices of all tables.
  static func sliced(_ rows: [SourceRows]) -> [(date: CalendarDate, slices: [SourceSlice])] {
    var next = [Int](repeating: 0, count: rows.count)
    return Set(rows[0].dates + rows[1].dates).sorted().map { date in
      let slices = rows.enumerated().map { source, rows in
        let first = next[source]
        while next[source] < rows.count, rows.dates[next[source]] <= date { next[source] += 1 }
        return SourceSlice(rows: rows, range: first..<next[source])
      }
      return (date, slices)
    }
  }

  /// What ingestion makes of the vendors' tables, date after date.
  func ingested() throws -> [IngestedDay] {
    var ingestion = try ingestion()
    var identifiers = vendors.identifiers
    return Self.sliced(tableRows).map { ingestion.advance($0.date, $0.slices, &identifiers) }
  }

  /// The fields of the days that come out of ingestion.
  func ingestedSchema() throws -> MarketSchema {
    let sources = SyntheticVendors.vendorNames.map {
      SourceProfile(name: $0, kind: .daily, schema: vendors.dailySchema, hasAdjustedPrices: false)
    }
    let fundamentals = SourceProfile(
      name: "fundamentals", kind: .fundamentals, schema: SyntheticVendors.publicationSchema)
    return try Ingestion(
      sources: sources + [fundamentals], items: [.ebitda, .capitalExpenditure, .netBuybacks], groups: [.industry]
    ).schema
  }
}
