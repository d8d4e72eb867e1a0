internal import Dispatch
public import ModelStore
public import RiskEngine
internal import Synchronization

/// The regressions of a panel file, from the file to a folder of result tables.
///
/// Three things go on at a time: rows are read and put together into blocks of cross-sections, a block is
/// regressed with all its periods in parallel, and the idio returns of the block before are encoded and written.
public struct RegressionJob: Sendable {
  /// The panel file.
  public var panel: String
  /// Its columns.
  public var columns: PanelColumns
  /// The regression.
  public var regression: CrossSectionalRegression
  /// Weights out of the regressions' own idio returns, in place of those of `regression`; `nil` for none.
  public var idio: IdioWeights?
  /// What the panel is cut from, where it is a span of a longer one; `nil` where it is whole.
  public var span: PanelSpan?
  /// The number of dates by which loadings are older than the returns that they explain.
  public var lag: Int
  /// The precision in which loadings are kept.
  public var precision: LoadingColumns.Precision
  /// The number of periods regressed at a time; `nil` for one a processor.
  public var threads: Int?
  /// The format of the result tables.
  public var format: TableFormat
  /// The dates of the returns whose factor portfolios are written.
  public var factorPortfolioDates: [CalendarDate]
  /// How the panel file is read.
  public var options: PanelFile.Options
  /// The options of the run as they were given, for the manifest.
  public var arguments: [String: String]

  /// The most periods of a block; enough for every worker to have many.
  static let periodsPerBlock = 64
  /// The table of idio returns.
  private static let idioTable = "idio_returns"

  /// Makes a job.
  public init(
    panel: String, columns: PanelColumns, regression: CrossSectionalRegression, idio: IdioWeights? = nil,
    span: PanelSpan? = nil, lag: Int = 1,
    precision: LoadingColumns.Precision = .float64, threads: Int? = nil, format: TableFormat = .parquet,
    factorPortfolioDates: [CalendarDate] = [], options: PanelFile.Options = PanelFile.Options(),
    arguments: [String: String] = [:]
  ) {
    self.panel = panel
    self.columns = columns
    self.regression = regression
    self.idio = idio
    self.span = span
    self.lag = lag
    self.precision = precision
    self.threads = threads
    self.format = format
    self.factorPortfolioDates = factorPortfolioDates
    self.options = options
    self.arguments = arguments
  }

  /// Runs the job.
  ///
  /// - Parameters:
  ///   - output: where the results go; committed where all went well.
  ///   - progress: called now and then with the number of periods regressed and of rows read.
  /// - Returns: what was done.
  /// - Throws: `PanelFileError` or `StoreError`, `FeasibleSettingsError` and `RiskModelSplitError` where idio returns make
  ///   the weights; nothing is left at the output then.
  public func run(
    output: OutputFolder, progress: @escaping @Sendable (RegressionProgress) throws -> Void = { _ in }
  ) throws -> RegressionSummary {
    do {
      return try write(to: output, progress: progress)
    } catch PanelFileError.table(let error) {
      throw PanelFileError.table(error.naming(output))
    }
  }

  /// Runs the job.
  private func write(
    to output: OutputFolder, progress: @escaping @Sendable (RegressionProgress) throws -> Void
  ) throws -> RegressionSummary {
    let clock = ContinuousClock()
    let start = clock.now
    let hashers = try hashInputs()
    defer { for hasher in hashers { hasher.cancel() } }
    let iterated = try span == nil ? idio.map { try iterate($0, progress: progress) } : nil
    let iterating = (clock.now - start).seconds
    let walk = try walk(iterated)
    var attempt = try regress(
      walk, isSorting: iterated?.isSorting ?? false, output: output, progress: progress)
    if attempt == nil { attempt = try regress(walk, isSorting: true, output: output, progress: progress) }
    guard let attempt, let idioReturns = attempt.idioReturns else { preconditionFailure("sorted rows are in no order") }
    // Nothing goes on once this returns.
    defer { idioReturns.abandon() }
    guard span != nil || attempt.periods.contains(where: \.outcome.hasEstimate) else { throw nothingEstimated(attempt) }

    let writing = clock.now
    let (factors, tables) = try ResultTables(
      output: output, format: format, regression: regression, columns: columns, labels: attempt.labels,
      assets: attempt.assets, assetStorage: attempt.read.assetStorage
    ).write(periods: attempt.periods, inSample: attempt.inSample, portfolios: attempt.portfolios)
    let idioTables = try writeIdio(iterated, attempt.walk, attempt.assets, attempt.read.assetStorage, output: output)
    var seconds = attempt.seconds
    if iterated != nil { seconds["iterate"] = iterating }
    seconds["write factors"] = (clock.now - writing).seconds
    let written = try idioReturns.close()
    seconds["write idio returns"] = written.seconds
    var summary = RegressionSummary(
      periods: attempt.periods, factorCount: factors.count, rowCount: attempt.read.rowCount,
      order: attempt.read.order, percentLike: attempt.read.medianReturn > 0.5 ? attempt.read.medianReturn : nil,
      missingUniverseCount: attempt.read.missingUniverseCount,
      datesWithoutPortfolios: factorPortfolioDates.filter { date in !attempt.portfolios.contains { $0.date == date } },
      seconds: seconds)
    summary.convergence = iterated.map { IdioConvergence($0.estimate, through: $0.split, assets: $0.assets) }
    if let convergence = summary.convergence, !convergence.hasConverged, idio?.iterated.mode != .twoStage {
      summary.warnings.append("idio variances: \(convergence.text)")
    }
    let hashing = clock.now
    var inputs = [FileHasher.Contents]()
    do throws(TableError) {
      for hasher in hashers { inputs.append(try hasher.finish()) }
    } catch {
      throw PanelFileError.table(error)
    }
    summary.seconds["wait for hash"] = (clock.now - hashing).seconds
    let manifest = RegressionManifest(
      job: self, summary: summary, inputs: inputs, tables: [(Self.idioTable, written.contents)] + tables + idioTables)
    try output.write(manifest.encoded(), to: OutputFolder.manifestName)
    try output.commit()
    summary.seconds["total"] = (clock.now - start).seconds
    return summary
  }

  /// Begins to hash the input files, which must be there.
  private func hashInputs() throws(PanelFileError) -> [FileHasher] {
    do throws(TableError) {
      var hashers = [FileHasher]()
      for path in [panel] + columns.memberships.values.sorted() { hashers.append(try FileHasher(path: path)) }
      return hashers
    } catch {
      throw .table(error)
    }
  }

  /// Opens the panel from its first date on.
  func open(isSorting: Bool) throws(PanelFileError) -> PanelFile {
    try PanelFile(
      paths: [panel], columns: columns, lag: lag, precision: precision, isSorting: isSorting, options: options,
      assets: span?.idioVariances?.assets ?? IdentifierTable(), labels: span?.labelTables ?? [])
  }

  /// Why nothing came of a panel.
  private func nothingEstimated(_ attempt: Attempt) -> PanelFileError {
    var outcomes = [String: Int]()
    var exclusions = ExclusionCounts()
    for period in attempt.periods {
      outcomes[period.outcome.description, default: 0] += 1
      exclusions.add(period.exclusions)
    }
    let commonest = outcomes.max { $0.value == $1.value ? $0.key > $1.key : $0.value < $1.value }
    return .nothingEstimated(
      path: panel, periods: attempt.periods.count, outcome: commonest?.key ?? "failed",
      exclusion: exclusions.commonest.map { "\($0.reason) (\($0.count) rows)" })
  }

  // MARK: One pass over the file

  /// What one pass came to.
  private struct Attempt {
    var periods: [PeriodRegression]
    /// Whether each period helped to make its own weights; empty where idio returns make none.
    var inSample: [Bool] = []
    /// The walk after the last period, where idio returns make the weights.
    var walk: WalkForwardEstimation?
    var assets: IdentifierTable
    var labels: [IdentifierTable]
    var read: ReadSummary
    var portfolios: [FactorPortfolios]
    /// The table of idio returns, which is still being written.
    var idioReturns: IdioReturnWriter?
    var seconds: [String: Double]
  }

  /// What the thread that reads says at the end.
  private struct ReadSummary: Sendable {
    var mustBeSorted = false
    var order = PanelFile.RowOrder.byDate
    var rowCount = 0
    var missingUniverseCount = 0
    var medianReturn = 0.0
    var assetStorage = IdentifierStorage.text
    var seconds = 0.0
    var failure: PanelFileError?
  }

  /// Cross-sections on their way to be regressed, with the tables behind their codes.
  private struct Block: Sendable {
    var sections: [CrossSection]
    var assets: IdentifierTable
    var labels: [IdentifierTable]
    var rowCount: Int
    var assetStorage: IdentifierStorage
  }

  /// Reads, regresses and writes idio returns.
  ///
  /// - Returns: `nil` where the rows are not in date order and must be sorted.
  private func regress(
    _ start: WalkForwardEstimation?, isSorting: Bool, output: OutputFolder,
    progress: @escaping @Sendable (RegressionProgress) throws -> Void
  ) throws -> Attempt? {
    let blocks = Channel<Block>(capacity: 2)
    let readSummary = Mutex(ReadSummary())
    let readDone = DispatchSemaphore(value: 0)
    DispatchQueue.global().async {
      let summary = read(isSorting: isSorting, into: blocks)
      readSummary.withLock { $0 = summary }
      blocks.finish()
      readDone.signal()
    }
    var attempt = Attempt(
      periods: [], walk: start, assets: IdentifierTable(), labels: columns.groups.map { _ in IdentifierTable() },
      read: ReadSummary(), portfolios: [], idioReturns: nil, seconds: [:])
    var writer: IdioReturnWriter?
    var isWhole = false
    // Another attempt writes to the same place.
    defer { if !isWhole { writer?.abandon() } }
    let clock = ContinuousClock()
    var regressing = Duration.zero
    var rowCount = 0
    do {
      while let block = blocks.next() {
        let start = clock.now
        let walked = attempt.walk?.append(
          block.sections, schema: columns.schema, labels: block.labels, workers: threads)
        var periods =
          walked?.map(\.regression)
          ?? regression.estimate(block.sections, schema: columns.schema, labels: block.labels, workers: threads)
        attempt.inSample += walked?.map(\.isInSample) ?? []
        for (index, section) in block.sections.enumerated() where factorPortfolioDates.contains(section.date) {
          let portfolios = regression.factorPortfolios(
            section, schema: columns.schema, labels: block.labels,
            idioCovariance: walked.map { .diagonal($0[index].weightVariances) })
          if let portfolios { attempt.portfolios.append(portfolios) }
        }
        regressing += clock.now - start
        if writer == nil {
          writer = try IdioReturnWriter(
            path: output.stagingPath(of: "\(Self.idioTable).\(format.fileExtension)"), assetStorage: block.assetStorage)
        }
        try writer?.append(sections: block.sections, periods: periods, assets: block.assets)
        for index in periods.indices {
          periods[index].idioReturns = []
          periods[index].isRegressed = []
          periods[index].leverage = []
        }
        attempt.periods += periods
        attempt.assets = block.assets
        attempt.labels = block.labels
        rowCount += block.rowCount
        try progress(RegressionProgress(periodCount: attempt.periods.count, date: periods.last?.date))
      }
    } catch {
      blocks.cancel()
      readDone.wait()
      throw error
    }
    readDone.wait()
    attempt.read = readSummary.withLock { $0 }
    if let failure = attempt.read.failure { throw failure }
    guard !attempt.read.mustBeSorted else { return nil }
    isWhole = true
    writer?.finish()
    attempt.idioReturns = writer
    attempt.seconds["read and assemble"] = attempt.read.seconds
    attempt.seconds["regress"] = regressing.seconds
    return attempt
  }

  /// Reads the panel into blocks of cross-sections.
  private func read(isSorting: Bool, into blocks: Channel<Block>) -> ReadSummary {
    var summary = ReadSummary()
    let clock = ContinuousClock()
    var magnitudes = ReturnMagnitudes()
    do throws(PanelFileError) {
      var busy = Duration.zero
      var start = clock.now
      let file = try open(isSorting: isSorting)
      summary.order = file.order
      summary.assetStorage = file.assetStorage
      var sections = [CrossSection]()
      var rowCount = 0
      func flush() -> Bool {
        busy += clock.now - start
        defer { start = clock.now }
        return blocks.send(
          Block(
            sections: sections, assets: file.assets, labels: file.labels, rowCount: rowCount,
            assetStorage: file.assetStorage))
      }
      while let section = try file.next() {
        magnitudes.sample(section)
        rowCount += section.rowCount
        sections.append(section)
        guard sections.count == Self.periodsPerBlock else { continue }
        guard flush() else { return summary }
        sections = []
        rowCount = 0
      }
      summary.mustBeSorted = file.mustBeSorted
      if !sections.isEmpty, !file.mustBeSorted { guard flush() else { return summary } }
      busy += clock.now - start
      summary.seconds = busy.seconds
      summary.rowCount = file.rowCount
      summary.missingUniverseCount = file.missingUniverseCount
      summary.medianReturn = magnitudes.median
    } catch {
      summary.failure = error
    }
    return summary
  }
}

extension Duration {
  /// The duration as a number of seconds.
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
