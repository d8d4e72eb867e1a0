internal import Foundation
internal import ModelStore
internal import RiskEngine

/// New periods of a model: the rows and bits that an estimate of all data at once gives.
public struct UpdateJob: Sendable {
  /// The model.
  public var model: String
  /// What it is estimated from, and how.
  public var plan: EstimationPlan
  /// The new data: a file in place of the only input, or a folder in which each input's path is looked up; `nil` reads
  /// the plan's own paths again.
  public var data: String?
  /// Whether everything is estimated again.
  public var isRestating: Bool
  /// The number of workers; `nil` for one a processor.
  public var threads: Int?
  /// How sources are read.
  public var options: PanelFile.Options

  /// Makes a job.
  public init(
    model: String, plan: EstimationPlan, data: String? = nil, isRestating: Bool = false, threads: Int? = nil,
    options: PanelFile.Options = PanelFile.Options()
  ) {
    self.model = model
    self.plan = plan
    self.data = data
    self.isRestating = isRestating
    self.threads = threads
    self.options = options
  }

  /// Runs the job.
  ///
  /// Where the model has all dates of the data already, nothing is written, and the summary says so.
  ///
  /// - Throws: `ModelError`, `StoreError`, `StateError`, and the errors of `EstimationJob.run`; the model then is as it
  ///   was.
  public func run(progress: (EstimationJob.Progress) throws -> Void = { _ in }) throws -> ModelSummary {
    if isRestating { return try restate(progress: progress) }
    let clock = ContinuousClock()
    let start = clock.now
    let transaction = try ModelTransaction(updating: model)
    do {
      guard let stored = transaction.base else { preconditionFailure("an update of nothing") }
      guard let summary = try update(transaction, stored, start: start, progress: progress) else {
        transaction.discard()
        return ModelSummary(
          nothingAfter: stored.manifest.metadata["last_date"]?.text ?? "",
          estimation: plan.settings.estimation.rawValue,
          seconds: ["total": (clock.now - start).seconds])
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

  /// Estimates everything again, with the split date that the model has.
  private func restate(progress: (EstimationJob.Progress) throws -> Void) throws -> ModelSummary {
    let stored = try StoredModel(path: model)
    var plan = try redirected(plan)
    if plan.settings.estimation == .walkForward, let text = stored.manifest.metadata["split_date"]?.text,
      let date = CalendarDate(text: text.utf8)
    {
      plan.settings.initial = .date(date)
    }
    let output = try OutputFolder(path: model)
    var job = EstimationJob(plan: plan, threads: threads, options: options)
    job.requiredFirstDate = stored.manifest.metadata["first_date"]?.text.flatMap { CalendarDate(text: $0.utf8) }
    return try job.run(output: output, progress: progress)
  }

  /// Adds what is new to a transaction; `nil` where the model has all of it.
  private func update(
    _ transaction: ModelTransaction, _ stored: StoredModel, start: ContinuousClock.Instant,
    progress: (EstimationJob.Progress) throws -> Void
  ) throws -> ModelSummary? {
    let metadata = stored.manifest.metadata
    guard metadata["is_in_sample"]?.flag != true else { throw ModelError.inSample(path: model) }
    guard let lastText = metadata["last_date"]?.text, let lastDate = CalendarDate(text: lastText.utf8),
      let columns = ModelRecord.columns(metadata["columns"], model: model)
    else { throw ModelError.missing(path: model, what: "last date and columns") }
    let sink = TransactionSink(transaction)
    var plan = try redirected(plan)
    // Memberships are those that the model keeps.
    plan.memberships = columns.memberships
    var seconds: [String: Double] = [:]

    let known = LoadingStage.Known(
      state: [], identifiers: MarketIdentifiers(), columns: columns,
      assetStorage: metadata["asset_storage"]?.text.flatMap { IdentifierStorage(rawValue: $0) } ?? .text,
      fingerprints: try FingerprintTable.read(try sink.paths(of: FingerprintTable.name)))
    let loadings = try LoadingStage(plan: plan, threads: threads, options: options, sink: sink).run(
      known: try restored(known, stored), after: lastDate, seconds: &seconds
    ) { try progress(EstimationJob.Progress(stage: .loadings, done: $0, total: $1)) }
    if let first = loadings.restated.first {
      let isMissed = known.fingerprints[first.source]?[first.date] == nil
      throw isMissed
        ? ModelError.missedDate(date: first.date, lastDate: lastDate, source: first.source)
        : ModelError.restated(date: first.date, source: first.source, count: loadings.restated.count)
    }
    guard !loadings.dates.isEmpty else {
      if loadings.hasLaterRows { throw ModelError.noTradingDay(path: model, lastDate: lastDate) }
      return nil
    }

    let (identifiers, pipeline) = try restored(
      try RiskModelPipeline(settings: plan.settings, schema: columns.schema), stored)
    // The last dates that the model has come first, for their loadings explain the first new returns.
    let recent = try sink.paths(of: RecentLoadings.name)
    let added = try sink.newPaths(of: EstimationJob.loadingsTable)
    let file = try EstimationJob.panel(
      recent + added, columns, lag: plan.settings.lag, threads: threads, known: identifiers)
    let history = try FactorReturnHistory.read(
      try sink.paths(of: "factor_statistics"), periods: try sink.paths(of: "periods"))
    let knownFactors = try Self.factorNames(sink)
    let stages = ModelStages(
      pipeline: pipeline, sink: sink, history: history, assetStorage: loadings.assetStorage, threads: threads)
    try stages.run(file, after: lastDate) {
      try progress(EstimationJob.Progress(stage: .model, done: $0, total: loadings.dates.count))
    }
    try ModelState(pipeline: stages.pipeline, file: file, loadings: loadings).write(to: transaction)
    try stages.writeHistory(periodsPerYear: plan.periodsPerYear, knownFactors: knownFactors, after: lastDate)
    try RecentLoadings.write(
      recent + added, columns: columns, assetStorage: loadings.assetStorage, lag: plan.settings.lag, sink: sink,
      threads: threads)
    for (stage, time) in stages.seconds { seconds[stage, default: 0] += time }
    seconds["total"] = (ContinuousClock.now - start).seconds
    var summary = ModelSummary()
    summary.take(stages, plan: plan, dates: loadings.dates, split: nil, seconds: seconds)
    summary.loadings = loadings.summary
    var record = plan
    record.folder = self.plan.folder
    ModelRecord(
      plan: record, columns: columns, dates: loadings.dates, split: nil, loadings: loadings,
      processedDates: loadings.dates.count, summary: summary
    ).write(to: transaction)
    try compact(transaction, sink: sink)
    return summary
  }

  /// What an earlier run of the other stages left.
  private func restored(
    _ pipeline: RiskModelPipeline, _ stored: StoredModel
  ) throws -> (identifiers: KnownIdentifiers, pipeline: RiskModelPipeline) {
    let restored = try stored.withState(ModelState.stagesName) { state in
      var reader = StateReader(state)
      var pipeline = pipeline
      do {
        let identifiers = try KnownIdentifiers(from: &reader)
        try pipeline.restore(from: &reader)
        return (identifiers, pipeline)
      } catch let error as StateError {
        throw ModelError.stateMismatch(path: model, reason: error.description)
      }
    }
    guard let restored else { throw ModelError.missing(path: model, what: "state to go on from") }
    return restored
  }

  /// What an earlier run of the first stage left.
  private func restored(_ known: LoadingStage.Known, _ stored: StoredModel) throws -> LoadingStage.Known {
    guard let bytes = try stored.state(ModelState.loadingsName) else { return known }
    var known = known
    var reader = StateReader(bytes)
    var identifiers = MarketIdentifiers(assets: IdentifierTable(texts: try reader.readStrings()))
    for field in try reader.readStrings() {
      identifiers.labels[FieldName(rawValue: field)] = IdentifierTable(texts: try reader.readStrings())
    }
    known.identifiers = identifiers
    known.state = reader.rest
    return known
  }

  /// The columns of the table of factor returns that the model has.
  private static func factorNames(_ sink: TransactionSink) throws -> [String] {
    guard let path = try sink.paths(of: "factor_returns").last else { return [] }
    return try TableReader(path: path, columns: []).columnNames.filter { $0 != "date" }
  }

  /// The plan with the new data in place of its inputs.
  private func redirected(_ plan: EstimationPlan) throws -> EstimationPlan {
    guard let data else { return plan }
    var plan = plan
    let isInMemory = MemoryTable.isKnown(data)
    guard
      let isFolder = isInMemory
        ? false : try? URL(filePath: data).resourceValues(forKeys: [.isDirectoryKey]).isDirectory
    else {
      throw ModelError.noInput(path: data, expected: "the new data: a file, or a folder with each input's path in it")
    }
    switch plan.input {
    case .panel(var panel):
      panel.path =
        isFolder ? data + "/" + Self.relative(panel.path, to: plan.folder) : data
      plan.input = .panel(panel)
    case .market(var market):
      if isFolder {
        for index in market.sources.indices { market.sources[index].folder = data }
      } else {
        guard market.sources.count == 1 else {
          throw ModelError.noInput(
            path: data, expected: "a folder, for the configuration has \(market.sources.count) sources")
        }
        market.sources[0].paths = [URL(filePath: data).standardizedFileURL.path]
      }
      plan.input = .market(market)
    }
    return plan
  }

  private static func relative(_ path: String, to folder: String) -> String {
    let whole = URL(filePath: path).standardizedFileURL.path
    return whole.hasPrefix(folder + "/")
      ? String(whole.dropFirst(folder.count + 1)) : URL(filePath: path).lastPathComponent
  }

  /// Puts many small segments of a table into one.
  private func compact(_ transaction: ModelTransaction, sink: TransactionSink) throws {
    for table in transaction.tables {
      guard let range = table.compactionRange, let stored = transaction.base?.manifest.table(table.name) else {
        continue
      }
      // What this transaction added is the next one's to compact.
      let old = range.clamped(to: 0..<stored.segments.count)
      guard old.count > 1, let columns = sink.columns[table.name] else { continue }
      let paths = try old.map { try transaction.path(of: table.segments[$0]) }
      let segment = try transaction.newSegment(of: table.name, fileExtension: "parquet")
      let rowCount = try TableCopy.concatenate(paths, columns: columns, to: segment.path)
      try transaction.replace(old, with: segment, rowCount: rowCount)
    }
  }
}
