internal import CFileSystem

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The system's call of that name, which `FileSystem` hides.
private func systemClose(_ descriptor: Int32) -> Int32 { close(descriptor) }

/// The calls of the operating system that a store needs and that Foundation does not give.
enum FileSystem {
  /// What the system said, in words.
  struct Failure: Error {
    /// The text of `errno`.
    let reason: String

    /// The failure of the last call.
    static var last: Failure { unsafe Failure(reason: String(cString: strerror(errno))) }
  }

  /// Tells who watches of a call that is about to be made.
  static func announce(_ call: FileSystemCall, _ path: String) throws(Failure) {
    guard let observer = FileSystemCall.observer else { return }
    let number = observer(call, path)
    guard number == 0 else { throw unsafe Failure(reason: String(cString: strerror(number))) }
  }

  /// The number of this process.
  static var processIdentifier: Int32 { getpid() }

  /// The name of this host, empty where it has none.
  static var hostName: String {
    var bytes = [CChar](repeating: 0, count: 256)
    guard unsafe gethostname(&bytes, bytes.count - 1) == 0 else { return "" }
    return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Creates a folder whose parent is there.
  static func createFolder(_ path: String) throws(Failure) {
    try announce(.createFolder, path)
    guard unsafe mkdir(path, 0o755) == 0 else { throw .last }
  }

  /// Removes a folder that holds nothing.
  static func removeEmptyFolder(_ path: String) throws(Failure) {
    try announce(.remove, path)
    guard unsafe rmdir(path) == 0 else { throw .last }
  }

  /// Moves a file or folder within its file system, in one step; an empty folder that is there is replaced.
  static func move(_ source: String, to target: String) throws(Failure) {
    try announce(.move, target)
    guard unsafe rename(source, target) == 0 else { throw .last }
  }

  /// Exchanges two files or folders within their file system, in one step where it can.
  ///
  /// A file system that cannot takes three steps, between which `second` may be missing.
  static func exchange(_ first: String, _ second: String) throws(Failure) {
    try announce(.exchange, second)
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
    try announce(.synchronize, path)
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .last }
    defer { FileSystem.close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .last }
  }

  /// What came of asking for a lock.
  enum LockOutcome {
    /// It is ours until it is unlocked, or this process ends in whatever way.
    case taken(descriptor: Int32)
    /// Somebody who lives has it.
    case held
    /// There is no such folder, or its file system knows no locks.
    case unavailable
  }

  /// Asks for the lock of a folder, which at most one has at a time.
  static func lockFolder(_ path: String) -> LockOutcome {
    let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { return .unavailable }
    let isHeld: Bool
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
      isHeld = false
      // Who had it before may have removed the folder that was opened.
      var opened = stat()
      var standing = stat()
      if unsafe fstat(descriptor, &opened) == 0, unsafe stat(path, &standing) == 0, opened.st_ino == standing.st_ino,
        opened.st_dev == standing.st_dev
      {
        return .taken(descriptor: descriptor)
      }
    } else {
      isHeld = errno == EWOULDBLOCK
    }
    unlock(descriptor)
    return isHeld ? .held : .unavailable
  }

  /// Lets other processes go on for a moment.
  static func pause() { usleep(1000) }

  /// Lets go of a lock.
  static func unlock(_ descriptor: Int32) {
    // A lock belongs to what was opened, not to the descriptor: a child that this process is just starting holds a
    // copy of the descriptor until it runs its own program, and closing ours alone would leave the lock with it.
    _ = flock(descriptor, LOCK_UN)
    _ = systemClose(descriptor)
  }

  /// Closes a descriptor.
  static func close(_ descriptor: Int32) { _ = systemClose(descriptor) }

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
