internal import ModelStore
internal import RiskEngine

extension RegressionJob {
  /// The weights of a job that come from its own idio returns.
  struct IdioRun {
    /// The iterated estimate.
    var estimate: IdioVarianceEstimate
    /// The last date of its span.
    var split: CalendarDate
    /// The assets behind its codes.
    var assets: IdentifierTable
    /// Whether the rows had to be sorted.
    var isSorting: Bool
  }

  /// Iterates idio variances over the panel, or its first part; `nil` where the weights are others.
  ///
  /// Cross-sections stay in memory between passes while they take less than `PanelSource.keptBytes`; else the file is
  /// read again for each.
  func iterate(
    _ weights: IdioWeights, progress: @escaping @Sendable (RegressionProgress) throws -> Void
  ) throws -> IdioRun {
    do {
      return try iterate(weights, isSorting: false, progress: progress)
    } catch is PanelSource.OutOfOrder {
      return try iterate(weights, isSorting: true, progress: progress)
    }
  }

  private func iterate(
    _ weights: IdioWeights, isSorting: Bool, progress: @escaping @Sendable (RegressionProgress) throws -> Void
  ) throws -> IdioRun {
    // Settings are looked at before any row is.
    let estimation = try IteratedEstimation(regression: regression, settings: weights.iterated)
    _ = try WalkForwardEstimation(regression: regression, settings: weights.walkForward)
    let source = PanelSource(
      columns: columns, through: CalendarDate(daysSinceEpoch: .max),
      check: { try progress(RegressionProgress(periodCount: 0, date: nil, passCount: $0)) },
      open: { try open(isSorting: isSorting) })
    var periods = [CalendarDate]()
    try source.readBlocks { block, _ in
      periods += block.map(\.date)
      return true
    }
    guard let split = try weights.splitDate(of: periods) else { preconditionFailure("weights without a span") }
    let estimate = try estimation.estimate(source, through: split, workers: threads)
    return IdioRun(estimate: estimate, split: split, assets: source.assets, isSorting: isSorting)
  }

  /// The walk that a job's periods take, from its first one on; `nil` where the weights are others.
  func walk(_ run: IdioRun?) throws -> WalkForwardEstimation? {
    if let run, let idio {
      return try WalkForwardEstimation(
        regression: regression, settings: idio.walkForward, firstSpan: (run.estimate, run.split))
    }
    guard let span, let variances = span.idioVariances, let idio else { return nil }
    return try WalkForwardEstimation(
      regression: regression, settings: idio.walkForward, state: variances.state,
      splitDate: span.isInSample ? CalendarDate(daysSinceEpoch: .max) : nil,
      weightVariances: variances.weightVariances, variances: variances.variances)
  }

  /// Writes the tables of the idio variances that weighted the regressions, and says what each holds.
  ///
  /// Of a span whose variances come from elsewhere only those after its last period are new.
  func writeIdio(
    _ run: IdioRun?, _ walk: WalkForwardEstimation?, _ assets: IdentifierTable, _ storage: IdentifierStorage,
    output: OutputFolder
  ) throws(PanelFileError) -> [(name: String, contents: FileHasher.Contents)] {
    guard let walk, let idio else { return [] }
    let tables = IdioTables(assets: assets, assetStorage: storage)
    func path(_ name: String) -> String { output.stagingPath(of: "\(name).\(format.fileExtension)") }
    var names = [String]()
    do throws(TableError) {
      if let run {
        // Codes of the iteration are those of the regressions: both read the same rows in the same order.
        try IdioTables(assets: run.assets, assetStorage: storage).writeVariances(
          run.estimate.variances, weightVariances: run.estimate.weightVariances,
          observationCounts: run.estimate.observationCounts, verdicts: run.estimate.verdicts,
          to: path(IdioTables.variances))
        try tables.writeConvergence(run.estimate.log, to: path(IdioTables.convergence))
        names += [IdioTables.variances, IdioTables.convergence]
      }
      if idio.kind != .iterated {
        try tables.writeLastVariances(walk.state, to: path(IdioTables.lastVariances))
        names.append(IdioTables.lastVariances)
      }
      var written = [(name: String, contents: FileHasher.Contents)]()
      for name in names { written.append((name, try FileHasher.contents(ofFileAt: path(name)))) }
      return written
    } catch {
      throw .table(error)
    }
  }
}
