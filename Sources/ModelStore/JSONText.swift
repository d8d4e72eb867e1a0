public import Foundation

/// Values as JSON for people and other programs: keys in snake case and sorted.
public enum JSONText {
  /// Encodes a value.
  ///
  /// - Throws: `EncodingError`, also for a number that is not finite; `NullWhenNaN` is for those that may be missing.
  public static func encode(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return try encoder.encode(value)
  }
}

/// A number that is NaN where there is none, which JSON says as null.
@propertyWrapper
public struct NullWhenNaN: Hashable, Sendable, Codable {
  /// The number.
  public var wrappedValue: Double

  /// Wraps a number.
  public init(wrappedValue: Double) { self.wrappedValue = wrappedValue }

  /// Reads a number or null.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    wrappedValue = container.decodeNil() ? .nan : try container.decode(Double.self)
  }

  /// Writes the number or null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if wrappedValue.isNaN { try container.encodeNil() } else { try container.encode(wrappedValue) }
  }
}
