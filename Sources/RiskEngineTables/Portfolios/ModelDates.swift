internal import ModelStore
internal import RiskEngine

/// The dates of a model that have rows of a table.
struct ModelDates {
  let path: String
  /// The dates, ascending; at least one.
  let dates: [CalendarDate]

  /// Reads the dates of a table's segments.
  ///
  /// - Throws: `StoreError`, `TableError`, or `ModelError.missing` where there are none.
  init(_ model: StoredModel, path: String, table: String, what: String) throws {
    var dates: Set<CalendarDate> = []
    for segment in try model.paths(of: table) {
      dates.formUnion(try DateRuns(path: segment, column: "date").rowsByDate.map(\.date))
    }
    guard !dates.isEmpty else { throw ModelError.missing(path: path, what: what) }
    self.path = path
    self.dates = dates.sorted()
  }

  var first: CalendarDate { dates[0] }
  var last: CalendarDate { dates[dates.count - 1] }

  /// The first date after one; `nil` where there is none.
  func next(after date: CalendarDate) -> CalendarDate? { dates.first { $0 > date } }

  /// The model's date for one of holdings.
  ///
  /// - Throws: `PortfolioFileError.dateOutsideModel`.
  func date(
    for wanted: CalendarDate, rule: DateRule, file: String, portfolio: String
  ) throws(PortfolioFileError) -> CalendarDate {
    let before = dates.last { $0 <= wanted }
    // Dates after the model's last are not gaps within it.
    if let before, before == wanted || rule == .earlier && wanted <= last { return before }
    let nearest = dates.min {
      abs($0.daysSinceEpoch - wanted.daysSinceEpoch) < abs($1.daysSinceEpoch - wanted.daysSinceEpoch)
    }
    throw .dateOutsideModel(
      path: file, portfolio: portfolio, date: wanted, model: path, nearest: nearest, first: first, last: last)
  }
}
