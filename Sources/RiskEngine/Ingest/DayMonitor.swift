/// What the dates before were like as a whole, so that an unlike one is seen.
struct DayMonitor: SavedState {
  private var lastAssets: [Int32] = []
  /// For each field the fractions of missing values of the latest dates, the oldest first.
  private var missing: [[Double]]
  /// The median absolute returns of the latest dates, the oldest first.
  private var medians: [Double] = []
  /// The numbers of rows of the latest trading days, the oldest first.
  private var rowCounts: [Double] = []

  /// Makes a monitor of some fields that has seen nothing.
  init(fieldCount: Int) {
    missing = Array(repeating: [], count: fieldCount)
  }

  /// Whether so many rows are those of a trading day.
  func isTradingDay(rowCount: Int, _ settings: CheckSettings) -> Bool {
    guard rowCount > 0 else { return false }
    guard !rowCounts.isEmpty else { return true }
    return Double(rowCount) >= settings.tradingDayShare * Quantile.interpolated(0.5, ofSorted: rowCounts.sorted())
  }

  /// Takes in a trading day and tells what is unlike the dates before.
  ///
  /// - Parameters:
  ///   - missing: for each field the fraction of missing values.
  ///   - ranks: the order of asset codes by their ids.
  mutating func take(
    _ day: MarketDay, rowCount: Int, fields: [FieldName], missing fractions: [Double], settings: CheckSettings,
    ranks: [Int32], report: (Finding) -> Void
  ) {
    Self.push(Double(rowCount), to: &rowCounts, limit: settings.missingWindow)
    compareAssets(day, settings, ranks, report)
    let count = Double(max(day.count, 1))
    for (field, fraction) in fractions.enumerated() {
      compareMissing(field, fraction, count, day.date, fields, settings, report)
      Self.push(fraction, to: &missing[field], limit: settings.missingWindow)
    }
    compareReturns(day, settings, report)
    lastAssets = day.assets
  }

  private func compareAssets(
    _ day: MarketDay, _ settings: CheckSettings, _ ranks: [Int32], _ report: (Finding) -> Void
  ) {
    guard !lastAssets.isEmpty, !settings.disabled.contains(.universeDrift) else { return }
    var common = 0
    var next = 0
    for asset in day.assets {
      while next < lastAssets.count, ranks[Int(lastAssets[next])] < ranks[Int(asset)] { next += 1 }
      if next < lastAssets.count, lastAssets[next] == asset { common += 1 }
    }
    let changed = day.count + lastAssets.count - 2 * common
    let share = Double(changed) / Double(lastAssets.count)
    guard share > settings.driftWarned, changed >= settings.driftMinimumAssets else { return }
    let severity =
      share > settings.driftFatal ? settings.severity(.universeDrift, .fatal) : settings.severity(.universeDrift, .warn)
    report(
      Finding(
        .universeDrift, severity, date: day.date, before: Double(lastAssets.count), after: Double(day.count),
        action: severity == .fatal ? .stopped : .kept,
        note: "\(day.count - common) assets came and \(lastAssets.count - common) went"))
  }

  private func compareMissing(
    _ field: Int, _ fraction: Double, _ count: Double, _ date: CalendarDate, _ fields: [FieldName],
    _ settings: CheckSettings, _ report: (Finding) -> Void
  ) {
    let past = missing[field]
    guard past.count == settings.missingWindow, !settings.disabled.contains(.missingDrift) else { return }
    let usual = past.reduce(0, +) / Double(past.count)
    let change = abs(fraction - usual)
    // In a small market a few values are a large fraction, and tell of nothing.
    guard change > 5 * (usual * (1 - usual) / count).squareRoot() + 0.005, change * count > 3 else { return }
    let severity =
      change > settings.missingFatal
      ? settings.severity(.missingDrift, .fatal) : settings.severity(.missingDrift, .warn)
    report(
      Finding(
        .missingDrift, severity, date: date, field: fields[field], before: usual, after: fraction,
        action: severity == .fatal ? .stopped : .kept, note: "fraction of missing values: usual, and of the date"))
  }

  private mutating func compareReturns(_ day: MarketDay, _ settings: CheckSettings, _ report: (Finding) -> Void) {
    let returns = day.totalReturns.filter(\.isFinite)
    guard returns.count > 1 else { return }
    let isDisabled = settings.disabled.contains(.unusualDay)
    if returns.count >= 10, let first = returns.first, returns.allSatisfy({ $0 == first }) {
      let severity = settings.severity(.unusualDay, .fatal)
      guard !isDisabled else { return }
      report(
        Finding(
          .unusualDay, severity, date: day.date, field: .return, before: first, after: first,
          action: severity == .fatal ? .stopped : .kept, note: "all \(returns.count) returns are the same"))
      return
    }
    let median = Quantile.interpolated(0.5, ofSorted: returns.map(abs).sorted())
    if medians.count >= settings.missingWindow, !isDisabled {
      let usual = Quantile.interpolated(0.5, ofSorted: medians.sorted())
      if usual > 0, median > settings.unusualMultiple * usual {
        report(
          Finding(
            .unusualDay, settings.severity(.unusualDay, .warn), date: day.date, field: .return, before: usual,
            after: median, action: .kept, note: "median absolute return: usual, and of the date"))
      }
    }
    Self.push(median, to: &medians, limit: settings.unusualWindow)
  }

  private static func push(_ value: Double, to values: inout [Double], limit: Int) {
    if values.count == limit { values.removeFirst() }
    values.append(value)
  }

  func save(to writer: inout StateWriter) {
    writer.write(lastAssets)
    writer.write(missing.count)
    for values in missing { writer.write(values) }
    writer.write(medians)
    writer.write(rowCounts)
  }

  init(from reader: inout StateReader) throws(StateError) {
    lastAssets = try reader.readInt32s()
    missing = []
    for _ in 0..<(try reader.readInt()) { missing.append(try reader.readDoubles()) }
    medians = try reader.readDoubles()
    rowCounts = try reader.readDoubles()
  }
}
