internal import Foundation
internal import RiskEngine

/// The dates of a file whose rows are in no order, sorted on the way, outside memory where it must be.
///
/// The date column tells how many rows each date has. Dates are cut into ranges that fit into memory; one pass
/// over the file writes the rows of each range to a file of its own; then each range is read and sorted by date.
/// With a single range nothing is written.
final class SpilledDayReader: DayReader {
  /// How much was sorted at a time.
  enum Way: String, Sendable {
    /// All of it in memory.
    case inMemory = "sorted in memory"
    /// Range after range, by way of temporary files.
    case external = "sorted externally"
  }

  /// The way that was taken.
  let way: Way
  private let source: PanelRowReader
  private let columns: PanelColumns
  private let folder: URL?
  private var pending: [String] = []
  private var current: SortedDayReader?

  /// Sorts a file into ranges.
  ///
  /// - Parameters:
  ///   - runs: the dates of the file.
  ///   - memoryLimit: the most bytes of rows to hold.
  ///   - temporaryFolder: where files of ranges may be written.
  init(
    source: PanelRowReader, columns: PanelColumns, runs: DateRuns, memoryLimit: Int, temporaryFolder: String
  ) throws(PanelFileError) {
    self.source = source
    self.columns = columns
    let bytesPerRow = 8 * (4 + columns.styles.count + columns.groups.count)
    // Rows are held twice while they are sorted.
    let rowsPerRange = max(1, memoryLimit / (2 * bytesPerRow))
    let firstDates = Self.rangeStarts(runs.rowsByDate, rowsPerRange: rowsPerRange)
    guard firstDates.count > 1 else {
      way = .inMemory
      folder = nil
      var all = PanelRows(schema: columns.schema)
      while let batch = try source.next() { all.append(0..<batch.count, of: batch) }
      current = SortedDayReader(rows: all)
      return
    }
    way = .external
    let name = "riskengine-sort-\(ProcessInfo.processInfo.processIdentifier)-\(UUID().uuidString)"
    let folder = URL(filePath: temporaryFolder).appending(path: name)
    self.folder = folder
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw .table(.cannotCreate(path: folder.path, reason: error.localizedDescription))
    }
    do throws(TableError) {
      try spill(to: folder, firstDates: firstDates)
    } catch {
      throw .table(error)
    }
  }

  deinit {
    if let folder { try? FileManager.default.removeItem(at: folder) }
  }

  var assets: IdentifierTable { source.assets }
  var labels: [IdentifierTable] { source.labels }

  func nextDay() throws(PanelFileError) -> PanelRows? {
    while true {
      if let day = current?.nextDay() { return day }
      guard !pending.isEmpty else { return nil }
      let path = pending.removeFirst()
      current = nil
      do throws(TableError) {
        current = SortedDayReader(rows: try SpilledRows(columns: columns).read(path))
      } catch {
        throw .table(error)
      }
      try? FileManager.default.removeItem(atPath: path)
    }
  }

  /// The first date of each range.
  private static func rangeStarts(_ dates: [DateRuns.Run], rowsPerRange: Int) -> [CalendarDate] {
    var starts = [CalendarDate]()
    var rows = 0
    for run in dates {
      if starts.isEmpty || rows + run.rowCount > rowsPerRange {
        starts.append(run.date)
        rows = 0
      }
      rows += run.rowCount
    }
    return starts
  }

  /// Writes the rows of each range to a file.
  private func spill(to folder: URL, firstDates: [CalendarDate]) throws(TableError) {
    let layout = SpilledRows(columns: columns)
    var writers = [TableWriter]()
    for index in firstDates.indices {
      let path = folder.appending(path: "\(index).feather").path
      pending.append(path)
      writers.append(
        try TableWriter(
          path: path, columns: layout.outputColumns, options: TableWriteOptions(compression: TableCompression.none, rowsPerGroup: 16_384)))
    }
    while true {
      let batch: PanelRows?
      do throws(PanelFileError) {
        batch = try source.next()
      } catch {
        if case .table(let error) = error { throw error }
        preconditionFailure("keys were checked with the dates: \(error)")
      }
      guard let batch else { break }
      var rowsOfRange = [[Int32]](repeating: [], count: writers.count)
      for row in 0..<batch.count {
        // The last range that begins at or before the row's date.
        var low = 0
        var high = firstDates.count
        while high - low > 1 {
          let middle = (low + high) / 2
          if firstDates[middle] <= batch.dates[row] { low = middle } else { high = middle }
        }
        rowsOfRange[low].append(Int32(row))
      }
      for (range, rows) in rowsOfRange.enumerated() where !rows.isEmpty {
        try writers[range].append(layout.values(of: batch.rows(at: rows[...])))
      }
    }
    for writer in writers { try writer.close() }
  }
}
