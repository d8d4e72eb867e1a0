extension Ingestion {
  /// Takes in what vendors' own ids mean, before any other row.
  mutating func takeIdentifiers(
    _ slices: [SourceSlice], _ date: CalendarDate, _ identifiers: inout MarketIdentifiers, _ log: inout FindingLog
  ) {
    struct Entry {
      var id: Int32
      var asset: Int32
      var from: CalendarDate
      var to: CalendarDate
      var source: Int
    }
    var entries: [Entry] = []
    for source in plan.byPriority where sources[source].kind == .identifiers {
      let schema = sources[source].schema
      guard let column = schema.labels.firstIndex(of: "source_id") else { continue }
      let ends = schema.dates.firstIndex(of: "to")
      let rows = slices[source].rows
      for row in slices[source].range {
        guard let id = identifiers.text(of: rows.labels[column][row], in: "source_id"), rows.assets[row] >= 0 else {
          continue
        }
        entries.append(
          Entry(
            id: identifiers.assets.code(for: id), asset: rows.assets[row], from: rows.dates[row],
            to: ends.map { rows.furtherDates[$0][row] } ?? SourceRows.missingDate, source: source))
      }
    }
    guard !entries.isEmpty else { return }
    order.update(identifiers.assets)
    let ranks = order.ranks
    entries.sort {
      ($0.from, plan.rank[$0.source], ranks[Int($0.id)], ranks[Int($0.asset)], $0.to)
        < ($1.from, plan.rank[$1.source], ranks[Int($1.id)], ranks[Int($1.asset)], $1.to)
    }
    for (place, entry) in entries.enumerated() {
      // Of one beginning the first source counts, and of two rows of a source none.
      let rivals = entries.filter { $0.id == entry.id && $0.from == entry.from }
      if let best = rivals.first, best.source != entry.source { continue }
      if rivals.contains(where: { $0.source == entry.source && $0.asset != entry.asset }) {
        log.add(
          Finding(
            .conflictingRows, settings.severity(.conflictingRows, .error), source: Int32(entry.source),
            date: entry.from, knownDate: date, asset: entry.asset, field: .asset, action: .dropped,
            note: "'\(identifiers.assets[entry.id])' means several assets from one day on: all are dropped"))
        continue
      }
      if place > 0, entries[place - 1].id == entry.id, entries[place - 1].asset == entry.asset,
        entries[place - 1].from == entry.from
      {
        log.count(.duplicateRow, .info, source: Int32(entry.source))
      }
      mappings.set(entry.id, asset: entry.asset, to: entry.to == SourceRows.missingDate ? nil : entry.to)
    }
  }

  /// Takes in rows that belong to no trading day: rates, actions, published numbers, spells.
  mutating func takeUndated(
    _ slices: [SourceSlice], _ date: CalendarDate, _ identifiers: inout MarketIdentifiers, isTradingDay: Bool,
    _ log: inout FindingLog
  ) {
    takeRates(slices, date, identifiers, isTradingDay: isTradingDay, &log)
    takeActions(slices, date, identifiers, &log)
    for source in plan.byPriority where !slices[source].range.isEmpty {
      switch sources[source].kind {
      case .classification: takeSpells(slices[source], source, &identifiers)
      case .fundamentals: takePublished(slices[source], source, date, identifiers, &log)
      case .daily, .prices, .shares, .returns, .actions, .riskFree, .fx, .identifiers: continue
      }
    }
  }

  private mutating func takeSpells(
    _ slice: SourceSlice, _ source: Int, _ identifiers: inout MarketIdentifiers
  ) {
    let schema = sources[source].schema
    guard let schemes = schema.labels.firstIndex(of: "scheme"), let codes = schema.labels.firstIndex(of: "code") else {
      return
    }
    let ends = schema.dates.firstIndex(of: "to")
    for row in slice.range {
      guard let scheme = identifiers.text(of: slice.rows.labels[schemes][row], in: "scheme"),
        let field = self.schema.label(FieldName(rawValue: scheme)), slice.rows.assets[row] >= 0,
        let text = identifiers.text(of: slice.rows.labels[codes][row], in: "code")
      else { continue }
      let code = identifiers.code(of: text, in: self.schema.labels[field])
      let end = ends.map { slice.rows.furtherDates[$0][row] }
      spells[source].take(
        scheme: field, asset: mappings.asset(of: slice.rows.assets[row], at: slice.rows.dates[row]), code: code,
        from: slice.rows.dates[row], to: end == SourceRows.missingDate ? nil : end)
    }
  }

  // MARK: Published numbers

  /// A published number as a row has it.
  private struct Publication {
    var known: CalendarDate
    var asset: Int32
    var item: Int
    var end: CalendarDate
    var value: Double
    var currency: Int32

    func isSameKey(_ other: Publication) -> Bool {
      known == other.known && asset == other.asset && item == other.item && end == other.end
    }
  }

  private mutating func takePublished(
    _ slice: SourceSlice, _ source: Int, _ date: CalendarDate, _ identifiers: MarketIdentifiers,
    _ log: inout FindingLog
  ) {
    var all = publications(slice, source, date, identifiers, &log)
    let ranks = order.ranks
    all.sort {
      let (a, b) = (
        (ranks[Int($0.asset)], $0.item, $0.known, $0.end), (ranks[Int($1.asset)], $1.item, $1.known, $1.end)
      )
      return a == b ? ($0.value, $0.currency) < ($1.value, $1.currency) : a < b
    }
    var next = 0
    while next < all.count {
      let publication = all[next]
      var end = next + 1
      while end < all.count, all[end].isSameKey(publication) { end += 1 }
      let same = all[next..<end]
      next = end
      let differs = same.contains { $0.value != publication.value || $0.currency != publication.currency }
      if differs {
        log.add(
          Finding(
            .conflictingRows, settings.severity(.conflictingRows, .error), source: Int32(source),
            date: publication.known, knownDate: date, asset: publication.asset, field: plan.items[publication.item],
            before: publication.value, action: .dropped,
            note:
              "\(same.count) rows of the fiscal period that ended on \(publication.end) that differ: all are dropped"
          ))
        continue
      }
      log.count(.duplicateRow, .info, source: Int32(source), times: same.count - 1)
      let isRepeated = published[source].take(
        item: publication.item, asset: publication.asset, fiscalEnd: publication.end, value: publication.value,
        currency: publication.currency)
      if isRepeated { log.count(.restatement, .info, source: Int32(source)) }
    }
  }

  /// The rows of a slice that can be used.
  private func publications(
    _ slice: SourceSlice, _ source: Int, _ date: CalendarDate, _ identifiers: MarketIdentifiers,
    _ log: inout FindingLog
  ) -> [Publication] {
    let schema = sources[source].schema
    guard let items = schema.labels.firstIndex(of: "item"), let values = schema.numbers.firstIndex(of: "value"),
      let ends = schema.dates.firstIndex(of: "fiscal_end")
    else { return [] }
    // The place of each item's text among the items wanted.
    let names = (identifiers.labels["item"]?.texts ?? []).map { FieldName(rawValue: $0) }
    let places = names.map { plan.items.firstIndex(of: $0) }
    let currencies = schema.labels.firstIndex(of: .currency)
    let rows = slice.rows
    var found: [Publication] = []
    for row in slice.range where rows.assets[row] >= 0 && rows.labels[items][row] >= 0 {
      let name = names[Int(rows.labels[items][row])]
      let known = rows.dates[row]
      let asset = mappings.asset(of: rows.assets[row], at: known)
      let end = rows.furtherDates[ends][row]
      let value = rows.numbers[values][row]
      func reject(_ check: Check, _ field: FieldName, _ note: String) {
        log.add(
          Finding(
            check, settings.severity(check, .error), source: Int32(source), date: known, knownDate: date,
            asset: asset, field: field, before: value, action: .dropped, note: note))
      }
      guard end != SourceRows.missingDate else {
        reject(.impossibleValue, "fiscal_end", "a published number without the end of its fiscal period")
        continue
      }
      guard known >= end else {
        reject(.lookAhead, name, "known on \(known), before its fiscal period ended on \(end)")
        continue
      }
      guard let item = places[Int(rows.labels[items][row])], !value.isNaN else { continue }
      guard ValueDomain(plan.items[item]).contains(value) else {
        reject(.impossibleValue, plan.items[item], "expected \(ValueDomain(plan.items[item]).expectation)")
        continue
      }
      found.append(
        Publication(
          known: known, asset: asset, item: item, end: end, value: value,
          currency: currencies.map { rows.labels[$0][row] } ?? -1))
    }
    return found
  }
}
