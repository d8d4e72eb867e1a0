internal import ModelStore
internal import RiskEngine
internal import Synchronization

/// The tables of a model within a transaction, which may be written by several threads, each table by one at a time.
final class TransactionSink: SegmentSink {
  let transaction: ModelTransaction
  /// The columns of the tables that were written.
  private(set) var columns: [String: [OutputColumn]] = [:]
  private var pending: [String: PendingSegment] = [:]
  /// A transaction is for one thread at a time.
  private let turn = Mutex(())

  init(_ transaction: ModelTransaction) { self.transaction = transaction }

  func newSegment(of table: String, columns: [OutputColumn]) throws -> String {
    try turn.withLock { _ in
      self.columns[table] = columns
      let segment = try transaction.newSegment(of: table, fileExtension: "parquet")
      pending[segment.path] = segment
      return segment.path
    }
  }

  func finishSegment(
    of table: String, path: String, rowCount: Int, firstDate: CalendarDate?, lastDate: CalendarDate?
  ) throws {
    var dates: ClosedRange<CalendarDate>?
    if let firstDate, let lastDate { dates = firstDate...lastDate }
    try turn.withLock { _ in
      guard let segment = pending.removeValue(forKey: path) else { preconditionFailure("a segment of nobody") }
      try transaction.append(segment, rowCount: rowCount, dates: dates)
    }
  }

  /// Where the segments of a table that this transaction wrote can be read.
  func newPaths(of table: String) throws -> [String] {
    let old = Set(transaction.base?.manifest.table(table)?.segments.map(\.file) ?? [])
    guard let table = transaction.tables.first(where: { $0.name == table }) else { return [] }
    return try table.segments.filter { !old.contains($0.file) }.map { try transaction.path(of: $0) }
  }

  /// Where the segments of a table can be read now, written by this transaction or before it.
  func paths(of table: String, from date: CalendarDate? = nil) throws -> [String] {
    guard let table = transaction.tables.first(where: { $0.name == table }) else { return [] }
    var paths: [String] = []
    for segment in table.segments {
      if let date, let dates = segment.dates, dates.upperBound < date { continue }
      paths.append(try transaction.path(of: segment))
    }
    return paths
  }
}
