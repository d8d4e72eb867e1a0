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
  @TaskLocal package static var observer: (@Sendable (FileSystemCall, String) -> Int32)?
}
