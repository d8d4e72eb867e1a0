internal import Dispatch
internal import Synchronization

/// A model as one transaction left it, to be read.
///
/// Nothing is locked and nothing is written. What is read is what the manifest listed when the model was opened, also
/// while another process writes the model or where one was killed in the midst of it. Only files that a later
/// transaction replaced may be gone; then `StoreError.changed` is thrown, and the model is to be opened anew.
public struct StoredModel: Sendable {
  /// The model's folder as it was given.
  public let path: String
  /// What the model lists.
  public let manifest: ModelManifest
  /// The model's folder, links followed.
  let root: String

  /// Opens a model.
  ///
  /// - Throws: `StoreError.modelMissing`, `notModel`, `manifestDamaged`, `newerFormat`, `olderFormat` or `readFailed`.
  public init(path: String) throws(StoreError) {
    let root = ModelLayout.place(of: path)
    self.init(path: path, root: root, manifest: try ModelManifest.read(in: root, named: path))
  }

  init(path: String, root: String, manifest: ModelManifest) {
    self.path = path
    self.root = root
    self.manifest = manifest
  }

  /// Where a segment can be read.
  ///
  /// The number of its bytes is checked; a reader that reads all of them is to compare their SHA-256 too, or to ask
  /// `check(_:)`.
  ///
  /// - Throws: `StoreError.fileDamaged` or `changed`.
  public func path(of segment: ModelSegment) throws(StoreError) -> String {
    try path(of: segment.file, byteCount: segment.byteCount)
  }

  /// Reads a whole segment and compares its SHA-256.
  ///
  /// - Throws: `StoreError.fileDamaged`, `changed` or `readFailed`.
  public func check(_ segment: ModelSegment) throws(StoreError) {
    let place = try path(of: segment)
    let found: String
    do throws(FileSystem.Failure) {
      found = try FileSystem.contents(of: place).sha256
    } catch {
      throw .readFailed(path: shown(segment.file), reason: error.reason)
    }
    guard found == segment.sha256 else { throw .damaged(shown(segment.file), found, segment.sha256) }
  }

  /// The bytes of a state file, `nil` where the model has none of that name.
  ///
  /// - Throws: `StoreError.fileDamaged`, `changed` or `readFailed`.
  public func state(_ name: String) throws(StoreError) -> [UInt8]? {
    try manifest.states.first { $0.name == name }.map { file throws(StoreError) in try bytes(of: file) }
  }

  /// What is made of the bytes of a state while another thread checks them; `nil` where the model has none of that name.
  ///
  /// - Parameter body: makes something of bytes that may prove to be damaged. What it returns or throws counts only where
  ///   they are not.
  /// - Throws: `StoreError.fileDamaged`, `changed` or `readFailed`, and what `body` throws.
  public func withState<Value: Sendable>(
    _ name: String, _ body: @Sendable ([UInt8]) throws -> Value
  ) throws -> Value? {
    guard let file = manifest.states.first(where: { $0.name == name }) else { return nil }
    let bytes = try unverifiedBytes(of: file)
    let digest = Mutex("")
    let value = Mutex<Result<Value, any Error>?>(nil)
    DispatchQueue.concurrentPerform(iterations: 2) { part in
      if part == 0 {
        digest.withLock { $0 = SHA256Digest.hexadecimal(of: bytes[...]) }
      } else {
        value.withLock { $0 = Result { try body(bytes) } }
      }
    }
    let found = digest.withLock { $0 }
    guard found == file.sha256 else { throw StoreError.damaged(shown(file.file), found, file.sha256) }
    return try value.withLock { $0 }?.get()
  }

  /// The bytes of a document, `nil` where the model has none of that name.
  ///
  /// - Throws: `StoreError.fileDamaged`, `changed` or `readFailed`.
  public func document(_ name: String) throws(StoreError) -> [UInt8]? {
    try manifest.documents.first { $0.name == name }.map { file throws(StoreError) in try bytes(of: file) }
  }

  private func unverifiedBytes(of file: StoredFile) throws(StoreError) -> [UInt8] {
    let place = try path(of: file.file, byteCount: file.byteCount)
    do throws(FileSystem.Failure) {
      return try FileSystem.read(place)
    } catch {
      throw .readFailed(path: shown(file.file), reason: error.reason)
    }
  }

  private func bytes(of file: StoredFile) throws(StoreError) -> [UInt8] {
    let bytes = try unverifiedBytes(of: file)
    let digest = SHA256Digest.hexadecimal(of: bytes[...])
    guard digest == file.sha256 else { throw .damaged(shown(file.file), digest, file.sha256) }
    return bytes
  }

  /// The path of a file as people know it.
  func shown(_ file: String) -> String { "\(path)/\(file)" }

  /// Where a listed file stands now; `nil` where it stands nowhere.
  func place(of file: String) -> String? {
    let final = "\(root)/\(file)"
    let pending = "\(root)/\(ModelLayout.pendingFolder(manifest.generation))/\(file)"
    // Asked twice for the final place: a writer may move the file there between the first question and the second.
    return [final, pending, final].first { FileSystem.exists($0) }
  }

  private func path(of file: String, byteCount: Int) throws(StoreError) -> String {
    guard let place = place(of: file) else {
      if try ModelManifest.read(in: root, named: path).checksum != manifest.checksum { throw .changed(path: path) }
      throw .fileDamaged(path: shown(file), found: "nothing", expected: "\(byteCount) bytes")
    }
    guard let found = FileSystem.byteCount(of: place) else {
      // It may have been moved since it was found.
      if self.place(of: file) != place { return try path(of: file, byteCount: byteCount) }
      throw .fileDamaged(path: shown(file), found: "something that is no file", expected: "\(byteCount) bytes")
    }
    guard found == byteCount else {
      throw .fileDamaged(path: shown(file), found: "\(found) bytes", expected: "\(byteCount) bytes")
    }
    return place
  }
}

extension StoreError {
  /// A file whose bytes have another digest.
  static func damaged(_ path: String, _ found: String, _ expected: String) -> StoreError {
    .fileDamaged(path: path, found: "SHA-256 \(found)", expected: expected)
  }
}
