public import Foundation

/// Reference results kept in this repository, in `Tests/Reference`, with the script that made them.
public enum ReferenceData {
  /// A file below `Tests/Reference`.
  public static func url(_ path: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Reference")
      .appending(path: path)
  }
}
