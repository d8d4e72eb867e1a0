/// How the contents of a table file are compressed.
public enum TableCompression: String, Hashable, CaseIterable, Codable, Sendable {
  /// As they are.
  case none
  /// Snappy: fast, for Parquet.
  case snappy
  /// LZ4: fast, for Parquet and Feather.
  case lz4
  /// Zstandard: small, for every format; a CSV file as a whole.
  case zstd
  /// Gzip: for Parquet; a CSV file as a whole.
  case gzip
}
