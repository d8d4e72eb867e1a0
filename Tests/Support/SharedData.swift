public import Foundation

/// Data and reference results that lie beside the repository, in `../shared`; absent from most clones.
public enum SharedData {
  /// The folder that holds the repository and `shared`.
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// A file below `../shared`.
  public static func url(_ path: String) -> URL { root.appending(path: "shared").appending(path: path) }

  /// Whether `../shared` is there.
  public static var isPresent: Bool {
    FileManager.default.fileExists(atPath: url("data/README.md").path)
  }
}
