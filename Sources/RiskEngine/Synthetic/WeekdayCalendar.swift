/// The weekdays from a first date on, one a period, without holidays.
public struct WeekdayCalendar: Hashable, Sendable {
  /// The Monday of the first period's week, in days since 1970-01-01.
  private let monday: Int
  /// The first period's day of the week, 0 for Monday to 4 for Friday.
  private let firstWeekday: Int

  /// Makes the calendar that starts at a date, or at the Monday after it where it falls on a weekend.
  public init(start: CalendarDate) {
    // 1970-01-01 was a Thursday.
    let days = Int(start.daysSinceEpoch)
    let weekday = ((days + 3) % 7 + 7) % 7
    monday = weekday > 4 ? days - weekday + 7 : days - weekday
    firstWeekday = weekday > 4 ? 0 : weekday
  }

  /// The date of a period, counted from 0.
  ///
  /// - Complexity: O(1).
  public func date(ofPeriod period: Int) -> CalendarDate {
    CalendarDate(daysSinceEpoch: Int32(daysSinceEpoch(ofPeriod: period)))
  }

  /// The days from 1970-01-01 to the date of a period.
  func daysSinceEpoch(ofPeriod period: Int) -> Int {
    let weekdays = firstWeekday + period
    return monday + weekdays / 5 * 7 + weekdays % 5
  }
}
