public import ModelStore
internal import RiskEngine

/// What a process does for one span of dates of a panel whose idio variances weigh its regressions: a pass of the
/// iteration, its end, or a walk forward through the span.
///
/// `IterationStep` and `WalkForwardJoin` put the results of all spans together.
public struct SpanJob: Sendable {
  /// The regressions of the span, whose `span` has the variances.
  public var job: RegressionJob

  /// The file with the sums of a pass.
  static let sumsTable = "sums.feather"
  /// The file with variances.
  static let variancesTable = "variances.feather"

  /// Makes a job.
  ///
  /// - Precondition: `job` has a span and idio weights.
  public init(_ job: RegressionJob) {
    precondition(job.span != nil && job.idio != nil, "a span without variances")
    self.job = job
  }

  /// What a pass over a span came to.
  public struct Sums: Sendable, Encodable {
    /// The parts of the pass that the span has, in date order.
    public var parts: [IdioSumsCounts]
  }

  /// One pass over the span: writes `sums.feather`.
  ///
  /// - Throws: `PanelFileError`, `TableError`, `StoreError`, `FeasibleSettingsError`.
  public func pass(
    output: OutputFolder, progress: @escaping @Sendable (RegressionProgress) throws -> Void
  ) throws -> Sums {
    let estimation = try IteratedEstimation(regression: job.regression, settings: weights.iterated)
    let variances = variances
    return try read(progress) { source in
      var parts = [IdioSumsPart]()
      try estimation.pass(
        source, variances: variances.variances, weightVariances: variances.weightVariances, workers: job.threads
      ) { parts.append($0) }
      try IdioSumsTable.write(parts, assets: source.assets, to: output.stagingPath(of: Self.sumsTable))
      try output.commit()
      return Sums(parts: parts.map { IdioSumsCounts($0) })
    }
  }

  /// The end of an iteration, over the last date of its span: fills in the variances of assets with a short history, and
  /// writes `variances.feather` and the table of idio variances that `RegressionJob` writes.
  ///
  /// - Parameters:
  ///   - output: where the tables go.
  ///   - passCount: the number of passes made.
  ///   - progress: called now and then.
  /// - Returns: the names of assets that had not settled, and how many had too short a history.
  public func finish(
    output: OutputFolder, after passCount: Int, progress: @escaping @Sendable (RegressionProgress) throws -> Void
  ) throws -> IterationEnd {
    let settings = weights.iterated
    var table = variances
    var iteration = IdioIteration(
      settings: settings, after: passCount, variances: table.variances, weightVariances: table.weightVariances)
    let regression = try IteratedEstimation(regression: job.regression, settings: settings).regression
    return try read(progress) { source in
      var last: (crossSection: CrossSection, labels: [IdentifierTable])?
      try source.readBlocks { block, labels in
        if let section = block.last { last = (section, labels) }
        return true
      }
      // Assets that only the last date has are in no sum.
      if let last {
        iteration.fill(
          counts: table.observationCounts, crossSection: last.crossSection, regression: regression,
          schema: source.schema, labels: last.labels)
      }
      table.variances = iteration.variances
      table.weightVariances = iteration.weightVariances
      let verdicts = table.variances.indices.map { asset in
        iteration.verdict(
          count: table.observationCounts[asset], lastPeriod: table.lastPeriods[asset], change: table.changes[asset])
      }
      try IdioVarianceTable.write([table], to: output.stagingPath(of: Self.variancesTable))
      try IdioTables(assets: table.assets, assetStorage: source.assetStorage).writeVariances(
        table.variances, weightVariances: table.weightVariances, observationCounts: table.observationCounts,
        verdicts: verdicts,
        to: output.stagingPath(of: "\(IdioTables.variances).\(job.format.fileExtension)"))
      try output.commit()
      return IterationEnd(verdicts, assets: table.assets)
    }
  }

  /// Walks through the span: writes `variances.feather`, the variances after its last period and their slopes.
  ///
  /// - Returns: the number of periods of the span.
  public func walk(
    output: OutputFolder, progress: @escaping @Sendable (RegressionProgress) throws -> Void
  ) throws -> WalkedSpan {
    let start = try WalkForwardSpan(
      regression: job.regression, settings: weights.walkForward, state: variances.state)
    return try read(progress) { source in
      // Rows out of order are read, and walked through, once more.
      var walk = start
      var periods = 0
      try source.readBlocks { block, labels in
        walk.append(block, schema: source.schema, labels: labels)
        periods += block.count
        return true
      }
      try IdioVarianceTable.write(
        [IdioVarianceTable(walk.end.state, assets: source.assets, slopes: walk.end.slopes)],
        to: output.stagingPath(of: Self.variancesTable))
      try output.commit()
      return WalkedSpan(periods: periods)
    }
  }

  /// What a walk through a span came to.
  public struct WalkedSpan: Sendable, Encodable {
    /// The number of its periods, those without an estimate included.
    public var periods: Int
  }

  private var weights: IdioWeights { job.idio ?? IdioWeights(kind: .iterated) }

  private var variances: IdioVarianceTable {
    job.span?.idioVariances ?? IdioVarianceTable(assets: IdentifierTable())
  }

  /// Reads the span, sorted where it must be.
  private func read<Result>(
    _ progress: @escaping @Sendable (RegressionProgress) throws -> Void, body: (PanelSource) throws -> Result
  ) throws -> Result {
    func source(isSorting: Bool) -> PanelSource {
      PanelSource(
        columns: job.columns, through: CalendarDate(daysSinceEpoch: .max),
        check: { try progress(RegressionProgress(periodCount: 0, date: nil, passCount: $0)) },
        open: { try job.open(isSorting: isSorting) })
    }
    do {
      return try body(source(isSorting: false))
    } catch is PanelSource.OutOfOrder {
      return try body(source(isSorting: true))
    }
  }
}

/// What a table of idio variances says at the end of an iteration.
public struct IterationEnd: Sendable, Encodable {
  /// The assets whose variance still moved, the first of them.
  public var unsettledAssets: [String]
  /// The number of those.
  public var unsettledCount: Int
  /// The assets with too few idio returns for a variance of their own.
  public var shortCount: Int

  /// The most assets that are named.
  private static let namedCount = 10

  init(_ verdicts: [IdioVarianceEstimate.Verdict], assets: IdentifierTable) {
    var unsettled = [String]()
    shortCount = 0
    for (asset, verdict) in verdicts.enumerated() {
      switch verdict {
      case .absent, .converged: break
      case .tooFewObservations: shortCount += 1
      case .notConverged: unsettled.append(assets[Int32(asset)])
      }
    }
    unsettled.sort(by: IdentifierTable.precedes)
    unsettledCount = unsettled.count
    unsettledAssets = Array(unsettled.prefix(Self.namedCount))
  }
}
