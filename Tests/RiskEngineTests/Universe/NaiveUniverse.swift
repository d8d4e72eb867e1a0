import RiskEngine

/// The universe a second time, as plainly as can be: what holds on a date is found from all rows up to it, and the
/// memberships of a date by going through all dates again from the first.
struct NaiveUniverse {
  let market: UniverseMarket
  let rules: UniverseRules

  /// What holds for a row.
  struct Verdict {
    var uncovered: UniverseRule?
    var failed: UniverseRule?
    var leaving: UniverseRule?
    var restarts = false
  }

  /// Where the assets stand on a date.
  struct Outcome: Equatable {
    var states: [String: UniverseState] = [:]
    var covered: Set<String> = []
    var removed: [UniverseRule: Int] = [:]
    var waiting = 0
    var adds: Set<String> = []
    var drops: [String: UniverseDrop.Reason] = [:]
  }

  /// The first date of the listing that an asset's row belongs to, and whether it is that date.
  func listing(_ id: String, _ date: Int) -> Int {
    var first = date
    while true {
      if market.rows[first][id]?.isNew == true { return first }
      let before = (0..<first).last { market.rows[$0][id] != nil }
      guard let before, first - before - 1 <= rules.absenceDays else { return first }
      first = before
    }
  }

  func median(_ id: String, _ date: Int) -> Double? {
    let first = max(listing(id, date), date - rules.windowDays + 1)
    let values = (first...date).compactMap { market.rows[$0][id] }.map { $0.close * $0.volume }
      .filter { !$0.isNaN }.sorted()
    guard 2 * values.count >= date - first + 1 else { return nil }
    return 0.5 * (values[(values.count - 1) / 2] + values[values.count / 2])
  }

  /// The most liquid line needs a median of whatever is known.
  func anyMedian(_ id: String, _ date: Int) -> Double {
    let first = max(listing(id, date), date - rules.windowDays + 1)
    let values = (first...date).compactMap { market.rows[$0][id] }.map { $0.close * $0.volume }
      .filter { !$0.isNaN }.sorted()
    return values.isEmpty ? -1 : 0.5 * (values[(values.count - 1) / 2] + values[values.count / 2])
  }

  func observedFraction(_ id: String, _ date: Int) -> Double? {
    let possible = rules.warmStart ? min(rules.windowDays, date) : rules.windowDays
    guard possible > 0 else { return nil }
    let first = max(1, listing(id, date), date - rules.windowDays + 1)
    var count = 0
    for past in stride(from: first, through: date, by: 1) {
      guard let row = market.rows[past][id], !row.totalReturn.isNaN else { continue }
      let next = past < date ? market.rows[past + 1][id] : nil
      if let next, next.isRevoked && !next.isNew { continue }
      count += 1
    }
    return Double(count) / Double(possible)
  }

  /// What holds for each row of a date.
  func verdicts(_ date: Int) -> [String: Verdict] {
    var verdicts: [String: Verdict] = [:]
    func note(_ id: String, _ rule: UniverseRule, _ enters: Bool, _ leaves: Bool) {
      if !enters && verdicts[id]?.failed == nil { verdicts[id]?.failed = rule }
      if leaves && verdicts[id]?.leaving == nil { verdicts[id]?.leaving = rule }
    }
    func note(_ id: String, _ rule: UniverseRule, _ value: Double?, _ thresholds: UniverseRules.Thresholds?) {
      guard let thresholds else { return }
      guard let value, !value.isNaN else { return note(id, rule, false, false) }
      note(id, rule, value >= thresholds.enter, value < thresholds.leave)
    }
    let rows = market.rows[date]
    func floatFraction(_ id: String) -> Double? {
      guard let row = rows[id] else { return nil }
      let fraction = min(1, row.floatShares / row.shares)
      return row.floatShares.isNaN || row.shares.isNaN ? nil : fraction
    }
    func floatCap(_ id: String) -> Double { (rows[id]?.marketCap ?? 0) * (floatFraction(id) ?? 1) }
    for (id, row) in rows {
      verdicts[id] = Verdict()
      if !(row.marketCap > 0) {
        verdicts[id] = Verdict(uncovered: .positiveCap, failed: .positiveCap, leaving: .positiveCap)
      } else if let types = rules.securityTypes, let type = row.type, !types.contains(type) {
        verdicts[id] = Verdict(uncovered: .securityTypes, failed: .securityTypes, leaving: .securityTypes)
      } else {
        if rules.securityTypes != nil && row.type == nil { note(id, .securityTypes, false, false) }
        if let countries = rules.countries {
          if let country = row.country {
            note(id, .countries, countries.contains(country), !countries.contains(country))
          } else {
            note(id, .countries, false, false)
          }
        }
      }
    }
    if let primary = rules.primaryLine {
      let eligible = verdicts.filter { $0.value.failed == nil }.keys
      for id in eligible {
        guard let issuer = rows[id]?.issuer else { continue }
        func size(_ id: String) -> Double {
          primary == .largestCap ? rows[id]?.marketCap ?? 0 : anyMedian(id, date)
        }
        let isBeaten = eligible.contains { other in
          other != id && rows[other]?.issuer == issuer
            && (size(other) > size(id) || (size(other) == size(id) && IdentifierTable.precedes(other, id)))
        }
        if isBeaten { note(id, .primaryLine, false, true) }
      }
    }
    if let coverage = rules.capCoverage {
      let order = verdicts.filter { $0.value.failed == nil }.keys.sorted {
        floatCap($0) != floatCap($1) ? floatCap($0) > floatCap($1) : IdentifierTable.precedes($0, $1)
      }
      let total = order.map(floatCap).reduce(0, +)
      for (index, id) in order.enumerated() {
        let share = order[...index].map(floatCap).reduce(0, +) / total
        let isNamed = index < rules.minimumNames
        note(id, .capCoverage, isNamed || share <= coverage.enter, !isNamed && share > coverage.leave)
      }
    }
    for (id, row) in rows where verdicts[id]?.uncovered == nil {
      note(id, .freeFloat, floatFraction(id), rules.freeFloat)
      note(id, .minimumPrice, row.close, rules.minimumPrice)
      if rules.liquidity != nil { note(id, .liquidity, median(id, date).map { $0 / floatCap(id) }, rules.liquidity) }
      let first = listing(id, date)
      if let age = rules.listingAge, date - first < age, !(rules.warmStart && first == 0) {
        note(id, .listingAge, false, false)
      }
      if let fraction = observedFraction(id, date) { note(id, .observedReturns, fraction, rules.observedReturns) }
    }
    for id in rows.keys where listing(id, date) == date { verdicts[id]?.restarts = true }
    return verdicts
  }

  /// The outcome of a date, from what holds on each date up to it.
  func outcome(_ history: [[String: Verdict]]) -> Outcome {
    var members: Set<String> = []
    var streaks: [String: Int] = [:]
    var lastRows: [String: Int] = [:]
    var outcome = Outcome()
    for (date, verdicts) in history.enumerated() {
      outcome = Outcome()
      let isChangeDate = rules.change == .daily || UniverseMarket.startsMonth(date)
      for id in members where verdicts[id] == nil && date - (lastRows[id] ?? 0) > rules.absenceDays {
        members.remove(id)
        streaks[id] = 0
        outcome.drops[id] = .absent
      }
      for (id, verdict) in verdicts {
        if verdict.restarts {
          if members.remove(id) != nil { outcome.drops[id] = .relisted }
          streaks[id] = 0
        } else if let last = lastRows[id], last < date - 1, !members.contains(id) {
          streaks[id] = 0
        }
        lastRows[id] = date
        if let rule = verdict.uncovered {
          if members.remove(id) != nil { outcome.drops[id] = .uncovered(rule) }
          streaks[id] = 0
        } else if members.contains(id) {
          streaks[id] = verdict.leaving == nil ? 0 : streaks[id, default: 0] + 1
          if isChangeDate, let rule = verdict.leaving, streaks[id, default: 0] >= rules.graceDays {
            members.remove(id)
            streaks[id] = 0
            outcome.drops[id] = .left(rule)
          }
        } else {
          streaks[id] = verdict.failed == nil ? streaks[id, default: 0] + 1 : 0
          let needed = date == 0 && rules.warmStart ? 1 : rules.pendingDays
          if isChangeDate && streaks[id, default: 0] >= needed {
            members.insert(id)
            streaks[id] = 0
            outcome.adds.insert(id)
          }
        }
        if verdict.uncovered == nil { outcome.covered.insert(id) }
        let isCounting = streaks[id, default: 0] > 0
        if members.contains(id) {
          outcome.states[id] = isCounting ? .grace : .member
        } else {
          outcome.states[id] = isCounting ? .pending : .out
          if let rule = verdict.failed { outcome.removed[rule, default: 0] += 1 } else { outcome.waiting += 1 }
        }
      }
    }
    return outcome
  }
}
