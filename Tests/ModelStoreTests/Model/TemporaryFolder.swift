import Foundation

/// A folder for one test, which goes when the test is done with it.
///
/// In memory where the system has a place for that: a process that is killed loses nothing of what the system holds,
/// so that waiting for a disk would show nothing more.
final class TemporaryFolder: Sendable {
  /// Where it is.
  let path: String

  init() throws {
    let memory = "/dev/shm"
    let hasMemory = FileManager.default.isWritableFile(atPath: memory)
    let parent = hasMemory ? URL(filePath: memory) : FileManager.default.temporaryDirectory
    let url = parent.appending(path: "riskengine-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.resolvingSymlinksInPath().path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of something in the folder.
  func path(_ name: String) -> String { "\(path)/\(name)" }

  /// Every file and folder below one in it, folders with a stroke at the end.
  func listing(_ name: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: path(name)).sorted().map { entry in
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(path(name))/\(entry)")
      return attributes[.type] as? FileAttributeType == .typeDirectory ? entry + "/" : entry
    }
  }
}
