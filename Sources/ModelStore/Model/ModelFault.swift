/// Something in a model's folder that is not as the manifest says.
public struct ModelFault: Hashable, Sendable, Codable {
  /// The file, below the model's folder.
  public var file: String
  /// What is there.
  public var found: String
  /// What was expected.
  public var expected: String

  /// Makes a fault.
  public init(file: String, found: String, expected: String) {
    self.file = file
    self.found = found
    self.expected = expected
  }
}

extension ModelFault: CustomStringConvertible {
  /// What was found and what was expected, with its place.
  public var description: String { "\(file): found \(found); expected \(expected)" }
}
