extension Ingestion {
  /// The values of each field of numbers: checked, reconciled between sources, carried forward.
  mutating func takeNumbers(_ work: inout DayWork, _ log: inout FindingLog) {
    work.numbers = Array(repeating: [], count: schema.numbers.count)
    work.vendorGaps = Array(repeating: [], count: schema.numbers.count)
    var suspects = checkRanges(work, &log)
    checkCaps(work, &suspects, &log)
    for field in schema.numbers.indices {
      var values = reconciled(field, &work, suspects, &log)
      carry(field, &values, work, &log)
      work.numbers[field] = values
    }
    deriveCaps(&work)
    checkBalances(work, &log)
  }

  /// Doubtful values of a date: by source and column, the places among the assets.
  struct Suspects {
    private var places: Set<Place> = []

    private struct Place: Hashable {
      var source: Int
      var field: FieldName
      var index: Int
    }

    /// Whether there are none.
    var isEmpty: Bool { places.isEmpty }

    mutating func insert(_ source: Int, _ field: FieldName, _ index: Int) {
      places.insert(Place(source: source, field: field, index: index))
    }

    func contains(_ source: Int, _ field: FieldName, _ index: Int) -> Bool {
      places.contains(Place(source: source, field: field, index: index))
    }
  }

  /// Highs below lows, and closes outside them.
  private func checkRanges(_ work: DayWork, _ log: inout FindingLog) -> Suspects {
    var suspects = Suspects()
    for source in plan.priced {
      let names = sources[source].schema.numbers
      for (index, doubt) in work.doubts[source].enumerated() where doubt != 0 {
        suspects.insert(source, .close, index)
      }
      guard let high = names.firstIndex(of: .high), let low = names.firstIndex(of: .low),
        let close = names.firstIndex(of: .close)
      else { continue }
      for index in work.assets.indices where work.rows[source][index] >= 0 {
        let top = work.number(source, high, index)
        let bottom = work.number(source, low, index)
        let last = work.number(source, close, index)
        if top < bottom {
          report(
            .impossibleValue, source, work.date, work.assets[index], .high, top, "the low is \(bottom)", &log)
          suspects.insert(source, .high, index)
          suspects.insert(source, .low, index)
        } else if last > top * (1 + settings.rangeTolerance) || last < bottom * (1 - settings.rangeTolerance) {
          report(
            .impossibleValue, source, work.date, work.assets[index], .close, last,
            "the low is \(bottom), the high \(top)", &log)
          suspects.insert(source, .close, index)
        }
      }
    }
    return suspects
  }

  /// Caps that are not close times shares of the same source.
  private func checkCaps(_ work: DayWork, _ suspects: inout Suspects, _ log: inout FindingLog) {
    guard !settings.disabled.contains(.capMismatch) else { return }
    for source in plan.priced {
      let names = sources[source].schema.numbers
      guard let cap = names.firstIndex(of: .marketCap), let shares = names.firstIndex(of: .shares),
        let close = names.firstIndex(of: .close)
      else { continue }
      for index in work.assets.indices where work.rows[source][index] >= 0 {
        let told = work.number(source, cap, index)
        let product = work.number(source, close, index) * work.number(source, shares, index)
        guard told > 0, product > 0, product < .infinity else { continue }
        let gap = abs(told - product) / max(told, product)
        guard gap > settings.capTolerance else { continue }
        if suspects.contains(source, .close, index) {
          // The close is in doubt already; a cap that moved with it is in doubt, too, and one that did not is not.
          continue
        }
        let isDropped = gap > settings.capDropped
        if isDropped { suspects.insert(source, .marketCap, index) }
        log.add(
          Finding(
            .capMismatch, settings.severity(.capMismatch, isDropped ? .error : .warn), source: Int32(source),
            date: work.date, asset: work.assets[index], field: .marketCap, before: told,
            after: isDropped ? .nan : told, action: isDropped ? .dropped : .kept,
            note: "close times shares is \(product)"))
      }
      for (index, doubt) in work.doubts[source].enumerated() where doubt != 0 {
        guard let field = schema.number(.marketCap),
          let last = carriedNumbers[field].value(work.assets[index], at: day, within: Int32(settings.carryDays))
        else { continue }
        let told = work.number(source, cap, index)
        guard told > 0, abs(PortableMath.log(told / last) - doubt) < 0.05 else { continue }
        suspects.insert(source, .marketCap, index)
      }
    }
  }

  // MARK: Reconciliation

  private func reconciled(
    _ field: Int, _ work: inout DayWork, _ suspects: Suspects, _ log: inout FindingLog
  ) -> [Double] {
    let name = schema.numbers[field]
    let domain = ValueDomain(name)
    let providers = plan.numbers[field]
    let count = work.assets.count
    var columns: [[Double]] = []
    for provider in providers {
      let exchange = name.isMoney ? work.exchange[provider.source] : []
      let rows = work.rows[provider.source]
      let source = work.slices[provider.source].rows.numbers[provider.column]
      var values = [Double](repeating: .nan, count: count)
      for index in 0..<count where rows[index] >= 0 {
        let value = source[Int(rows[index])]
        guard !value.isNaN else { continue }
        guard domain.contains(value) else {
          report(
            .impossibleValue, provider.source, work.date, work.assets[index], name, value,
            "expected \(domain.expectation)", &log)
          continue
        }
        values[index] = exchange.isEmpty ? value : value * exchange[index]
      }
      columns.append(values)
    }
    if let item = plan.itemOfNumber[field] {
      let limit: Int32 = 548
      columns.append(
        work.assets.map { published.value(item: item, asset: $0, at: work.date, withinDays: limit) })
    }
    guard columns.count > 1 else {
      var values = columns.first ?? Array(repeating: .nan, count: count)
      if let provider = providers.first, !suspects.isEmpty {
        for index in 0..<count where values[index].isFinite && suspects.contains(provider.source, name, index) {
          values[index] = .nan
        }
      }
      return values
    }
    var chosen = [Double](repeating: .nan, count: count)
    var gaps: [Double] = []
    for index in 0..<count {
      chosen[index] = reconcile(field, index, columns, &work, suspects, &gaps, &log)
    }
    work.vendorGaps[field] = gaps
    return chosen
  }

  /// One value of several sources' for one asset and field.
  private func reconcile(
    _ field: Int, _ index: Int, _ columns: [[Double]], _ work: inout DayWork, _ suspects: Suspects,
    _ gaps: inout [Double], _ log: inout FindingLog
  ) -> Double {
    let name = schema.numbers[field]
    let providers = plan.numbers[field]
    func source(_ place: Int) -> Int? { place < providers.count ? providers[place].source : nil }
    func passes(_ place: Int) -> Bool { source(place).map { !suspects.contains($0, name, index) } ?? true }
    let tolerance = source(0).flatMap { sources[$0].tolerances[name] } ?? .usual(name)
    // Two vendors that agree are the usual case.
    if columns.count == 2 {
      let (a, b) = (columns[0][index], columns[1][index])
      if a.isFinite, b.isFinite, tolerance.agree(a, b) {
        let scale = max(abs(a), abs(b))
        if scale > 0 { gaps.append(abs(a - b) / scale) }
        return a
      }
      if a.isNaN, b.isNaN { return .nan }
    }
    let places = columns.indices.filter { columns[$0][index].isFinite }
    guard !places.isEmpty else { return .nan }
    var candidates = places.map {
      Reconciliation.Candidate(value: columns[$0][index], rank: $0, passed: passes($0))
    }
    if candidates.count > 1 { findUnitError(field, index, places, &candidates, work, &log) }
    guard let choice = Reconciliation.choose(candidates, tolerance) else { return .nan }
    if candidates.count > 1 { gaps.append(choice.largestGap) }
    let value = candidates[choice.index].value
    for (place, candidate) in zip(places, candidates) where !tolerance.agree(candidate.value, value) {
      log.add(
        Finding(
          .vendorsDisagree, settings.severity(.vendorsDisagree, choice.isUnresolved ? .warn : .info),
          source: source(place).map(Int32.init), date: work.date, asset: work.assets[index], field: name,
          before: candidate.value, after: value, action: .replaced,
          note: choice.isUnresolved ? "unresolved: the priority decides" : ""))
    }
    return value
  }

  /// Marks a value that is off the others by a power of ten or an exchange rate.
  private func findUnitError(
    _ field: Int, _ index: Int, _ places: [Int], _ candidates: inout [Reconciliation.Candidate], _ work: DayWork,
    _ log: inout FindingLog
  ) {
    guard !settings.disabled.contains(.unitError) else { return }
    let name = schema.numbers[field]
    let last = carriedNumbers[field].value(work.assets[index], at: day, within: Int32(settings.fundamentalDays))
    for second in 1..<candidates.count {
      for first in 0..<second {
        let (a, b) = (candidates[first].value, candidates[second].value)
        guard a != 0, b != 0, let factor = unitFactor(b / a) else { continue }
        // What breaks with the asset's own past is wrong; without one the lower priority is.
        var wrong = second
        if let last, last != 0, abs(PortableMath.log(abs(a / last))) > abs(PortableMath.log(abs(b / last))) {
          wrong = first
        }
        candidates[wrong].passed = false
        guard
          let provider = plan.numbers[field].indices.contains(places[wrong]) ? plan.numbers[field][places[wrong]] : nil
        else { continue }
        report(
          .unitError, provider.source, work.date, work.assets[index], name, candidates[wrong].value,
          "another source has \(candidates[wrong == second ? first : second].value), \(factor) times apart", &log)
      }
    }
  }

  /// The power of ten or exchange rate that a ratio is.
  private func unitFactor(_ ratio: Double) -> Double? {
    guard ratio > 0 else { return nil }
    for power in [10.0, 100, 1000, 0.1, 0.01, 0.001] where abs(ratio / power - 1) < settings.unitTolerance {
      return power
    }
    guard let currency else { return nil }
    for code in currencyNames.keys.sorted() {
      guard let name = currencyNames[code], name != currency,
        let (rate, _) = exchangeRates.exchange(from: name, to: currency, at: Int(day)), abs(rate - 1) > 0.05
      else { continue }
      for factor in [rate, 1 / rate] where abs(ratio / factor - 1) < settings.unitTolerance { return factor }
    }
    return nil
  }

  // MARK: Carrying forward

  private mutating func carry(_ field: Int, _ values: inout [Double], _ work: DayWork, _ log: inout FindingLog) {
    let name = schema.numbers[field]
    guard let limit = carryLimit(name) else {
      // Nothing is carried, but the checks of units ask for the value before.
      for (index, asset) in work.assets.enumerated() where values[index].isFinite {
        carriedNumbers[field].set(asset, values[index], day: day)
      }
      return
    }
    let isPublishedOnly = plan.itemOfNumber[field] != nil
    var carried = 0
    for (index, asset) in work.assets.enumerated() {
      if values[index].isFinite {
        carriedNumbers[field].set(asset, values[index], day: day)
      } else if !isPublishedOnly, let value = carriedNumbers[field].value(asset, at: day, within: limit) {
        values[index] = value
        carried += 1
      }
    }
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
    default: FieldName.fundamentals.contains(name) ? Int32(settings.fundamentalDays) : nil
    }
  }

  /// Caps that no source gives are close times shares.
  private func deriveCaps(_ work: inout DayWork) {
    guard let cap = schema.number(.marketCap), plan.numbers[cap].isEmpty, let close = schema.number(.close),
      let shares = schema.number(.shares)
    else { return }
    for index in work.assets.indices {
      let product = work.numbers[close][index] * work.numbers[shares][index]
      if product.isFinite { work.numbers[cap][index] = product }
    }
  }

  /// Assets that are not liabilities and equity.
  private func checkBalances(_ work: DayWork, _ log: inout FindingLog) {
    guard let assets = schema.number(.totalAssets), let equity = schema.number(.bookEquity),
      let liabilities = schema.number("total_liabilities"), !settings.disabled.contains(.balanceSheet)
    else { return }
    for index in work.assets.indices {
      let total = work.numbers[assets][index]
      let sum = work.numbers[liabilities][index] + work.numbers[equity][index]
      guard total > 0, sum.isFinite, abs(total - sum) > settings.balanceTolerance * total else { continue }
      log.add(
        Finding(
          .balanceSheet, settings.severity(.balanceSheet, .warn), date: work.date, asset: work.assets[index],
          field: .totalAssets, before: total, after: total, action: .kept,
          note: "liabilities and equity are \(sum)"))
    }
  }
}
