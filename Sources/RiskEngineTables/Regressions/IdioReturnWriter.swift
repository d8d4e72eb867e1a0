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
          for (section, period) in zip(block.sections, block.periods) where period.outcome.hasEstimate {
            try writer.append(Self.values(section, period, order: &order, assets: block.assets))
          }
          seconds += (clock.now - start).seconds
        }
        try writer.close()
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

  /// Waits until everything is on disk.
  ///
  /// - Returns: the seconds that the thread was busy.
  func close() throws(PanelFileError) -> Double {
    blocks.finish()
    done.wait()
    if let error = failure.withLock({ $0 }) { throw .table(error) }
    return busy.withLock { $0 }
  }

  /// Waits until nothing is written any more; what is waiting to be written is left out.
  func abandon() {
    blocks.cancel()
    blocks.finish()
    done.wait()
  }

  /// The rows of one period in the order of the table.
  private static func values(
    _ section: CrossSection, _ period: PeriodRegression, order: inout OutputOrder, assets: IdentifierTable
  ) -> [OutputValues] {
    let rows = order.rows(ofAssets: section.assets).filter { !period.idioReturns[Int($0)].isNaN }
    return [
      .dates(Array(repeating: section.date, count: rows.count)),
      .identifiers(rows.map { section.assets[Int($0)] }, of: assets),
      .numbers(rows.map { period.idioReturns[Int($0)] }),
      .booleans(rows.map { period.isRegressed[Int($0)] }),
    ]
  }
}
