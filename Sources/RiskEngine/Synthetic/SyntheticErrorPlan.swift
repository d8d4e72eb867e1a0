/// Chooses the errors that vendors make on one asset over a block of periods.
///
/// An error begins and ends within the block, between two days that are right. So that each can be found by itself,
/// errors of one vendor on one asset are 30 periods apart, and none is near an action that would explain it.
struct SyntheticErrorPlan: Sendable {
  /// Periods between the end of an error and the beginning of the next of the same vendor and asset.
  static let spacing = 30

  /// For each vendor the kinds with their cumulative thresholds, on Fridays and on other days.
  private let thresholds: [[[(kind: SyntheticVendorError, limit: UInt64)]]]
  private let hasIndustries: Bool
  private let detail: RandomStream

  /// Prepares the errors of a market.
  init(_ configuration: SyntheticConfiguration) {
    let vendors = configuration.vendors
    hasIndustries = configuration.industryCount > 0
    detail = SyntheticStream.vendorErrorDetail.stream(seed: configuration.seed)
    let industries = hasIndustries
    thresholds = [1, vendors.secondVendorShare].map { share in
      [false, true].map { isFriday in
        var sum = 0.0
        var limits: [(SyntheticVendorError, UInt64)] = []
        for kind in SyntheticVendorError.daily {
          if !industries && kind.check == .classification { continue }
          var rate = (vendors.errorRates[kind] ?? 0) * share
          // A row on a Saturday follows a Friday's, a fifth of all days.
          if kind == .nonTradingDate { rate *= isFriday ? 5 : 0 }
          sum += rate / (1000 * Double(configuration.periodsPerYear))
          limits.append((kind, UInt64(sum * 0x1p32)))
        }
        return limits
      }
    }
  }

  /// The errors on an asset, in order of time for each vendor.
  ///
  /// - Parameters:
  ///   - path: its true prices; the state learns when the next errors may begin.
  ///   - firstPeriod: the period of the first row.
  ///   - fridayPhase: the period, modulo 5, of Fridays.
  ///   - exchange: the units of currency for one of the other, at each place of the path.
  func errors(
    asset: Int32, path: inout SyntheticPricePath, trading: SyntheticTrading, firstPeriod: Int, fridayPhase: Int,
    actions: SyntheticActions, exchange: (Int) -> Double
  ) -> [SyntheticInjection] {
    var errors: [SyntheticInjection] = []
    for place in path.rows.indices where path.isUnadjusted[place] {
      for vendor in 0..<2 {
        errors.append(
          SyntheticInjection(
            kind: .unadjustedSplit, vendor: vendor, row: path.rows[place],
            cells: [.init(row: path.rows[place], field: "ratio", trueValue: path.ratio[place], reportedValue: .nan)]))
      }
    }
    for vendor in 0..<2 {
      var freeFrom = Int(path.state.freeFrom[vendor])
      for place in stride(from: 1, to: path.rows.count - 1, by: 1) {
        let period = firstPeriod + place
        if path.isUnadjusted[place] { freeFrom = max(freeFrom, period + 1 + Self.spacing) }
        guard period >= freeFrom else { continue }
        let word = UInt64(actions.words(asset, period)[2 + vendor])
        let kinds = thresholds[vendor][period % 5 == fridayPhase ? 1 : 0]
        guard let kind = kinds.first(where: { word < $0.limit })?.kind else { continue }
        let uniform = detail.uniform(draw: 2 + vendor, id: UInt32(asset), date: UInt32(period))
        // Only a stale run lasts longer than a day.
        let count = kind == .staleRun ? 10 + Int(uniform * 6) : 1
        guard suits(kind, place..<place + count, path, firstPeriod) else { continue }
        errors.append(
          injection(kind, vendor, place..<place + count, uniform, path, trading, exchange: exchange(place)))
        freeFrom = period + count + Self.spacing
      }
      path.state.freeFrom[vendor] = Int32(freeFrom)
    }
    return errors
  }

  /// Whether an error at some places can be told from what is right around it.
  private func suits(
    _ kind: SyntheticVendorError, _ places: Range<Int>, _ path: SyntheticPricePath, _ firstPeriod: Int
  ) -> Bool {
    guard places.lowerBound >= 1, places.upperBound < path.rows.count,
      (places.lowerBound - 1...places.upperBound).allSatisfy({ path.isShown[$0] }),
      path.previousClose[places.lowerBound].isFinite
    else { return false }
    // No action at the edges, where prices break, and no split anywhere near.
    for edge in [places.lowerBound - 1, places.lowerBound, places.upperBound, places.upperBound - 1]
    where path.dividend[edge] != 0 { return false }
    let nearSplit = max(0, places.lowerBound - 6)..<min(path.rows.count, places.upperBound + 6)
    guard nearSplit.allSatisfy({ path.ratio[$0] == 1 }) else { return false }
    let afterwards = places.lowerBound..<min(path.rows.count, places.upperBound + Self.spacing)
    guard afterwards.allSatisfy({ !path.isUnadjusted[$0] }) else { return false }
    if kind == .spike {
      // What is to be taken back the next day must not be hidden by the two days' own return.
      let move = PortableMath.log(path.close[places.upperBound] / path.close[places.lowerBound - 1])
      let day = PortableMath.log(path.close[places.lowerBound] / path.close[places.lowerBound - 1])
      return abs(move) < 0.045 && abs(day) < 0.1
    }
    return true
  }

  /// The error with its cells.
  private func injection(
    _ kind: SyntheticVendorError, _ vendor: Int, _ places: Range<Int>, _ uniform: Double, _ path: SyntheticPricePath,
    _ trading: SyntheticTrading, exchange: Double
  ) -> SyntheticInjection {
    let place = places.lowerBound
    let row = path.rows[place]
    var error = SyntheticInjection(kind: kind, vendor: vendor, row: row)
    func cell(_ place: Int, _ field: FieldName, _ trueValue: Double, _ reportedValue: Double) {
      error.cells.append(
        .init(row: path.rows[place], field: field, trueValue: trueValue, reportedValue: reportedValue))
    }
    /// The prices of a day, and what the vendor makes of them.
    func prices(_ place: Int, close: Double, open: Double, high: Double, low: Double) {
      cell(place, .close, path.close[place], close)
      if open != trading.open[place] { cell(place, .open, trading.open[place], open) }
      if high != trading.high[place] { cell(place, .high, trading.high[place], high) }
      if low != trading.low[place] { cell(place, .low, trading.low[place], low) }
      cell(place, .marketCap, trading.cap[place], close * trading.shares[place])
    }
    /// The returns that follow from closes of some days.
    func returns(_ closes: [Double]) {
      for step in 0...closes.count {
        let place = places.lowerBound + step
        let before = step == 0 ? path.previousClose[place] : closes[step - 1]
        let close = step < closes.count ? closes[step] : path.close[place]
        cell(
          place, .return, path.told[place], SyntheticPricePath.simpleReturn(close, after: before, path.effects[place]))
      }
    }
    func scaled(_ factor: Double) {
      prices(
        place, close: path.close[place] * factor, open: trading.open[place] * factor,
        high: trading.high[place] * factor, low: trading.low[place] * factor)
      returns([path.close[place] * factor])
    }
    switch kind {
    case .priceScale: scaled(uniform < 0.5 ? 100 : 0.01)
    case .wrongCurrency: scaled(1 / exchange)
    case .staleRun:
      let stale = path.close[place - 1]
      for place in places { prices(place, close: stale, open: stale, high: stale, low: stale) }
      returns(Array(repeating: stale, count: places.count))
    case .spike:
      let close = path.close[place] * (uniform < 0.5 ? 1.6 : 0.6)
      prices(
        place, close: close, open: trading.open[place], high: max(trading.high[place], close),
        low: min(trading.low[place], close))
      returns([close])
    case .conflictingRows: cell(place, .close, path.close[place], path.close[place] * 1.03)
    case .negativeVolume: cell(place, .volume, trading.volume[place], -trading.volume[place])
    case .highBelowLow:
      cell(place, .high, trading.high[place], trading.low[place])
      cell(place, .low, trading.low[place], trading.high[place])
    case .unknownIndustry, .blankIndustry: cell(place, .industry, .nan, .nan)
    case .wrongReturn: cell(place, .return, path.told[place], path.told[place] + (uniform < 0.5 ? 0.05 : -0.05))
    case .wrongCap: cell(place, .marketCap, trading.cap[place], 2 * trading.cap[place])
    case .duplicateRow, .nonTradingDate, .unadjustedSplit, .lookAhead: break
    }
    return error
  }
}
