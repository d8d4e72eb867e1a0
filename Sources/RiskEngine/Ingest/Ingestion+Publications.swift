extension Ingestion {
  /// Takes in rows that belong to no trading day: rates, actions, published numbers, spells, identifiers.
  mutating func takeUndated(
    _ slices: [SourceSlice], _ date: CalendarDate, _ identifiers: inout MarketIdentifiers, _ log: inout FindingLog
  ) {
    for (code, text) in (identifiers.labels[.currency]?.texts ?? []).enumerated() {
      currencyNames[Int32(code)] = text
    }
    var actions: [Action] = []
    for source in plan.byPriority(sources) where !slices[source].range.isEmpty {
      switch sources[source].kind {
      case .daily, .prices, .shares, .returns: continue
      case .identifiers: takeIdentifiers(slices[source], source, &identifiers)
      case .fx: takeRates(slices[source], source, label: "pair", date, identifiers, &log)
      case .riskFree: takeRates(slices[source], source, label: .currency, date, identifiers, &log)
      case .classification: takeSpells(slices[source], source, &identifiers)
      case .fundamentals: takePublished(slices[source], source, date, identifiers, &log)
      case .actions: collectActions(slices[source], source, date, identifiers, &actions, &log)
      }
    }
    applyActions(actions, date, &log)
  }

  private mutating func takeIdentifiers(
    _ slice: SourceSlice, _ source: Int, _ identifiers: inout MarketIdentifiers
  ) {
    guard let column = sources[source].schema.labels.firstIndex(of: "source_id") else { return }
    for row in slice.range {
      guard let id = identifiers.text(of: slice.rows.labels[column][row], in: "source_id"),
        slice.rows.assets[row] >= 0
      else { continue }
      assetOfIdentifier[identifiers.assets.code(for: id)] = slice.rows.assets[row]
    }
  }

  private mutating func takeRates(
    _ slice: SourceSlice, _ source: Int, label: FieldName, _ date: CalendarDate, _ identifiers: MarketIdentifiers,
    _ log: inout FindingLog
  ) {
    let schema = sources[source].schema
    guard let column = schema.numbers.firstIndex(of: "rate") else { return }
    let names = schema.labels.firstIndex(of: label)
    let isExchange = sources[source].kind == .fx
    for row in slice.range {
      let rate = slice.rows.numbers[column][row]
      let name = names.flatMap { identifiers.text(of: slice.rows.labels[$0][row], in: label) } ?? currency ?? ""
      guard rate.isFinite, isExchange ? rate > 0 : rate > -1 else {
        if !rate.isNaN {
          log.add(
            Finding(
              .impossibleValue, settings.severity(.impossibleValue, .error), source: Int32(source),
              date: slice.rows.dates[row], knownDate: date, field: "rate", before: rate, action: .dropped,
              note: "the rate of '\(name)': expected a finite number above \(isExchange ? 0 : -1)"))
        }
        continue
      }
      if isExchange {
        exchangeRates.set(name, rate, day: Int(max(day, 0)))
      } else {
        riskFreeRates.set(name, rate, day: Int(max(day, 0)))
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
      spells.take(
        scheme: field, asset: slice.rows.assets[row], code: code, from: slice.rows.dates[row],
        to: end == SourceRows.missingDate ? nil : end)
    }
  }

  private mutating func takePublished(
    _ slice: SourceSlice, _ source: Int, _ date: CalendarDate, _ identifiers: MarketIdentifiers,
    _ log: inout FindingLog
  ) {
    let schema = sources[source].schema
    guard let items = schema.labels.firstIndex(of: "item"), let values = schema.numbers.firstIndex(of: "value"),
      let ends = schema.dates.firstIndex(of: "fiscal_end")
    else { return }
    for row in slice.range {
      guard let name = identifiers.text(of: slice.rows.labels[items][row], in: "item"), slice.rows.assets[row] >= 0,
        let item = plan.items.firstIndex(of: FieldName(rawValue: name))
      else { continue }
      let asset = assetOfIdentifier[slice.rows.assets[row]] ?? slice.rows.assets[row]
      let end = slice.rows.furtherDates[ends][row]
      let known = slice.rows.dates[row]
      let value = slice.rows.numbers[values][row]
      guard known >= end else {
        log.add(
          Finding(
            .lookAhead, settings.severity(.lookAhead, .error), source: Int32(source), date: known, knownDate: date,
            asset: asset, field: plan.items[item], before: value, action: .dropped,
            note: "known on \(known), before its fiscal period ended on \(end)"))
        continue
      }
      guard value.isFinite else { continue }
      if published.take(item: item, asset: asset, fiscalEnd: end, value: value) {
        log.count(.restatement, .info, source: Int32(source))
      }
    }
  }

  // MARK: Corporate actions

  /// An action as a vendor tells it.
  private struct Action {
    var asset: Int32
    var type: String
    var ratio: Double
    var cash: Double
    var source: Int
    var date: CalendarDate
  }

  private func collectActions(
    _ slice: SourceSlice, _ source: Int, _ date: CalendarDate, _ identifiers: MarketIdentifiers,
    _ actions: inout [Action], _ log: inout FindingLog
  ) {
    let schema = sources[source].schema
    func column(_ name: FieldName, _ row: Int) -> Double {
      schema.numbers.firstIndex(of: name).map { slice.rows.numbers[$0][row] } ?? .nan
    }
    let types = schema.labels.firstIndex(of: "type")
    for row in slice.range where slice.rows.assets[row] >= 0 {
      let found = slice.rows.assets[row]
      let type = types.flatMap { identifiers.text(of: slice.rows.labels[$0][row], in: "type") } ?? ""
      let isDelisting = type == "delisting"
      let ratio = column("ratio", row)
      let cash = column("cash", row)
      let isPossible =
        (ratio.isNaN || (ratio > 0 && ratio < .infinity))
        && (cash.isNaN || (cash.isFinite && (cash >= 0 || (isDelisting && cash >= -1))))
      let asset = assetOfIdentifier[found] ?? found
      guard isPossible else {
        log.add(
          Finding(
            .impossibleValue, settings.severity(.impossibleValue, .error), source: Int32(source),
            date: slice.rows.dates[row], knownDate: date, asset: asset, field: ratio > 0 ? "cash" : "ratio",
            before: ratio > 0 ? cash : ratio, action: .dropped, note: "an action of type '\(type)'"))
        continue
      }
      actions.append(
        Action(
          asset: asset, type: type, ratio: ratio.isNaN ? 1 : ratio, cash: cash.isNaN ? 0 : cash, source: source,
          date: slice.rows.dates[row]))
    }
  }

  /// Applies each action once, as the vendor of the best priority tells it.
  private mutating func applyActions(_ actions: [Action], _ date: CalendarDate, _ log: inout FindingLog) {
    struct Key: Hashable {
      var asset: Int32
      var type: String
      var date: CalendarDate
    }
    var applied: [Key: Action] = [:]
    // Actions come by priority; those of one asset are applied in the order of their days.
    let order = actions.indices.sorted {
      (actions[$0].asset, actions[$0].date, $0) < (actions[$1].asset, actions[$1].date, $1)
    }
    for action in order.map({ actions[$0] }) {
      let key = Key(asset: action.asset, type: action.type, date: action.date)
      if let first = applied[key], first.source != action.source {
        let tolerance = Tolerance(relative: 1e-3)
        if !tolerance.agree(first.ratio, action.ratio) || !tolerance.agree(first.cash, action.cash) {
          log.add(
            Finding(
              .vendorsDisagree, settings.severity(.vendorsDisagree, .warn), source: Int32(action.source),
              date: action.date, knownDate: date, asset: action.asset, field: "ratio", before: action.ratio,
              after: first.ratio, action: .replaced,
              note: "an action of type '\(action.type)': ratio \(action.ratio), cash \(action.cash); "
                + "'\(sources[first.source].name)' has \(first.ratio), \(first.cash)"))
        }
        continue
      }
      applied[key] = action
      if action.type == "delisting" {
        ledgers[plan.daily[0]].addDelisting(asset: action.asset, return: action.cash)
      } else {
        for source in plan.daily { ledgers[source].add(asset: action.asset, ratio: action.ratio, cash: action.cash) }
      }
    }
  }
}
