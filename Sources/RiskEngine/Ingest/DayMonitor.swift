/// What the dates before were like as a whole, so that an unlike one is seen.
struct DayMonitor: SavedState {
  /// The number of fields.
  var fieldCount: Int { missing.count - 2 }

  private var lastAssets: [Int32] = []
  /// For each field, then rows, then returns, the fractions of missing ones of the latest dates, the oldest first.
  private var missing: [[Double]]
  /// The median absolute returns of the latest dates, the oldest first.
  private var medians: [Double] = []
  /// The numbers of rows of the latest trading days, the oldest first.
  private var rowCounts: [Double] = []

  /// Makes a monitor of some fields that has seen nothing.
  init(fieldCount: Int) {
    missing = Array(repeating: [], count: fieldCount + 2)
  }

  /// Whether so many rows are those of a trading day.
  func isTradingDay(rowCount: Int, _ settings: CheckSettings) -> Bool {
    guard rowCount > 0 else { return false }
    guard !rowCounts.isEmpty else { return true }
    return Double(rowCount) >= settings.tradingDayShare * Quantile.interpolated(0.5, ofSorted: rowCounts.sorted())
  }

  /// What of something was missing on a date.
  struct Missing {
    var field: FieldName
    /// The assets that it could be missing of.
    var count: Int
    var fraction: Double
  }

  /// Takes in a trading day and tells what is unlike the dates before.
  ///
  /// - Parameters:
  ///   - missing: for each field, then rows, then returns, what was missing.
  ///   - ranks: the order of asset codes by their ids.
  mutating func take(
    _ day: MarketDay, rowCount: Int, missing fractions: [Missing], settings: CheckSettings, ranks: [Int32],
    report: (Finding) -> Void
  ) {
    precondition(fractions.count == missing.count, "\(fractions.count) fractions of \(missing.count)")
    Self.push(Double(rowCount), to: &rowCounts, limit: settings.missingWindow)
    compareAssets(day, settings, ranks, report)
    for (place, found) in fractions.enumerated() where found.count > 0 {
      compareMissing(place, found, day.date, settings, report)
      Self.push(found.fraction, to: &missing[place], limit: settings.missingWindow)
    }
    compareReturns(day, settings, report)
    lastAssets = day.assets
  }

  private func compareAssets(
    _ day: MarketDay, _ settings: CheckSettings, _ ranks: [Int32], _ report: (Finding) -> Void
  ) {
    guard !lastAssets.isEmpty, settings.makes(.universeDrift) else { return }
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
    _ place: Int, _ found: Missing, _ date: CalendarDate, _ settings: CheckSettings, _ report: (Finding) -> Void
  ) {
    let past = missing[place]
    guard past.count == settings.missingWindow, settings.makes(.missingDrift) else { return }
    let usual = past.reduce(0, +) / Double(past.count)
    let count = Double(found.count)
    let change = abs(found.fraction - usual)
    guard change > 5 * (usual * (1 - usual) / count).squareRoot() + 0.005,
      (change * count).rounded() >= Double(settings.driftMinimumAssets)
    else { return }
    let severity =
      change > settings.missingFatal
      ? settings.severity(.missingDrift, .fatal) : settings.severity(.missingDrift, .warn)
    report(
      Finding(
        .missingDrift, severity, date: date, field: found.field, before: usual, after: found.fraction,
        action: severity == .fatal ? .stopped : .kept, note: "fraction missing: usual, and of the date"))
  }

  private mutating func compareReturns(_ day: MarketDay, _ settings: CheckSettings, _ report: (Finding) -> Void) {
    let returns = day.totalReturns.filter(\.isFinite)
    guard returns.count > 1 else { return }
    let isMade = settings.makes(.unusualDay)
    if returns.count >= 10, let first = returns.first, returns.allSatisfy({ $0 == first }) {
      let severity = settings.severity(.unusualDay, .fatal)
      guard isMade else { return }
      report(
        Finding(
          .unusualDay, severity, date: day.date, field: .return, before: first, after: first,
          action: severity == .fatal ? .stopped : .kept, note: "all \(returns.count) returns are the same"))
      return
    }
    var statistics = OrderStatistics()
    let sizes = returns.map(abs)
    let median = statistics.quantile(0.5, of: sizes.span)
    if medians.count >= settings.missingWindow, isMade {
      let usual = statistics.quantile(0.5, of: medians.span)
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
    for _ in 0..<(try reader.readInt(in: 0..<1_000_000, "a number of fields")) {
      missing.append(try reader.readDoubles())
    }
    medians = try reader.readDoubles()
    rowCounts = try reader.readDoubles()
  }
}
