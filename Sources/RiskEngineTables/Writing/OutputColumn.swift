/// A column of a table to be written.
public struct OutputColumn: Hashable, Sendable {
  /// What a column holds.
  public enum Kind: Hashable, Sendable {
    /// Days, possibly missing.
    case date
    /// Numbers in double precision; NaN is written as missing.
    case number
    /// Whole numbers of 32 bits.
    case int32
    /// Whole numbers of 64 bits.
    case int64
    /// True or false.
    case boolean
    /// Codes of an `IdentifierTable`, written as its texts or as the whole numbers that they spell.
    case identifier(IdentifierStorage)
  }

  /// The column's name.
  public var name: String
  /// What it holds.
  public var kind: Kind

  /// Makes a column.
  public init(_ name: String, _ kind: Kind) {
    self.name = name
    self.kind = kind
  }

  /// A column of texts, as codes of an `IdentifierTable`.
  public static func text(_ name: String) -> OutputColumn { OutputColumn(name, .identifier(.text)) }
}
