internal import Foundation

/// What a model says of itself: `manifest.json`, which lists each of its files with the digest of its bytes.
///
/// The file is JSON. Its first value is the SHA-256 of every byte behind that value, so that no byte of the manifest
/// can change without being noticed.
public struct ModelManifest: Hashable, Sendable {
  /// The format that this version writes, and the only one that it reads.
  public static let currentFormat = 1
  /// The kind by which a folder of results is known to be a model.
  public static let kind = "model"

  /// The version of the format.
  public internal(set) var formatVersion: Int
  /// How many transactions made the model; the first is 1.
  public internal(set) var generation: Int
  /// The version of the engine that made the first transaction.
  public internal(set) var createdBy: String
  /// The version of the engine that made the last one.
  public internal(set) var writtenBy: String
  /// The tables in the order of their names.
  public internal(set) var tables: [ModelTable]
  /// What `update` resumes from, in the order of names.
  public internal(set) var states: [StoredFile]
  /// The documents, such as the configuration, in the order of names.
  public internal(set) var documents: [StoredFile]
  /// Values by name: dates, horizons, counts, fingerprints.
  public internal(set) var metadata: [String: MetadataValue]
  /// The files that the last transaction took out of the model, which may not have been removed yet.
  var dropped: [String]
  /// The SHA-256 that the file begins with; it tells any two manifests apart.
  public internal(set) var checksum: String

  /// The table of a name, `nil` where there is none.
  public func table(_ name: String) -> ModelTable? { tables.first { $0.name == name } }

  /// Every file that is listed: path below the model's folder, number of bytes, SHA-256.
  var files: [(file: String, byteCount: Int, sha256: String)] {
    documents.map { ($0.file, $0.byteCount, $0.sha256) } + states.map { ($0.file, $0.byteCount, $0.sha256) }
      + tables.flatMap { table in table.segments.map { ($0.file, $0.byteCount, $0.sha256) } }
  }
}

extension ModelManifest: Codable {
  private enum CodingKeys: String, CodingKey {
    case producer, kind, formatVersion, generation, createdBy, writtenBy, tables, states, documents, metadata, dropped
  }

  /// Reads everything but the checksum.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    formatVersion = try container.decode(Int.self, forKey: .formatVersion)
    generation = try container.decode(Int.self, forKey: .generation)
    createdBy = try container.decode(String.self, forKey: .createdBy)
    writtenBy = try container.decode(String.self, forKey: .writtenBy)
    tables = try container.decode([ModelTable].self, forKey: .tables)
    states = try container.decode([StoredFile].self, forKey: .states)
    documents = try container.decode([StoredFile].self, forKey: .documents)
    metadata = try container.decode([String: MetadataValue].self, forKey: .metadata)
    dropped = try container.decode([String].self, forKey: .dropped)
    checksum = ""
  }

  /// Writes everything but the checksum.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(OutputFolder.producer, forKey: .producer)
    try container.encode(Self.kind, forKey: .kind)
    try container.encode(formatVersion, forKey: .formatVersion)
    try container.encode(generation, forKey: .generation)
    try container.encode(createdBy, forKey: .createdBy)
    try container.encode(writtenBy, forKey: .writtenBy)
    try container.encode(tables, forKey: .tables)
    try container.encode(states, forKey: .states)
    try container.encode(documents, forKey: .documents)
    try container.encode(metadata, forKey: .metadata)
    try container.encode(dropped, forKey: .dropped)
  }
}
