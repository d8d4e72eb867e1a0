import RiskEngine

/// What ingestion made of vendors' tables, to be asked by ids and numbers of days.
struct IngestedMarket {
  let days: [IngestedDay]
  let identifiers: MarketIdentifiers
  let schema: MarketSchema
  let sources: [String]

  /// The market on the weekday of a number.
  func market(_ day: Int) -> MarketDay? { ingested(VendorFeed.date(day))?.market }

  func ingested(_ date: CalendarDate) -> IngestedDay? { placeOfDate[date].map { days[$0] } }

  private let placeOfDate: [CalendarDate: Int]

  init(days: [IngestedDay], identifiers: MarketIdentifiers, schema: MarketSchema, sources: [String]) {
    (self.days, self.identifiers, self.schema, self.sources) = (days, identifiers, schema, sources)
    placeOfDate = Dictionary(uniqueKeysWithValues: days.enumerated().map { ($1.date, $0) })
  }

  private func row(_ asset: String, _ day: Int) -> (MarketDay, Int)? {
    guard let market = market(day), let code = identifiers.assets.existingCode(of: asset),
      let row = market.assets.firstIndex(of: code)
    else { return nil }
    return (market, row)
  }

  func contains(_ asset: String, _ day: Int) -> Bool { row(asset, day) != nil }

  /// A value, or NaN where it is missing.
  func number(_ field: FieldName, _ asset: String, _ day: Int) -> Double {
    guard let (market, row) = row(asset, day), let column = schema.number(field) else { return .nan }
    return market.numbers[column][row]
  }

  /// A label, or `nil` where it is missing.
  func label(_ field: FieldName, _ asset: String, _ day: Int) -> String? {
    guard let (market, row) = row(asset, day), let column = schema.label(field) else { return nil }
    return identifiers.text(of: market.labels[column][row], in: field)
  }

  func totalReturn(_ asset: String, _ day: Int) -> Double {
    row(asset, day).map { $0.totalReturns[$1] } ?? .nan
  }

  func span(_ asset: String, _ day: Int) -> Int { row(asset, day).map { Int($0.returnSpans[$1]) } ?? 0 }

  func isNew(_ asset: String, _ day: Int) -> Bool { row(asset, day).map { $0.isNewListing[$1] } ?? false }

  func isRevoked(_ asset: String, _ day: Int) -> Bool {
    row(asset, day).map { $0.isPreviousReturnRevoked[$1] } ?? false
  }

  /// All findings of a check, in the order of the dates on which they were known.
  func findings(_ check: Check) -> [Finding] { days.flatMap { $0.findings.filter { $0.check == check } } }

  /// Everything found that is worse than counted.
  var findings: [Finding] { days.flatMap(\.findings) }

  /// How often a check found something.
  func count(_ check: Check, _ severity: Severity, source: Int? = nil) -> Int {
    days.flatMap(\.counts).filter {
      $0.check == check && $0.severity == severity && (source == nil || $0.source == source.map(Int32.init))
    }.reduce(0) { $0 + $1.count }
  }

  // MARK: Comparison, bit for bit

  /// The text of a day: everything that it tells, by the ids and names behind the codes.
  ///
  /// - Parameter withFindings: whether findings and gaps between vendors, which are about sources, are told too.
  func text(_ day: IngestedDay, withFindings: Bool = true) -> String {
    var lines = [day.date.description]
    if let market = day.market {
      lines.append("risk-free \(market.riskFreeReturn.bitPattern)")
      for (row, asset) in market.assets.enumerated() {
        let numbers = market.numbers.map { bits($0[row]) }.joined(separator: " ")
        let labels = zip(schema.labels, market.labels).map { field, codes in
          identifiers.text(of: codes[row], in: field) ?? "-"
        }.joined(separator: " ")
        lines.append(
          "\(identifiers.assets[asset]): \(numbers) | \(labels) | \(bits(market.totalReturns[row])) "
            + "\(market.returnSpans[row]) \(market.isNewListing[row]) \(market.isPreviousReturnRevoked[row])")
      }
    }
    lines.append(day.missingFractions.map { bits($0) }.joined(separator: " "))
    guard withFindings else { return lines.joined(separator: "\n") }
    lines.append(day.vendorGaps.map { $0.map { bits($0) }.joined(separator: " ") }.joined(separator: "; "))
    let findings = day.findings.map { finding in
      let asset = finding.asset.map { identifiers.assets[$0] } ?? "-"
      let source = finding.source.map { sources[Int($0)] } ?? "-"
      return "\(finding.check) \(finding.severity) \(source) \(finding.date) \(finding.knownDate) \(asset) "
        + "\(finding.field?.rawValue ?? "-") \(bits(finding.before)) \(bits(finding.after)) \(finding.action) "
        + finding.note
    }
    let counts = day.counts.map {
      "\($0.check) \($0.severity) \($0.source.map { sources[Int($0)] } ?? "-") \($0.count)"
    }
    return (lines + findings.sorted() + counts.sorted()).joined(separator: "\n")
  }

  /// The texts of all days.
  func texts(withFindings: Bool = true) -> [String] { days.map { text($0, withFindings: withFindings) } }

  /// The bits of a number; all NaN are the same, for which of them stands for missing means nothing.
  private func bits(_ value: Double) -> String { value.isNaN ? "nan" : String(value.bitPattern, radix: 16) }
}
