import RiskEngine
import Testing

/// Dates against a count of days by plain loops.
@Suite struct CalendarDateTests {
  static func isLeap(_ year: Int) -> Bool {
    year.isMultiple(of: 400) || (year.isMultiple(of: 4) && !year.isMultiple(of: 100))
  }

  static let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

  /// Every day of some centuries in order: 1970-01-01 is day 0.
  @Test(arguments: [0...401, 1598...2401, 9600...9999])
  func everyDayFollowsTheOneBefore(years: ClosedRange<Int>) {
    var day = 0
    for year in min(1970, years.lowerBound)..<1970 { day -= Self.isLeap(year) ? 366 : 365 }
    for year in 1970..<max(1970, years.lowerBound) { day += Self.isLeap(year) ? 366 : 365 }
    var mistakes = 0
    for year in years {
      for month in 1...12 {
        let length = Self.lengths[month - 1] + (month == 2 && Self.isLeap(year) ? 1 : 0)
        for dayOfMonth in 1...length {
          let date = CalendarDate(year: year, month: month, day: dayOfMonth)
          if date?.daysSinceEpoch != Int32(day) { mistakes += 1 }
          let components = CalendarDate(daysSinceEpoch: Int32(day)).components
          if components != (year, month, dayOfMonth) { mistakes += 1 }
          day += 1
        }
        if CalendarDate(year: year, month: month, day: length + 1) != nil { mistakes += 1 }
      }
    }
    #expect(mistakes == 0)
  }

  @Test(arguments: [
    (1900, 2, 29, false), (2000, 2, 29, true), (2100, 2, 29, false), (2024, 2, 29, true), (2023, 2, 29, false),
    (2024, 2, 30, false), (2024, 4, 31, false), (2024, 0, 1, false), (2024, 13, 1, false), (2024, 1, 0, false),
    (2024, 1, 32, false), (-1, 1, 1, false), (10_000, 1, 1, false), (0, 1, 1, true), (9999, 12, 31, true),
  ])
  func daysThatDoNotExistAreRefused(year: Int, month: Int, day: Int, exists: Bool) {
    #expect((CalendarDate(year: year, month: month, day: day) != nil) == exists)
    func padded(_ number: Int, _ width: Int) -> String {
      String(repeating: "0", count: max(0, width - "\(number)".count)) + "\(number)"
    }
    guard year >= 0, year <= 9999 else { return }
    let iso = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    let digits = iso.filter { $0 != "-" }
    #expect((CalendarDate(text: iso.utf8) != nil) == exists)
    #expect((CalendarDate(text: digits.utf8) != nil) == exists)
    if year > 0, let number = Int(digits) { #expect((CalendarDate(yyyymmdd: number) != nil) == exists) }
  }

  @Test(arguments: [
    "2024-01-31", "20240131", "2024-01-31T00:00:00", "2024-01-31 00:00:00", "2024-01-31T00:00",
    "2024-01-31T00:00:00.000000000", "2024-01-31T00:00:00Z", "2024-01-31 00:00:00+00:00", "20240131T000000",
  ])
  func everySpellingOfADayIsThatDay(text: String) {
    #expect(CalendarDate(text: text.utf8) == CalendarDate(year: 2024, month: 1, day: 31))
  }

  @Test(arguments: [
    "", "2024", "2024-01", "2024-1-31", "24-01-31", "2024/01/31", "2024-0131", "202401-31", "2024--01-31",
    "-2024-01-31", "2024-01-31-", "2024-01-3", "2024-01-311", "202401310", "2024-01-31T", "2024-01-31T12:00:00",
    "2024-01-31T00:00:01", "2024-01-31 0", "2024-01-31x", " 2024-01-31", "2024-01-31 ", "31-01-2024", "NA", "nan",
    "２０２４0131", "2024-01-31T00:00:00-05:00", "20240131.0",
  ])
  func everythingElseIsRefused(text: String) {
    #expect(CalendarDate(text: text.utf8) == nil)
  }

  @Test(arguments: [0, -1, 1231, 9999, 20_240_230, 20_241_301, 99_991_232, 100_000_101, Int.max, Int.min])
  func numbersThatAreNoDayAreRefused(number: Int) {
    #expect(CalendarDate(yyyymmdd: number) == nil)
  }

  @Test(arguments: [
    (0, "1970-01-01"), (-1, "1969-12-31"), (-719_528, "0000-01-01"), (-25_509, "1900-02-28"), (-25_508, "1900-03-01"),
    (11_016, "2000-02-29"), (2_932_896, "9999-12-31"), (19_753, "2024-01-31"),
  ])
  func descriptionsAreISO(day: Int, text: String) {
    let date = CalendarDate(daysSinceEpoch: Int32(day))
    #expect(date.description == text)
    #expect(CalendarDate(text: text.utf8) == date)
  }

  @Test func earlierDaysAreLess() {
    let days: [Int32] = [-800_000, -1, 0, 1, 19_753]
    for (left, right) in zip(days, days.dropFirst()) {
      #expect(CalendarDate(daysSinceEpoch: left) < CalendarDate(daysSinceEpoch: right))
      #expect(!(CalendarDate(daysSinceEpoch: right) < CalendarDate(daysSinceEpoch: left)))
    }
  }
}
