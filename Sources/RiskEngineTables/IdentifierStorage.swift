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
}
