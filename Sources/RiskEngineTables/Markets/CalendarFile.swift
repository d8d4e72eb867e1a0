public import RiskEngine

/// A file of trading days: a table with a column `date`.
public enum CalendarFile {
  /// The trading days.
  ///
  /// - Throws: `TableError`.
  public static func read(_ path: String) throws(TableError) -> Set<CalendarDate> {
    let reader = try TableReader(path: path, columns: [ColumnRequest("date", .date)])
    var dates: Set<CalendarDate> = []
    while let batch = try reader.next() { dates.formUnion(batch.dates("date")) }
    dates.remove(TableBatch.missingDate)
    return dates
  }
}
