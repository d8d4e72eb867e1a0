import ArrowShim

/// A file opened to see its columns.
@safe final class ArrowFile: @unchecked Sendable {
  fileprivate let handle: OpaquePointer
  let columnNames: [String]
  /// The rows, where the file says so itself.
  let rowCount: Int?

  init(
    path: String, format: TableFormat, compression: TableCompression, options: TableReadOptions
  ) throws(ArrowFailure) {
    let settings = ashim_read_options(
      format: format.arrowFormat, compression: compression.arrowCompression,
      delimiter: CChar(options.delimiter.asciiValue ?? UInt8(ascii: ",")),
      empty_text_is_missing: options.emptyTextIsMissing,
      threads: Int32(options.threads ?? ProcessorCount.online), rows_per_batch: Int64(options.rowsPerBatch ?? 0))
    var file: OpaquePointer?
    unsafe try ArrowFailure.check { error in unsafe ashim_file_open(path, settings, &file, error) }
    guard let file = unsafe file else { preconditionFailure("a file that opened without a handle") }
    unsafe handle = file
    columnNames = unsafe (0..<ashim_file_column_count(file)).map { column in
      unsafe String(cString: ashim_file_column_name(file, column))
    }
    let rows = unsafe ashim_file_row_count(file)
    rowCount = rows >= 0 ? Int(rows) : nil
  }

  deinit { unsafe ashim_file_release(handle) }
}

/// The batches of some columns of a file.
@safe final class ArrowReader: @unchecked Sendable {
  private let handle: OpaquePointer
  private let file: ArrowFile
  /// The texts of each column; those of columns that are no identifiers stay empty.
  private let texts: [ColumnTexts]

  init(file: ArrowFile, columns: [(position: Int, kind: ColumnKind)]) throws(ArrowFailure) {
    let requests = columns.map { ashim_request(column: Int32($0.position), kind: $0.kind.arrowKind) }
    var reader: OpaquePointer?
    unsafe try ArrowFailure.check { error in
      unsafe ashim_reader_start(file.handle, requests, Int32(requests.count), &reader, error)
    }
    guard let reader = unsafe reader else { preconditionFailure("a reader that started without a handle") }
    unsafe handle = reader
    self.file = file
    texts = columns.map { _ in ColumnTexts() }
  }

  // The reader is released before the file that it reads.
  deinit { unsafe ashim_reader_release(handle) }

  var peakBytes: Int { unsafe Int(ashim_reader_peak_bytes(handle)) }

  func identifierStorage(of column: Int) -> IdentifierStorage {
    IdentifierStorage(unsafe ashim_reader_storage(handle, Int32(column)))
  }

  func next() throws(ArrowFailure) -> ArrowBatch? {
    var batch: OpaquePointer?
    unsafe try ArrowFailure.check { error in unsafe ashim_reader_next(handle, &batch, error) }
    return unsafe batch.map { unsafe ArrowBatch(handle: $0, texts: texts) }
  }
}
