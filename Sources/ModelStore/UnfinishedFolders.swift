internal import Foundation
internal import Synchronization

/// The folders that this process has begun to fill, which must not stay where it stops early.
public enum UnfinishedFolders {
  /// Each folder, with the folders that were created to hold it, the outermost first.
  private static let folders = Mutex<[String: [String]]>([:])

  /// How often removing a folder is tried that others still write into.
  private static let removalAttempts = 100

  /// Begins a folder: no interruption comes between its creation and its being known here.
  ///
  /// - Parameters:
  ///   - parents: the folders that will be created to hold it, the outermost first; they go with it where nothing
  ///     else came to stand in them.
  ///   - creation: creates it; where that fails nothing stays of it.
  static func begin<Value: Sendable, E: Error>(
    _ path: String, parents: [String] = [], creation: () throws(E) -> Value
  ) throws(E) -> Value {
    let result = folders.withLock { folders -> Result<Value, E> in
      do throws(E) {
        let value = try creation()
        folders[path] = parents
        return .success(value)
      } catch {
        remove(path, parents: parents)
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// Ends a folder that is complete: no interruption comes between `completion` and that.
  static func complete<E: Error>(_ path: String, completion: () throws(E) -> Void) throws(E) {
    let result = folders.withLock { folders -> Result<Void, E> in
      do throws(E) {
        try completion()
        folders[path] = nil
        return .success(())
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  /// Removes a folder that was begun and is not complete; nothing where it is.
  public static func discard(_ path: String) {
    folders.withLock { folders in
      if let parents = folders.removeValue(forKey: path) { remove(path, parents: parents) }
    }
  }

  /// Removes every folder that is not complete.
  ///
  /// - Parameter last: called before anything else can be begun or completed, with whether a folder was removed.
  public static func discardAll(last: (Bool) -> Void = { _ in }) {
    folders.withLock { folders in
      let hasAny = !folders.isEmpty
      for (path, parents) in folders { remove(path, parents: parents) }
      folders = [:]
      last(hasAny)
    }
  }

  private static func remove(_ path: String, parents: [String]) {
    for _ in 0..<removalAttempts where FileSystem.isFolder(path) != nil {
      try? FileManager.default.removeItem(atPath: path)
    }
    for parent in parents.reversed() { try? FileSystem.removeEmptyFolder(parent) }
  }
}
