import ArgumentParser

/// How a verb tells what it does while it runs.
enum LogFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
  /// Lines for people: progress where a terminal is, warnings and errors.
  case text
  /// One JSON object a line, for what runs the program: see `EventLog`.
  case json

  /// The format that a program's arguments name.
  ///
  /// Read before the arguments are parsed, so that what is wrong with them is told in it as well.
  static func named(in arguments: [String]) -> LogFormat {
    let option = "--log-format"
    let options = arguments.prefix { $0 != "--" }
    for (place, argument) in options.enumerated() {
      let value =
        if argument == option, place + 1 < options.count {
          options[place + 1]
        } else if argument.hasPrefix(option + "=") {
          String(argument.dropFirst(option.count + 1))
        } else {
          ""
        }
      if let format = LogFormat(rawValue: value) { return format }
    }
    return .text
  }
}
