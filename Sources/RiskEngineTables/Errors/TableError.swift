/// What can go wrong with a table file.
///
/// Rows are data rows counted from 1: the first line after a CSV file's header is row 1.
public enum TableError: Error, Hashable, Sendable {
  // MARK: No input

  /// There is no such file.
  case fileMissing(path: String)
  /// The path is a folder.
  case isDirectory(path: String)
  /// The file is there and cannot be opened.
  case notReadable(path: String, reason: String)

  // MARK: Bad input

  /// The file's name does not end like that of any table format.
  case unknownFormat(path: String)
  /// The file has no bytes, or a CSV file no header.
  case emptyFile(path: String)
  /// The file is not of the format that its name says.
  case notOfFormat(path: String, format: TableFormat, reason: String)
  /// The file begins well and its end is missing.
  case truncated(path: String, format: TableFormat)
  /// The file is of its format and its contents contradict that.
  case corrupt(path: String, reason: String)
  /// The file lacks a column; the nearest of the names it has, where one is near.
  case unknownColumn(path: String, column: String, nearest: String?, available: [String])
  /// Two columns of the file have the name of one that is wanted.
  case duplicateColumn(path: String, column: String)
  /// A column is of a type that cannot be read as what is wanted.
  case wrongType(path: String, column: String, found: String, expected: ColumnKind)
  /// A value cannot be read as what is wanted.
  case unparsableValue(path: String, row: Int, column: String, found: String, expected: ColumnKind)
  /// A row of a CSV file has too few or too many fields.
  case raggedRow(path: String, row: Int, fieldsFound: Int, fieldsExpected: Int)

  // MARK: The system

  /// The system failed to read.
  case readFailed(path: String, reason: String)
  /// The file cannot be created.
  case cannotCreate(path: String, reason: String)
  /// The system failed to write, for example because the disk is full.
  case writeFailed(path: String, reason: String)

  // MARK: Ours

  /// A fault of this program.
  case internalFault(path: String, reason: String)

  /// The file.
  public var path: String {
    switch self {
    case .fileMissing(let path), .isDirectory(let path), .notReadable(let path, _), .unknownFormat(let path),
      .emptyFile(let path), .notOfFormat(let path, _, _), .truncated(let path, _), .corrupt(let path, _),
      .unknownColumn(let path, _, _, _), .duplicateColumn(let path, _), .wrongType(let path, _, _, _),
      .unparsableValue(let path, _, _, _, _), .raggedRow(let path, _, _, _), .readFailed(let path, _),
      .cannotCreate(let path, _), .writeFailed(let path, _), .internalFault(let path, _):
      path
    }
  }

  /// The status that a program stopped by this error exits with, after the convention of `sysexits.h`.
  public var exitCode: Int32 {
    switch self {
    case .fileMissing, .isDirectory, .notReadable: 66
    case .unknownFormat, .emptyFile, .notOfFormat, .truncated, .corrupt, .unknownColumn, .duplicateColumn,
      .wrongType, .unparsableValue, .raggedRow:
      65
    case .cannotCreate: 73
    case .readFailed, .writeFailed: 74
    case .internalFault: 70
    }
  }
}
