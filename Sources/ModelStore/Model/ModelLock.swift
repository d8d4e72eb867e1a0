/// The right to write a model, which one process has at a time; it goes with this object.
final class ModelLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock of a folder.
  ///
  /// - Throws: `StoreError.locked` where another has it; `cannotLock` where there is none.
  init(_ folder: String, named name: String) throws(StoreError) {
    switch FileSystem.lockFolder(folder) {
    case .taken(let descriptor): self.descriptor = descriptor
    case .held: throw .locked(path: name)
    case .unavailable: throw .cannotLock(path: name)
    }
  }

  deinit { FileSystem.unlock(descriptor) }
}
