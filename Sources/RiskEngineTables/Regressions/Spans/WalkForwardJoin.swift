public import ModelStore
internal import RiskEngine

/// Joins the spans of a walk forward: the variances that each starts from in the next sweep.
public struct WalkForwardJoin: Sendable {
  /// What is joined.
  public enum Sweep: Sendable {
    /// Nothing yet: a file with the variances before the first span, and the number of periods of each.
    case first(variances: String, lengths: [Int])
    /// Files with the starts of all spans, and where all but the last ended.
    case next(starts: String, ends: String)
  }

  /// What is joined.
  public var sweep: Sweep

  /// Makes a join.
  public init(_ sweep: Sweep) {
    self.sweep = sweep
  }

  /// How far a sweep moved the starts.
  public struct Result: Sendable, Encodable {
    /// For each span the largest `|ln v' − ln v|` of its start: 0 where it is the same bit for bit, null where it has
    /// no bound.
    public var changes: [Double?]
  }

  /// Runs the join: writes `variances.feather`, the starts of all spans.
  ///
  /// - Throws: `TableError`, `SpanTableError`, `StoreError`.
  public func run(output: OutputFolder) throws -> Result {
    let path = output.stagingPath(of: SpanJob.variancesTable)
    var changes = [Double?]()
    switch sweep {
    case .first(let variances, let lengths):
      let before =
        try IdioVarianceTable.read(path: variances).first ?? IdioVarianceTable(assets: IdentifierTable())
      let starts = WalkForwardSweep.firstStarts(before.state, lengths: lengths)
      changes = Array(repeating: nil, count: lengths.count)
      try IdioVarianceTable.write(starts.map { IdioVarianceTable($0, assets: before.assets) }, to: path)
    case .next(let starts, let ends):
      let old = try IdioVarianceTable.read(path: starts)
      let found = try IdioVarianceTable.read(path: ends)
      guard found.count == old.count || found.count == old.count - 1 else {
        throw SpanTableError.differentSpans(path: ends, found: found.count, expected: old.count)
      }
      // Spans meet assets that their starts do not know.
      let assets = found[0].assets
      var places = [Int32]()
      for text in old[0].assets.texts {
        guard let code = assets.existingCode(of: text) else {
          throw SpanTableError.missingAsset(path: ends, asset: text)
        }
        places.append(code)
      }
      let states = old.map { table in
        var moved = IdioVarianceTable(assets: assets)
        for (asset, place) in places.enumerated() {
          moved.variances[Int(place)] = table.variances[asset]
          moved.observationCounts[Int(place)] = table.observationCounts[asset]
          moved.lastPeriods[Int(place)] = table.lastPeriods[asset]
        }
        moved.periodCount = table.periodCount
        return moved.state
      }
      let next = WalkForwardSweep.next(
        from: states, to: found.map { WalkForwardSpan.End(state: $0.state, slopes: $0.slopes) })
      changes = next.changes.map { $0.isFinite ? $0 : nil }
      try IdioVarianceTable.write(next.states.map { IdioVarianceTable($0, assets: assets) }, to: path)
    }
    try output.commit()
    return Result(changes: changes)
  }
}
