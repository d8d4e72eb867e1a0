internal import Dispatch
internal import Synchronization

extension StoredModel {
  /// Reads every byte of the model and tells what is not as the manifest says.
  ///
  /// Found are a listed file that is missing, has another number of bytes or another SHA-256; a visible file or folder
  /// that is not listed; and a manifest that is no longer the one that was opened. Files whose names begin with a dot
  /// are nobody's until a manifest lists them.
  ///
  /// A model that another process writes meanwhile shows faults that are none; hold it by a transaction to exclude
  /// that.
  ///
  /// - Returns: the faults in the order of the manifest, then of the names.
  /// - Complexity: reads each file once, as many at a time as there are processors.
  public func verify() -> [ModelFault] {
    let files = manifest.files
    let judged = Mutex<[ModelFault?]>(Array(repeating: nil, count: files.count))
    DispatchQueue.concurrentPerform(iterations: files.count) { index in
      let fault = fault(of: files[index])
      judged.withLock { $0[index] = fault }
    }
    return manifestFaults() + judged.withLock { $0 }.compactMap(\.self) + unlistedFaults()
  }

  private func manifestFaults() -> [ModelFault] {
    func fault(_ found: String, _ expected: String) -> [ModelFault] {
      [ModelFault(file: OutputFolder.manifestName, found: found, expected: expected)]
    }
    do throws(StoreError) {
      let standing = try ModelManifest.read(in: root, named: path)
      return standing.checksum == manifest.checksum
        ? [] : fault("the checksum \(standing.checksum)", manifest.checksum)
    } catch {
      return fault(error.description, "the manifest that was opened, with the checksum \(manifest.checksum)")
    }
  }

  private func fault(of file: (file: String, byteCount: Int, sha256: String)) -> ModelFault? {
    guard let place = place(of: file.file) else {
      return ModelFault(file: file.file, found: "nothing", expected: "\(file.byteCount) bytes")
    }
    guard FileSystem.byteCount(of: place) != nil else {
      return ModelFault(file: file.file, found: "something that is no file", expected: "\(file.byteCount) bytes")
    }
    do throws(FileSystem.Failure) {
      let found = try FileSystem.contents(of: place)
      if found.byteCount != file.byteCount {
        return ModelFault(file: file.file, found: "\(found.byteCount) bytes", expected: "\(file.byteCount) bytes")
      }
      if found.sha256 != file.sha256 {
        return ModelFault(file: file.file, found: "SHA-256 \(found.sha256)", expected: file.sha256)
      }
      return nil
    } catch {
      return ModelFault(file: file.file, found: "no way to read it: \(error.reason)", expected: file.sha256)
    }
  }

  private func unlistedFaults() -> [ModelFault] {
    // What the last transaction took out may be there until the next writer comes.
    let known = Set(manifest.files.map(\.file) + manifest.dropped + [OutputFolder.manifestName])
    let folders = Set(manifest.tables.map(\.name) + [ModelLayout.stateFolder])
    var faults: [ModelFault] = []
    func visible(_ folder: String) -> [String] {
      do throws(FileSystem.Failure) {
        return try FileSystem.names(in: folder.isEmpty ? root : "\(root)/\(folder)").filter { !$0.hasPrefix(".") }
      } catch {
        faults.append(ModelFault(file: folder, found: "no way to read it: \(error.reason)", expected: "a folder"))
        return []
      }
    }
    func judge(_ file: String) {
      if !known.contains(file) { faults.append(ModelFault(file: file, found: "an unlisted file", expected: "nothing")) }
    }
    for name in visible("") {
      if folders.contains(name), FileSystem.isFolder("\(root)/\(name)") == true {
        for entry in visible(name) { judge("\(name)/\(entry)") }
      } else {
        judge(name)
      }
    }
    return faults
  }
}
