import Foundation

/// What people read while a verb runs; results go to standard output.
enum StandardError {
  /// Whether a person looks at it.
  static var isTerminal: Bool { isatty(FileHandle.standardError.fileDescriptor) == 1 }

  /// Writes a line.
  static func write(_ line: String) { put(line + "\n") }

  /// Writes text as it is.
  static func put(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
