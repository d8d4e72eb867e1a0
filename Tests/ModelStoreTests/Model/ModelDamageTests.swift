import Foundation
import StoreWorkload
import Testing

@testable import ModelStore

/// Damage of any kind and at any place is found, and told with its place.
@Suite struct ModelDamageTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("model")
    for step in [StoreStep.create, .append] { try step.run(at: path, stateSize: 300) }
  }

  private func bytes(_ file: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: "\(path)/\(file)")))
  }

  private func write(_ bytes: [UInt8], _ file: String) throws {
    try Data(bytes).write(to: URL(filePath: "\(path)/\(file)"))
  }

  /// One bit of every byte of every file, another at each byte.
  @Test func aFlippedBitInAnyByteOfAnyFile() throws {
    let model = try StoredModel(path: path)
    #expect(model.verify() == [])
    let files = model.manifest.files
    #expect(files.count == 9)
    for file in files {
      let original = try bytes(file.file)
      for index in original.indices {
        var damaged = original
        damaged[index] ^= 1 << UInt8(index % 8)
        try write(damaged, file.file)
        let faults = model.verify()
        #expect(faults.map(\.file) == [file.file])
        #expect(faults.first?.expected == file.sha256)
      }
      try write(original, file.file)
    }
    #expect(model.verify() == [])
  }

  /// Whoever opens the model is refused, and who opened it before is told by `verify()`.
  @Test func aFlippedBitInAnyByteOfTheManifest() throws {
    let model = try StoredModel(path: path)
    let original = try bytes("manifest.json")
    for index in original.indices {
      for bit in [index % 8, 5] {
        var damaged = original
        damaged[index] ^= 1 << UInt8(bit)
        #expect(throws: StoreError.self, "byte \(index), bit \(bit)") {
          try ModelManifest.decode(damaged, path: "manifest.json", model: "model")
        }
      }
    }
    for index in [0, 20, 90, original.count / 2, original.count - 1] {
      var damaged = original
      damaged[index] ^= 1
      try write(damaged, "manifest.json")
      #expect(throws: StoreError.self) { try StoredModel(path: path) }
      #expect(throws: StoreError.self) { try ModelTransaction(updating: path) }
      #expect(model.verify().map(\.file) == ["manifest.json"])
    }
  }

  @Test func aShortenedManifest() throws {
    let original = try bytes("manifest.json")
    for count in [0, 1, 17, 40, 81, 82, 83, 84, 90, original.count / 2, original.count - 2, original.count - 1] {
      #expect(throws: StoreError.self, "\(count) bytes") {
        try ModelManifest.decode(Array(original.prefix(count)), path: "manifest.json", model: "model")
      }
    }
    #expect(throws: StoreError.self) {
      try ModelManifest.decode(original + Array("\n".utf8), path: "manifest.json", model: "model")
    }
  }

  @Test func filesThatAreMissingShortLongOrNone() throws {
    let model = try StoredModel(path: path)
    let segment = try #require(model.manifest.table("idio_returns")?.segments.first)
    let state = try #require(model.manifest.states.first)
    let original = try bytes(segment.file)
    let manager = FileManager.default

    try write(Array(original.dropLast()), segment.file)
    #expect(
      model.verify() == [
        ModelFault(
          file: segment.file, found: "\(original.count - 1) bytes", expected: "\(original.count) bytes")
      ])
    #expect(
      throws: StoreError.fileDamaged(
        path: "\(path)/\(segment.file)", found: "\(original.count - 1) bytes", expected: "\(original.count) bytes")
    ) { try model.path(of: segment) }
    try write(original + [0], segment.file)
    #expect(model.verify().map(\.found) == ["\(original.count + 1) bytes"])

    try manager.removeItem(atPath: "\(path)/\(segment.file)")
    #expect(
      model.verify() == [ModelFault(file: segment.file, found: "nothing", expected: "\(original.count) bytes")])
    #expect(
      throws: StoreError.fileDamaged(
        path: "\(path)/\(segment.file)", found: "nothing", expected: "\(original.count) bytes")
    ) { try model.path(of: segment) }

    try manager.createDirectory(atPath: "\(path)/\(segment.file)", withIntermediateDirectories: false)
    #expect(model.verify().map(\.found) == ["something that is no file"])
    #expect(throws: StoreError.self) { try model.path(of: segment) }
    try manager.removeItem(atPath: "\(path)/\(segment.file)")
    try Data(original).write(to: URL(filePath: folder.path("elsewhere")))
    try manager.createSymbolicLink(
      atPath: "\(path)/\(segment.file)", withDestinationPath: folder.path("elsewhere"))
    #expect(model.verify().map(\.found) == ["something that is no file"])
    try manager.removeItem(atPath: "\(path)/\(segment.file)")
    try write(original, segment.file)
    #expect(model.verify() == [])

    var damaged = try bytes(state.file)
    damaged[7] ^= 1
    try write(damaged, state.file)
    #expect {
      _ = try model.state("pipeline")
    } throws: { error in
      guard case StoreError.fileDamaged(let file, let found, let expected) = error else { return false }
      return file == "\(path)/\(state.file)" && found.hasPrefix("SHA-256 ") && expected == state.sha256
    }
    // Whatever was made of damaged bytes, the damage is what is told.
    for fails in [false, true] {
      #expect {
        _ = try model.withState("pipeline") { bytes in
          if fails { throw CancellationError() }
          return bytes.count
        }
      } throws: { error in
        guard case StoreError.fileDamaged(_, _, state.sha256) = error else { return false }
        return true
      }
    }
    #expect(StoreError.fileDamaged(path: "f", found: "a", expected: "b").exitCode == 65)
    #expect(
      "\(StoreError.fileDamaged(path: "f", found: "a", expected: "b"))" == "f: is damaged: found a; expected b")
  }

  @Test func filesThatNobodyListed() throws {
    let model = try StoredModel(path: path)
    for file in ["notes.txt", "idio_returns/copy.txt", "state/old", ".hidden", "idio_returns/.hidden", "state/.x"] {
      try write([1], file)
    }
    try FileManager.default.createDirectory(atPath: "\(path)/aside", withIntermediateDirectories: false)
    #expect(
      model.verify()
        == ["aside", "idio_returns/copy.txt", "notes.txt", "state/old"].map {
          ModelFault(file: $0, found: "an unlisted file", expected: "nothing")
        })
    #expect("\(model.verify()[0])" == "aside: found an unlisted file; expected nothing")
  }

  /// Tidying up removes what the manifest dropped and what transactions left, and nothing of anybody else.
  @Test func aTransactionLeavesFilesOfOthersAlone() throws {
    for file in ["notes.txt", "idio_returns/copy.txt", ".hidden", "state/.x"] { try write([1], file) }
    try FileManager.default.createDirectory(atPath: "\(path)/.pending-000009/a", withIntermediateDirectories: true)
    try write([1], ".pending-000009/a/b")
    try StoreStep.append.run(at: path, stateSize: 300)
    for file in ["notes.txt", "idio_returns/copy.txt", ".hidden", "state/.x"] { #expect(try bytes(file) == [1]) }
    #expect(!FileManager.default.fileExists(atPath: "\(path)/.pending-000009"))
  }

  // MARK: Formats

  /// A manifest of another format, with a checksum that is right.
  private func bytes(_ manifest: ModelManifest, format: Int) throws -> [UInt8] {
    var manifest = manifest
    manifest.formatVersion = format
    return try manifest.encoded().bytes
  }

  @Test func otherFormatsAreRefused() throws {
    let manifest = try StoredModel(path: path).manifest
    try write(bytes(manifest, format: 2), "manifest.json")
    let newer = StoreError.newerFormat(path: path, found: 2, known: 1)
    #expect(throws: newer) { try StoredModel(path: path) }
    #expect(throws: newer) { try ModelTransaction(updating: path) }
    #expect(newer.exitCode == 65)
    try write(bytes(manifest, format: 0), "manifest.json")
    let older = StoreError.olderFormat(path: path, found: 0, known: 1)
    #expect(throws: older) { try StoredModel(path: path) }
    #expect("\(older)".contains("'riskengine estimate'"))
    // A later version need not keep the checksum where this one has it.
    try write(Array(#"{"producer": "riskengine", "kind": "model", "format_version": 7}"#.utf8), "manifest.json")
    #expect(throws: StoreError.newerFormat(path: path, found: 7, known: 1)) { try StoredModel(path: path) }
    try write(Array(#"{"producer": "riskengine", "kind": "model", "format_version": 1}"#.utf8), "manifest.json")
    #expect(
      throws: StoreError.manifestDamaged(
        path: path + "/manifest.json", found: "no checksum", expected: "a checksum at the beginning")
    ) { try StoredModel(path: path) }
  }

  /// Tidying up must never be led out of the model's folder.
  @Test(arguments: ["../kept", "/etc/kept", "a/../../kept", "a/b/c", ".hidden", "a/.b", "", "a//b", "a/"])
  func pathsThatLeaveTheFolder(file: String) throws {
    var manifest = try StoredModel(path: path).manifest
    manifest.dropped = [file]
    try write(manifest.encoded().bytes, "manifest.json")
    #expect(
      throws: StoreError.manifestDamaged(
        path: path + "/manifest.json", found: "the path '\(file)'", expected: "a path below the model's folder")
    ) { try ModelTransaction(updating: path) }
  }

  /// The checksum is the SHA-256 of everything behind its own value.
  @Test func theChecksumCanBeWorkedOutByOthers() throws {
    let text = String(decoding: try bytes("manifest.json"), as: UTF8.self)
    let parts = text.split(separator: "\"", maxSplits: 4, omittingEmptySubsequences: false)
    #expect(parts[0] == "{\n  " && parts[1] == "checksum" && parts[2] == " : ")
    #expect(SHA256Digest.hexadecimal(of: Array(parts[4].dropFirst().utf8)[...]) == parts[3])
    #expect(try StoredModel(path: path).manifest.checksum == parts[3])
  }
}
