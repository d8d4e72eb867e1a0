extension Ingestion {
  private static let version = 1

  /// Writes what is remembered between dates.
  ///
  /// How it is set up is not part of it: `restore(from:)` is for an `Ingestion` that was set up the same way, and for
  /// identifiers with the same codes.
  public func save(to writer: inout StateWriter) {
    writer.write(Self.version)
    writer.write(sources.map(\.name))
    writer.write(schema.numbers.map(\.rawValue))
    writer.write(schema.labels.map(\.rawValue))
    writer.write(Int(day))
    writer.write(lastDate != nil)
    writer.write(Int(lastDate?.daysSinceEpoch ?? 0))
    dates.save(to: &writer)
    monitor.save(to: &writer)
    writer.write(ledgers)
    exchangeRates.save(to: &writer)
    riskFreeRates.save(to: &writer)
    published.save(to: &writer)
    spells.save(to: &writer)
    let identifiers = assetOfIdentifier.keys.sorted()
    writer.write(identifiers)
    writer.write(identifiers.map { assetOfIdentifier[$0]! })
    writer.write(histories.count)
    for history in histories { writer.write(history) }
    writer.write(carriedNumbers)
    writer.write(carriedLabels)
    writer.write(lastSeen)
    writer.write(hasLeft)
    writer.write(returnSource)
    writer.write(lastExchange)
  }

  /// Takes up what `save(to:)` wrote.
  ///
  /// - Parameter identifiers: the texts of the codes, as they were.
  /// - Throws: `StateError` where the bytes are not the state of an ingestion set up this way.
  public mutating func restore(
    from reader: inout StateReader, identifiers: MarketIdentifiers
  ) throws(StateError) {
    try reader.require(Self.version, "version")
    guard try reader.readStrings() == sources.map(\.name) else {
      throw .mismatch(offset: 0, expected: "the state of sources \(sources.map(\.name))")
    }
    guard try reader.readStrings() == schema.numbers.map(\.rawValue),
      try reader.readStrings() == schema.labels.map(\.rawValue)
    else { throw .mismatch(offset: 0, expected: "the state of the same fields") }
    day = Int32(try reader.readInt())
    let hasDate = try reader.readBool()
    let date = CalendarDate(daysSinceEpoch: Int32(truncatingIfNeeded: try reader.readInt()))
    lastDate = hasDate ? date : nil
    dates = try RecentDates(from: &reader)
    monitor = try DayMonitor(from: &reader)
    ledgers = try reader.readStates()
    exchangeRates = try RateBook(from: &reader)
    riskFreeRates = try RateBook(from: &reader)
    published = try PublishedNumbers(from: &reader)
    spells = try ClassificationSpells(from: &reader)
    let codes = try reader.readInt32s()
    let assets = try reader.readInt32s()
    guard codes.count == assets.count else { throw .mismatch(offset: 0, expected: "an asset for each identifier") }
    assetOfIdentifier = Dictionary(uniqueKeysWithValues: zip(codes, assets))
    try reader.require(histories.count, "sources")
    for source in histories.indices { histories[source] = try reader.readStates() }
    carriedNumbers = try reader.readStates()
    carriedLabels = try reader.readStates()
    lastSeen = try reader.readInt32s()
    hasLeft = try reader.readBools()
    returnSource = try reader.readInt32s()
    lastExchange = try reader.readDoubles()
    order = IdentifierOrder()
    order.update(identifiers.assets)
    for (code, text) in (identifiers.labels[.currency]?.texts ?? []).enumerated() {
      currencyNames[Int32(code)] = text
    }
  }
}
