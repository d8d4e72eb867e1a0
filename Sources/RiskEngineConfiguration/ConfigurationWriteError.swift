/// A configuration file that cannot be written.
public struct ConfigurationWriteError: Error, Sendable {
  /// The file.
  public let path: String
  /// What the system says.
  public let reason: String

  /// Makes an error.
  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }
}
