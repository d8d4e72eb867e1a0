internal import Foundation
public import ModelStore
internal import RiskEngine

/// A risk model, from vendors' tables or a panel to a folder that `ModelStore` keeps.
public struct EstimationJob: Sendable {
  /// What the model is estimated from, and how.
  public var plan: EstimationPlan
  /// The number of workers; `nil` for one a processor.
  public var threads: Int?
  /// How sources are read.
  public var options: PanelFile.Options
  /// The first date of a model that is estimated again, which the data must not begin after.
  var requiredFirstDate: CalendarDate?

  /// Makes a job.
  public init(plan: EstimationPlan, threads: Int? = nil, options: PanelFile.Options = PanelFile.Options()) {
    self.plan = plan
    self.threads = threads
    self.options = options
  }

  /// Where a job is.
  public struct Progress: Sendable {
    /// The stage.
    public enum Stage: String, Sendable {
      /// From vendors' rows to loadings, or a copy of the panel.
      case loadings
      /// The iterated estimate of idio variances; `total` is the most passes.
      case iterate
      /// Regressions, idio risk and factor covariances.
      case model
    }

    /// The stage.
    public var stage: Stage
    /// Dates or passes done.
    public var done: Int
    /// Of so many; 0 where nobody knows.
    public var total: Int
  }

  /// The table of loadings, with the columns of a panel.
  static let loadingsTable = "loadings"

  /// Runs the job.
  ///
  /// - Parameters:
  ///   - output: where the model goes; committed where all went well.
  ///   - progress: called now and then; what it throws ends the job.
  /// - Throws: `ModelError`, `PanelFileError`, `StoreError`, the errors of settings, and those of `LoadingJob.run`; nothing
  ///   is left at the output then.
  public func run(
    output: OutputFolder, progress: (Progress) throws -> Void = { _ in }
  ) throws -> ModelSummary {
    let clock = ContinuousClock()
    let start = clock.now
    let transaction = try ModelTransaction(creating: output)
    let sink = TransactionSink(transaction)
    do {
      var seconds: [String: Double] = [:]
      let loadings = try LoadingStage(plan: plan, threads: threads, options: options, sink: sink)
        .run(known: nil, after: nil, seconds: &seconds) {
          try progress(Progress(stage: .loadings, done: $0, total: $1))
        }
      if let requiredFirstDate, let first = loadings.dates.first, first > requiredFirstDate {
        throw ModelError.restatementTooShort(path: output.path, first: first, expected: requiredFirstDate)
      }
      let split = try splitDate(of: Array(loadings.dates.dropFirst(plan.settings.lag)))
      var summary = ModelSummary()
      let span = try iterate(
        loadings, through: split, sink: sink, seconds: &seconds, summary: &summary, progress: progress)
      let pipeline = try RiskModelPipeline(
        settings: plan.settings, schema: loadings.columns.schema, firstSpan: span)
      let file = try Self.panel(loadings.columns, lag: plan.settings.lag, sink: sink, threads: threads)
      let stages = ModelStages(
        pipeline: pipeline, sink: sink, assetStorage: loadings.assetStorage, threads: threads)
      try stages.run(file, after: nil) {
        try progress(Progress(stage: .model, done: $0, total: loadings.dates.count))
      }
      try requireEstimates(stages, loadings, sink: sink)
      try ModelState(pipeline: stages.pipeline, file: file, loadings: loadings).write(to: transaction)
      try stages.writeHistory(periodsPerYear: plan.periodsPerYear, knownFactors: [], after: nil)
      try RecentLoadings.write(
        Array(try sink.paths(of: Self.loadingsTable).suffix(1 + plan.settings.lag / SegmentedTable.datesPerSegment)),
        columns: loadings.columns, assetStorage: loadings.assetStorage, lag: plan.settings.lag, sink: sink,
        threads: threads)
      for (stage, time) in stages.seconds { seconds[stage, default: 0] += time }
      seconds["total"] = (clock.now - start).seconds
      summary.take(stages, plan: plan, dates: loadings.dates, split: split, seconds: seconds)
      ModelRecord(
        plan: plan, columns: loadings.columns, dates: loadings.dates, split: split, loadings: loadings,
        processedDates: loadings.dates.count, summary: summary
      ).write(to: transaction)
      try transaction.addDocument(Array(plan.configuration.utf8), named: "config.yaml")
      for (group, path) in plan.memberships {
        let bytes = FileManager.default.contents(atPath: path) ?? Data()
        try transaction.addDocument(
          Array(bytes), named: ModelRecord.membershipName(path, group: group, groups: loadings.columns.groups))
      }
      try transaction.commit()
      return summary
    } catch let error as TableError {
      transaction.discard()
      throw error.naming(transaction)
    } catch {
      transaction.discard()
      throw error
    }
  }

  /// Opens the loadings that a transaction wrote, or that the model had before.
  static func panel(
    _ columns: PanelColumns, lag: Int, sink: TransactionSink, threads: Int?, from date: CalendarDate? = nil,
    known: KnownIdentifiers = KnownIdentifiers()
  ) throws -> PanelFile {
    try panel(
      try sink.paths(of: loadingsTable, from: date), columns, lag: lag, threads: threads, known: known)
  }

  /// Opens files of loadings.
  static func panel(
    _ paths: [String], _ columns: PanelColumns, lag: Int, threads: Int?, known: KnownIdentifiers
  ) throws -> PanelFile {
    try PanelFile(
      paths: paths, columns: columns, lag: lag, options: PanelFile.Options(threads: threads), assets: known.assets,
      labels: known.labels, issuers: known.issuers)
  }

  /// The last date of the iterated span, or why `idio.initial` gives none.
  private func splitDate(of periods: [CalendarDate]) throws(ModelError) -> CalendarDate? {
    do {
      return try plan.settings.splitDate(of: periods)
    } catch {
      throw .unsplittable(error)
    }
  }

  /// The iterated estimate of the first span.
  private func iterate(
    _ loadings: LoadingStage.Result, through split: CalendarDate?, sink: TransactionSink,
    seconds: inout [String: Double], summary: inout ModelSummary, progress: (Progress) throws -> Void
  ) throws -> (estimate: IdioVarianceEstimate, lastDate: CalendarDate)? {
    guard let split else { return nil }
    let clock = ContinuousClock()
    let start = clock.now
    let total = plan.settings.iterated.maximumIterations
    let lag = plan.settings.lag
    let threads = threads
    let (estimate, assets) = try withoutActuallyEscaping(progress) { progress in
      let source = PanelSource(
        columns: loadings.columns, through: split,
        check: { try progress(Progress(stage: .iterate, done: $0, total: total)) },
        open: { try Self.panel(loadings.columns, lag: lag, sink: sink, threads: threads) })
      let estimate = try IteratedEstimation(
        regression: plan.settings.preparedRegression, settings: plan.settings.iterated
      ).estimate(source, through: split, workers: threads)
      return (estimate, source.assets)
    }
    seconds["iterate"] = (clock.now - start).seconds
    summary.convergence = IdioConvergence(estimate, through: split, assets: assets)
    return (estimate, split)
  }

  private func requireEstimates(_ stages: ModelStages, _ loadings: LoadingStage.Result, sink: TransactionSink) throws {
    guard !stages.outcomes.keys.contains(where: { !$0.hasPrefix("failed") }) else { return }
    let commonest = stages.outcomes.max { $0.value == $1.value ? $0.key > $1.key : $0.value < $1.value }
    let missing = try MissingStyles(
      try Self.panel(loadings.columns, lag: 0, sink: sink, threads: threads), styles: loadings.columns.styles)
    throw ModelError.nothingEstimated(
      periods: stages.outcomes.values.reduce(0, +), outcome: commonest?.key ?? "no periods",
      exclusion: stages.exclusions.commonest.map { "\($0.reason) (\($0.count) rows)" },
      memberCount: missing.memberCount, missing: missing.mostMissing)
  }
}
