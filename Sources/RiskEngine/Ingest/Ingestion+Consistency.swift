/// Checks of one number against others: caps, and balance sheets.
extension Ingestion {
  // MARK: Capitalizations

  /// A cap that is not close times shares.
  struct CapGap {
    var source: Int
    var index: Int
    /// Both in the market's currency.
    var told: Double
    var product: Double
    var isDoubted: Bool
  }

  /// A column of a source, or, of one that does not have it, that of the first source that does; in the market's
  /// currency.
  private func converted(_ field: FieldName, for source: Int, _ work: DayWork) -> (source: Int, values: [Double])? {
    let provider =
      sources[source].schema.numbers.contains(field)
      ? source : plan.daily.first { sources[$0].schema.numbers.contains(field) }
    guard let provider, let column = sources[provider].schema.numbers.firstIndex(of: field) else { return nil }
    var values = work.column(provider, column)
    if field.isMoney, !work.exchange[provider].isEmpty {
      for index in values.indices { values[index] *= work.exchange[provider][index] }
    }
    return (provider, values)
  }

  /// Caps that are not close times shares, and those that moved with a close in doubt.
  func checkCaps(_ work: DayWork, _ suspects: inout Suspects) -> [CapGap] {
    var found: [CapGap] = []
    guard let field = schema.number(.marketCap) else { return found }
    for source in plan.daily where sources[source].schema.numbers.contains(.marketCap) {
      guard let (_, caps) = converted(.marketCap, for: source, work),
        let (priced, closes) = converted(.close, for: source, work)
      else { continue }
      if settings.makes(.capMismatch), let (_, shares) = converted(.shares, for: source, work) {
        // A close in doubt tells nothing of a cap.
        let doubtful = suspects.places(priced, .close)
        for index in work.assets.indices {
          let told = caps[index]
          let product = closes[index] * shares[index]
          guard told > 0, told < .infinity, product > 0, product < .infinity else { continue }
          let gap = abs(told - product) / max(told, product)
          guard gap > settings.capTolerance, !doubtful.contains(index) else { continue }
          let isDoubted = gap > settings.capDropped && settings.drops(.capMismatch)
          if isDoubted { suspects.insert(source, .marketCap, index) }
          found.append(CapGap(source: source, index: index, told: told, product: product, isDoubted: isDoubted))
        }
      }
      for (index, doubt) in work.doubts[priced].enumerated() where doubt != 0 {
        guard let last = carriedNumbers[field].value(work.assets[index], at: day, within: Int32(settings.carryDays)),
          caps[index] > 0, abs(PortableMath.log(caps[index] / last) - doubt) < 0.05
        else { continue }
        suspects.insert(source, .marketCap, index)
      }
    }
    return found
  }

  /// Reports caps that are not close times shares, with what became of them.
  func report(_ gaps: [CapGap], _ chosen: [Double], _ work: DayWork, _ log: inout FindingLog) {
    for gap in gaps {
      let tolerance = sources[gap.source].tolerances[.marketCap] ?? .usual(.marketCap)
      let value = chosen[gap.index]
      let isKept = !gap.isDoubted || tolerance.agree(value, gap.told)
      log.add(
        Finding(
          .capMismatch, settings.severity(.capMismatch, isKept ? .warn : .error), source: Int32(gap.source),
          date: work.date, asset: work.assets[gap.index], field: .marketCap, before: gap.told, after: value,
          action: isKept ? .kept : value.isNaN ? .dropped : .replaced,
          note: "close times shares is \(gap.product)"
            + (isKept && gap.isDoubted ? "; confirmed by another source" : "")))
    }
  }

  /// Caps that no source gives are close times shares.
  func deriveCaps(_ work: inout DayWork) {
    guard let cap = schema.number(.marketCap), plan.numbers[cap].isEmpty, let close = schema.number(.close),
      let shares = schema.number(.shares)
    else { return }
    for index in work.assets.indices {
      let product = work.numbers[close][index] * work.numbers[shares][index]
      if product.isFinite { work.numbers[cap][index] = product }
    }
  }

  // MARK: Balance sheets

  /// Where the numbers of a balance sheet are.
  struct BalanceFields {
    var assets: Int
    var liabilities: Int
    var equity: Int

    init?(_ schema: MarketSchema) {
      guard let assets = schema.number(.totalAssets), let equity = schema.number(.bookEquity),
        let liabilities = schema.number(.totalLiabilities)
      else { return nil }
      (self.assets, self.liabilities, self.equity) = (assets, liabilities, equity)
    }

    /// What was known of an asset up to now.
    func known(_ asset: Int32, _ ingestion: Ingestion) -> [Double] {
      [assets, liabilities, equity].map {
        ingestion.carriedNumbers[$0].value(asset, at: ingestion.day, within: .max) ?? .nan
      }
    }
  }

  /// Assets that are not liabilities and equity, on the date on which they became known.
  func checkBalances(_ work: DayWork, before: [[Double]]?, _ log: inout FindingLog) {
    guard settings.makes(.balanceSheet), let fields = BalanceFields(schema), let before else { return }
    for index in work.assets.indices {
      let total = work.numbers[fields.assets][index]
      let liabilities = work.numbers[fields.liabilities][index]
      let equity = work.numbers[fields.equity][index]
      let sum = liabilities + equity
      guard total > 0, sum.isFinite, abs(total - sum) > settings.balanceTolerance * total,
        before[index] != [total, liabilities, equity]
      else { continue }
      log.add(
        Finding(
          .balanceSheet, settings.severity(.balanceSheet, .warn), date: work.date, asset: work.assets[index],
          field: .totalAssets, before: total, after: total, action: .kept,
          note: "liabilities and equity are \(sum)"))
    }
  }
}
