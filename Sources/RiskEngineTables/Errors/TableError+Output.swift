internal import ModelStore

extension TableError {
  /// The error with the place of a file as the user named it, where it is about a file of unfinished results.
  func naming(_ output: OutputFolder) -> TableError { naming { output.finalPath(of: $0) } }

  /// The same for a file of a transaction.
  func naming(_ transaction: ModelTransaction) -> TableError { naming { transaction.finalPath(of: $0) } }

  private func naming(_ finalPath: (String) -> String) -> TableError {
    switch self {
    case .cannotCreate(let path, let reason): .cannotCreate(path: finalPath(path), reason: reason)
    case .writeFailed(let path, let reason): .writeFailed(path: finalPath(path), reason: reason)
    default: self
    }
  }
}
