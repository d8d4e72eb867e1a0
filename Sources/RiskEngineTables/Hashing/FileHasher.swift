import Dispatch
import ModelStore
import Synchronization

/// The SHA-256 of a file, worked out by a thread of its own while others read the file.
///
/// Reads the file once, from its beginning, so that hashing and reading share what the system keeps of it in memory.
///
/// ```swift
/// let hasher = try FileHasher(path: path)
/// // ... read the table ...
/// let contents = try hasher.finish()
/// ```
public final class FileHasher: Sendable {
  /// What a file's bytes are.
  public struct Contents: Hashable, Codable, Sendable {
    /// The SHA-256, as 64 lower-case hexadecimal digits.
    public var sha256: String
    /// The number of bytes.
    public var byteCount: Int

    /// Makes a record of a file's bytes.
    public init(sha256: String, byteCount: Int) {
      self.sha256 = sha256
      self.byteCount = byteCount
    }
  }

  /// The file.
  public let path: String

  private let result = Mutex<Result<Contents, TableError>?>(nil)
  private let isDone = DispatchGroup()
  private let isCancelled = Atomic(false)

  /// Opens a file and begins to read it.
  ///
  /// - Throws: `TableError.fileMissing`, `isDirectory` or `notReadable`.
  public init(path: String) throws(TableError) {
    self.path = path
    let file = try SequentialFile(path: path)
    isDone.enter()
    DispatchQueue.global(qos: .utility).async { [self] in
      let contents = Result { () throws(TableError) in
        try Self.contents(of: file) { isCancelled.load(ordering: .relaxed) }
      }
      result.withLock { $0 = contents }
      isDone.leave()
    }
  }

  /// Waits for the end of the file.
  ///
  /// May be asked again, with the same answer.
  ///
  /// - Throws: `TableError.readFailed`.
  public func finish() throws(TableError) -> Contents {
    isDone.wait()
    guard let result = result.withLock({ $0 }) else { preconditionFailure("a file hashed without a result") }
    return try result.get()
  }

  /// Stops early; `finish()` must not be asked then.
  public func cancel() { isCancelled.store(true, ordering: .relaxed) }

  /// Reads a file to its end, in the thread that asks.
  ///
  /// - Throws: as making a hasher and finishing it.
  public static func contents(ofFileAt path: String) throws(TableError) -> Contents {
    try contents(of: SequentialFile(path: path)) { false }
  }

  /// Reads a file to its end, or until somebody wants no more of it.
  static func contents(
    ofFileAt path: String, isCancelled: () -> Bool
  ) throws(TableError) -> Contents {
    try contents(of: SequentialFile(path: path), isCancelled: isCancelled)
  }

  private static func contents(
    of file: SequentialFile, isCancelled: () -> Bool
  ) throws(TableError) -> Contents {
    var digest = SHA256Digest()
    var byteCount = 0
    while !isCancelled() {
      let count = try file.readBlock(into: &digest)
      if count == 0 { break }
      byteCount += count
    }
    return Contents(sha256: digest.hexadecimal, byteCount: byteCount)
  }
}
