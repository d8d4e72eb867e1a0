internal import Dispatch
internal import Synchronization

/// The SHA-256 of each of some files, worked out one after the other by a thread of its own while others read them.
///
/// For sources of thousands of files, of which `FileHasher` would open all at a time.
public final class FileSetHasher: Sendable {
  /// The files.
  public let paths: [String]

  private let result = Mutex<Result<[FileHasher.Contents], TableError>?>(nil)
  private let isDone = DispatchGroup()
  private let isCancelled = Atomic(false)

  /// Begins to read files.
  public init(paths: [String]) {
    self.paths = paths
    isDone.enter()
    DispatchQueue.global(qos: .utility).async { [self] in
      let all = Result { () throws(TableError) in
        var all: [FileHasher.Contents] = []
        for path in self.paths where !isCancelled.load(ordering: .relaxed) {
          all.append(try FileHasher.contents(ofFileAt: path) { self.isCancelled.load(ordering: .relaxed) })
        }
        return all
      }
      result.withLock { $0 = all }
      isDone.leave()
    }
  }

  /// Waits for the last file; one record a path.
  ///
  /// May be asked again, with the same answer.
  ///
  /// - Throws: what is wrong with the first file that cannot be read.
  public func finish() throws(TableError) -> [FileHasher.Contents] {
    isDone.wait()
    guard let result = result.withLock({ $0 }) else { preconditionFailure("files hashed without a result") }
    return try result.get()
  }

  /// Stops early; `finish()` must not be asked then.
  public func cancel() { isCancelled.store(true, ordering: .relaxed) }
}
