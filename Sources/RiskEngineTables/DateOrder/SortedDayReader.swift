internal import RiskEngine

/// The dates of rows that lie in memory in any order.
final class SortedDayReader<Rows: DatedRows> {
  private let rows: Rows
  /// Row numbers by date, and within a date in the order given.
  private let order: [Int32]
  private var position = 0

  /// Sorts rows by date.
  ///
  /// - Complexity: O(n log n).
  init(rows: Rows) {
    self.rows = rows
    order = (0..<Int32(rows.dates.count)).sorted { left, right in
      let (a, b) = (rows.dates[Int(left)], rows.dates[Int(right)])
      return a == b ? left < right : a < b
    }
  }

  /// All rows of the next date, or `nil` after the last.
  func nextDay() -> DayRows<Rows>? {
    guard position < order.count else { return nil }
    let date = rows.dates[Int(order[position])]
    var end = position
    while end < order.count, rows.dates[Int(order[end])] == date { end += 1 }
    defer { position = end }
    return DayRows(rows: rows.rows(at: order[position..<end]), range: 0..<(end - position))
  }
}
