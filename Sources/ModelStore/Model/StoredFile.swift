/// A file of a model that is no segment of a table: state to resume from, or a document such as the configuration.
public struct StoredFile: Hashable, Sendable, Codable {
  /// What it is asked for by.
  public var name: String
  /// Where it is, below the model's folder.
  public var file: String
  /// The number of its bytes.
  public var byteCount: Int
  /// The SHA-256 of its bytes, as 64 lower-case hexadecimal digits.
  public var sha256: String
}
