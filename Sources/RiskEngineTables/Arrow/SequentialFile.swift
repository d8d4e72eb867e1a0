import ModelStore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file, or a table in memory as an Arrow stream, read from its beginning to its end, block by block.
@safe final class SequentialFile: @unchecked Sendable {
  private let path: String
  private let descriptor: Int32
  private let block: UnsafeMutableRawBufferPointer
  private let table: MemoryTableBytes?

  /// Opens a file.
  init(path: String) throws(TableError) {
    if MemoryTable.isKnown(path) {
      self.path = path
      descriptor = -1
      unsafe block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1, alignment: 1)
      table = try MemoryTableBytes(path: path)
      return
    }
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw errno == ENOENT || errno == ENOTDIR
        ? .fileMissing(path: path) : .notReadable(path: path, reason: Self.reason(errno))
    }
    var status = stat()
    if unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      close(descriptor)
      throw .isDirectory(path: path)
    }
    self.path = path
    self.descriptor = descriptor
    table = nil
    unsafe block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    unsafe block.deallocate()
  }

  /// Adds the next block to a digest and gives its bytes, 0 at the end.
  func readBlock(into digest: inout SHA256Digest) throws(TableError) -> Int {
    if let table { return try table.readBlock(into: &digest) }
    var count = unsafe read(descriptor, block.baseAddress, block.count)
    while count < 0, errno == EINTR { count = unsafe read(descriptor, block.baseAddress, block.count) }
    guard count >= 0 else { throw .readFailed(path: path, reason: Self.reason(errno)) }
    unsafe digest.update(UnsafeRawBufferPointer(rebasing: block[..<count]))
    return count
  }

  private static func reason(_ number: Int32) -> String { unsafe String(cString: strerror(number)) }
}
