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
    writer.write(settings.jumpWindow)
    writer.write(Int(day))
    writer.write(lastDate != nil)
    writer.write(Int(lastDate?.daysSinceEpoch ?? 0))
    dates.save(to: &writer)
    monitor.save(to: &writer)
    writer.write(ledgers)
    exchangeRates.save(to: &writer)
    riskFreeRates.save(to: &writer)
    writer.write(published)
    writer.write(spells)
    mappings.save(to: &writer)
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
  /// - Parameters:
  ///   - reader: at the beginning of the state; after it then.
  ///   - identifiers: the texts of the codes, as they were.
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
    try reader.require(settings.jumpWindow, "a window of returns of")
    var restored = self
    restored.day = Int32(try reader.readInt(in: -1..<Int(Int32.max), "a trading day"))
    let hasDate = try reader.readBool()
    let date = CalendarDate(daysSinceEpoch: Int32(truncatingIfNeeded: try reader.readInt()))
    restored.lastDate = hasDate ? date : nil
    restored.dates = try RecentDates(from: &reader)
    restored.monitor = try DayMonitor(from: &reader)
    restored.ledgers = try reader.readStates()
    restored.exchangeRates = try RateBook(from: &reader)
    restored.riskFreeRates = try RateBook(from: &reader)
    restored.published = try reader.readStates()
    restored.spells = try reader.readStates()
    restored.mappings = try IdentifierMappings(from: &reader)
    try reader.require(histories.count, "a number of sources of")
    for source in histories.indices { restored.histories[source] = try reader.readStates() }
    restored.carriedNumbers = try reader.readStates()
    restored.carriedLabels = try reader.readStates()
    restored.lastSeen = try reader.readInt32s()
    restored.hasLeft = try reader.readBools()
    restored.returnSource = try reader.readInt32s()
    restored.lastExchange = try reader.readDoubles()
    try restored.checkCounts(identifiers)
    restored.order = IdentifierOrder()
    restored.order.update(identifiers.assets)
    self = restored
  }

  /// Whether everything has as many entries as it has to.
  private func checkCounts(_ identifiers: MarketIdentifiers) throws(StateError) {
    let count = lastSeen.count
    let isWhole =
      monitor.fieldCount == schema.numbers.count && ledgers.count == sources.count
      && published.count == sources.count && spells.count == sources.count
      && carriedNumbers.count == schema.numbers.count && carriedLabels.count == schema.labels.count
      && count <= identifiers.assets.count && hasLeft.count == count && returnSource.count == count
      && carriedNumbers.allSatisfy { $0.values.count == count }
      && carriedLabels.allSatisfy { $0.values.count == count }
      && plan.priced.allSatisfy { histories[$0].count == count }
    guard isWhole else { throw .mismatch(offset: 0, expected: "the state of as many assets, sources and fields") }
  }
}
