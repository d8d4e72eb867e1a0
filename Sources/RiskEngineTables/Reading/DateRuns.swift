public import RiskEngine

/// The date column of a file: which dates its rows have, in runs of equal ones.
///
/// Tells whether a file is in date order, and how many rows each date has, before anything else of it is read.
public struct DateRuns: Sendable {
  /// Consecutive rows of one date.
  public struct Run: Hashable, Sendable {
    /// The date, or `TableBatch.missingDate`.
    public var date: CalendarDate
    /// The number of rows.
    public var rowCount: Int

    /// Makes a run.
    public init(date: CalendarDate, rowCount: Int) {
      self.date = date
      self.rowCount = rowCount
    }
  }

  /// The runs, in the order of the file.
  public private(set) var runs: [Run] = []
  /// The number of rows.
  public private(set) var rowCount = 0

  /// Makes the runs of no rows.
  public init() {}

  /// Reads one column of a file.
  ///
  /// Parquet and Feather hold columns apart, so little of the file is read; CSV is read to its end.
  ///
  /// - Throws: what is wrong with the file, the column or a date.
  /// - Complexity: O(rows), and memory for a run each.
  public init(
    path: String, column: String, options: TableReadOptions = TableReadOptions()
  ) throws(TableError) {
    let reader = try TableReader(path: path, columns: [ColumnRequest(column, .date)], options: options)
    while let batch = try reader.next() { append(batch.dateSpan(column)) }
  }

  /// Adds rows.
  public mutating func append(_ dates: Span<CalendarDate>) {
    guard !dates.isEmpty else { return }
    rowCount += dates.count
    var start = 0
    for row in 1..<dates.count where dates[row] != dates[row - 1] {
      appendRun(Run(date: dates[row - 1], rowCount: row - start))
      start = row
    }
    appendRun(Run(date: dates[dates.count - 1], rowCount: dates.count - start))
  }

  /// Adds the rows of another table behind these.
  public mutating func append(_ other: DateRuns) {
    rowCount += other.rowCount
    for run in other.runs { appendRun(run) }
  }

  private mutating func appendRun(_ run: Run) {
    if let last = runs.last, last.date == run.date {
      runs[runs.count - 1].rowCount += run.rowCount
    } else {
      runs.append(run)
    }
  }

  /// Whether no date comes after a later one; a missing date counts as out of order.
  public var isInDateOrder: Bool {
    runs.allSatisfy { $0.date != TableBatch.missingDate }
      && zip(runs, runs.dropFirst()).allSatisfy { $0.date < $1.date }
  }

  /// The number of rows without a date.
  public var missingCount: Int {
    runs.lazy.filter { $0.date == TableBatch.missingDate }.reduce(0) { $0 + $1.rowCount }
  }

  /// The rows of each date that occurs, in date order.
  ///
  /// - Complexity: O(r log r) in the number of runs.
  public var rowsByDate: [Run] {
    if isInDateOrder { return runs }
    var counts: [CalendarDate: Int] = [:]
    for run in runs where run.date != TableBatch.missingDate { counts[run.date, default: 0] += run.rowCount }
    return counts.map { Run(date: $0.key, rowCount: $0.value) }.sorted { $0.date < $1.date }
  }
}
