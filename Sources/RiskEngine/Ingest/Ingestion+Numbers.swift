extension Ingestion {
  /// The values of each field of numbers: checked, reconciled between sources, carried forward.
  mutating func takeNumbers(_ work: inout DayWork, _ suspects: inout Suspects, _ log: inout FindingLog) {
    work.numbers = Array(repeating: [], count: schema.numbers.count)
    work.vendorGaps = Array(repeating: [], count: schema.numbers.count)
    let caps = checkCaps(work, &suspects)
    let balances = BalanceFields(schema).map { fields in work.assets.map { fields.known($0, self) } }
    for field in schema.numbers.indices {
      var values = reconciled(field, &work, suspects, &log)
      if schema.numbers[field] == .marketCap { report(caps, values, work, &log) }
      if schema.numbers[field] == .close { noteWrongUnits(field, values, work) }
      carry(field, &values, work, &log)
      work.numbers[field] = values
    }
    deriveCaps(&work)
    checkBalances(work, before: balances, &log)
  }

  /// Notes which sources' closes are in another unit than the one that was chosen: their next returns tell of it.
  private mutating func noteWrongUnits(_ field: Int, _ chosen: [Double], _ work: DayWork) {
    let providers = plan.numbers[field].filter(\.isDaily)
    guard providers.count > 1, settings.drops(.unitError) else { return }
    for provider in providers {
      var values = work.column(provider.source, provider.column)
      let exchange = work.exchange[provider.source]
      for index in exchange.indices { values[index] *= exchange[index] }
      for index in values.indices where values[index] > 0 && chosen[index] > 0 && values[index] != chosen[index] {
        guard unitFactor(values[index] / chosen[index], .close, work) != nil else { continue }
        histories[provider.source][Int(work.assets[index])].noteWrongUnit()
      }
    }
  }

  /// Highs below lows, and closes outside them.
  func checkRanges(_ work: DayWork, _ log: inout FindingLog) -> Suspects {
    var suspects = Suspects()
    guard settings.makes(.impossibleValue) else { return suspects }
    for source in plan.daily {
      let names = sources[source].schema.numbers
      guard let high = names.firstIndex(of: .high), let low = names.firstIndex(of: .low) else { continue }
      let tops = work.column(source, high)
      let bottoms = work.column(source, low)
      let closes = names.firstIndex(of: .close).map { work.column(source, $0) }
      for index in work.assets.indices {
        let (top, bottom) = (tops[index], bottoms[index])
        if top < bottom {
          report(
            .impossibleValue, source, work.date, work.assets[index], .high, top, "the low is \(bottom)", &log)
          suspects.insert(source, .high, index)
          suspects.insert(source, .low, index)
        } else if let last = closes?[index], last > 0, last < .infinity,
          last > top * (1 + settings.rangeTolerance) || last < bottom * (1 - settings.rangeTolerance)
        {
          report(
            .impossibleValue, source, work.date, work.assets[index], .close, last,
            "the low is \(bottom), the high \(top)", &log)
          suspects.insert(source, .close, index)
        }
      }
    }
    return suspects
  }

  // MARK: Reconciliation

  private func reconciled(
    _ field: Int, _ work: inout DayWork, _ suspects: Suspects, _ log: inout FindingLog
  ) -> [Double] {
    let name = schema.numbers[field]
    let providers = plan.numbers[field]
    let count = work.assets.count
    var columns = providers.map { provider in
      provider.isDaily ? checkedColumn(name, provider, work, &log) : publishedColumn(name, provider, &work)
    }
    keepLatestPublished(field, work, &columns)
    let doubtful = providers.map { suspects.places($0.source, name) }
    guard columns.count > 1 else {
      guard var values = columns.first else { return Array(repeating: .nan, count: count) }
      for index in doubtful[0] { values[index] = .nan }
      return values
    }
    let disagreement = FieldDisagreement(
      field: field, tolerance: sources[providers[0].source].tolerances[name] ?? .usual(name), doubtful: doubtful)
    var chosen = [Double](repeating: .nan, count: count)
    var gaps: [Double] = []
    gaps.reserveCapacity(count)
    let isPair = columns.count == 2
    let (first, second) = (columns[0], columns[1])
    for index in 0..<count {
      // Two that agree are the usual case, and the first of them is taken.
      if isPair {
        let (a, b) = (first[index], second[index])
        if a == b || disagreement.tolerance.agree(a, b) {
          gaps.append(a == b ? 0 : abs(a - b) / max(abs(a), abs(b)))
          chosen[index] = a
          continue
        }
      }
      chosen[index] = reconcileAll(index, columns, disagreement, work, &gaps, &log)
    }
    work.vendorGaps[field] = gaps
    return chosen
  }

  /// One value of several sources', some of which may be missing, for one asset and field.
  private func reconcileAll(
    _ index: Int, _ columns: [[Double]], _ disagreement: FieldDisagreement, _ work: DayWork, _ gaps: inout [Double],
    _ log: inout FindingLog
  ) -> Double {
    var first: (place: Int, value: Double)?
    var gap = 0.0
    var isPair = false
    var agree = true
    for place in columns.indices {
      let value = columns[place][index]
      guard !value.isNaN else { continue }
      if first == nil { first = (place, value) } else { isPair = true }
      for other in 0..<place where !columns[other][index].isNaN {
        let against = columns[other][index]
        guard value != against else { continue }
        gap = max(gap, abs(value - against) / max(abs(value), abs(against)))
        agree = agree && disagreement.tolerance.agree(value, against)
      }
    }
    guard let (place, value) = first else { return .nan }
    guard isPair else { return disagreement.doubtful[place].contains(index) ? .nan : value }
    gaps.append(gap)
    return agree ? value : reconcile(index, columns, disagreement, work, &log)
  }

  /// A daily source's column, in the market's currency, without what is impossible.
  private func checkedColumn(
    _ name: FieldName, _ provider: SourcePlan.Provider, _ work: DayWork, _ log: inout FindingLog
  ) -> [Double] {
    let domain = ValueDomain(name)
    var values = work.column(provider.source, provider.column)
    for index in values.indices where !domain.contains(values[index]) {
      guard !values[index].isNaN else { continue }
      report(
        .impossibleValue, provider.source, work.date, work.assets[index], name, values[index],
        "expected \(domain.expectation)", &log)
      values[index] = .nan
    }
    let exchange = name.isMoney ? work.exchange[provider.source] : []
    for index in exchange.indices where exchange[index] != 1 { values[index] *= exchange[index] }
    return values
  }

  /// A source's published numbers, in the market's currency at the rates of the date.
  private func publishedColumn(
    _ name: FieldName, _ provider: SourcePlan.Provider, _ work: inout DayWork
  ) -> [Double] {
    let book = published[provider.source]
    let limit = Int32(settings.publishedDays)
    var values = [Double](repeating: .nan, count: work.assets.count)
    for (index, asset) in work.assets.enumerated() {
      guard let number = book.number(item: provider.column, asset: asset, at: work.date, withinDays: limit) else {
        continue
      }
      values[index] = number.value
      guard name.isMoney, currency != nil else { continue }
      let code = number.currency < 0 ? work.currencyOfSource[provider.source] : number.currency
      let rate = work.exchange(of: code)
      if rate.isNaN {
        work.lackingExchange[DayWork.LackingExchange(source: provider.source, currency: code), default: 0] += 1
      }
      if rate != 1 { values[index] *= rate }
    }
    return values
  }

  /// Of several sources' published numbers those of the latest fiscal end.
  private func keepLatestPublished(_ field: Int, _ work: DayWork, _ columns: inout [[Double]]) {
    let places = plan.numbers[field].indices.filter { !plan.numbers[field][$0].isDaily }
    guard places.count > 1 else { return }
    let limit = Int32(settings.publishedDays)
    for (index, asset) in work.assets.enumerated() {
      let ends = places.map { place in
        let provider = plan.numbers[field][place]
        return published[provider.source].number(
          item: provider.column, asset: asset, at: work.date, withinDays: limit)?.fiscalEnd ?? .min
      }
      let latest = ends.max() ?? .min
      for (place, end) in zip(places, ends) where end < latest { columns[place][index] = .nan }
    }
  }

  /// What is the same for all cells of a field whose sources disagree.
  private struct FieldDisagreement {
    var field: Int
    var tolerance: Tolerance
    /// By source of the field the places of doubtful values.
    var doubtful: [Set<Int>]
  }

  /// One value of several sources' that disagree, for one asset and field.
  private func reconcile(
    _ index: Int, _ columns: [[Double]], _ disagreement: FieldDisagreement, _ work: DayWork, _ log: inout FindingLog
  ) -> Double {
    let field = disagreement.field
    let tolerance = disagreement.tolerance
    let name = schema.numbers[field]
    let places = columns.indices.filter { !columns[$0][index].isNaN }
    var candidates = places.map {
      Reconciliation.Candidate(
        value: columns[$0][index], rank: $0, passed: !disagreement.doubtful[$0].contains(index))
    }
    var choice = Reconciliation.choose(candidates, tolerance)
    var unitErrors: [Int: Double] = [:]
    if let agreed = choice, agreed.agreeing > 1 {
      for (place, candidate) in candidates.enumerated() {
        let factor = unitFactor(candidate.value / candidates[agreed.index].value, name, work)
        if let factor { unitErrors[place] = factor }
      }
    } else {
      unitErrors = findUnitErrors(field, index, candidates, work)
      if settings.drops(.unitError), !unitErrors.isEmpty {
        for place in unitErrors.keys { candidates[place].passed = false }
        choice = Reconciliation.choose(candidates, tolerance)
      }
    }
    let value = choice.map { candidates[$0.index].value } ?? .nan
    for (place, candidate) in candidates.enumerated() where value.isNaN || !tolerance.agree(candidate.value, value) {
      let source = Int32(plan.numbers[field][places[place]].source)
      if let factor = unitErrors[place] {
        log.add(
          Finding(
            .unitError, settings.severity(.unitError, .error), source: source, date: work.date,
            asset: work.assets[index], field: name, before: candidate.value, after: value,
            action: value.isNaN ? .dropped : .replaced, note: "\(factor) times what another source has"))
      } else if let choice {
        log.add(
          Finding(
            .vendorsDisagree, settings.severity(.vendorsDisagree, choice.isUnresolved ? .warn : .info),
            source: source, date: work.date, asset: work.assets[index], field: name, before: candidate.value,
            after: value, action: .replaced, note: choice.isUnresolved ? "unresolved: the priority decides" : ""))
      }
    }
    return value
  }

  /// The values that are off another's by a power of ten or an exchange rate, with that factor.
  ///
  /// Of two the one that breaks with the asset's own past is wrong; without a past the one of lower priority.
  private func findUnitErrors(
    _ field: Int, _ index: Int, _ candidates: [Reconciliation.Candidate], _ work: DayWork
  ) -> [Int: Double] {
    guard settings.makes(.unitError) else { return [:] }
    var wrong: [Int: Double] = [:]
    let last = carriedNumbers[field].value(work.assets[index], at: day, within: Int32(settings.fundamentalDays))
    for second in candidates.indices {
      for first in 0..<second {
        let (a, b) = (candidates[first].value, candidates[second].value)
        guard let factor = unitFactor(b / a, schema.numbers[field], work) else { continue }
        if let last, last != 0, abs(PortableMath.log(abs(a / last))) > abs(PortableMath.log(abs(b / last))) {
          wrong[first] = 1 / factor
        } else {
          wrong[second] = factor
        }
      }
    }
    return wrong
  }

  /// The power of ten, or of money the exchange rate, that a ratio is.
  private func unitFactor(_ ratio: Double, _ name: FieldName, _ work: DayWork) -> Double? {
    guard settings.makes(.unitError), ratio > 0, ratio < .infinity else { return nil }
    for power in [10.0, 100, 1000, 0.1, 0.01, 0.001] where abs(ratio / power - 1) < settings.unitTolerance {
      return power
    }
    guard name.isMoney else { return nil }
    for pair in exchangeRates.names {
      guard let (rate, _) = exchangeRates.rate(pair, upTo: work.date, at: Int(day)), abs(rate - 1) > 0.05 else {
        continue
      }
      for factor in [rate, 1 / rate] where abs(ratio / factor - 1) < settings.unitTolerance { return factor }
    }
    return nil
  }

  // MARK: Carrying forward

  private mutating func carry(_ field: Int, _ values: inout [Double], _ work: DayWork, _ log: inout FindingLog) {
    let name = schema.numbers[field]
    // Published numbers count until their fiscal end is too long ago, which the source's book knows.
    let isPublished = plan.numbers[field].contains { !$0.isDaily }
    // What is never used on is remembered all the same: the check of units asks for the value before.
    let limit = isPublished ? nil : carryLimit(name)
    let carried = carriedNumbers[field].carry(&values, of: work.assets, day: day, within: limit)
    log.count(.carriedForward, .info, source: nil, times: carried)
  }

  /// The trading days for which a field is carried forward, or `nil` for none.
  ///
  /// Accounts hold until the next; a forecast that a vendor no longer gives is withdrawn, and is not an old one.
  private func carryLimit(_ name: FieldName) -> Int32? {
    switch name {
    case .close, .shares, .floatShares, .marketCap, .enterpriseValue: Int32(settings.carryDays)
    case .forwardEarnings, .forwardEarningsDispersion, .forwardDividends, .longTermGrowth: nil
    case .shortInterest: Int32(settings.shortInterestDays)
    case .totalLiabilities: Int32(settings.fundamentalDays)
    default: FieldName.fundamentals.contains(name) ? Int32(settings.fundamentalDays) : nil
    }
  }
}
