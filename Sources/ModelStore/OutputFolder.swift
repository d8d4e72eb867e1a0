internal import Foundation
internal import Synchronization

/// A folder of results that appears whole or not at all.
///
/// Files are written into a staging folder beside it, whose name starts with a dot. `commit()` puts everything
/// on disk and then moves the staging folder into place in one step; a folder of ours that stood there is
/// replaced as a whole. Until then, and after a failure, what stood there stands.
public final class OutputFolder: Sendable {
  /// The file by which a folder is known to be ours.
  public static let manifestName = "manifest.json"
  /// What the manifest of a folder of ours says under `producer`.
  public static let producer = "riskengine"

  /// Where the results will stand.
  public let path: String
  /// Where files are to be written until `commit()`.
  public let stagingPath: String

  /// The staging folders of this process that are not committed yet.
  private static let pending = Mutex<Set<String>>([])

  /// Prepares to write results.
  ///
  /// - Throws: `StoreError` where something stands at `path` that is not ours, or the staging folder cannot be
  ///   created.
  public init(path: String) throws(StoreError) {
    let url = URL(filePath: path).standardizedFileURL
    self.path = path
    try Self.requireReplaceable(url.path, named: path)
    let parent = url.deletingLastPathComponent()
    let staging = parent.appending(path: ".\(url.lastPathComponent).\(FileSystem.processIdentifier).partial").path
    stagingPath = staging
    do {
      try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
      if FileManager.default.fileExists(atPath: staging) { try FileManager.default.removeItem(atPath: staging) }
    } catch {
      throw .cannotCreate(path: path, reason: error.localizedDescription)
    }
    do throws(FileSystem.Failure) {
      try FileSystem.createFolder(staging)
    } catch {
      throw .cannotCreate(path: path, reason: error.reason)
    }
    Self.pending.withLock { _ = $0.insert(staging) }
  }

  deinit { discard() }

  /// The path of a file while it is being written.
  public func stagingPath(of file: String) -> String { "\(stagingPath)/\(file)" }

  /// Creates a folder for files within.
  ///
  /// - Throws: `StoreError.cannotCreate`.
  public func createFolder(_ name: String) throws(StoreError) {
    do throws(FileSystem.Failure) {
      try FileSystem.createFolder(stagingPath(of: name))
    } catch {
      throw .cannotCreate(path: "\(path)/\(name)", reason: error.reason)
    }
  }

  /// Writes a file.
  ///
  /// - Throws: `StoreError.writeFailed`.
  public func write(_ bytes: some Collection<UInt8>, to file: String) throws(StoreError) {
    let target = stagingPath(of: file)
    do {
      try Data(bytes).write(to: URL(filePath: target))
    } catch {
      throw .writeFailed(path: "\(path)/\(file)", reason: error.localizedDescription)
    }
    do throws(FileSystem.Failure) {
      try FileSystem.synchronize(target)
    } catch {
      throw .writeFailed(path: "\(path)/\(file)", reason: error.reason)
    }
  }

  /// Puts the results into place.
  ///
  /// - Throws: `StoreError`; what stood at `path` then stands there still, whole.
  public func commit() throws(StoreError) {
    let target = URL(filePath: path).standardizedFileURL.path
    try Self.requireReplaceable(target, named: path)
    do throws(FileSystem.Failure) {
      try FileSystem.synchronize(stagingPath)
      if Self.isOurs(target) {
        try FileSystem.exchange(stagingPath, target)
        // What stood there now stands in the staging folder.
        try? FileManager.default.removeItem(atPath: stagingPath)
      } else {
        // Replaces an empty folder, too.
        try FileSystem.move(stagingPath, to: target)
      }
      Self.pending.withLock { _ = $0.remove(stagingPath) }
      try FileSystem.synchronize(URL(filePath: target).deletingLastPathComponent().path)
    } catch {
      throw .cannotCreate(path: path, reason: error.reason)
    }
  }

  /// Removes the staging folder where it still stands.
  public func discard() {
    let isPending = Self.pending.withLock { $0.remove(stagingPath) != nil }
    if isPending { try? FileManager.default.removeItem(atPath: stagingPath) }
  }

  /// Removes every staging folder of this process: for when it is interrupted.
  public static func discardAll() {
    let paths = pending.withLock { pending in
      defer { pending = [] }
      return pending
    }
    for path in paths { try? FileManager.default.removeItem(atPath: path) }
  }

  /// Refuses a file, and a folder with content that is not ours.
  private static func requireReplaceable(_ path: String, named name: String) throws(StoreError) {
    guard let isFolder = FileSystem.isFolder(path) else { return }
    guard isFolder else { throw .outputIsFile(path: name) }
    let entries: [String]
    do {
      entries = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    } catch {
      throw .cannotCreate(path: name, reason: error.localizedDescription)
    }
    guard let first = entries.first, !isOurs(path) else { return }
    throw .outputNotOurs(path: name, found: first)
  }

  /// Whether a folder has a manifest that says it is ours.
  public static func isOurs(_ path: String) -> Bool {
    struct Marker: Decodable { var producer: String }
    guard let data = FileManager.default.contents(atPath: path + "/" + manifestName),
      let marker = try? JSONDecoder().decode(Marker.self, from: data)
    else { return false }
    return marker.producer == producer
  }
}
