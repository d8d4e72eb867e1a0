internal import Foundation
internal import Synchronization

/// The folder in which results are written until they are whole: hidden, beside the place where they will stand.
///
/// It is locked as long as it is being filled. A process that is killed leaves the folder and loses the lock; that is
/// how the next one that writes to the place knows that nobody needs it.
final class StagingFolder: Sendable {
  /// Where it is.
  let path: String
  private let lock: Mutex<Int32?>

  private static let ending = ".partial"
  /// The number of folders that this process has named.
  private static let count = Atomic(0)
  /// How often a folder is asked for that another process takes for a left one before it is locked.
  private static let attempts = 1000

  /// A name for the folder of a place that no other folder has: of this host, this process and a number.
  static func path(for target: URL) -> String {
    let number = count.wrappingAdd(1, ordering: .relaxed).oldValue
    let name = "\(prefix(for: target))\(FileSystem.processIdentifier)-\(number)\(ending)"
    return target.deletingLastPathComponent().appending(path: name).path
  }

  /// Creates and locks a folder whose parent is there.
  init(path: String) throws(FileSystem.Failure) {
    self.path = path
    for _ in 0..<Self.attempts {
      if FileSystem.isFolder(path) == nil { try FileSystem.createFolder(path) }
      switch FileSystem.lockFolder(path) {
      case .taken(let descriptor):
        lock = Mutex(descriptor)
        return
      case .unavailable where FileSystem.isFolder(path) != nil:
        // On a file system without locks nobody takes it for a left one either.
        lock = Mutex(nil)
        return
      case .held, .unavailable: FileSystem.pause()
      }
    }
    throw FileSystem.Failure(reason: "another process holds \(path)")
  }

  deinit { unlock() }

  /// Lets go of the folder, which is gone or whole.
  func unlock() {
    lock.withLock { descriptor in
      if let descriptor { FileSystem.unlock(descriptor) }
      descriptor = nil
    }
  }

  /// Removes what processes of this host left that did not live to remove it.
  static func sweep(besides target: URL) {
    let parent = target.deletingLastPathComponent()
    let prefix = prefix(for: target)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? []
    for name in names where name.hasPrefix(prefix) && name.hasSuffix(ending) {
      let path = parent.appending(path: name).path
      if case .taken(let descriptor) = FileSystem.lockFolder(path) {
        try? FileManager.default.removeItem(atPath: path)
        FileSystem.unlock(descriptor)
      }
    }
  }

  /// How the names of all folders of a place begin that this host makes: other hosts' locks may not be seen here.
  private static func prefix(for target: URL) -> String {
    let host = FileSystem.hostName.prefix(60).map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    return ".\(target.lastPathComponent).\(String(host))."
  }
}
