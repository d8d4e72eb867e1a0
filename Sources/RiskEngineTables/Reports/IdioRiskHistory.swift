internal import ModelStore
internal import RiskEngine

/// The distribution of idio risk over the assets, at some dates, and all of it at the last.
struct IdioRiskHistory {
  /// The shares of assets below each quantile.
  static let probabilities = [0.05, 0.25, 0.5, 0.75, 0.95]

  /// The dates.
  private(set) var dates = ShownDates([])
  /// For each of `probabilities` the quantile at each date, as stored.
  private(set) var quantiles = probabilities.map { _ in [Double]() }
  /// The risks at the last date, ascending, as stored.
  private(set) var last: [Double] = []

  /// Reads a model.
  ///
  /// - Throws: `StoreError` or `TableError`.
  /// - Complexity: O(dates × assets) time; memory for the assets of one date and some quantiles a date.
  init(_ model: StoredModel) throws {
    var all: [CalendarDate] = []
    for path in try model.paths(of: "idio_risk") {
      all += try DateRuns(path: path, column: "date").rowsByDate.map(\.date)
    }
    let dates = ShownDates(all)
    let shown = Set(dates.dates)
    self.dates = dates
    var current: CalendarDate?
    var values: [Double] = []
    for path in try model.paths(of: "idio_risk") {
      let reader = try TableReader(
        path: path, columns: [ColumnRequest("date", .date), ColumnRequest("idio_risk", .number)])
      while let batch = try reader.next() {
        let rows = batch.dates("date")
        let risks = batch.numbers("idio_risk")
        for row in rows.indices {
          if rows[row] != current {
            end(current, shown, &values)
            current = rows[row]
          }
          if risks[row].isFinite { values.append(risks[row]) }
        }
      }
    }
    end(current, shown, &values)
  }

  private mutating func end(_ date: CalendarDate?, _ shown: Set<CalendarDate>, _ values: inout [Double]) {
    defer { values = [] }
    guard let date, shown.contains(date) else { return }
    values.sort()
    for (place, probability) in Self.probabilities.enumerated() {
      quantiles[place].append(values.isEmpty ? .nan : Quantile.interpolated(probability, ofSorted: values))
    }
    if date == dates.dates.last { last = values }
  }
}
