public import RiskEngine

/// Idio variances by asset on their way between processes: one table for each span, several in a file.
///
/// Rows of a span: `span, asset, variance, weight_variance, observation_count, last_period, change, slope, period_count`.
public struct IdioVarianceTable: Sendable {
  /// The assets; the arrays are by their codes.
  public var assets: IdentifierTable
  /// `v`, as a fraction squared per period; `nan` where it is not known.
  public var variances: [Double]
  /// The copy of it, floored and shrunk, whose inverse is the weight.
  public var weightVariances: [Double]
  /// The number of observations.
  public var observationCounts: [Int32]
  /// The last period in which the asset had an idio return, or -1.
  public var lastPeriods: [Int32]
  /// `|ln v' − ln v|` of the last pass.
  public var changes: [Double]
  /// How the end of a span moves with its start.
  public var slopes: [Double]
  /// The number of periods so far.
  public var periodCount: Int

  /// Makes a table in which nothing is known of some assets.
  init(assets: IdentifierTable) {
    self.assets = assets
    variances = Array(repeating: .nan, count: assets.count)
    weightVariances = variances
    observationCounts = Array(repeating: 0, count: assets.count)
    lastPeriods = Array(repeating: -1, count: assets.count)
    changes = variances
    slopes = Array(repeating: 0, count: assets.count)
    periodCount = 0
  }

  /// Makes the table of a state.
  init(_ state: IdioVarianceState, assets: IdentifierTable, slopes: [Double] = []) {
    self.init(assets: assets)
    let count = min(state.variances.count, assets.count)
    variances.replaceSubrange(0..<count, with: state.variances[..<count])
    observationCounts.replaceSubrange(0..<count, with: state.observationCounts[..<count])
    lastPeriods.replaceSubrange(0..<count, with: state.lastPeriods[..<count])
    self.slopes.replaceSubrange(0..<min(slopes.count, assets.count), with: slopes.prefix(assets.count))
    periodCount = state.periodCount
  }

  /// The state of a walk.
  var state: IdioVarianceState {
    IdioVarianceState(
      variances: variances, lastPeriods: lastPeriods, observationCounts: observationCounts, periodCount: periodCount)
  }

  /// The tables of a file, in the order of their spans; all of them have the same assets.
  ///
  /// - Throws: `TableError`, `SpanTableError`.
  public static func read(path: String) throws -> [IdioVarianceTable] {
    var assets = IdentifierTable()
    let rows = try SpanTable(
      path: path,
      numbers: [
        "span", "variance", "weight_variance", "observation_count", "last_period", "change", "slope", "period_count",
      ], assets: &assets)
    let most = Int(Int32.max)
    let spans = try rows.whole("span", in: 0...max(0, rows.assets.count - 1))
    let counts = try rows.whole("observation_count", in: 0...most)
    let lastPeriods = try rows.whole("last_period", in: -1...most)
    let periodCounts = try rows.whole("period_count", in: 0...most)
    let numbers = (
      variances: rows["variance"], weights: rows["weight_variance"], changes: rows["change"], slopes: rows["slope"]
    )
    var tables = [IdioVarianceTable](
      repeating: IdioVarianceTable(assets: assets), count: (spans.max() ?? 0) + 1)
    for (row, code) in rows.assets.enumerated() {
      let (span, asset) = (spans[row], Int(code))
      tables[span].variances[asset] = numbers.variances[row]
      tables[span].weightVariances[asset] = numbers.weights[row]
      tables[span].observationCounts[asset] = Int32(counts[row])
      tables[span].lastPeriods[asset] = Int32(lastPeriods[row])
      tables[span].changes[asset] = numbers.changes[row]
      tables[span].slopes[asset] = numbers.slopes[row]
      tables[span].periodCount = periodCounts[row]
    }
    return tables
  }

  /// Writes tables to a file.
  ///
  /// - Throws: `TableError`.
  static func write(_ tables: [IdioVarianceTable], to path: String) throws(TableError) {
    let writer = try TableWriter(
      path: path,
      columns: [
        OutputColumn("span", .int32), .text("asset"), OutputColumn("variance", .number),
        OutputColumn("weight_variance", .number), OutputColumn("observation_count", .int32),
        OutputColumn("last_period", .int32), OutputColumn("change", .number), OutputColumn("slope", .number),
        OutputColumn("period_count", .int64),
      ])
    for (span, table) in tables.enumerated() where table.assets.count > 0 {
      let count = table.assets.count
      try writer.append([
        .int32(Array(repeating: Int32(span), count: count)),
        .identifiers(Array(0..<Int32(count)), of: table.assets), .numbers(table.variances),
        .numbers(table.weightVariances), .int32(table.observationCounts), .int32(table.lastPeriods),
        .numbers(table.changes), .numbers(table.slopes),
        .int64(Array(repeating: Int64(table.periodCount), count: count)),
      ])
    }
    try writer.close()
  }
}
