/// A column that is wanted from a file.
public struct ColumnRequest: Hashable, Sendable {
  /// The column's name, exactly as in the file.
  public var name: String
  /// What to read it as.
  public var kind: ColumnKind
  /// Whether a file without the column is an error.
  public var isRequired: Bool

  /// Makes a request.
  public init(_ name: String, _ kind: ColumnKind, isRequired: Bool = true) {
    self.name = name
    self.kind = kind
    self.isRequired = isRequired
  }
}
