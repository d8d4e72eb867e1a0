internal import Foundation

/// Words of a command that is shown to be run.
enum ShellWord {
  /// A path as a shell takes it, in quotes where it needs them.
  static func of(_ path: String) -> String {
    let isPlain = !path.isEmpty && path.allSatisfy { $0.isLetter || $0.isNumber || "/._-+=:,@%".contains($0) }
    return isPlain ? path : "'\(path.replacingOccurrences(of: "'", with: "'\\''"))'"
  }
}
