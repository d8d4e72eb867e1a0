internal import Foundation
internal import ModelStore
internal import RiskEngine

/// The stages from a model's loadings to its tables, on their way through some dates.
final class ModelStages {
  private static let datesPerBlock = 64

  /// The stages' memory.
  private(set) var pipeline: RiskModelPipeline
  private let sink: TransactionSink
  private let tables: ModelTables
  private let threads: Int?
  private var history: FactorReturnHistory
  private(set) var outcomes: [String: Int] = [:]
  private(set) var exclusions = ExclusionCounts()
  private(set) var dateCount = 0
  private(set) var forecastCount = 0
  private(set) var firstForecast: CalendarDate?
  private(set) var lastDay: RiskModelDay?
  /// The last date with a factor covariance.
  private(set) var lastForecast: RiskModelDay?
  private(set) var seconds: [String: Double] = [:]
  private let clock = ContinuousClock()
  private let writing = BackgroundWork()

  init(
    pipeline: RiskModelPipeline, sink: TransactionSink, history: FactorReturnHistory = FactorReturnHistory(),
    assetStorage: IdentifierStorage, threads: Int?
  ) {
    self.pipeline = pipeline
    self.sink = sink
    self.history = history
    self.threads = threads
    tables = ModelTables(
      sink: sink, settings: pipeline.settings, schema: pipeline.schema, assetStorage: assetStorage)
  }

  /// A block on its way from the file to the stages, with the tables behind its codes.
  private struct Block: Sendable {
    var inputs: [RiskModelInput]
    var assets: IdentifierTable
    var labels: [IdentifierTable]
  }

  /// Takes in the dates of a file after a given one, and ends the tables.
  ///
  /// Reading a block goes on while the one before is worked on.
  ///
  /// - Parameter progress: called after each block with the number of dates done.
  func run(_ file: PanelFile, after lastDate: CalendarDate?, progress: (Int) throws -> Void) throws {
    let blocks = Channel<Block>(capacity: 1)
    let reading = ReadingThread(file: file, after: lastDate, into: blocks, datesPerBlock: Self.datesPerBlock) {
      Block(inputs: $0, assets: file.assets, labels: file.labels)
    }
    reading.start()
    do {
      while let block = timed("wait for rows", { blocks.next() }) {
        let days = timed("estimate") {
          pipeline.advance(block.inputs, assets: block.assets, labels: block.labels, workers: threads)
        }
        for day in days { take(day) }
        // The tables of a block are written while the next is worked on.
        try timed("wait for writing") {
          try writing.run { [tables, registry = pipeline.registry] in
            for day in days { try tables.append(day, registry: registry, assets: block.assets) }
          }
        }
        try progress(dateCount)
      }
    } catch {
      blocks.cancel()
      _ = reading.wait()
      writing.wait()
      throw error
    }
    if let failure = reading.wait() {
      writing.wait()
      throw failure
    }
    try timed("wait for writing") {
      try writing.finish()
      try tables.close()
    }
  }

  private func take(_ day: RiskModelDay) {
    dateCount += 1
    if let regression = day.regression {
      outcomes[regression.outcome.description, default: 0] += 1
      exclusions.add(regression.exclusions)
      if regression.outcome.hasEstimate {
        let names = day.factorPositions.map { pipeline.registry.factors[$0].name }
        history.append(
          day.date, names: names,
          values: [
            regression.factorReturns, regression.tStatistics,
            Array(repeating: .nan, count: max(0, names.count - day.informationCoefficients.count))
              + day.informationCoefficients,
            day.turnover.map(\.turnover), day.turnover.map(\.effectiveNames),
          ])
      } else {
        history.append(day.date)
      }
    }
    lastDay = day
    if day.covariance != nil {
      forecastCount += 1
      firstForecast = firstForecast ?? day.date
      lastForecast = day
    }
  }

  /// The factors in the order in which tables show them, with what they are.
  var factors: [(name: String, kind: String)] {
    pipeline.registry.shownOrder.map { position in
      let factor = pipeline.registry.factors[position]
      switch factor.kind {
      case .market: return (factor.name, "market")
      case .style: return (factor.name, "style")
      case .label(let group, _): return (factor.name, group)
      }
    }
  }

  /// The performance of each of `factors` over the history, worked out by `writeHistory`.
  private(set) var performances: [FactorPerformance] = []

  /// Writes the tables that are about the whole history: factor returns with a column a factor, and performance.
  ///
  /// Factor returns are appended where the columns are those that the model has; else the table is written anew.
  func writeHistory(periodsPerYear: Int, knownFactors: [String], after lastDate: CalendarDate?) throws {
    let names = factors.map(\.name)
    let isAppended = lastDate != nil && names == knownFactors
    if lastDate != nil, !isAppended { sink.transaction.removeAllRows(of: "factor_returns") }
    let table = SegmentedTable(
      "factor_returns", [OutputColumn("date", .date)] + names.map { OutputColumn($0, .number) }, sink: sink,
      datesPerSegment: .max, isWrittenEmpty: false)
    let places = history.dates.indices.filter { place in
      guard isAppended, let lastDate else { return true }
      return history.dates[place] > lastDate
    }
    if let first = places.first, let last = places.last {
      let columns = names.map { history[$0, .factorReturn] }
      // One call for all dates, so that the writer sees whole columns.
      try table.append(
        [.dates(places.map { history.dates[$0] })] + columns.map { column in .numbers(places.map { column[$0] }) },
        from: history.dates[first], through: history.dates[last])
    }
    try table.close()
    if lastDate != nil { sink.transaction.removeAllRows(of: "performance") }
    let performance = SegmentedTable("performance", PerformanceTable.outputColumns, sink: sink)
    let shown = factors
    performances = FactorPerformance.measure(
      shown.map { history[$0.name, .factorReturn] }, settings: PerformanceSettings(periodsPerYear: periodsPerYear),
      workers: threads)
    try performance.append(
      PerformanceTable.values(history, factors: shown, periodsPerYear: periodsPerYear, measured: performances))
    try performance.close()
  }

  private func timed<Value>(_ stage: String, _ body: () throws -> Value) rethrows -> Value {
    let begin = clock.now
    defer { seconds[stage, default: 0] += (clock.now - begin).seconds }
    return try body()
  }

  /// A thread that reads the file into blocks.
  private final class ReadingThread: Sendable {
    private let body: @Sendable () -> (any Error)?
    private let isDone = DispatchSemaphore(value: 0)
    private let failure = Failure()

    private final class Failure: @unchecked Sendable {
      var error: (any Error)?
    }

    /// What only the reading thread touches.
    private final class Confined: @unchecked Sendable {
      let file: PanelFile
      let block: ([RiskModelInput]) -> Block
      init(file: PanelFile, block: @escaping ([RiskModelInput]) -> Block) {
        self.file = file
        self.block = block
      }
    }

    init(
      file: PanelFile, after lastDate: CalendarDate?, into blocks: Channel<Block>, datesPerBlock: Int,
      block: @escaping ([RiskModelInput]) -> Block
    ) {
      let confined = Confined(file: file, block: block)
      body = {
        defer { blocks.finish() }
        do {
          var inputs: [RiskModelInput] = []
          while let day = try confined.file.nextDay() {
            if let lastDate, day.snapshot.date <= lastDate { continue }
            inputs.append(RiskModelInput(section: day.section, snapshot: day.snapshot))
            guard inputs.count == datesPerBlock else { continue }
            guard blocks.send(confined.block(inputs)) else { return nil }
            inputs = []
          }
          if !inputs.isEmpty { _ = blocks.send(confined.block(inputs)) }
          return nil
        } catch {
          return error
        }
      }
    }

    func start() {
      DispatchQueue.global().async { [self] in
        failure.error = body()
        isDone.signal()
      }
    }

    /// What went wrong; waits for the end of the file.
    func wait() -> (any Error)? {
      isDone.wait()
      isDone.signal()
      return failure.error
    }
  }
}
