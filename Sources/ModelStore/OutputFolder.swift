internal import Foundation

/// A folder of results that appears whole or not at all.
///
/// Files are written into a staging folder beside it, whose name starts with a dot. `commit()` puts everything
/// on disk and then moves the staging folder into place in one step; a folder of ours that stood there is
/// replaced as a whole. Until then, and after a failure, what stood there stands. What an earlier process that was
/// killed left beside it is removed.
public final class OutputFolder: Sendable {
  /// The file by which a folder is known to be ours.
  public static let manifestName = "manifest.json"
  /// What the manifest of a folder of ours says under `producer`.
  public static let producer = "riskengine"

  /// Where the results will stand.
  public let path: String
  /// Where files are to be written until `commit()`.
  public var stagingPath: String { staging.path }

  private let staging: StagingFolder
  /// Where the results will stand, links followed.
  let target: String

  /// Prepares to write results.
  ///
  /// - Throws: `StoreError` where something stands at `path` that is not ours or cannot be replaced as a whole, or
  ///   the staging folder cannot be created.
  public init(path: String) throws(StoreError) {
    self.path = path
    let url = try Self.place(of: path)
    target = url.path
    try Self.requireReplaceable(target, named: path)
    let parent = url.deletingLastPathComponent()
    let missing = try Self.missingFolders(at: parent, for: path)
    let stagingPath = StagingFolder.path(for: url)
    do throws(FileSystem.Failure) {
      staging = try UnfinishedFolders.begin(stagingPath, parents: missing) { () throws(FileSystem.Failure) in
        for folder in missing { try FileSystem.createFolder(folder) }
        StagingFolder.sweep(besides: url)
        return try StagingFolder(path: stagingPath)
      }
    } catch {
      throw .cannotCreate(path: path, reason: error.reason)
    }
  }

  deinit { discard() }

  /// The path of a file while it is being written.
  public func stagingPath(of file: String) -> String { "\(stagingPath)/\(file)" }

  /// Where a file that is being written will stand, below `path` as it was given; another path as it is.
  public func finalPath(of file: String) -> String {
    guard file.hasPrefix(stagingPath + "/") else { return file }
    return path + file.dropFirst(stagingPath.count)
  }

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
    try Self.requireReplaceable(target, named: path)
    do throws(FileSystem.Failure) {
      try FileSystem.synchronize(stagingPath)
      let isReplacing = Self.isOurs(target)
      try UnfinishedFolders.complete(stagingPath) { () throws(FileSystem.Failure) in
        if isReplacing {
          try FileSystem.exchange(stagingPath, target)
          // What stood there now stands in the staging folder.
          try? FileManager.default.removeItem(atPath: stagingPath)
        } else {
          // Replaces an empty folder, too.
          try FileSystem.move(stagingPath, to: target)
        }
      }
      try FileSystem.synchronize(URL(filePath: target).deletingLastPathComponent().path)
    } catch {
      throw .cannotCreate(path: path, reason: error.reason)
    }
  }

  /// Removes the staging folder where it still stands.
  public func discard() {
    UnfinishedFolders.discard(stagingPath)
    staging.unlock()
  }

  /// The folder that a path means: links are followed.
  private static func place(of path: String) throws(StoreError) -> URL {
    guard !path.isEmpty else { throw .cannotCreate(path: "''", reason: "it is no path") }
    let url = URL(filePath: path).standardizedFileURL
    if FileSystem.isFolder(url.path) != nil { return url.resolvingSymlinksInPath() }
    if FileSystem.isLink(url.path) { throw .cannotCreate(path: path, reason: "it is a link to nothing") }
    return url
  }

  /// The folders that have to be created for a folder to stand, the outermost first.
  private static func missingFolders(at folder: URL, for path: String) throws(StoreError) -> [String] {
    var missing = [String]()
    var url = folder
    while true {
      if let isFolder = FileSystem.isFolder(url.path) {
        guard isFolder else { throw .cannotCreate(path: path, reason: "\(url.path) is a file, not a folder") }
        return missing.reversed()
      }
      missing.append(url.path)
      let parent = url.deletingLastPathComponent()
      guard parent.path != url.path else { return missing.reversed() }
      url = parent
    }
  }

  /// Refuses a file, a folder with content that is not ours, and one that cannot be replaced as a whole.
  private static func requireReplaceable(_ path: String, named name: String) throws(StoreError) {
    guard let isFolder = FileSystem.isFolder(path) else { return }
    guard isFolder else { throw .outputIsFile(path: name) }
    let entries: [String]
    do {
      entries = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    } catch {
      throw .cannotCreate(path: name, reason: error.localizedDescription)
    }
    if let first = entries.first, !isOurs(path) { throw .outputNotOurs(path: name, found: first) }
    if URL(filePath: FileManager.default.currentDirectoryPath).resolvingSymlinksInPath().path == path {
      throw .cannotReplace(path: name, reason: "it is the current folder")
    }
    if FileSystem.isMountPoint(path) { throw .cannotReplace(path: name, reason: "a file system is mounted there") }
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
