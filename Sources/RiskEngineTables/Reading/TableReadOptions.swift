/// How a table file is read.
public struct TableReadOptions: Hashable, Sendable {
  /// The threads that decode; `nil`, the default, for as many as the machine runs at once.
  public var threads: Int?
  /// The most rows of a batch; `nil`, the default, for about 8 MB of columns.
  public var rowsPerBatch: Int?
  /// What separates the fields of a CSV file: one ASCII character, a comma by default.
  public var delimiter: Character
  /// Whether a text without characters counts as missing, as it must in CSV; true by default, so that the same
  /// table reads the same in every format.
  public var emptyTextIsMissing: Bool

  /// Makes options.
  ///
  /// - Precondition: `delimiter` is ASCII; counts are positive.
  public init(
    threads: Int? = nil, rowsPerBatch: Int? = nil, delimiter: Character = ",", emptyTextIsMissing: Bool = true
  ) {
    precondition(delimiter.asciiValue != nil, "delimiter '\(delimiter)' is not ASCII")
    precondition(threads ?? 1 > 0, "\(threads ?? 0) threads")
    precondition(rowsPerBatch ?? 1 > 0, "\(rowsPerBatch ?? 0) rows per batch")
    self.threads = threads
    self.rowsPerBatch = rowsPerBatch
    self.delimiter = delimiter
    self.emptyTextIsMissing = emptyTextIsMissing
  }
}
