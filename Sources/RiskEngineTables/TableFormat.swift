/// The formats of table files, told apart by how a file's name ends.
public enum TableFormat: String, Hashable, CaseIterable, Codable, Sendable {
  /// Apache Parquet: `.parquet`, `.pq`.
  case parquet
  /// Text, a record a line, names in the first: `.csv`, also compressed as `.csv.gz` or `.csv.zst`.
  case csv
  /// Feather version 2, which is the Arrow file format, and when reading also the Arrow stream format: `.feather`,
  /// `.arrow`, `.ipc`, `.arrows`.
  case feather

  /// The format that the end of a path names, whatever its case, or `nil` where it names none.
  public init?(path: String) {
    guard let format = Self.formatAndCompression(ofPath: path)?.format else { return nil }
    self = format
  }

  /// How files of the format are named, without a dot.
  public var fileExtension: String { rawValue }

  /// The format that the end of a path names, and the compression of the file as a whole.
  static func formatAndCompression(ofPath path: String) -> (format: TableFormat, compression: TableCompression)? {
    let name = path.lowercased()
    let endings: [(String, TableFormat, TableCompression)] = [
      (".parquet", .parquet, .none), (".pq", .parquet, .none),
      (".csv", .csv, .none), (".csv.gz", .csv, .gzip), (".csv.zst", .csv, .zstd),
      (".feather", .feather, .none), (".arrow", .feather, .none), (".ipc", .feather, .none),
      (".arrows", .feather, .none),
    ]
    return endings.first { name.hasSuffix($0.0) }.map { ($0.1, $0.2) }
  }
}
