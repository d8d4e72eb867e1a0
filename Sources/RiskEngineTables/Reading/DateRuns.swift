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

  /// The runs, in the order of the file; none once a date came after a later one.
  ///
  /// Of rows in no order only the number for each date is kept: every row might be a run of its own.
  public private(set) var runs: [Run] = []
  /// The number of rows.
  public private(set) var rowCount = 0
  /// The number of rows without a date.
  public private(set) var missingCount = 0
  /// The date of the first row that has one, in the order of the file.
  public private(set) var firstDate: CalendarDate?
  /// The rows of each date, once they are in no order.
  private var counts: [CalendarDate: Int]?

  /// Makes the runs of no rows.
  public init() {}

  /// Reads one column of a file.
  ///
  /// Parquet and Feather hold columns apart, so little of the file is read; CSV is read to its end.
  ///
  /// - Throws: what is wrong with the file, the column or a date.
  /// - Complexity: O(rows), and memory for the dates that occur.
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
    missingCount += other.missingCount
    firstDate = firstDate ?? other.firstDate
    if other.counts != nil { forgetOrder() }
    for run in other.rowsByDate { count(run) }
  }

  private mutating func appendRun(_ run: Run) {
    guard run.date != TableBatch.missingDate else {
      missingCount += run.rowCount
      forgetOrder()
      return
    }
    firstDate = firstDate ?? run.date
    count(run)
  }

  /// Adds rows of one date behind the others.
  private mutating func count(_ run: Run) {
    if let last = runs.last, counts == nil {
      if last.date == run.date {
        runs[runs.count - 1].rowCount += run.rowCount
        return
      }
      if last.date > run.date { forgetOrder() }
    }
    if counts != nil {
      counts?[run.date, default: 0] += run.rowCount
    } else {
      runs.append(run)
    }
  }

  private mutating func forgetOrder() {
    guard counts == nil else { return }
    counts = Dictionary(uniqueKeysWithValues: runs.map { ($0.date, $0.rowCount) })
    runs = []
  }

  /// Whether no date comes after a later one; a missing date counts as out of order.
  public var isInDateOrder: Bool { counts == nil }

  /// The rows of each date that occurs, in date order.
  ///
  /// - Complexity: O(d log d) in the number of dates.
  public var rowsByDate: [Run] {
    guard let counts else { return runs }
    return counts.map { Run(date: $0.key, rowCount: $0.value) }.sorted { $0.date < $1.date }
  }
}
