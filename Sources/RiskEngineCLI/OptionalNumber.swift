import ArgumentParser

/// `off`, or a number.
enum OptionalNumber: ExpressibleByArgument, Equatable {
  case off
  case value(Double)

  init?(argument: String) {
    if argument == "off" {
      self = .off
    } else {
      guard let number = Double(argument), number.isFinite else { return nil }
      self = .value(number)
    }
  }

  var defaultValueDescription: String { text }

  /// The argument again.
  var text: String {
    switch self {
    case .off: "off"
    case .value(let number): String(number)
    }
  }

  /// The number, `nil` for `off`.
  var number: Double? { if case .value(let number) = self { number } else { nil } }
}
