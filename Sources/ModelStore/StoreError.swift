/// What can go wrong with a folder of results.
public enum StoreError: Error, Hashable, Sendable {
  /// The output is to be a folder and a file stands there.
  case outputIsFile(path: String)
  /// The output folder holds files that are not ours.
  case outputNotOurs(path: String, found: String)
  /// The output folder is there and cannot be replaced as a whole.
  case cannotReplace(path: String, reason: String)
  /// The folder, or the one that it is to stand in, cannot be created or written.
  case cannotCreate(path: String, reason: String)
  /// The system failed to write.
  case writeFailed(path: String, reason: String)
  /// The system failed to read.
  case readFailed(path: String, reason: String)

  /// The status that a program stopped by this error exits with, after the convention of `sysexits.h`.
  public var exitCode: Int32 {
    switch self {
    case .outputIsFile, .outputNotOurs, .cannotReplace, .cannotCreate: 73
    case .writeFailed, .readFailed: 74
    }
  }
}

extension StoreError: CustomStringConvertible {
  /// What was found and what was expected, with its place.
  public var description: String {
    switch self {
    case .outputIsFile(let path):
      "\(path): a file stands there; expected a folder of results, an empty folder, or nothing"
    case .outputNotOurs(let path, let found):
      "\(path): the folder holds '\(found)' and no manifest.json of riskengine; expected a folder of its results, "
        + "an empty folder, or nothing"
    case .cannotReplace(let path, let reason):
      "\(path): cannot be replaced as a whole: \(reason); expected a folder within it, or another place"
    case .cannotCreate(let path, let reason): "\(path): cannot be created: \(reason)"
    case .writeFailed(let path, let reason): "\(path): writing failed: \(reason)"
    case .readFailed(let path, let reason): "\(path): reading failed: \(reason)"
    }
  }
}
