internal import RiskEngine

/// The tables of the idio variances that weighted the regressions.
struct IdioTables {
  /// The iterated estimate, a row an asset.
  static let variances = "idio_variances"
  /// The passes of the iteration.
  static let convergence = "convergence"
  /// The variances after the last period of a walk forward, a row an asset.
  static let lastVariances = "last_idio_variances"

  let assets: IdentifierTable
  let assetStorage: IdentifierStorage

  /// Writes the iterated estimate: assets that never had an idio return are left out, as are those that came later.
  func writeVariances(
    _ variances: [Double], weightVariances: [Double], observationCounts: [Int32],
    verdicts: [IdioVarianceEstimate.Verdict], to path: String
  ) throws(TableError) {
    let writer = try TableWriter(
      path: path,
      columns: [
        OutputColumn("asset", .identifier(assetStorage)), OutputColumn("idio_variance", .number),
        OutputColumn("weight_variance", .number), OutputColumn("observation_count", .int64),
        .text("verdict"), OutputColumn("change", .number),
      ])
    let rows = rows { $0 < variances.count && !variances[$0].isNaN }
    var names = IdentifierTable()
    try writer.append([
      .identifiers(rows.map { Int32($0) }, of: assets), .numbers(rows.map { variances[$0] }),
      .numbers(rows.map { weightVariances[$0] }), .int64(rows.map { Int64(observationCounts[$0]) }),
      .identifiers(rows.map { names.code(for: Self.word(verdicts[$0])) }, of: names),
      .finite(rows.map { if case .notConverged(let change) = verdicts[$0] { change } else { .nan } }),
    ])
    try writer.close()
  }

  /// Writes the passes.
  func writeConvergence(_ log: [ConvergenceStep], to path: String) throws(TableError) {
    let writer = try TableWriter(
      path: path,
      columns: [OutputColumn("pass", .int64), OutputColumn("largest_change", .number), .text("asset")])
    try writer.append([
      .int64(log.map { Int64($0.iteration) }), .finite(log.map(\.largestChange)),
      .identifiers(log.map { $0.asset ?? TableBatch.missingIdentifier }, of: assets),
    ])
    try writer.close()
  }

  /// Writes the variances after the last period.
  func writeLastVariances(_ state: IdioVarianceState, to path: String) throws(TableError) {
    let writer = try TableWriter(
      path: path,
      columns: [
        OutputColumn("asset", .identifier(assetStorage)), OutputColumn("idio_variance", .number),
        OutputColumn("observation_count", .int64),
      ])
    let rows = rows { $0 < state.variances.count && !state.variances[$0].isNaN }
    try writer.append([
      .identifiers(rows.map { Int32($0) }, of: assets), .numbers(rows.map { state.variances[$0] }),
      .int64(rows.map { Int64(state.observationCounts[$0]) }),
    ])
    try writer.close()
  }

  /// The codes of some assets in the order of the tables.
  private func rows(where isWanted: (Int) -> Bool) -> [Int] {
    var order = OutputOrder(storage: assetStorage)
    order.update(assets)
    return order.rows(ofAssets: Array(0..<Int32(assets.count))).map { Int($0) }.filter(isWanted)
  }

  private static func word(_ verdict: IdioVarianceEstimate.Verdict) -> String {
    switch verdict {
    case .absent: "absent"
    case .tooFewObservations: "too few observations"
    case .converged: "converged"
    case .notConverged: "not converged"
    }
  }
}
