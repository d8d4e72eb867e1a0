/// Which source gives what.
struct SourcePlan: Sendable {
  /// A column of a source.
  struct Provider: Sendable {
    var source: Int
    var column: Int
  }

  /// The fields that come out.
  let schema: MarketSchema
  /// The sources with one row a date and asset, by priority.
  let daily: [Int]
  /// Those of them that have closes.
  let priced: [Int]
  /// For each source its place in the order of priorities.
  let rank: [Int]
  /// For each field of numbers of the schema the columns that give it, by priority.
  let numbers: [[Provider]]
  /// For each field of labels of the schema the columns that give it, by priority.
  let labels: [[Provider]]
  /// The published items that are wanted.
  let items: [FieldName]
  /// For each field of numbers of the schema its place among the items, or `nil`.
  let itemOfNumber: [Int?]
  /// Whether any source has risk-free rates.
  let hasRiskFree: Bool
  /// Whether any source has spells of classification.
  let hasSpells: Bool
  /// The days between dates beyond which something is missing.
  let usualStep: Int32 = 6

  /// Finds out.
  init(sources: [SourceProfile], items: [FieldName], groups: [FieldName]) throws(IngestionError) {
    for (index, source) in sources.enumerated() where sources[..<index].contains(where: { $0.name == source.name }) {
      throw .duplicateSource(name: source.name)
    }
    let byPriority = sources.indices.sorted { (sources[$0].priority, $0) < (sources[$1].priority, $1) }
    var rank = [Int](repeating: 0, count: sources.count)
    for (place, source) in byPriority.enumerated() { rank[source] = place }
    self.rank = rank
    daily = byPriority.filter { [.daily, .prices, .shares, .returns].contains(sources[$0].kind) }
    guard !daily.isEmpty else { throw .noDailySource }
    let (daily) = daily
    func providers(_ field: FieldName, _ columns: KeyPath<SourceSchema, [FieldName]>) -> [Provider] {
      daily.compactMap { source in
        sources[source].schema[keyPath: columns].firstIndex(of: field).map { Provider(source: source, column: $0) }
      }
    }
    priced = daily.filter { sources[$0].schema.numbers.contains(.close) }
    let hasItems = sources.contains { $0.kind == .fundamentals }
    self.items = hasItems ? items : []
    hasRiskFree = sources.contains { $0.kind == .riskFree }
    hasSpells = sources.contains { $0.kind == .classification }
    var names: [FieldName] = []
    var labelNames: [FieldName] = []
    for source in daily {
      for name in sources[source].schema.numbers where !names.contains(name) { names.append(name) }
      for name in sources[source].schema.labels where !labelNames.contains(name) { labelNames.append(name) }
    }
    guard names.contains(.return) || names.contains(.close) else { throw .noReturns }
    for name in self.items where !names.contains(name) { names.append(name) }
    // A cap is close times shares where no source gives it.
    if !names.contains(.marketCap), names.contains(.close), names.contains(.shares) { names.append(.marketCap) }
    if hasSpells {
      for name in groups where !labelNames.contains(name) { labelNames.append(name) }
    }
    // The return is a column of its own.
    names.removeAll { $0 == .return }
    names.sort { Self.place($0, FieldName.knownNumbers) < Self.place($1, FieldName.knownNumbers) }
    labelNames.sort { Self.place($0, FieldName.knownLabels) < Self.place($1, FieldName.knownLabels) }
    schema = MarketSchema(numbers: names, labels: labelNames)
    numbers = names.map { providers($0, \.numbers) }
    labels = labelNames.map { providers($0, \.labels) }
    for (field, columns) in zip(names, numbers) where columns.count > Reconciliation.mostVendors {
      throw .tooManySources(field: field, count: columns.count)
    }
    let wanted = self.items
    itemOfNumber = names.map { wanted.firstIndex(of: $0) }
  }

  /// All sources, by priority.
  func byPriority(_ sources: [SourceProfile]) -> [Int] { sources.indices.sorted { rank[$0] < rank[$1] } }

  /// Known fields in their order, then others by the bytes of their names.
  private static func place(_ name: FieldName, _ known: [FieldName]) -> SortKey {
    SortKey(place: known.firstIndex(of: name) ?? .max, name: name.rawValue)
  }

  private struct SortKey: Comparable {
    var place: Int
    var name: String
    static func < (left: SortKey, right: SortKey) -> Bool {
      left.place == right.place
        ? IdentifierTable.precedes(left.name, right.name) : left.place < right.place
    }
  }
}
