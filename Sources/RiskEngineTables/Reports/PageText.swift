internal import Foundation

/// Text of a page, with everything that comes from data made harmless.
struct PageText: Sendable, ExpressibleByStringInterpolation {
  /// The HTML.
  let html: String

  /// Takes HTML of the program's own.
  init(stringLiteral value: String) { html = value }

  /// Takes HTML of the program's own, with values in it.
  init(stringInterpolation: Interpolation) { html = stringInterpolation.html }

  /// Takes text, in which nothing is markup.
  init(text: String) { html = Self.escaped(text) }

  /// Joins pieces.
  init(_ pieces: [PageText], separator: String = "") { html = pieces.map(\.html).joined(separator: separator) }

  /// Text in which nothing is markup: in an element, and in a quoted attribute.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      // A page may not hold it, and browsers show it as this.
      case "\0": escaped.unicodeScalars.append("\u{FFFD}")
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// Puts values into HTML: texts escaped, page texts as they are.
  struct Interpolation: StringInterpolationProtocol {
    fileprivate var html = ""

    init(literalCapacity: Int, interpolationCount: Int) { html.reserveCapacity(literalCapacity) }

    mutating func appendLiteral(_ literal: String) { html += literal }
    mutating func appendInterpolation(_ value: PageText) { html += value.html }
    mutating func appendInterpolation(_ value: String) { html += PageText.escaped(value) }
    mutating func appendInterpolation(_ value: Int) { html += String(value) }
  }
}

/// Numbers as people read them.
enum Shown {
  /// A fraction in percent.
  static func percent(_ value: Double, _ digits: Int = 2) -> String {
    value.isFinite ? String(format: "%.\(digits)f %%", 100 * value) : "–"
  }

  /// A number with some digits after the point.
  static func number(_ value: Double, _ digits: Int = 2) -> String {
    value.isFinite ? String(format: "%.\(digits)f", value) : "–"
  }

  /// A whole number, its thousands apart.
  static func count(_ value: Int) -> String {
    var digits = String(abs(value))
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    return (value < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
  }

  /// A count with its noun.
  static func count(_ value: Int, _ one: String, _ many: String? = nil) -> String {
    "\(count(value)) \(value == 1 ? one : many ?? one + "s")"
  }
}
