internal import Foundation

/// What JSON can say, to be put together piece by piece: the specification of a chart.
enum JSONValue: Sendable {
  case null
  case flag(Bool)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case named([String: JSONValue])
  /// Many numbers, to some significant digits; what is not finite is null.
  case numbers([Double], digits: Int)
  /// Many texts.
  case texts([String])

  /// A number to some significant digits; null where it is not finite.
  static func rounded(_ value: Double, digits: Int = 5) -> JSONValue {
    value.isFinite ? .number(Self.round(value, digits)) : .null
  }

  /// The number that has so many significant digits and is next to a value.
  static func round(_ value: Double, _ digits: Int) -> Double {
    Double(String(format: "%.\(digits - 1)e", value)) ?? value
  }

  /// The text to stand in a script element of a page: nothing in it ends the element or a line of script.
  ///
  /// Keys are sorted, so that the same value is the same text.
  func scriptText() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(self), as: UTF8.self)
    var escaped = ""
    escaped.unicodeScalars.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      // Outside texts JSON has none of these.
      case "<", ">", "&", "\u{2028}", "\u{2029}":
        escaped +=
          "\\u" + String(repeating: "0", count: scalar.value < 0x1000 ? 2 : 0) + String(scalar.value, radix: 16)
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}

extension JSONValue: Encodable {
  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .flag(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let values): try container.encode(values)
    case .named(let values): try container.encode(values)
    case .texts(let values): try container.encode(values)
    case .numbers(let values, let digits):
      try container.encode(values.map { $0.isFinite ? Self.round($0, digits) : nil })
    }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  init(nilLiteral: ()) { self = .null }
  init(stringLiteral value: String) { self = .text(value) }
  init(integerLiteral value: Int) { self = .number(Double(value)) }
  init(floatLiteral value: Double) { self = .number(value) }
  init(booleanLiteral value: Bool) { self = .flag(value) }
  init(arrayLiteral elements: JSONValue...) { self = .list(elements) }
  init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .named(Dictionary(elements, uniquingKeysWith: { _, last in last }))
  }
}

extension JSONValue {
  /// A named value with others added, which win.
  func adding(_ more: [String: JSONValue]) -> JSONValue {
    guard case .named(let values) = self else { return .named(more) }
    return .named(values.merging(more) { _, new in new })
  }
}
