import Foundation
import RiskEngineTables
import Testing

/// The SHA-256 of files, against the vectors of FIPS 180-4 and its companion NIST examples.
struct FileHasherTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
  ])
  func knownVectors(text: String, digest: String) throws {
    let contents = try FileHasher(path: folder.file("t", text)).finish()
    #expect(contents == .init(sha256: digest, byteCount: text.utf8.count))
  }

  /// A million letters a, which is several blocks of reading.
  @Test func severalBlocks() throws {
    let path = try folder.file("t", Data(repeating: UInt8(ascii: "a"), count: 1_000_000))
    let hasher = try FileHasher(path: path)
    let digest = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    #expect(try hasher.finish().sha256 == digest)
    #expect(try hasher.finish().sha256 == digest)
  }

  @Test func missingFile() {
    let path = folder.path("none")
    #expect(throws: TableError.fileMissing(path: path)) { try FileHasher(path: path) }
    #expect(throws: TableError.isDirectory(path: folder.path)) { try FileHasher(path: folder.path) }
  }
}
