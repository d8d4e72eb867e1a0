internal import ArrowShim
internal import Synchronization

/// A table in memory that everything which reads table files can read by its `path`.
///
/// Comes as a stream of the Arrow C stream interface. The stream is read to its end, so a table may be read several
/// times; its columns stay where they are, and numbers without missing values are used in place.
///
/// ```swift
/// let table = try MemoryTable(name: "panel", stream: stream)
/// let summary = try RegressionJob(panel: table.path, columns: columns, regression: regression).run(output: output)
/// ```
@safe public final class MemoryTable: Sendable {
  /// What the table is called in messages.
  public let name: String
  /// By which it is read, as long as this object lives; names no file.
  public let path: String

  private static let count = Atomic(0)

  /// Takes over a stream.
  ///
  /// - Parameters:
  ///   - name: what the table is called in messages.
  ///   - stream: an `ArrowArrayStream`, which is released whatever happens.
  /// - Throws: `TableError.corrupt` where the stream fails.
  /// - Complexity: O(batches); no value is copied.
  public init(name: String, stream: UnsafeMutableRawPointer) throws(TableError) {
    let number = Self.count.add(1, ordering: .relaxed).newValue
    self.name = name
    path = "/memory/\(number)/\(name).arrow"
    do {
      unsafe try ArrowFailure.check { [path] error in unsafe ashim_memory_add(path, stream, error) }
    } catch {
      throw TableError(error, path: name, format: .feather, columns: [])
    }
  }

  deinit { unsafe ashim_memory_remove(path) }

  /// Whether a path names a table in memory.
  public static func isKnown(_ path: String) -> Bool {
    unsafe path.hasPrefix("/memory/") && ashim_memory_has(path)
  }

  /// Where the numbers of a column are that a reader gets first, to tell whether they were copied; `nil` without rows.
  ///
  /// - Throws: `TableError`.
  public func address(ofNumbers column: String) throws(TableError) -> UInt? {
    do throws(ArrowFailure) {
      let file = try ArrowFile(
        path: path, format: .feather, compression: .none, options: TableReadOptions(threads: 1))
      guard let position = file.columnNames.firstIndex(of: column) else { return nil }
      let batch = try ArrowReader(file: file, columns: [(position, .number)]).next()
      guard let batch else { return nil }
      return unsafe batch.numbers(0).withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
    } catch {
      throw TableError(error, path: name, format: .feather, columns: [])
    }
  }
}
