internal import Foundation
internal import ModelStore
internal import RiskEngine

/// The dates of a table whose rows are in no order, sorted on the way, outside memory where it must be.
///
/// The date column tells how many rows each date has. Dates are cut into ranges that fit into memory; one pass
/// over the file writes the rows of each range to a file of its own; then each range is read and sorted by date.
/// With a single range nothing is written.
final class SpilledDayReader<Source: DatedRowSource>: DayReader {
  typealias Rows = Source.Rows
  typealias Failure = Source.Failure

  /// The most ranges.
  private static var mostRanges: Int { 128 }

  /// Whether temporary files were written.
  let isExternal: Bool
  private let source: Source
  /// The files of ranges, which go with the reader.
  private let folder: ScratchFolder?
  private var pending: [String] = []
  private var current: SortedDayReader<Rows>?

  /// Sorts a file into ranges.
  ///
  /// - Parameters:
  ///   - runs: the dates of the file.
  ///   - memoryLimit: the most bytes of rows to hold.
  ///   - temporaryFolder: where files of ranges may be written.
  init(
    source: Source, runs: DateRuns, memoryLimit: Int, temporaryFolder: String
  ) throws(Failure) {
    self.source = source
    let bytesPerRow = 8 * (source.spillLayout.outputColumns.count + 1)
    // Rows are held twice while they are sorted; each range is a file that is open while rows are handed out.
    let leastRows = (runs.rowCount + Self.mostRanges - 1) / Self.mostRanges
    let rowsPerRange = max(1, leastRows, memoryLimit / (2 * bytesPerRow))
    let firstDates = Self.rangeStarts(runs.rowsByDate, rowsPerRange: rowsPerRange)
    guard firstDates.count > 1 else {
      isExternal = false
      folder = nil
      var all = source.noRows
      while let batch = try source.next() { all.append(0..<batch.dates.count, of: batch) }
      current = SortedDayReader(rows: all)
      return
    }
    isExternal = true
    let folder: ScratchFolder
    do {
      folder = try ScratchFolder("riskengine-sort", in: temporaryFolder)
    } catch {
      guard case .cannotCreate(let path, let reason) = error else { preconditionFailure("\(error)") }
      throw source.failure(.cannotCreate(path: path, reason: reason))
    }
    self.folder = folder
    // Each file gathers two groups of rows at a time.
    let rowsPerGroup = min(max(memoryLimit / (4 * bytesPerRow * firstDates.count), 512), 16_384)
    try spill(to: folder, firstDates: firstDates, rowsPerGroup: rowsPerGroup)
  }

  func nextDay() throws(Failure) -> DayRows<Rows>? {
    while true {
      if let day = current?.nextDay() { return day }
      guard !pending.isEmpty else { return nil }
      let path = pending.removeFirst()
      current = nil
      do throws(TableError) {
        current = SortedDayReader(rows: try source.spillLayout.read(path))
      } catch {
        throw source.failure(error)
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
  private func spill(to folder: ScratchFolder, firstDates: [CalendarDate], rowsPerGroup: Int) throws(Failure) {
    let layout = source.spillLayout
    pending = firstDates.indices.map { folder.path(of: "\($0).feather") }
    let options = TableWriteOptions(compression: TableCompression.none, rowsPerGroup: rowsPerGroup)
    let writers = try table { () throws(TableError) in
      var writers = [TableWriter]()
      for path in pending {
        writers.append(try TableWriter(path: path, columns: layout.outputColumns, options: options))
      }
      return writers
    }
    while let batch = try source.next() {
      let rowsByRange = Self.rowsByRange(batch.dates, firstDates: firstDates)
      try table { () throws(TableError) in
        for (range, rows) in rowsByRange.enumerated() where !rows.isEmpty {
          try writers[range].append(layout.values(of: batch.rows(at: rows[...])))
        }
      }
    }
    try table { () throws(TableError) in
      for writer in writers { try writer.close() }
    }
  }

  /// For each range the rows of a batch that belong to it.
  private static func rowsByRange(_ dates: [CalendarDate], firstDates: [CalendarDate]) -> [[Int32]] {
    var rows = [[Int32]](repeating: [], count: firstDates.count)
    for (row, date) in dates.enumerated() {
      // The last range that begins at or before the row's date.
      var low = 0
      var high = firstDates.count
      while high - low > 1 {
        let middle = (low + high) / 2
        if firstDates[middle] <= date { low = middle } else { high = middle }
      }
      rows[low].append(Int32(row))
    }
    return rows
  }

  /// Does something with tables.
  private func table<Value>(_ work: () throws(TableError) -> Value) throws(Failure) -> Value {
    do throws(TableError) {
      return try work()
    } catch {
      throw source.failure(error)
    }
  }
}
