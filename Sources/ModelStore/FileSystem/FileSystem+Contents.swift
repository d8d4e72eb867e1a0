internal import Foundation

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The system's calls of those names, which `FileSystem` hides.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  unsafe write(descriptor, bytes.baseAddress, bytes.count)
}

private func systemRead(_ descriptor: Int32, _ bytes: UnsafeMutableRawBufferPointer) -> Int {
  unsafe read(descriptor, bytes.baseAddress, bytes.count)
}

extension FileSystem {
  /// The bytes that are written or read at once.
  private static let writeBlock = 1 << 16
  private static let readBlock = 1 << 20

  /// Creates a file with some bytes, which are then in the system's hands and not yet on disk.
  ///
  /// A file that is there already is a failure.
  static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
    try announce(.write, path)
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .last }
    do throws(Failure) {
      var offset = 0
      while offset < bytes.count {
        let end = min(offset + writeBlock, bytes.count)
        let count = unsafe bytes.withUnsafeBytes {
          unsafe systemWrite(descriptor, UnsafeRawBufferPointer(rebasing: $0[offset..<end]))
        }
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw .last }
        offset += count
        if offset < bytes.count { try announce(.write, path) }
      }
    } catch {
      FileSystem.close(descriptor)
      throw error
    }
    FileSystem.close(descriptor)
  }

  /// The bytes of a file.
  static func read(_ path: String) throws(Failure) -> [UInt8] {
    var all: [UInt8] = []
    all.reserveCapacity(byteCount(of: path) ?? 0)
    try forEachBlock(of: path) { all.append(contentsOf: $0) }
    return all
  }

  /// The number of bytes of a file and their SHA-256, as 64 lower-case hexadecimal digits.
  static func contents(of path: String) throws(Failure) -> (byteCount: Int, sha256: String) {
    var digest = SHA256Digest()
    var byteCount = 0
    try forEachBlock(of: path) { block in
      digest.update(block)
      byteCount += block.count
    }
    return (byteCount, digest.hexadecimal)
  }

  private static func forEachBlock(
    of path: String, _ body: (ArraySlice<UInt8>) -> Void
  ) throws(Failure) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .last }
    defer { FileSystem.close(descriptor) }
    // Most files are small; one byte more than a file has tells its end by the first reading.
    var block = [UInt8](repeating: 0, count: min((byteCount(of: path) ?? readBlock) + 1, readBlock))
    while true {
      let count = unsafe block.withUnsafeMutableBytes { unsafe systemRead(descriptor, $0) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .last }
      guard count > 0 else { return }
      body(block[..<count])
    }
  }

  /// Removes a file.
  static func removeFile(_ path: String) throws(Failure) {
    try announce(.remove, path)
    guard unsafe unlink(path) == 0 else { throw .last }
  }

  /// Removes a file or a folder with all that is in it; links are removed and not followed.
  static func removeAll(_ path: String) throws(Failure) {
    guard !isLink(path), isFolder(path) == true else { return try removeFile(path) }
    for name in try names(in: path) { try removeAll("\(path)/\(name)") }
    try removeEmptyFolder(path)
  }

  /// The names of what is in a folder, ascending.
  static func names(in folder: String) throws(Failure) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    } catch {
      throw Failure(reason: error.localizedDescription)
    }
  }

  /// The number of bytes of a file; `nil` where there is none, or something else.
  static func byteCount(of path: String) -> Int? {
    var status = stat()
    guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }

  /// Whether anything stands there, also a link to nothing.
  static func exists(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0
  }
}
