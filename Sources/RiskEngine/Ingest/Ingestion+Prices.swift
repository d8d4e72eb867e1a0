extension Ingestion {
  /// A return that a source tells of, or that its closes and the actions do.
  private struct ReturnCandidate {
    /// In the market's currency.
    var value: Double
    var span: Int
    var source: Int
    var passed: Bool
    /// The log return where the close jumps.
    var jump: Double?
    /// The equal closes in a row for which it is dropped.
    var staleRun: Int?
    /// What closes and actions give, where the source tells of another return.
    var contradiction: Double?
  }

  /// Checks closes against their histories, and finds the total return of each asset.
  mutating func takePrices(_ work: inout DayWork, _ suspects: inout Suspects, _ log: inout FindingLog) {
    let columns = plan.daily.map { PriceColumns($0, plan, sources, work, suspects) }
    for source in plan.priced { work.doubts[source] = Array(repeating: 0, count: work.assets.count) }
    // Taken out once: what a mutating call reads of the ingestion itself is copied for each.
    let settings = settings
    var candidates: [ReturnCandidate] = []
    for index in work.assets.indices {
      candidates.removeAll(keepingCapacity: true)
      if work.isPresent[index] {
        for place in columns.indices where work.rows[columns[place].source][index] >= 0 {
          collect(&work, index, columns[place], settings, &candidates, &log)
        }
      }
      choose(&work, index, candidates, &log)
    }
    takeDelistings(&work, &log)
    for source in plan.priced {
      for (index, doubt) in work.doubts[source].enumerated() where doubt != 0 {
        suspects.insert(source, .close, index)
      }
    }
  }

  /// What is needed of a source's prices, by asset; empty where it has none.
  ///
  /// One reference to hand on for each asset.
  private final class PriceColumns {
    let source: Int
    var close: [Double] = []
    var volume: [Double] = []
    var shares: [Double] = []
    var total: [Double] = []

    init(_ source: Int, _ plan: SourcePlan, _ sources: [SourceProfile], _ work: DayWork, _ suspects: Suspects) {
      self.source = source
      func column(_ field: FieldName, _ source: Int) -> [Double] {
        sources[source].schema.numbers.firstIndex(of: field).map { work.column(source, $0) } ?? []
      }
      total = column(.return, source)
      close = column(.close, source)
      guard !close.isEmpty else { return }
      for index in suspects.places(source, .close) { close[index] = .nan }
      volume = column(.volume, source)
      // Tables of prices have no shares; those of the first source that has them do.
      let provider =
        sources[source].schema.numbers.contains(.shares)
        ? source : plan.daily.first { sources[$0].schema.numbers.contains(.shares) }
      if let provider { shares = column(.shares, provider) }
    }
  }

  /// The returns that one source tells of one asset.
  private mutating func collect(
    _ work: inout DayWork, _ index: Int, _ columns: PriceColumns, _ settings: CheckSettings,
    _ candidates: inout [ReturnCandidate], _ log: inout FindingLog
  ) {
    let asset = work.assets[index]
    let source = columns.source
    var told = columns.total.isEmpty ? .nan : columns.total[index]
    if !told.isNaN, !ValueDomain.aboveMinusOne.contains(told) {
      report(.impossibleValue, source, work.date, asset, .return, told, "expected a finite number above -1", &log)
      told = .nan
    }
    func add(_ candidate: ReturnCandidate, exchangeRatio: Double) {
      var candidate = candidate
      if exchangeRatio != 1 { candidate.value = (1 + candidate.value) * exchangeRatio - 1 }
      if candidate.value.isFinite { candidates.append(candidate) }
    }
    let close = columns.close.isEmpty ? .nan : columns.close[index]
    guard ValueDomain.positive.contains(close) else {
      if told.isFinite {
        add(
          ReturnCandidate(value: told, span: 1, source: source, passed: true),
          exchangeRatio: dailyExchangeRatio(work, source, index))
      }
      return
    }
    let verdict = histories[source][Int(asset)].take(
      close: close, volume: columns.volume.isEmpty ? .nan : columns.volume[index],
      shares: columns.shares.isEmpty ? .nan : columns.shares[index],
      exchange: work.exchange[source].isEmpty ? 1 : work.exchange[source][index], day: Int(day),
      action: ledgers[source].isEmpty ? nil : ledgers[source][asset], isAdjusted: sources[source].hasAdjustedPrices,
      settings: settings)
    if !ledgers[source].isEmpty { ledgers[source].clear(asset) }
    reportVerdict(verdict, close, &work, index, source, &log)
    let isDoubtful = verdict.jump != nil && settings.drops(.jump)
    if isDoubtful { work.doubts[source][index] = verdict.jump ?? 0 }
    let staleRun = verdict.staleRun.flatMap { settings.dropsRun(of: $0) ? $0 : nil }
    var candidate = ReturnCandidate(
      value: verdict.return, span: verdict.span, source: source,
      passed: !isDoubtful && staleRun == nil && !verdict.beginsInWrongUnit,
      jump: verdict.jump, staleRun: staleRun)
    // The return over a spike that was taken back is that of the closes: what a source tells is that of one day.
    let isOverSpike = verdict.spike != nil && settings.drops(.spike)
    guard told.isFinite, !isOverSpike else {
      add(candidate, exchangeRatio: verdict.exchangeRatio)
      return
    }
    let gap = abs(told - verdict.return)
    let isNear = gap <= settings.returnTolerance + settings.returnRelativeTolerance * abs(told)
    // After a gap a vendor may tell of the return over it, which closes confirm, or of that of the day.
    if verdict.span > 1, !isNear { candidate.span = 1 }
    let toldRatio = candidate.span == 1 ? dailyExchangeRatio(work, source, index) : verdict.exchangeRatio
    let isChecked = verdict.return.isFinite && verdict.span == 1 && settings.makes(.returnMismatch)
    if isChecked, gap > settings.returnDropped, settings.drops(.returnMismatch) {
      // Either may be wrong, so both are on trial: another vendor may confirm one.
      candidate.passed = false
      candidate.staleRun = nil
      add(candidate, exchangeRatio: verdict.exchangeRatio)
      let other = ReturnCandidate(
        value: told, span: 1, source: source, passed: false, staleRun: staleRun, contradiction: verdict.return)
      add(other, exchangeRatio: toldRatio)
      return
    }
    if isChecked, !isNear {
      log.add(
        Finding(
          .returnMismatch, settings.severity(.returnMismatch, .warn), source: Int32(source), date: work.date,
          asset: asset, field: .return, before: told, after: told, action: .kept,
          note: "closes and actions give \(verdict.return)"))
    }
    // What the vendor tells has actions in it that may be missing elsewhere, so a jump of the close is explained
    // where the told return does not jump.
    if let jump = candidate.jump, abs(told) < 0.5 * abs(PortableMath.exp(jump) - 1) {
      candidate.passed = staleRun == nil && !verdict.beginsInWrongUnit
      candidate.jump = nil
      work.doubts[source][index] = 0
    }
    candidate.value = told
    add(candidate, exchangeRatio: toldRatio)
  }

  /// The rate of exchange of a row's currency over that of the trading day before.
  private func dailyExchangeRatio(_ work: DayWork, _ source: Int, _ index: Int) -> Double {
    guard !work.exchange[source].isEmpty else { return 1 }
    let code = Int(currencyCode(work, source, index))
    guard code >= 0, work.texts[code] != currency else { return 1 }
    return work.exchange[source][index] / (code < lastExchange.count ? lastExchange[code] : .nan)
  }

  /// Reports what a history says of a close, but for what depends on other sources.
  private mutating func reportVerdict(
    _ verdict: PriceHistory.Verdict, _ close: Double, _ work: inout DayWork, _ index: Int, _ source: Int,
    _ log: inout FindingLog
  ) {
    let asset = work.assets[index]
    if let run = verdict.staleRun, !settings.dropsRun(of: run) {
      log.add(
        Finding(
          .stalePrice, settings.severity(.stalePrice, .warn), source: Int32(source), date: work.date, asset: asset,
          field: .close, before: close, after: close, action: .kept, note: "\(run) equal closes in a row"))
    }
    if let spike = verdict.spike {
      let isDropped = settings.drops(.spike)
      log.add(
        Finding(
          .spike, settings.severity(.spike, .error), source: Int32(source),
          date: dates.date(of: spike.day) ?? work.date, knownDate: work.date, asset: asset, field: .close,
          before: spike.close, after: isDropped ? .nan : spike.close, action: isDropped ? .dropped : .kept,
          note: "taken back the next day: \(spike.before) before, \(close) after"))
      if isDropped, returnSource[Int(asset)] == Int32(source) { work.isRevoked[index] = true }
    }
    if let split = verdict.split {
      log.add(
        Finding(
          .unadjustedSplit, settings.severity(.unadjustedSplit, .warn), source: Int32(source),
          date: dates.date(of: split.day) ?? work.date, knownDate: work.date, asset: asset, field: .close,
          before: split.close, after: split.close, action: .proposed,
          note: "price and shares move as in a split without its action; proposed: \(split.ratio) new shares an old one"
        ))
    }
  }

  /// Chooses an asset's return among those that sources tell of.
  private mutating func choose(
    _ work: inout DayWork, _ index: Int, _ all: [ReturnCandidate], _ log: inout FindingLog
  ) {
    let asset = Int(work.assets[index])
    returnSource[asset] = -1
    guard let first = all.first else { return }
    var chosen: ReturnCandidate?
    var agreeing = 1
    var tolerance: Tolerance?
    if all.count == 1 {
      if first.passed { chosen = first }
    } else if agree(all) {
      chosen = first
    } else {
      // Returns over different spans are different things; the shortest is the day's own.
      let span = all.map(\.span).min() ?? 1
      let candidates = all.filter { $0.span == span }
      let usual = returnTolerances[candidates[0].source]
      tolerance = usual
      let choice = Reconciliation.choose(
        candidates.enumerated().map { place, candidate in
          // Of one source what it tells, which comes later, counts before what its closes give.
          Reconciliation.Candidate(
            value: candidate.value, rank: 4 * plan.rank[candidate.source] + (candidate.contradiction == nil ? 1 : 0),
            passed: candidate.passed)
        }, usual)
      chosen = choice.map { candidates[$0.index] }
      agreeing = choice?.agreeing ?? 1
      if let choice, choice.isUnresolved {
        let value = candidates[choice.index].value
        for other in candidates where !usual.agree(other.value, value) {
          log.add(
            Finding(
              .vendorsDisagree, settings.severity(.vendorsDisagree, .warn), source: Int32(other.source),
              date: work.date, asset: work.assets[index], field: .return, before: other.value, after: value,
              action: .replaced, note: "unresolved: the priority decides"))
        }
      } else if choice != nil, candidates.count > 1 {
        let value = chosen?.value ?? .nan
        for other in candidates
        where other.jump == nil && other.contradiction == nil && !usual.agree(other.value, value) {
          log.count(.vendorsDisagree, .info, source: Int32(other.source))
        }
      }
    }
    for candidate in all where candidate.jump != nil || candidate.staleRun != nil || candidate.contradiction != nil {
      let isUsed =
        chosen.map { chosen in
          chosen.span == candidate.span
            && (tolerance.map { $0.agree(chosen.value, candidate.value) } ?? (chosen.value == candidate.value))
        } ?? false
      reportDoubt(
        candidate, after: chosen?.value ?? .nan, isUsed: isUsed, isConfirmed: isUsed && agreeing > 1, &work, index,
        &log)
    }
    guard let chosen, chosen.span <= settings.carryDays + 1 else { return }
    work.returns[index] = chosen.value
    work.spans[index] = Int32(chosen.span)
    returnSource[asset] = Int32(chosen.source)
  }

  /// Whether returns of several sources, none of them in doubt, are the same: the usual case.
  private func agree(_ all: [ReturnCandidate]) -> Bool {
    let tolerance = returnTolerances[all[0].source]
    for (place, candidate) in all.enumerated() {
      guard candidate.passed, candidate.span == all[0].span, candidate.jump == nil, candidate.contradiction == nil
      else {
        return false
      }
      for other in all[..<place] where !tolerance.agree(candidate.value, other.value) { return false }
    }
    return true
  }

  /// Reports why a return is doubtful, with what became of it.
  private func reportDoubt(
    _ candidate: ReturnCandidate, after: Double, isUsed: Bool, isConfirmed: Bool, _ work: inout DayWork, _ index: Int,
    _ log: inout FindingLog
  ) {
    let source = candidate.source
    let action: Finding.Action = isUsed ? .kept : after.isNaN ? .dropped : .replaced
    let confirmation = isConfirmed ? "; confirmed by another source" : ""
    func add(_ check: Check, _ field: FieldName, _ note: String) {
      log.add(
        Finding(
          check, settings.severity(check, isUsed ? .warn : .error), source: Int32(source), date: work.date,
          asset: work.assets[index], field: field, before: candidate.value, after: after, action: action,
          note: note + confirmation))
    }
    if let jump = candidate.jump {
      if isUsed { work.doubts[source][index] = 0 }
      add(.jump, .return, "log return \(jump) without an action")
    }
    if let run = candidate.staleRun { add(.stalePrice, .return, "\(run) equal closes in a row") }
    if let contradiction = candidate.contradiction {
      add(.returnMismatch, .return, "closes and actions give \(contradiction)")
    }
  }

  // MARK: Delistings

  /// The returns of assets that are delisted on the date, which leave with it.
  private mutating func takeDelistings(_ work: inout DayWork, _ log: inout FindingLog) {
    let ledger = plan.daily[0]
    for (index, asset) in work.assets.enumerated() where ledgers[ledger].hasDelisting(asset) {
      guard let delisting = ledgers[ledger].takeDelisting(asset) else { continue }
      guard !work.isNewListing[index] else {
        log.add(
          Finding(
            .gap, settings.severity(.gap, .warn), date: work.date, asset: asset, field: .return, before: delisting,
            action: .dropped, note: "a delisting of an asset that is not there any more, or not yet"))
        continue
      }
      if delisting.isNaN {
        log.add(
          Finding(
            .gap, settings.severity(.gap, .warn), date: work.date, asset: asset, field: .return,
            before: work.returns[index], after: work.returns[index], action: .kept,
            note: "a delisting without its return: counts as gone"))
      } else {
        if !work.returns[index].isNaN, work.returns[index] != delisting {
          log.add(
            Finding(
              .returnMismatch, settings.severity(.returnMismatch, .warn), date: work.date, asset: asset,
              field: .return, before: work.returns[index], after: delisting, action: .replaced,
              note: "a delisting has its own return on a day with another"))
        }
        work.returns[index] = delisting
        work.spans[index] = 1
      }
      work.leaving.append(asset)
    }
  }

  /// Reports a value that is dropped.
  func report(
    _ check: Check, _ source: Int, _ date: CalendarDate, _ asset: Int32, _ field: FieldName, _ value: Double,
    _ note: @autoclosure () -> String, _ log: inout FindingLog
  ) {
    log.add(
      Finding(
        check, settings.severity(check, .error), source: Int32(source), date: date, asset: asset, field: field,
        before: value, action: .dropped, note: note()))
  }
}
