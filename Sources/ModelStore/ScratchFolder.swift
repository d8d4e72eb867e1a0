internal import Foundation

/// A hidden folder for files that are needed only while a process goes on.
///
/// It goes with its owner, and where the process is interrupted. A process that is killed leaves it unlocked; the next
/// one that makes a folder of that name in the same place removes it.
public final class ScratchFolder: Sendable {
  /// Where it is.
  public let path: String

  private let staging: StagingFolder

  /// Creates a folder, after removing those of that name that nobody needs any more.
  ///
  /// - Parameters:
  ///   - name: what the folder is for; folders of other names are left alone.
  ///   - folder: where to create it; must be there.
  /// - Throws: `StoreError.cannotCreate`.
  public init(_ name: String, in folder: String) throws(StoreError) {
    let place = URL(filePath: folder).resolvingSymlinksInPath()
    let target = place.appending(path: name)
    let path = StagingFolder.path(for: target)
    self.path = path
    guard FileSystem.isFolder(place.path) == true else {
      throw .cannotCreate(path: path, reason: "there is no folder \(folder)")
    }
    StagingFolder.sweep(besides: target)
    do throws(FileSystem.Failure) {
      staging = try UnfinishedFolders.begin(path) { () throws(FileSystem.Failure) in try StagingFolder(path: path) }
    } catch {
      throw .cannotCreate(path: path, reason: error.reason)
    }
  }

  deinit {
    UnfinishedFolders.discard(path)
    staging.unlock()
  }

  /// The path of a file in the folder.
  public func path(of file: String) -> String { "\(path)/\(file)" }
}
