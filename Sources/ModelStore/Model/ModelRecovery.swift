/// What remains to be done once a manifest stands: its files go into place, and what it dropped goes.
///
/// Each step may be repeated, and after any of them another process may go on where one was killed.
enum ModelRecovery {
  /// Brings a model's folder to what its manifest says.
  ///
  /// Only the lock's holder may ask. Removed are files that the manifest says it dropped, and the folders of
  /// transactions that are done with or that never came to be; nothing else.
  static func finish(_ manifest: ModelManifest, root: String) throws(FileSystem.Failure) {
    let pending = "\(root)/\(ModelLayout.pendingFolder(manifest.generation))"
    if FileSystem.isFolder(pending) == true { try settle(manifest, from: pending, root: root) }
    for file in manifest.dropped where FileSystem.exists("\(root)/\(file)") {
      try FileSystem.removeFile("\(root)/\(file)")
    }
    for name in try FileSystem.names(in: root) where name.hasPrefix(ModelLayout.pendingPrefix) {
      try FileSystem.removeAll("\(root)/\(name)")
    }
  }

  private static func settle(
    _ manifest: ModelManifest, from pending: String, root: String
  ) throws(FileSystem.Failure) {
    var folders: [String] = []
    for (file, _, _) in manifest.files {
      let source = "\(pending)/\(file)"
      guard FileSystem.exists(source), !FileSystem.exists("\(root)/\(file)") else { continue }
      let folder = ModelLayout.folder(of: file)
      if folders.last != folder {
        folders.append(folder)
        if !folder.isEmpty, FileSystem.isFolder("\(root)/\(folder)") == nil {
          try FileSystem.createFolder("\(root)/\(folder)")
        }
      }
      try FileSystem.move(source, to: "\(root)/\(file)")
    }
    for folder in folders { try FileSystem.synchronize(folder.isEmpty ? root : "\(root)/\(folder)") }
    // For the folders that are new.
    if !folders.isEmpty { try FileSystem.synchronize(root) }
  }
}
