import ArgumentParser
import RiskEngine

/// The date that is the value of an option.
enum DateOption {
  /// Reads a date.
  ///
  /// - Parameter option: the option's name, for the error.
  /// - Throws: `ValidationError`.
  static func parse(_ text: String, _ option: String) throws -> CalendarDate {
    guard let date = CalendarDate(text: text.utf8) else {
      throw ValidationError("\(option) is '\(text)'; expected a date such as 2015-01-31")
    }
    return date
  }
}
