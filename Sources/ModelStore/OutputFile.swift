internal import Foundation

/// A file of results that appears whole or not at all.
///
/// It is written into a staging folder beside its place, whose name starts with a dot, and moved into place in one step.
/// A file of the same kind that stood there is replaced; until then, and after a failure, it stands. What an earlier
/// process that was killed left beside it is removed.
public final class OutputFile: Sendable {
  /// Where the file will stand, as it was given.
  public let path: String

  private let staging: StagingFolder
  private let target: String
  private let beginning: [UInt8]
  private let kind: String

  /// Prepares to write a file.
  ///
  /// - Parameters:
  ///   - beginning: the bytes with which a file of its kind begins, by which one that may be replaced is known.
  ///   - kind: what it is, in words for a message, such as "a report".
  /// - Throws: `StoreError` where something stands at `path` that is not of the kind, or its folder cannot be written.
  public init(path: String, beginning: [UInt8], kind: String) throws(StoreError) {
    self.path = path
    self.beginning = beginning
    self.kind = kind
    guard !path.isEmpty else { throw .cannotCreate(path: "''", reason: "it is no path") }
    let url = URL(filePath: path).standardizedFileURL
    // A link stays, and what it leads to is replaced.
    target = FileSystem.isFolder(url.path) == nil ? url.path : url.resolvingSymlinksInPath().path
    let place = URL(filePath: target)
    if FileSystem.isFolder(target) == nil, FileSystem.isLink(target) {
      throw .cannotCreate(path: path, reason: "it is a link to nothing")
    }
    let parent = place.deletingLastPathComponent().path
    guard let isFolder = FileSystem.isFolder(parent) else {
      throw .cannotCreate(path: path, reason: "there is no folder \(parent)")
    }
    guard isFolder else { throw .cannotCreate(path: path, reason: "\(parent) is a file, not a folder") }
    try Self.requireReplaceable(target, named: path, beginning: beginning, kind: kind)
    let stagingPath = StagingFolder.path(for: place)
    do throws(FileSystem.Failure) {
      staging = try UnfinishedFolders.begin(stagingPath) { () throws(FileSystem.Failure) in
        StagingFolder.sweep(besides: place)
        return try StagingFolder(path: stagingPath)
      }
    } catch {
      throw .cannotCreate(path: path, reason: error.reason)
    }
  }

  deinit { discard() }

  /// Writes the file and puts it into place.
  ///
  /// - Throws: `StoreError`; what stood at `path` then stands there still.
  public func write(_ bytes: [UInt8]) throws(StoreError) {
    let staged = "\(staging.path)/file"
    do throws(FileSystem.Failure) {
      try FileSystem.write(bytes, to: staged)
      try FileSystem.synchronize(staged)
    } catch {
      throw .writeFailed(path: path, reason: error.reason)
    }
    try Self.requireReplaceable(target, named: path, beginning: beginning, kind: kind)
    do throws(FileSystem.Failure) {
      try FileSystem.move(staged, to: target)
      discard()
      try FileSystem.synchronize(URL(filePath: target).deletingLastPathComponent().path)
    } catch {
      throw .cannotCreate(path: path, reason: error.reason)
    }
  }

  /// Removes what was begun.
  public func discard() {
    UnfinishedFolders.discard(staging.path)
    staging.unlock()
  }

  private static func requireReplaceable(
    _ target: String, named path: String, beginning: [UInt8], kind: String
  ) throws(StoreError) {
    guard let isFolder = FileSystem.isFolder(target) else { return }
    guard !isFolder else { throw .outputIsFolder(path: path) }
    let found = FileManager.default.contents(atPath: target) ?? Data()
    guard found.starts(with: beginning) else { throw .fileNotOurs(path: path, expected: kind) }
  }
}
