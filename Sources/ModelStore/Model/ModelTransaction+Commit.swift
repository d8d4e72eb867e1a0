internal import RiskEngine

/// What became of a transaction that is committed.
public enum CommitOutcome: Hashable, Sendable {
  /// Every file is in place.
  case complete
  /// The model has the change, but the system failed to put files into place or to confirm that the change is on disk;
  /// the next transaction puts them there. Readers see the change; those that do not read the manifest may not.
  case unsettled(reason: String)
}

extension ModelTransaction {
  /// Makes the change.
  ///
  /// - Precondition: what `removeRows(of:from:)` asked for is written again.
  /// - Throws: `StoreError.writeFailed` or `cannotCreate`; the model then is as it was, and the transaction is over.
  @discardableResult public func commit() throws(StoreError) -> CommitOutcome {
    precondition(isOpen, "the transaction is over")
    precondition(owed.isEmpty, "rows have to be written again of \(owed.keys.sorted().joined(separator: ", "))")
    defer { discard() }
    let manifest = try sealedManifest()
    do throws(FileSystem.Failure) {
      try write(manifest)
    } catch {
      throw .writeFailed(path: "\(path)/\(OutputFolder.manifestName)", reason: error.reason)
    }
    guard let root = base?.root else {
      try output?.commit()
      return .complete
    }
    var outcome = CommitOutcome.complete
    do throws(FileSystem.Failure) {
      // An interruption waits until the files are in place: then either nothing or everything was done.
      try UnfinishedFolders.complete(folder) { () throws(FileSystem.Failure) in
        try FileSystem.move("\(folder)/\(OutputFolder.manifestName)", to: "\(root)/\(OutputFolder.manifestName)")
        // From here on the model has the change.
        do throws(FileSystem.Failure) {
          try FileSystem.synchronize(root)
          try ModelRecovery.finish(manifest, root: root)
        } catch {
          outcome = .unsettled(reason: error.reason)
        }
      }
    } catch {
      throw .writeFailed(path: "\(path)/\(OutputFolder.manifestName)", reason: error.reason)
    }
    return outcome
  }

  /// The manifest with the sizes and digests of what was written, which is on disk then.
  private func sealedManifest() throws(StoreError) -> ModelManifest {
    var tables: [ModelTable] = []
    for name in drafts.keys.sorted() {
      var segments: [ModelSegment] = []
      for draft in drafts[name, default: []] {
        var segment = draft.segment
        if draft.isNew { (segment.byteCount, segment.sha256) = try sealed(segment.file) }
        segments.append(segment)
      }
      tables.append(ModelTable(name: name, segments: segments))
    }
    var manifest = ModelManifest(
      formatVersion: ModelManifest.currentFormat, generation: generation,
      createdBy: base?.manifest.createdBy ?? Version.current, writtenBy: Version.current, tables: tables,
      states: try sealed(states), documents: try sealed(documents), metadata: metadata, dropped: [], checksum: "")
    let listed = Set(manifest.files.map(\.file))
    manifest.dropped = (base?.manifest.files.map(\.file) ?? []).filter { !listed.contains($0) }.sorted()
    return manifest
  }

  private func sealed(_ files: [String: (file: StoredFile, isNew: Bool)]) throws(StoreError) -> [StoredFile] {
    var sealedFiles: [StoredFile] = []
    for name in files.keys.sorted() {
      guard let entry = files[name] else { continue }
      var file = entry.file
      if entry.isNew { (file.byteCount, file.sha256) = try sealed(file.file) }
      sealedFiles.append(file)
    }
    return sealedFiles
  }

  private func sealed(_ file: String) throws(StoreError) -> (byteCount: Int, sha256: String) {
    do throws(FileSystem.Failure) {
      let contents = try sealer.contents(of: "\(folder)/\(file)")
      return (contents.byteCount, contents.sha256)
    } catch {
      throw .writeFailed(path: "\(path)/\(file)", reason: error.reason)
    }
  }

  /// Writes the manifest beside the other files and puts the folders on disk that hold them.
  private func write(_ manifest: ModelManifest) throws(FileSystem.Failure) {
    guard metadata.values.allSatisfy(\.isFinite), let (bytes, _) = try? manifest.encoded() else {
      throw FileSystem.Failure(reason: "the metadata have a number that is not finite")
    }
    let file = "\(folder)/\(OutputFolder.manifestName)"
    try FileSystem.write(bytes, to: file)
    try FileSystem.synchronize(file)
    for folder in filledFolders { try FileSystem.synchronize(folder) }
    if let root = base?.root { try FileSystem.synchronize(root) }
  }
}
