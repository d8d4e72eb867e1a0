import Foundation

/// A line of the log in JSON.
struct LogEvent: Encodable {
  /// How much an event matters.
  enum Level: String, Encodable {
    /// The course of things.
    case info
    /// What a user should know; the verb goes on.
    case warning
    /// Why the verb ends.
    case error
  }

  /// When: UTC, with milliseconds, as RFC 3339 has it.
  var time: Date
  /// How much it matters.
  var level: Level
  /// The verb that the arguments name; empty where they name none.
  var verb: String
  /// The stage: `start`, those of the verb, and `end`, after which nothing comes.
  var stage: String
  /// What happened, in words.
  var message: String
  /// What was counted, by name; no key is promised but those of the documentation.
  var counts: [String: Int]
  /// Seconds since the program began.
  var seconds: Double
  /// The status that the program exits with; in events of the stage `end`.
  var exitCode: Int32?

  /// The event as one line.
  var line: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.dateEncodingStrategy = .custom { date, encoder in
      var container = encoder.singleValueContainer()
      try container.encode(Date.ISO8601FormatStyle(includingFractionalSeconds: true).format(date))
    }
    // Texts, whole numbers and a finite number can always be encoded.
    guard let data = try? encoder.encode(self) else { return "{}" }
    return String(decoding: data, as: UTF8.self)
  }
}
