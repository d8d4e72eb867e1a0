extension Ingestion {
  /// A rate as a row has it.
  private struct RateRow {
    var isExchange: Bool
    var date: CalendarDate
    var name: String
    var value: Double
    var source: Int
  }

  /// Takes in risk-free rates and rates of exchange: of one name and date that of the best priority.
  mutating func takeRates(
    _ slices: [SourceSlice], _ date: CalendarDate, _ identifiers: MarketIdentifiers, isTradingDay: Bool,
    _ log: inout FindingLog
  ) {
    var rows: [RateRow] = []
    for source in plan.byPriority where [.fx, .riskFree].contains(sources[source].kind) {
      collectRates(slices[source], source, date, identifiers, &rows, &log)
    }
    rows.sort {
      let (a, b) = (($0.date, plan.rank[$0.source], $0.value), ($1.date, plan.rank[$1.source], $1.value))
      return $0.name == $1.name ? a < b : IdentifierTable.precedes($0.name, $1.name)
    }
    for isExchange in [false, true] {
      let all = rows.filter { $0.isExchange == isExchange }
      var next = 0
      while next < all.count {
        var end = next + 1
        while end < all.count, all[end].name == all[next].name, all[end].date == all[next].date { end += 1 }
        if let row = rate(among: all[next..<end], date, &log) {
          // What is dated between two trading days is as old as the earlier of them.
          let known = isTradingDay && row.date != date ? Int(day) - 1 : Int(day)
          if isExchange {
            exchangeRates.set(row.name, row.value, date: row.date, day: known)
          } else {
            riskFreeRates.set(row.name, row.value, date: row.date, day: known)
          }
        }
        next = end
      }
    }
  }

  private func collectRates(
    _ slice: SourceSlice, _ source: Int, _ date: CalendarDate, _ identifiers: MarketIdentifiers,
    _ found: inout [RateRow], _ log: inout FindingLog
  ) {
    let schema = sources[source].schema
    let isExchange = sources[source].kind == .fx
    let label: FieldName = isExchange ? "pair" : .currency
    guard let column = schema.numbers.firstIndex(of: "rate") else { return }
    let names = schema.labels.firstIndex(of: label)
    for row in slice.range {
      let value = slice.rows.numbers[column][row]
      let name = names.flatMap { identifiers.text(of: slice.rows.labels[$0][row], in: label) } ?? currency ?? ""
      guard !value.isNaN else { continue }
      guard value.isFinite, isExchange ? value > 0 : value > -1 else {
        log.add(
          Finding(
            .impossibleValue, settings.severity(.impossibleValue, .error), source: Int32(source),
            date: slice.rows.dates[row], knownDate: date, field: "rate", before: value, action: .dropped,
            note: "the rate of '\(name)': expected a finite number above \(isExchange ? 0 : -1)"))
        continue
      }
      found.append(
        RateRow(isExchange: isExchange, date: slice.rows.dates[row], name: name, value: value, source: source))
    }
  }

  /// The rate to use of those of one name and date, by priority.
  private func rate(among rows: ArraySlice<RateRow>, _ date: CalendarDate, _ log: inout FindingLog) -> RateRow? {
    var chosen: RateRow?
    for source in plan.byPriority {
      let own = rows.filter { $0.source == source }
      guard let first = own.first else { continue }
      func add(_ check: Check, _ severity: Severity, after: Double, _ action: Finding.Action, _ note: String) {
        log.add(
          Finding(
            check, settings.severity(check, severity), source: Int32(source), date: first.date, knownDate: date,
            field: "rate", before: first.value, after: after, action: action, note: note))
      }
      guard own.allSatisfy({ $0.value == first.value }) else {
        add(.conflictingRows, .error, after: .nan, .dropped, "rates of '\(first.name)' that differ: all are dropped")
        continue
      }
      log.count(.duplicateRow, .info, source: Int32(source), times: own.count - 1)
      guard let best = chosen else {
        chosen = first
        continue
      }
      if !Tolerance(absolute: 1e-8, relative: 1e-3).agree(best.value, first.value) {
        add(
          .vendorsDisagree, .warn, after: best.value, .replaced,
          "unresolved: the priority decides on the rate of '\(first.name)'")
      }
    }
    return chosen
  }
}
