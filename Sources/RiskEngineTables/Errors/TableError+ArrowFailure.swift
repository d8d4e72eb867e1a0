import ArrowShim

extension TableError {
  /// What a failure at the Arrow boundary means for a file.
  ///
  /// - Parameter columns: the columns whose positions the failure speaks of.
  init(_ failure: ArrowFailure, path: String, format: TableFormat, columns: [ColumnRequest]) {
    let column = failure.column.map { columns[$0] }
    switch failure.code {
    case ASHIM_NOT_FOUND: self = .fileMissing(path: path)
    case ASHIM_IS_DIRECTORY: self = .isDirectory(path: path)
    case ASHIM_NOT_READABLE: self = .notReadable(path: path, reason: failure.reason)
    case ASHIM_EMPTY_FILE: self = .emptyFile(path: path)
    case ASHIM_NOT_OF_FORMAT: self = .notOfFormat(path: path, format: format, reason: failure.reason)
    case ASHIM_TRUNCATED: self = .truncated(path: path, format: format)
    case ASHIM_CORRUPT: self = .corrupt(path: path, reason: failure.reason)
    case ASHIM_WRONG_TYPE:
      self = .wrongType(
        path: path, column: column?.name ?? "", found: failure.found, expected: column?.kind ?? .number)
    case ASHIM_UNPARSABLE_VALUE:
      self = .unparsableValue(
        path: path, row: failure.row, column: column?.name ?? "", found: failure.found,
        expected: column?.kind ?? .number)
    case ASHIM_RAGGED_ROW:
      self = .raggedRow(
        path: path, row: failure.row, fieldsFound: failure.fieldsFound, fieldsExpected: failure.fieldsExpected)
    case ASHIM_READ_FAILED: self = .readFailed(path: path, reason: failure.reason)
    case ASHIM_CANNOT_CREATE: self = .cannotCreate(path: path, reason: failure.reason)
    case ASHIM_WRITE_FAILED: self = .writeFailed(path: path, reason: failure.reason)
    default: self = .internalFault(path: path, reason: failure.reason)
    }
  }
}
