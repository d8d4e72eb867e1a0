internal import ModelStore
internal import RiskEngine

/// The first stage of a model: its loadings, made of vendors' tables or copied from a panel, as the table `loadings`.
struct LoadingStage {
  let plan: EstimationPlan
  let threads: Int?
  let options: PanelFile.Options
  let sink: TransactionSink

  /// What the stage left.
  struct Result {
    /// The columns of the table.
    var columns: PanelColumns
    /// The dates that were added.
    var dates: [CalendarDate]
    /// What the assets are in the table.
    var assetStorage: IdentifierStorage
    /// What the next run of the stage goes on from; empty of a panel, which needs nothing.
    var state: [UInt8] = []
    /// The texts behind the codes of the state.
    var identifiers = MarketIdentifiers()
    /// What the loadings came to, of vendors' tables.
    var summary: LoadingJob.Summary?
    /// The digests of the inputs.
    var inputs: [RegressionManifest.File] = []
    /// The dates of the inputs that differ from those that the model was made from.
    var restated: [(date: CalendarDate, source: String)] = []
    /// Whether the inputs have rows that the model lacks, of trading days or others.
    var hasLaterRows = false
  }

  /// What an earlier run left.
  struct Known {
    var state: [UInt8]
    var identifiers: MarketIdentifiers
    var columns: PanelColumns
    /// What the assets are in the table.
    var assetStorage = IdentifierStorage.text
    /// The fingerprints of the dates that were taken in, by source and date.
    var fingerprints: [String: [CalendarDate: Int64]]
  }

  /// Runs the stage.
  ///
  /// - Parameters:
  ///   - known: what an earlier run left; `nil` begins anew.
  ///   - lastDate: the last date that the model has; dates up to it are compared and not taken in again.
  func run(
    known: Known?, after lastDate: CalendarDate?, seconds: inout [String: Double], progress: (Int, Int) throws -> Void
  ) throws -> Result {
    let clock = ContinuousClock()
    let start = clock.now
    defer { seconds["loadings", default: 0] += (clock.now - start).seconds }
    switch plan.input {
    case .market(let market): return try runMarket(market, known: known, after: lastDate, progress: progress)
    case .panel(let panel): return try runPanel(panel, known: known, after: lastDate, progress: progress)
    }
  }

  // MARK: Vendors' tables

  private func runMarket(
    _ plan: MarketPlan, known: Known?, after lastDate: CalendarDate?, progress: (Int, Int) throws -> Void
  ) throws -> Result {
    let hasIssuers = plan.sources.contains { $0.columns.keys.contains(.issuer) || $0.kind == .classification }
    let run = try LoadingRun(
      plan: plan, options: options, threads: threads, sink: sink,
      shape: LoadingRun.Shape(
        panelName: EstimationJob.loadingsTable, datesPerSegment: SegmentedTable.datesPerSegment, issuers: hasIssuers,
        isWrittenEmpty: false),
      identifiers: known?.identifiers ?? MarketIdentifiers(), state: known?.state)
    let hasher = FileSetHasher(paths: run.reader.paths)
    defer { hasher.cancel() }
    let fingerprints = FingerprintTable(sink: sink, known: known?.fingerprints ?? [:], after: run.lastDate)
    var hashes = SourceFingerprints()
    let readers = run.reader.readers
    try run.finish(
      inspect: { block, identifiers in
        for entry in block {
          for (source, slice) in entry.slices.enumerated() where !slice.range.isEmpty {
            let schema = readers[source].profile.schema
            try fingerprints.append(
              hashes.fingerprint(slice, schema: schema, identifiers: identifiers), date: entry.date,
              source: readers[source].source.name)
          }
        }
      }, progress: progress)
    try fingerprints.close()
    var columns = run.panelColumns
    columns.memberships = self.plan.memberships
    return Result(
      columns: columns, dates: run.dates, assetStorage: .text, state: run.state,
      identifiers: run.reader.identifiers.tables, summary: run.summary, inputs: try MarketFiles.inputs(hasher),
      restated: fingerprints.restated, hasLaterRows: fingerprints.hasLaterRows || run.hasMoreWaitingRows)
  }

  // MARK: Panels

  private func runPanel(
    _ panel: PanelInput, known: Known?, after lastDate: CalendarDate?, progress: (Int, Int) throws -> Void
  ) throws -> Result {
    let hasher = try namingPanel { () throws(TableError) in try FileHasher(path: panel.path) }
    defer { hasher.cancel() }
    var columns = panel.columns
    columns.memberships = plan.memberships
    var result: Result?
    for isSorting in [false, true] where result == nil {
      result = try copy(panel.path, columns, isSorting: isSorting, known: known, after: lastDate, progress: progress)
    }
    guard var result else { preconditionFailure("sorted rows are in no order") }
    let contents = try namingPanel { () throws(TableError) in try hasher.finish() }
    result.inputs = [RegressionManifest.File(path: panel.path, sha256: contents.sha256, bytes: contents.byteCount)]
    return result
  }

  private func namingPanel<Value>(_ body: () throws(TableError) -> Value) throws(PanelFileError) -> Value {
    do { return try body() } catch { throw .table(error) }
  }

  /// Copies the rows of a panel, date by date, and checks them on the way.
  ///
  /// - Returns: `nil` where the rows are not in date order and must be sorted.
  private func copy(
    _ path: String, _ columns: PanelColumns, isSorting: Bool, known: Known?, after lastDate: CalendarDate?,
    progress: (Int, Int) throws -> Void
  ) throws -> Result? {
    let scratch = PanelColumns(
      date: columns.date, asset: columns.asset, return: columns.return, cap: columns.cap, universe: columns.universe,
      weight: columns.weight, constraintWeight: columns.constraintWeight, issuer: columns.issuer,
      groups: columns.groups, styles: columns.styles, memberships: columns.memberships)
    let file = try PanelFile(path: path, columns: scratch, lag: 0, isSorting: isSorting, options: options)
    if !isSorting, try !isInDateOrder(path, columns) { return nil }
    // A table has one type of assets, whatever the file of an update has.
    let storage = known?.assetStorage ?? file.assetStorage
    let table = SegmentedTable(
      EstimationJob.loadingsTable, PanelRowTable.outputColumns(columns, assetStorage: storage), sink: sink,
      rowsPerGroup: 131_072, isWrittenEmpty: false)
    let fingerprints = FingerprintTable(sink: sink, known: known?.fingerprints ?? [:], after: lastDate)
    var hashes = PanelFingerprints()
    var dates: [CalendarDate] = []
    var count = 0
    var order = OutputOrder(storage: storage)
    // Reading and checking, fingerprints and the copy go on at a time.
    let (hashing, writing) = (BackgroundWork(), BackgroundWork())
    do {
      while let rows = try file.nextRowsOfDate() {
        let date = rows.rows.dates[rows.range.lowerBound]
        let texts = PanelTexts(assets: file.assets, labels: file.labels, issuers: file.issuers)
        try hashing.run {
          try fingerprints.append(
            hashes.fingerprint(rows, texts: texts), date: date, source: FingerprintTable.panelSource)
        }
        count += 1
        if let lastDate, date <= lastDate { continue }
        dates.append(date)
        if storage != file.assetStorage {
          try requireAssets(rows.rows.assets[rows.range], of: texts.assets, fit: storage, path)
        }
        try writing.run {
          try table.append(
            PanelRowTable.values(rows, columns: columns, texts: texts, order: &order), date: date)
        }
        if count % 64 == 0 { try progress(count, 0) }
      }
      try hashing.finish()
      try writing.finish()
    } catch {
      hashing.wait()
      writing.wait()
      throw error
    }
    try table.close()
    try fingerprints.close()
    return Result(
      columns: columns, dates: dates, assetStorage: storage, restated: fingerprints.restated,
      hasLaterRows: fingerprints.hasLaterRows)
  }

  /// Throws where an asset cannot be written as the table's assets are.
  private func requireAssets(
    _ codes: ArraySlice<Int32>, of assets: IdentifierTable, fit storage: IdentifierStorage, _ path: String
  ) throws(ModelError) {
    guard storage != .text else { return }
    for code in codes where !storage.canHold(assets[code]) {
      throw .otherAssets(path: path, asset: assets[code], storage: storage.rawValue)
    }
  }

  private func isInDateOrder(_ path: String, _ columns: PanelColumns) throws(PanelFileError) -> Bool {
    try namingPanel { () throws(TableError) in
      try DateRuns(path: path, column: columns.date, options: TableReadOptions(threads: threads)).isInDateOrder
    }
  }
}
