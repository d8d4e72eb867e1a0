internal import RiskEngine

/// Sums of squared idio returns on their way between processes: the parts of a pass, in date order.
///
/// Rows of a part: `part, asset, squares, divisors, count, last_period, last_cap`, one for each asset seen in it; the
/// numbers of its periods are told apart from the file.
enum IdioSumsTable {
  /// Writes parts.
  static func write(_ parts: [IdioSumsPart], assets: IdentifierTable, to path: String) throws(TableError) {
    let writer = try TableWriter(
      path: path,
      columns: [
        OutputColumn("part", .int32), .text("asset"), OutputColumn("squares", .number),
        OutputColumn("divisors", .number), OutputColumn("count", .int32), OutputColumn("last_period", .int32),
        OutputColumn("last_cap", .number),
      ])
    for (number, part) in parts.enumerated() {
      let seen = part.counts.indices.filter { !part.lastCaps[$0].isNaN }
      guard !seen.isEmpty else { continue }
      try writer.append([
        .int32(Array(repeating: Int32(number), count: seen.count)),
        .identifiers(seen.map { Int32($0) }, of: assets), .numbers(seen.map { part.squares[$0] }),
        .numbers(seen.map { part.divisors[$0] }), .int32(seen.map { part.counts[$0] }),
        .int32(seen.map { part.lastPeriods[$0] }), .numbers(seen.map { part.lastCaps[$0] }),
      ])
    }
    try writer.close()
  }

  /// Adds up the parts of a file.
  ///
  /// - Parameters:
  ///   - assets: the assets that have codes already; those of the file are added.
  ///   - counts: for each part of the pass the numbers of its periods; parts without rows have no estimate.
  static func sum(
    path: String, assets: inout IdentifierTable, counts: [IdioSumsCounts]
  ) throws -> IdioSums {
    let table = try SpanTable(
      path: path, numbers: ["part", "squares", "divisors", "count", "last_period", "last_cap"], assets: &assets)
    let parts = try table.whole("part", in: 0...max(0, counts.count - 1))
    let observationCounts = try table.whole("count", in: 0...IdioSumsPart.length)
    let periods = try table.whole("last_period", in: -1...IdioSumsPart.length - 1)
    let (allSquares, allDivisors, allCaps) = (table["squares"], table["divisors"], table["last_cap"])
    var rows = counts.map { _ in [Int]() }
    for (row, part) in parts.enumerated() { rows[part].append(row) }
    var sums = IdioSums()
    for (part, count) in counts.enumerated() {
      var squares = [Double](repeating: 0, count: assets.count)
      var divisors = squares
      var observations = [Int32](repeating: 0, count: assets.count)
      var lastPeriods = [Int32](repeating: -1, count: assets.count)
      var lastCaps = [Double](repeating: .nan, count: assets.count)
      for row in rows[part] {
        let asset = Int(table.assets[row])
        squares[asset] = allSquares[row]
        divisors[asset] = allDivisors[row]
        observations[asset] = Int32(observationCounts[row])
        lastPeriods[asset] = Int32(periods[row])
        lastCaps[asset] = allCaps[row]
      }
      sums.add(
        IdioSumsPart(
          squares: squares, divisors: divisors, counts: observations, lastPeriods: lastPeriods, lastCaps: lastCaps,
          periodCount: count.periods, skippedPeriods: [], guardedCount: count.guarded))
    }
    return sums
  }
}

/// The numbers of the periods of a part of a pass.
public struct IdioSumsCounts: Sendable, Codable {
  /// The periods that were estimated.
  public var periods: Int
  /// Those that were not.
  public var skipped: Int
  /// The observations left out for their leverage.
  public var guarded: Int

  /// Makes counts.
  init(periods: Int, skipped: Int, guarded: Int) {
    self.periods = periods
    self.skipped = skipped
    self.guarded = guarded
  }

  /// Counts a part.
  init(_ part: IdioSumsPart) {
    periods = part.periodCount
    skipped = part.skippedPeriods.count
    guarded = part.guardedCount
  }
}
