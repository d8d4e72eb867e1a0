internal import Foundation

extension ModelManifest {
  /// What stands before the checksum, and what closes it.
  private static let opening = Array("{\n  \"checksum\" : \"".utf8)
  private static let closing = Array("\",".utf8)
  private static let digitCount = 64

  /// What every version's manifest says.
  private struct Marker: Decodable {
    var producer: String?
    var kind: String?
    var formatVersion: Int?
  }

  /// The bytes of the file, and their checksum.
  ///
  /// - Throws: `EncodingError` where a number is not finite.
  func encoded() throws -> (bytes: [UInt8], checksum: String) {
    // The encoder's text begins with a brace; the checksum is put behind that.
    let rest = Array(try JSONText.encode(self).dropFirst()) + Array("\n".utf8)
    let checksum = SHA256Digest.hexadecimal(of: rest[...])
    return (Self.opening + Array(checksum.utf8) + Self.closing + rest, checksum)
  }

  /// Reads the manifest of a model.
  ///
  /// - Parameters:
  ///   - folder: the model, links followed.
  ///   - name: the model as it was asked for.
  /// - Throws: `StoreError.modelMissing`, `notModel`, `manifestDamaged`, `newerFormat`, `olderFormat` or `readFailed`.
  static func read(in folder: String, named name: String) throws(StoreError) -> ModelManifest {
    guard let isFolder = FileSystem.isFolder(folder) else { throw .modelMissing(path: name) }
    guard isFolder else { throw .notModel(path: name, found: "a file") }
    let path = "\(folder)/\(OutputFolder.manifestName)"
    let shown = "\(name)/\(OutputFolder.manifestName)"
    guard FileSystem.exists(path) else { throw .notModel(path: name, found: "a folder without manifest.json") }
    let bytes: [UInt8]
    do throws(FileSystem.Failure) {
      bytes = try FileSystem.read(path)
    } catch {
      throw .readFailed(path: shown, reason: error.reason)
    }
    return try decode(bytes, path: shown, model: name)
  }

  /// Reads the bytes of a manifest.
  static func decode(_ bytes: [UInt8], path: String, model: String) throws(StoreError) -> ModelManifest {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let checksum = try checksum(of: bytes, path: path)
    let marker = try? decoder.decode(Marker.self, from: Data(bytes))
    guard let checksum else {
      guard let marker else {
        throw .manifestDamaged(path: path, found: "no JSON", expected: "JSON that begins with a checksum")
      }
      guard marker.producer == OutputFolder.producer else {
        throw .notModel(path: model, found: "a manifest.json of another program")
      }
      guard marker.kind == kind else {
        throw .notModel(path: model, found: "results of the kind '\(marker.kind ?? "")'")
      }
      try requireKnown(marker.formatVersion, model: model)
      throw .manifestDamaged(path: path, found: "no checksum", expected: "a checksum at the beginning")
    }
    guard let marker, marker.producer == OutputFolder.producer, marker.kind == kind else {
      throw .notModel(path: model, found: "a manifest.json of another kind")
    }
    try requireKnown(marker.formatVersion, model: model)
    var manifest: ModelManifest
    do {
      manifest = try decoder.decode(ModelManifest.self, from: Data(bytes))
    } catch {
      throw .manifestDamaged(path: path, found: "\(error)", expected: "the manifest of a model")
    }
    manifest.checksum = checksum
    let paths = manifest.files.map(\.file) + manifest.dropped
    if let other = paths.first(where: { !ModelLayout.isPlain($0) }) {
      throw .manifestDamaged(path: path, found: "the path '\(other)'", expected: "a path below the model's folder")
    }
    return manifest
  }

  /// The checksum that a manifest begins with, `nil` where it begins otherwise.
  ///
  /// - Throws: `StoreError.manifestDamaged` where the bytes behind it have another.
  private static func checksum(of bytes: [UInt8], path: String) throws(StoreError) -> String? {
    let start = opening.count
    let end = start + digitCount
    guard bytes.starts(with: opening), bytes.count > end, bytes[end...].starts(with: closing) else { return nil }
    let expected = String(decoding: bytes[start..<end], as: UTF8.self)
    let found = SHA256Digest.hexadecimal(of: bytes[(end + closing.count)...])
    guard found == expected else {
      throw .manifestDamaged(path: path, found: "SHA-256 \(found)", expected: expected)
    }
    return expected
  }

  private static func requireKnown(_ version: Int?, model: String) throws(StoreError) {
    let version = version ?? 0
    guard version <= currentFormat else { throw .newerFormat(path: model, found: version, known: currentFormat) }
    guard version == currentFormat else {
      throw .olderFormat(path: model, found: version, known: currentFormat)
    }
  }
}
