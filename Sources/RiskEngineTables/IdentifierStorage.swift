/// What identifiers are in a file: text, or whole numbers of some width.
///
/// In memory identifiers are always texts. Their storage says how to write them so that they join with the file
/// they came from.
public enum IdentifierStorage: String, Hashable, CaseIterable, Codable, Sendable {
  /// Text.
  case text
  /// Signed integers of 8 bits.
  case int8
  /// Signed integers of 16 bits.
  case int16
  /// Signed integers of 32 bits.
  case int32
  /// Signed integers of 64 bits.
  case int64
  /// Unsigned integers of 8 bits.
  case uint8
  /// Unsigned integers of 16 bits.
  case uint16
  /// Unsigned integers of 32 bits.
  case uint32
  /// Unsigned integers of 64 bits.
  case uint64

  /// The storage of identifiers that come from two files.
  ///
  /// Integers of different widths go together as 64 bits, where both fit; anything else as text.
  public func merged(with other: IdentifierStorage) -> IdentifierStorage {
    if self == other { return self }
    if self == .text || other == .text || self == .uint64 || other == .uint64 { return .text }
    return .int64
  }

  /// Whether a text can be stored so that it is read again as it is: `007` is no whole number.
  func canHold(_ text: String) -> Bool {
    func holds<Integer: FixedWidthInteger>(_ type: Integer.Type) -> Bool {
      Integer(text).map { "\($0)" == text } ?? false
    }
    return switch self {
    case .text: true
    case .int8: holds(Int8.self)
    case .int16: holds(Int16.self)
    case .int32: holds(Int32.self)
    case .int64: holds(Int64.self)
    case .uint8: holds(UInt8.self)
    case .uint16: holds(UInt16.self)
    case .uint32: holds(UInt32.self)
    case .uint64: holds(UInt64.self)
    }
  }
}
