internal import Dispatch
internal import Synchronization

/// Puts files on disk and works out their digests, in a thread of its own while others write more.
///
/// A digest is that of what is read back after the file is on disk, not of what was meant to be written.
final class FileSealer: Sendable {
  /// A file that is on disk.
  struct Contents: Sendable {
    var byteCount: Int
    var sha256: String
  }

  private let queue = DispatchQueue(label: "riskengine.seal")
  private let results = Mutex<[String: Result<Contents, FileSystem.Failure>]>([:])

  /// Begins with a file that nobody writes any more.
  func seal(_ path: String) {
    // Who watches the calls sees them in the order in which they are asked for, on the thread that asks.
    guard FileSystemCall.observer == nil else { return take(path) }
    queue.async { [self] in take(path) }
  }

  private func take(_ path: String) {
    let result = Result { () throws(FileSystem.Failure) in
      try FileSystem.synchronize(path)
      let (byteCount, sha256) = try FileSystem.contents(of: path)
      return Contents(byteCount: byteCount, sha256: sha256)
    }
    results.withLock { $0[path] = result }
  }

  /// Waits for every file that was begun.
  func wait() { queue.sync {} }

  /// Waits for a file; must have been begun.
  func contents(of path: String) throws(FileSystem.Failure) -> Contents {
    wait()
    guard let result = results.withLock({ $0[path] }) else { preconditionFailure("\(path) was never sealed") }
    return try result.get()
  }
}
