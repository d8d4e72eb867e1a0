internal import RiskEngine

/// A table with a date, a text that tells rows of a date apart, and numbers; read date by date.
struct DatedTable {
  private var paths: [String]
  private let key: String
  private let names: [String]
  private var reader: TableReader?
  private var translation = IdentifierTranslation()
  private var keys = IdentifierTable()
  private var batch: (dates: [CalendarDate], keys: [Int32], values: [[Double]])?
  private var row = 0

  init(_ paths: [String], key: String, values: [String], from first: CalendarDate?) throws(TableError) {
    self.paths = paths.reversed()
    self.key = key
    names = values
  }

  /// The rows of a date; dates have to ascend from call to call.
  mutating func values(on date: CalendarDate) throws(TableError) -> [(key: String, values: [Double])] {
    var rows: [(key: String, values: [Double])] = []
    while true {
      if let batch {
        while row < batch.dates.count, batch.dates[row] < date { row += 1 }
        while row < batch.dates.count, batch.dates[row] == date {
          rows.append((keys[batch.keys[row]], batch.values.map { $0[row] }))
          row += 1
        }
        if row < batch.dates.count { return rows }
        self.batch = nil
      }
      if let next = try reader?.next() {
        batch = (
          next.dates("date"), next.identifiers(key, through: &translation, into: &keys), names.map { next.numbers($0) }
        )
        row = 0
        continue
      }
      guard let path = paths.popLast() else {
        reader = nil
        return rows
      }
      translation = IdentifierTranslation()
      reader = try TableReader(
        path: path,
        columns: [ColumnRequest("date", .date), ColumnRequest(key, .identifier)]
          + names.map { ColumnRequest($0, .number) })
    }
  }
}
