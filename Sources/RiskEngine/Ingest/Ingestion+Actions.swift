extension Ingestion {
  /// An action as a row has it.
  private struct Action {
    var asset: Int32
    var date: CalendarDate
    var source: Int
    var type: String
    /// NaN for none.
    var ratio: Double
    /// NaN for none.
    var cash: Double

    var isDelisting: Bool { type == "delisting" }
  }

  /// What the actions of an asset's day come to: of each source, or of all.
  private struct DayEffect {
    var hasAny = false
    /// 1 for none.
    var ratio = 1.0
    /// 0 for none.
    var cash = 0.0
    var isDelisted = false
    /// NaN for not known.
    var delisting = Double.nan
  }

  /// Takes in corporate actions: of each asset and day the split, the cash and the delisting, each of the first source
  /// that has one.
  mutating func takeActions(
    _ slices: [SourceSlice], _ date: CalendarDate, _ identifiers: MarketIdentifiers, _ log: inout FindingLog
  ) {
    var actions: [Action] = []
    for source in plan.byPriority where sources[source].kind == .actions {
      collectActions(slices[source], source, date, identifiers, &actions, &log)
    }
    guard !actions.isEmpty else { return }
    let ranks = order.ranks
    actions.sort {
      let (a, b) = (
        (ranks[Int($0.asset)], $0.date, plan.rank[$0.source]), (ranks[Int($1.asset)], $1.date, plan.rank[$1.source])
      )
      if a != b { return a < b }
      if $0.type != $1.type { return IdentifierTable.precedes($0.type, $1.type) }
      // NaN compares with nothing, its bits do.
      return ($0.ratio.bitPattern, $0.cash.bitPattern) < ($1.ratio.bitPattern, $1.cash.bitPattern)
    }
    var next = 0
    while next < actions.count {
      var end = next + 1
      while end < actions.count, actions[end].asset == actions[next].asset, actions[end].date == actions[next].date {
        end += 1
      }
      apply(actions[next..<end], date, &log)
      next = end
    }
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
      let type = types.flatMap { identifiers.text(of: slice.rows.labels[$0][row], in: "type") } ?? ""
      let action = Action(
        asset: mappings.asset(of: slice.rows.assets[row], at: slice.rows.dates[row]), date: slice.rows.dates[row],
        source: source, type: type, ratio: column("ratio", row), cash: column("cash", row))
      let hasRatio = action.ratio.isNaN || (action.ratio > 0 && action.ratio < .infinity)
      let hasCash = action.cash.isNaN || (action.cash.isFinite && action.cash >= (action.isDelisting ? -1 : 0))
      guard hasRatio, hasCash else {
        log.add(
          Finding(
            .impossibleValue, settings.severity(.impossibleValue, .error), source: Int32(source), date: action.date,
            knownDate: date, asset: action.asset, field: hasRatio ? "cash" : "ratio",
            before: hasRatio ? action.cash : action.ratio, action: .dropped, note: "an action of type '\(type)'"))
        continue
      }
      actions.append(action)
    }
  }

  /// Applies the actions of one asset and day.
  private mutating func apply(_ actions: ArraySlice<Action>, _ date: CalendarDate, _ log: inout FindingLog) {
    guard let any = actions.first else { return }
    var applied = DayEffect()
    var ofSplit: Int?
    var ofCash: Int?
    for source in plan.byPriority {
      let own = actions.filter { $0.source == source }
      guard !own.isEmpty else { continue }
      let effect = effect(Array(own), date, &log)
      applied.hasAny = applied.hasAny || effect.hasAny
      if effect.ratio != 1 {
        if let ofSplit {
          compare(any, source, ofSplit, "ratio", effect.ratio, applied.ratio, date, &log)
        } else {
          applied.ratio = effect.ratio
          ofSplit = source
        }
      }
      if effect.cash != 0 {
        if let ofCash {
          compare(any, source, ofCash, "cash", effect.cash, applied.cash, date, &log)
        } else {
          applied.cash = effect.cash
          ofCash = source
        }
      }
      if effect.isDelisted {
        applied.isDelisted = true
        if applied.delisting.isNaN { applied.delisting = effect.delisting }
      }
    }
    if applied.hasAny {
      for source in plan.priced { ledgers[source].add(asset: any.asset, ratio: applied.ratio, cash: applied.cash) }
    }
    guard applied.isDelisted else { return }
    guard !hasLeft[Int(any.asset)] else {
      log.add(
        Finding(
          .gap, settings.severity(.gap, .warn), date: any.date, knownDate: date, asset: any.asset, field: .return,
          before: applied.delisting, action: .dropped, note: "a delisting of an asset that had left already"))
      return
    }
    ledgers[plan.daily[0]].addDelisting(asset: any.asset, return: applied.delisting)
  }

  /// What one source's actions of an asset's day come to.
  ///
  /// Rows that say the same are one. Several dividends of a day add up and several splits multiply, but two ratios
  /// of one type contradict each other.
  private func effect(_ actions: [Action], _ date: CalendarDate, _ log: inout FindingLog) -> DayEffect {
    var distinct: [Action] = []
    for action in actions {
      let isKnown = distinct.contains {
        $0.type == action.type && $0.ratio.bitPattern == action.ratio.bitPattern
          && $0.cash.bitPattern == action.cash.bitPattern
      }
      if isKnown { log.count(.duplicateRow, .info, source: Int32(action.source)) } else { distinct.append(action) }
    }
    func rejects(_ action: Action, _ field: FieldName, _ value: KeyPath<Action, Double>) -> Bool {
      let rivals = distinct.filter {
        $0.type == action.type && !$0[keyPath: value].isNaN && $0[keyPath: value] != action[keyPath: value]
      }
      guard !rivals.isEmpty else { return false }
      log.add(
        Finding(
          .conflictingRows, settings.severity(.conflictingRows, .error), source: Int32(action.source),
          date: action.date, knownDate: date, asset: action.asset, field: field, before: action[keyPath: value],
          action: .dropped, note: "actions of type '\(action.type)' of one day that differ: all are dropped"))
      return true
    }
    var effect = DayEffect()
    for action in distinct {
      if action.isDelisting {
        effect.isDelisted = true
        if !action.cash.isNaN, !rejects(action, "cash", \.cash) { effect.delisting = action.cash }
        continue
      }
      effect.hasAny = true
      if !action.ratio.isNaN, action.ratio != 1, !rejects(action, "ratio", \.ratio) { effect.ratio *= action.ratio }
      if !action.cash.isNaN { effect.cash += action.cash }
    }
    return effect
  }

  /// Reports sources that differ on an action.
  private func compare(
    _ action: Action, _ source: Int, _ first: Int, _ field: FieldName, _ value: Double, _ used: Double,
    _ date: CalendarDate, _ log: inout FindingLog
  ) {
    guard !Tolerance(relative: 1e-3).agree(value, used) else { return }
    log.add(
      Finding(
        .vendorsDisagree, settings.severity(.vendorsDisagree, .warn), source: Int32(source), date: action.date,
        knownDate: date, asset: action.asset, field: field, before: value, after: used, action: .replaced,
        note: "unresolved: the priority of '\(sources[first].name)' decides"))
  }
}
