import RiskEngine
import Testing

/// Weekdays, from a first date on.
@Suite struct WeekdayCalendarTests {
  /// 2024-03-01 was a Friday.
  @Test func weekendsAreLeftOut() throws {
    let calendar = WeekdayCalendar(start: try #require(CalendarDate(year: 2024, month: 3, day: 1)))
    let dates = (0..<7).map { calendar.date(ofPeriod: $0).description }
    #expect(
      dates == [
        "2024-03-01", "2024-03-04", "2024-03-05", "2024-03-06", "2024-03-07", "2024-03-08", "2024-03-11",
      ])
  }

  @Test(arguments: [(2, "2024-03-04"), (3, "2024-03-04"), (4, "2024-03-04"), (5, "2024-03-05")])
  func aWeekendStartMovesToMonday(day: Int, first: String) throws {
    let calendar = WeekdayCalendar(start: try #require(CalendarDate(year: 2024, month: 3, day: day)))
    #expect(calendar.date(ofPeriod: 0).description == first)
  }

  /// 1969-12-31 was a Wednesday.
  @Test func datesBeforeTheEpoch() throws {
    let calendar = WeekdayCalendar(start: try #require(CalendarDate(year: 1969, month: 12, day: 31)))
    #expect((0..<4).map { calendar.date(ofPeriod: $0).daysSinceEpoch } == [-1, 0, 1, 4])
  }
}
