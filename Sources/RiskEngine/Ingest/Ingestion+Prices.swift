extension Ingestion {
  /// A return that a source tells of, or that its closes and the actions do.
  private struct ReturnCandidate {
    var value: Double
    var span: Int
    var rank: Int
    var source: Int
    var passed: Bool
    var jump: Double?
  }

  /// Checks closes against their histories, and finds the total return of each asset.
  mutating func takePrices(_ work: inout DayWork, _ log: inout FindingLog) {
    let columns = plan.daily.map { PriceColumns(sources[$0].schema) }
    for source in plan.priced { work.doubts[source] = Array(repeating: 0, count: work.assets.count) }
    var candidates: [ReturnCandidate] = []
    for index in work.assets.indices {
      candidates.removeAll(keepingCapacity: true)
      for (place, source) in plan.daily.enumerated() where work.rows[source][index] >= 0 {
        collect(&work, index, source, columns[place], &candidates, &log)
      }
      choose(&work, index, candidates, &log)
      if let delisting = ledgers[plan.daily[0]].takeDelisting(work.assets[index]) {
        work.returns[index] = delisting
        work.spans[index] = 1
      }
    }
  }

  /// Where a source has what is needed of prices.
  private struct PriceColumns {
    var close: Int?
    var volume: Int?
    var shares: Int?
    var total: Int?

    init(_ schema: SourceSchema) {
      close = schema.numbers.firstIndex(of: .close)
      volume = schema.numbers.firstIndex(of: .volume)
      shares = schema.numbers.firstIndex(of: .shares)
      total = schema.numbers.firstIndex(of: .return)
    }
  }

  /// The returns that one source tells of one asset.
  private mutating func collect(
    _ work: inout DayWork, _ index: Int, _ source: Int, _ columns: PriceColumns,
    _ candidates: inout [ReturnCandidate], _ log: inout FindingLog
  ) {
    let asset = work.assets[index]
    func column(_ column: Int?) -> Double { column.map { work.number(source, $0, index) } ?? .nan }
    var told = column(columns.total)
    if !told.isNaN, !ValueDomain.aboveMinusOne.contains(told) {
      report(.impossibleValue, source, work.date, asset, .return, told, "expected a finite number above -1", &log)
      told = .nan
    }
    let close = column(columns.close)
    guard ValueDomain.positive.contains(close) else {
      if told.isFinite {
        candidates.append(
          ReturnCandidate(value: told, span: 1, rank: plan.rank[source], source: source, passed: true))
      }
      return
    }
    let verdict = histories[source][Int(asset)].take(
      close: close, volume: column(columns.volume), shares: column(columns.shares), day: Int(day),
      action: ledgers[source][asset], isAdjusted: sources[source].hasAdjustedPrices, settings: settings)
    ledgers[source].clear(asset)
    reportVerdict(verdict, &work, index, source, &log)
    let isDoubtful = verdict.jump != nil && !settings.disabled.contains(.jump)
    if isDoubtful { work.doubts[source][index] = verdict.jump ?? 0 }
    let isStale = verdict.isStaleDropped && !settings.disabled.contains(.stalePrice)
    var candidate = ReturnCandidate(
      value: verdict.return, span: verdict.span, rank: plan.rank[source], source: source,
      passed: !isDoubtful && !isStale, jump: isDoubtful ? verdict.jump : nil)
    guard told.isFinite else {
      if candidate.value.isFinite { candidates.append(candidate) }
      return
    }
    let gap = abs(told - verdict.return)
    let isChecked = verdict.return.isFinite && verdict.span == 1 && !settings.disabled.contains(.returnMismatch)
    if isChecked, gap > settings.returnDropped {
      // Either may be wrong, so both are on trial: another vendor may confirm one.
      candidate.passed = false
      candidates.append(candidate)
      candidate.value = told
      candidate.jump = nil
      candidates.append(candidate)
      report(
        .returnMismatch, source, work.date, asset, .return, told,
        "closes and actions give \(verdict.return)", &log)
      return
    }
    if isChecked, gap > settings.returnTolerance + settings.returnRelativeTolerance * abs(told) {
      log.add(
        Finding(
          .returnMismatch, settings.severity(.returnMismatch, .warn), source: Int32(source), date: work.date,
          asset: asset, field: .return, before: told, after: told, action: .kept,
          note: "closes and actions give \(verdict.return)"))
    }
    // What the vendor tells has actions in it that may be missing elsewhere, so a jump of the close is explained
    // where the told return does not jump.
    if let jump = candidate.jump, abs(told) < 0.5 * abs(PortableMath.exp(jump) - 1) {
      candidate.passed = !isStale
      candidate.jump = nil
      work.doubts[source][index] = 0
    }
    candidate.value = told
    candidates.append(candidate)
  }

  /// Reports what a history says of a close.
  private mutating func reportVerdict(
    _ verdict: PriceHistory.Verdict, _ work: inout DayWork, _ index: Int, _ source: Int, _ log: inout FindingLog
  ) {
    let asset = work.assets[index]
    let close = histories[source][Int(asset)].close
    if let run = verdict.staleRun {
      log.add(
        Finding(
          .stalePrice, settings.severity(.stalePrice, verdict.isStaleDropped ? .error : .warn), source: Int32(source),
          date: work.date, asset: asset, field: .close, before: close,
          after: close, action: verdict.isStaleDropped ? .dropped : .kept,
          note: "\(run) equal closes in a row\(verdict.isStaleDropped ? "; the return is dropped" : "")"))
    }
    if let spike = verdict.spike, !settings.disabled.contains(.spike) {
      let spikeDate = dates.date(of: spike.day) ?? work.date
      log.add(
        Finding(
          .spike, settings.severity(.spike, .error), source: Int32(source), date: spikeDate, knownDate: work.date,
          asset: asset, field: .close, before: spike.close, action: .dropped,
          note: "taken back the next day: \(spike.before) before, \(close) after"))
      if verdict.revokesPrevious, returnSource[Int(asset)] == Int32(source) { work.isRevoked[index] = true }
    }
    if let split = verdict.split {
      log.add(
        Finding(
          .unadjustedSplit, settings.severity(.unadjustedSplit, .warn), source: Int32(source),
          date: dates.date(of: split.day) ?? work.date, knownDate: work.date, asset: asset, field: .close,
          before: close, action: .proposed,
          note: "price and shares move as in a split without its action; proposed: \(split.ratio) new shares an old one"
        ))
    }
  }

  /// Chooses an asset's return among those that sources tell of.
  private mutating func choose(
    _ work: inout DayWork, _ index: Int, _ all: [ReturnCandidate], _ log: inout FindingLog
  ) {
    let asset = work.assets[index]
    // Returns over different spans are different things; the shortest is the day's own.
    guard let span = all.map(\.span).min() else { return }
    let candidates = all.filter { $0.span == span }
    let tolerance = sources[candidates[0].source].tolerances[.return] ?? .usual(.return)
    let choice = Reconciliation.choose(
      candidates.enumerated().map { place, candidate in
        // Of one source what it tells counts before what its closes give.
        Reconciliation.Candidate(
          value: candidate.value, rank: 64 * candidate.rank - place, passed: candidate.passed)
      }, tolerance)
    let sourceCount = Set(candidates.map(\.source)).count
    for candidate in candidates {
      guard let jump = candidate.jump else { continue }
      let isConfirmed =
        choice.map { choice in
          choice.agreeing > 1 && sourceCount > 1 && tolerance.agree(candidates[choice.index].value, candidate.value)
        } ?? false
      if isConfirmed { work.doubts[candidate.source][index] = 0 }
      log.add(
        Finding(
          .jump, settings.severity(.jump, isConfirmed ? .warn : .error), source: Int32(candidate.source),
          date: work.date, asset: asset, field: .return, before: candidate.value,
          after: isConfirmed ? candidate.value : .nan, action: isConfirmed ? .kept : .dropped,
          note: "log return \(jump) without an action\(isConfirmed ? "; confirmed by another source" : "")"))
    }
    guard let choice else {
      returnSource[Int(asset)] = -1
      return
    }
    let chosen = candidates[choice.index]
    if choice.isUnresolved {
      log.add(
        Finding(
          .vendorsDisagree, settings.severity(.vendorsDisagree, .warn), source: Int32(chosen.source),
          date: work.date, asset: asset, field: .return, before: chosen.value, after: chosen.value, action: .kept,
          note: "unresolved: "
            + candidates.map { "'\(sources[$0.source].name)' \($0.value)" }.joined(separator: ", ")))
    }
    guard chosen.span <= settings.carryDays + 1 else {
      returnSource[Int(asset)] = -1
      return
    }
    work.returns[index] = chosen.value
    work.spans[index] = Int32(chosen.span)
    returnSource[Int(asset)] = Int32(chosen.source)
    if !work.exchange[chosen.source].isEmpty || lastExchange[Int(asset)].isFinite {
      let rate = work.exchange[chosen.source].isEmpty ? 1 : work.exchange[chosen.source][index]
      let last = lastExchange[Int(asset)]
      if last.isFinite { work.returns[index] = (1 + chosen.value) * (rate / last) - 1 }
      lastExchange[Int(asset)] = rate
      if work.returns[index].isNaN || !last.isFinite && rate != 1 { work.returns[index] = .nan }
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
