/// Which source gives what.
struct SourcePlan: Sendable {
  /// A source that gives a field.
  struct Provider: Sendable {
    var source: Int
    /// Its column of a daily source, else the item, or the scheme.
    var column: Int
    /// Whether the source has one row a date and asset; others publish numbers, or have spells.
    var isDaily: Bool
  }

  /// The fields that come out.
  let schema: MarketSchema
  /// The sources with one row a date and asset, by priority.
  let daily: [Int]
  /// Those of them that have closes.
  let priced: [Int]
  /// For each source its place in the order of priorities.
  let rank: [Int]
  /// All sources, by priority.
  let byPriority: [Int]
  /// For each field of numbers of the schema the sources that give it, by priority.
  let numbers: [[Provider]]
  /// For each field of labels of the schema the sources that give it, by priority.
  let labels: [[Provider]]
  /// The published items that are wanted.
  let items: [FieldName]
  /// Whether any source has risk-free rates.
  let hasRiskFree: Bool

  /// Finds out.
  init(sources: [SourceProfile], items: [FieldName], groups: [FieldName]) throws(IngestionError) {
    for (index, source) in sources.enumerated() where sources[..<index].contains(where: { $0.name == source.name }) {
      throw .duplicateSource(name: source.name)
    }
    let byPriority = sources.indices.sorted { (sources[$0].priority, $0) < (sources[$1].priority, $1) }
    self.byPriority = byPriority
    var rank = [Int](repeating: 0, count: sources.count)
    for (place, source) in byPriority.enumerated() { rank[source] = place }
    self.rank = rank
    daily = byPriority.filter { [.daily, .prices, .shares, .returns].contains(sources[$0].kind) }
    guard !daily.isEmpty else { throw .noDailySource }
    let (daily) = daily
    priced = daily.filter { sources[$0].schema.numbers.contains(.close) }
    let hasItems = sources.contains { $0.kind == .fundamentals }
    self.items = hasItems ? items : []
    hasRiskFree = sources.contains { $0.kind == .riskFree }
    let hasSpells = sources.contains { $0.kind == .classification }
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
    let wanted = self.items
    numbers = names.map { name in
      byPriority.compactMap { source in
        if sources[source].kind == .fundamentals {
          return wanted.firstIndex(of: name).map { Provider(source: source, column: $0, isDaily: false) }
        }
        guard daily.contains(source) else { return nil }
        return sources[source].schema.numbers.firstIndex(of: name).map {
          Provider(source: source, column: $0, isDaily: true)
        }
      }
    }
    labels = labelNames.indices.map { field in
      byPriority.compactMap { source in
        if sources[source].kind == .classification { return Provider(source: source, column: field, isDaily: false) }
        guard daily.contains(source) else { return nil }
        return sources[source].schema.labels.firstIndex(of: labelNames[field]).map {
          Provider(source: source, column: $0, isDaily: true)
        }
      }
    }
    for (field, columns) in zip(names, numbers) where columns.count > Reconciliation.mostVendors {
      throw .tooManySources(field: field, count: columns.count)
    }
    let returns = daily.count { !sources[$0].schema.numbers.filter { $0 == .return || $0 == .close }.isEmpty }
    if returns > Reconciliation.mostVendors { throw .tooManySources(field: .return, count: returns) }
  }

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
