internal import Foundation

/// A call of the operating system that changes files.
///
/// Tests watch these calls to fail, or to end the process, at each of them.
package enum FileSystemCall: String, Hashable, Sendable, CaseIterable {
  /// A folder is about to be created.
  case createFolder
  /// A file or an empty folder is about to be removed.
  case remove
  /// A file or a folder is about to be moved; its path is that to which it moves.
  case move
  /// Two folders are about to be exchanged.
  case exchange
  /// A block of bytes is about to be written.
  case write
  /// A file or a folder is about to be put on disk.
  case synchronize

  /// Who is told of each call before it is made, and where: 0 lets it go on, another number is the `errno` with which
  /// it fails instead.
  package typealias Observer = @Sendable (FileSystemCall, String) -> Int32

  /// Who watches the calls of this thread; nobody but in tests.
  package static var observer: Observer? { (Thread.current.threadDictionary[key] as? Box)?.observer }

  /// Has somebody, or nobody, watch the calls that this thread makes within `body`.
  ///
  /// (A task-local value of function type is read wrong in optimized builds.)
  package static func withObserver<Result>(
    _ observer: Observer?, _ body: () throws -> Result
  ) rethrows -> Result {
    let before = Thread.current.threadDictionary[key]
    Thread.current.threadDictionary[key] = observer.map { Box($0) }
    defer { Thread.current.threadDictionary[key] = before }
    return try body()
  }

  private static let key = "riskengine.file-system-call.observer"

  private final class Box: Sendable {
    let observer: Observer
    init(_ observer: @escaping Observer) { self.observer = observer }
  }
}
