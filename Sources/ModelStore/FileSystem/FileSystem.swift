internal import CFileSystem

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The calls of the operating system that a store needs and that Foundation does not give.
enum FileSystem {
  /// What the system said, in words.
  struct Failure: Error {
    /// The text of `errno`.
    let reason: String

    /// The failure of the last call.
    static var last: Failure { unsafe Failure(reason: String(cString: strerror(errno))) }
  }

  /// The number of this process.
  static var processIdentifier: Int32 { getpid() }

  /// Creates a folder whose parent is there.
  static func createFolder(_ path: String) throws(Failure) {
    guard unsafe mkdir(path, 0o755) == 0 else { throw .last }
  }

  /// Removes a folder that holds nothing.
  static func removeEmptyFolder(_ path: String) throws(Failure) {
    guard unsafe rmdir(path) == 0 else { throw .last }
  }

  /// Moves a file or folder within its file system, in one step; an empty folder that is there is replaced.
  static func move(_ source: String, to target: String) throws(Failure) {
    guard unsafe rename(source, target) == 0 else { throw .last }
  }

  /// Exchanges two files or folders within their file system, in one step where it can.
  ///
  /// A file system that cannot takes three steps, between which `second` may be missing.
  static func exchange(_ first: String, _ second: String) throws(Failure) {
    if unsafe file_system_exchange(first, second) == 0 { return }
    guard [EINVAL, ENOSYS, ENOTSUP].contains(errno) else { throw .last }
    let aside = second + ".aside"
    try move(second, to: aside)
    do throws(Failure) {
      try move(first, to: second)
    } catch {
      try move(aside, to: second)
      throw error
    }
    try move(aside, to: first)
  }

  /// Has the system put a file or a folder on disk.
  static func synchronize(_ path: String) throws(Failure) {
    let descriptor = unsafe open(path, O_RDONLY)
    guard descriptor >= 0 else { throw .last }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .last }
  }

  /// Whether a path is a folder; `nil` where nothing stands there.
  static func isFolder(_ path: String) -> Bool? {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    return status.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether a path is a symbolic link.
  static func isLink(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// Whether a folder is the root of a file system.
  static func isMountPoint(_ path: String) -> Bool {
    var status = stat()
    var parent = stat()
    guard unsafe stat(path, &status) == 0, unsafe stat(path + "/..", &parent) == 0 else { return false }
    return status.st_dev != parent.st_dev || status.st_ino == parent.st_ino
  }
}
