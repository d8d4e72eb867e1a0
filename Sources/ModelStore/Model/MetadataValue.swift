/// A value that a manifest keeps under a name: what JSON can say, without null.
public enum MetadataValue: Hashable, Sendable {
  /// A text.
  case text(String)
  /// A finite number; whole numbers are exact up to 2^53.
  case number(Double)
  /// A truth value.
  case flag(Bool)
  /// Values in order.
  case list([MetadataValue])
  /// Values by name.
  case named([String: MetadataValue])

  /// The text, `nil` for something else.
  public var text: String? { if case .text(let value) = self { value } else { nil } }
  /// The number, `nil` for something else.
  public var number: Double? { if case .number(let value) = self { value } else { nil } }
  /// The truth value, `nil` for something else.
  public var flag: Bool? { if case .flag(let value) = self { value } else { nil } }
  /// The values in order, `nil` for something else.
  public var list: [MetadataValue]? { if case .list(let value) = self { value } else { nil } }
  /// The values by name, `nil` for something else.
  public var named: [String: MetadataValue]? { if case .named(let value) = self { value } else { nil } }

  /// Whether every number in it is finite, as JSON needs.
  var isFinite: Bool {
    switch self {
    case .text, .flag: true
    case .number(let value): value.isFinite
    case .list(let values): values.allSatisfy(\.isFinite)
    case .named(let values): values.values.allSatisfy(\.isFinite)
    }
  }
}

extension MetadataValue: Codable {
  /// Reads a value.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Bool.self) {
      self = .flag(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([MetadataValue].self) {
      self = .list(value)
    } else {
      self = .named(try container.decode([String: MetadataValue].self))
    }
  }

  /// Writes the value.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .flag(let value): try container.encode(value)
    case .list(let values): try container.encode(values)
    case .named(let values): try container.encode(values)
    }
  }
}
