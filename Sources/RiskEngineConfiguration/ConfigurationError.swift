/// What is wrong with a configuration, and where.
public struct ConfigurationError: Error, Hashable, Sendable {
  /// The file.
  public var file: String
  /// The line, from 1; 0 where there is none.
  public var line: Int
  /// The key with the keys above it, such as `universe.cap_coverage.enter`; empty for the whole file.
  public var key: String
  /// What was found and what was expected.
  public var message: String
  /// Whether the file itself is missing or unreadable.
  public var isMissingFile = false

  /// The status that a program stopped by this error exits with, after the convention of `sysexits.h`.
  public var exitCode: Int32 { isMissingFile ? 66 : 65 }
}

extension ConfigurationError: CustomStringConvertible {
  /// File, line, key, and what was found and expected.
  public var description: String {
    let place = line > 0 ? "\(file):\(line)" : file
    return key.isEmpty ? "\(place): \(message)" : "\(place): \(key): \(message)"
  }
}
