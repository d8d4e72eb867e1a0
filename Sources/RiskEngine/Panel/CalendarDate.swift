/// A day of the proleptic Gregorian calendar, without a time or a time zone.
///
/// Stored as days since 1970-01-01, as Arrow's `date32`.
public struct CalendarDate: Hashable, Sendable {
  /// Days since 1970-01-01; negative before it.
  public let daysSinceEpoch: Int32

  /// Makes a date from the days since 1970-01-01.
  public init(daysSinceEpoch: Int32) {
    self.daysSinceEpoch = daysSinceEpoch
  }

  /// Makes a date from a year, a month (1 to 12) and a day (1 to 31), or `nil` where there is no such day.
  public init?(year: Int, month: Int, day: Int) {
    guard (0...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= Self.dayCount(year: year, month: month)
    else { return nil }
    // Days from a civil date by counting years from March, so that the leap day ends a year.
    let shiftedYear = month > 2 ? year : year - 1
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    daysSinceEpoch = Int32(era * 146_097 + dayOfEra - 719_468)
  }

  /// Reads `yyyy-mm-dd`, `yyyymmdd`, or either followed by a time that is midnight, as bytes of ASCII.
  ///
  /// - Returns: `nil` for anything else, also for a day that does not exist.
  public init?(text: some Sequence<UInt8>) {
    var digits = [Int]()
    digits.reserveCapacity(8)
    var dashes = 0
    var iterator = text.makeIterator()
    while digits.count < 8, let byte = iterator.next() {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digits.append(Int(byte - UInt8(ascii: "0")))
      case UInt8(ascii: "-") where (digits.count == 4 && dashes == 0) || (digits.count == 6 && dashes == 1):
        dashes += 1
      default: return nil
      }
    }
    guard digits.count == 8, dashes == 0 || dashes == 2 else { return nil }
    guard Self.isMidnight(&iterator) else { return nil }
    self.init(
      year: digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3],
      month: digits[4] * 10 + digits[5], day: digits[6] * 10 + digits[7])
  }

  /// Reads a number such as 20240131 as a date, or `nil` where it is none.
  public init?(yyyymmdd: Int) {
    guard (10_000...99_991_231).contains(yyyymmdd) else { return nil }
    self.init(year: yyyymmdd / 10_000, month: yyyymmdd / 100 % 100, day: yyyymmdd % 100)
  }

  /// The year, the month (1 to 12) and the day (1 to 31).
  public var components: (year: Int, month: Int, day: Int) {
    let shifted = Int(daysSinceEpoch) + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  /// The number of days in a month.
  private static func dayCount(year: Int, month: Int) -> Int {
    switch month {
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Whether what follows a date is nothing, or a time of 00:00 with only zeros in it.
  private static func isMidnight(_ rest: inout some IteratorProtocol<UInt8>) -> Bool {
    guard let separator = rest.next() else { return true }
    guard separator == UInt8(ascii: "T") || separator == UInt8(ascii: " ") else { return false }
    var zeros = 0
    while let byte = rest.next() {
      switch byte {
      case UInt8(ascii: "0"): zeros += 1
      case UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: "Z"), UInt8(ascii: "+"): continue
      default: return false
      }
    }
    return zeros >= 2
  }
}

extension CalendarDate: Comparable {
  /// Whether the left day comes before the right one.
  public static func < (left: CalendarDate, right: CalendarDate) -> Bool {
    left.daysSinceEpoch < right.daysSinceEpoch
  }
}

extension CalendarDate: CustomStringConvertible {
  /// The date as `yyyy-mm-dd`.
  public var description: String {
    let (year, month, day) = components
    func padded(_ number: Int, to width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
    return "\(padded(year, to: 4))-\(padded(month, to: 2))-\(padded(day, to: 2))"
  }
}
