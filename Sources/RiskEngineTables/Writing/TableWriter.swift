import Synchronization

/// A table file that is written in pieces.
///
/// Rows are gathered into groups, and a thread of the writer encodes one group while the next is gathered, so memory
/// is bounded by two groups. The file is whole once `close()` has returned; a writer that is let go before that, or
/// that failed, removes it. (To replace a file only by a whole one, write under another name and rename.)
///
/// ```swift
/// let writer = try TableWriter(
///   path: "idio_returns.parquet",
///   columns: [.init("date", .date), .init("asset", .identifier(.text)), .init("idio_return", .number)])
/// try writer.append([.dates(dates), .identifiers(codes, of: assets), .numbers(values)])
/// try writer.close()
/// ```
public final class TableWriter: Sendable {
  /// The file.
  public let path: String
  /// The format of the file.
  public let format: TableFormat
  /// The columns.
  public let columns: [OutputColumn]

  private let stream: Mutex<ArrowWriter>

  /// Creates a file, or empties one that is there.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - format: the format; `nil`, the default, for what the end of the path names.
  ///   - columns: the columns, in their order.
  /// - Throws: `TableError.cannotCreate`, or `unknownFormat` where nothing names one.
  /// - Precondition: no two columns have the same name.
  public init(
    path: String, format: TableFormat? = nil, columns: [OutputColumn],
    options: TableWriteOptions = TableWriteOptions()
  ) throws(TableError) {
    let named = TableFormat.formatAndCompression(ofPath: path)
    guard let format = format ?? named?.format else { throw .unknownFormat(path: path) }
    precondition(Set(columns.map(\.name)).count == columns.count, "two columns of one name")
    self.path = path
    self.format = format
    self.columns = columns
    let compression = options.compression ?? format.usualCompression ?? named?.compression ?? .none
    precondition(format.allows(compression), "\(format) files cannot be compressed as \(compression)")
    do {
      stream = Mutex(
        try ArrowWriter(
          path: path, format: format, compression: compression, rowsPerGroup: options.rowsPerGroup, columns: columns))
    } catch {
      throw TableError(error, path: path, format: format, columns: [])
    }
  }

  /// Adds rows: the values of each column, in the order of `columns`.
  ///
  /// The arrays are copied before this returns; encoding goes on behind it, and waits for nothing but the group
  /// before. An error may be about rows added earlier.
  ///
  /// - Throws: `TableError.writeFailed`, for example because the disk is full.
  /// - Precondition: there are values of the right kind for each column, all of the same count, and the writer is
  ///   not closed. Identifiers of a column stored as integers spell such integers.
  /// - Complexity: O(rows × columns), a copy of memory.
  public func append(_ values: [OutputValues]) throws(TableError) {
    precondition(values.count == columns.count, "\(values.count) columns of values for \(columns.count)")
    for (values, column) in zip(values, columns) {
      precondition(values.fits(column.kind), "column '\(column.name)' got values of another kind")
    }
    guard let rowCount = values.first?.count, rowCount > 0 else { return }
    precondition(values.allSatisfy { $0.count == rowCount }, "columns of different lengths")
    try run { (writer) throws(ArrowFailure) in try writer.append(values, rowCount: rowCount) }
  }

  /// Writes what is left and the end of the file, and has the system put all of it on disk.
  ///
  /// - Throws: `TableError.writeFailed`.
  /// - Precondition: the writer is not closed.
  public func close() throws(TableError) {
    try run { (writer) throws(ArrowFailure) in try writer.close() }
  }

  private func run(_ body: (borrowing ArrowWriter) throws(ArrowFailure) -> Void) throws(TableError) {
    let failure = stream.withLock { (writer) -> ArrowFailure? in
      do throws(ArrowFailure) {
        try body(writer)
        return nil
      } catch { return error }
    }
    if let failure { throw TableError(failure, path: path, format: format, columns: []) }
  }
}

extension TableFormat {
  /// The compression used unless another is asked for.
  fileprivate var usualCompression: TableCompression? {
    switch self {
    case .parquet: .snappy
    case .feather: .lz4
    case .csv: nil
    }
  }

  /// Whether files of the format can be compressed so.
  fileprivate func allows(_ compression: TableCompression) -> Bool {
    switch self {
    case .parquet: true
    case .feather: [.none, .lz4, .zstd].contains(compression)
    case .csv: [.none, .gzip, .zstd].contains(compression)
    }
  }
}
