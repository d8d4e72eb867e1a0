internal import Dispatch
internal import RiskEngine
internal import Synchronization

/// The table of idio returns, written behind the regressions by a thread of its own.
///
/// `date, asset, idio_return, in_regression`: sorted by date, then asset.
final class IdioReturnWriter: Sendable {
  /// A block on its way to the file.
  private struct Block: Sendable {
    var sections: [CrossSection]
    var periods: [PeriodRegression]
    var assets: IdentifierTable
  }

  private let blocks = Channel<Block>(capacity: 2)
  private let failure = Mutex<TableError?>(nil)
  private let contents = Mutex<FileHasher.Contents?>(nil)
  private let busy = Mutex<Double>(0)
  private let done = DispatchSemaphore(value: 0)

  /// Creates the table.
  ///
  /// - Throws: `PanelFileError`.
  init(path: String, assetStorage: IdentifierStorage) throws(PanelFileError) {
    let writer: TableWriter
    do {
      writer = try TableWriter(
        path: path,
        columns: [
          OutputColumn("date", .date), OutputColumn("asset", .identifier(assetStorage)),
          OutputColumn("idio_return", .number), OutputColumn("in_regression", .boolean),
        ])
    } catch {
      throw .table(error)
    }
    DispatchQueue.global().async { [self] in
      var order = OutputOrder(storage: assetStorage)
      let clock = ContinuousClock()
      var seconds = 0.0
      do throws(TableError) {
        while let block = blocks.next() {
          let start = clock.now
          order.update(block.assets)
          try writer.append(Self.values(block, order: &order))
          seconds += (clock.now - start).seconds
        }
        let start = clock.now
        try writer.close()
        let contents = try FileHasher.contents(ofFileAt: path)
        self.contents.withLock { $0 = contents }
        seconds += (clock.now - start).seconds
      } catch {
        self.failure.withLock { $0 = error }
        blocks.cancel()
      }
      self.busy.withLock { $0 = seconds }
      done.signal()
    }
  }

  /// Adds the idio returns of a block.
  func append(
    sections: [CrossSection], periods: [PeriodRegression], assets: IdentifierTable
  ) throws(PanelFileError) {
    let isWanted = blocks.send(Block(sections: sections, periods: periods, assets: assets))
    if !isWanted, let error = failure.withLock({ $0 }) { throw .table(error) }
  }

  /// Says that no block will follow.
  func finish() { blocks.finish() }

  /// Waits until everything is on disk.
  ///
  /// - Returns: what the file holds, and the seconds that the thread was busy.
  func close() throws(PanelFileError) -> (contents: FileHasher.Contents, seconds: Double) {
    blocks.finish()
    done.wait()
    done.signal()
    if let error = failure.withLock({ $0 }) { throw .table(error) }
    guard let contents = contents.withLock({ $0 }) else { preconditionFailure("a table closed without contents") }
    return (contents, busy.withLock { $0 })
  }

  /// Waits until nothing is written any more; what is waiting to be written is left out.
  func abandon() {
    blocks.cancel()
    blocks.finish()
    done.wait()
    done.signal()
  }

  /// The rows of a block's periods in the order of the table.
  private static func values(_ block: Block, order: inout OutputOrder) -> [OutputValues] {
    var rowsOfPeriods = [[Int32]]()
    for (section, period) in zip(block.sections, block.periods) {
      let rows = period.outcome.hasEstimate ? order.rows(ofAssets: section.assets) : []
      rowsOfPeriods.append(
        period.idioReturns.contains(where: \.isNaN) ? rows.filter { !period.idioReturns[Int($0)].isNaN } : rows)
    }
    let count = rowsOfPeriods.reduce(0) { $0 + $1.count }
    func column<Value>(_ valuesOfPeriod: (Int) -> [Value]) -> [Value] {
      Array(capacity: count) { column in
        for (period, rows) in rowsOfPeriods.enumerated() {
          let values = valuesOfPeriod(period)
          for row in rows { column.append(values[Int(row)]) }
        }
      }
    }
    return [
      .dates(
        zip(block.sections, rowsOfPeriods).flatMap { section, rows in repeatElement(section.date, count: rows.count) }),
      .identifiers(column { block.sections[$0].assets }, of: block.assets),
      .numbers(column { block.periods[$0].idioReturns }),
      .booleans(column { block.periods[$0].isRegressed }),
    ]
  }
}
