internal import ArrowShim
internal import ModelStore

/// The bytes of a table in memory, as an Arrow stream has them.
@safe final class MemoryTableBytes: @unchecked Sendable {
  private let path: String
  private let handle: OpaquePointer

  /// Begins at the first byte.
  init(path: String) throws(TableError) {
    self.path = path
    var handle: OpaquePointer?
    do throws(ArrowFailure) {
      unsafe try ArrowFailure.check { error in unsafe ashim_memory_bytes_start(path, &handle, error) }
    } catch {
      throw TableError(error, path: path, format: .feather, columns: [])
    }
    guard let handle = unsafe handle else { preconditionFailure("bytes that started without a handle") }
    unsafe self.handle = handle
  }

  deinit { unsafe ashim_memory_bytes_release(handle) }

  /// Adds the next bytes to a digest and gives their number, 0 at the end.
  func readBlock(into digest: inout SHA256Digest) throws(TableError) -> Int {
    var start: UnsafeRawPointer?
    var count: Int64 = 0
    do throws(ArrowFailure) {
      unsafe try ArrowFailure.check { error in unsafe ashim_memory_bytes_next(handle, &start, &count, error) }
    } catch {
      throw TableError(error, path: path, format: .feather, columns: [])
    }
    unsafe digest.update(UnsafeRawBufferPointer(start: start, count: Int(count)))
    return Int(count)
  }
}
