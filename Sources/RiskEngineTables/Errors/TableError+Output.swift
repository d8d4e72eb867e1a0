internal import ModelStore

extension TableError {
  /// The error with the place of a file as the user named it, where it is about a file of unfinished results.
  func naming(_ output: OutputFolder) -> TableError {
    switch self {
    case .cannotCreate(let path, let reason): .cannotCreate(path: output.finalPath(of: path), reason: reason)
    case .writeFailed(let path, let reason): .writeFailed(path: output.finalPath(of: path), reason: reason)
    default: self
    }
  }
}
