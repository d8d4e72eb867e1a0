/// How a table file is written.
public struct TableWriteOptions: Hashable, Sendable {
  /// The compression; `nil`, the default, for what suits the format: Snappy for Parquet, LZ4 for Feather, and for CSV
  /// what the file's name says.
  public var compression: TableCompression?
  /// The rows that are encoded together: a row group of Parquet, a record batch of Feather.
  ///
  /// `nil`, the default, for about 48 MB and at most a million rows.
  public var rowsPerGroup: Int?

  /// Makes options.
  ///
  /// - Precondition: `rowsPerGroup` is positive.
  public init(compression: TableCompression? = nil, rowsPerGroup: Int? = nil) {
    precondition(rowsPerGroup ?? 1 > 0, "\(rowsPerGroup ?? 0) rows per group")
    self.compression = compression
    self.rowsPerGroup = rowsPerGroup
  }
}
