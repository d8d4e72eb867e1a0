/// What can go wrong with a folder of results or a stored model.
public enum StoreError: Error, Hashable, Sendable {
  /// The output is to be a folder and a file stands there.
  case outputIsFile(path: String)
  /// The output is to be a file and a folder stands there.
  case outputIsFolder(path: String)
  /// The output is to be a file, and another that is not ours stands there.
  case fileNotOurs(path: String, expected: String)
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
  /// There is no folder where a model is to be.
  case modelMissing(path: String)
  /// The folder is no model.
  case notModel(path: String, found: String)
  /// The manifest of a model is not what was written.
  case manifestDamaged(path: String, found: String, expected: String)
  /// A file of a model is not what was written.
  case fileDamaged(path: String, found: String, expected: String)
  /// A later version wrote the model in a format that this one does not know.
  case newerFormat(path: String, found: Int, known: Int)
  /// An earlier version wrote the model in a format that this one no longer reads.
  case olderFormat(path: String, found: Int, known: Int)
  /// Another process is writing the model.
  case locked(path: String)
  /// Whether another process is writing the model cannot be told.
  case cannotLock(path: String)
  /// Another process replaced what was being read.
  case changed(path: String)

  /// The status that a program stopped by this error exits with, after the convention of `sysexits.h`.
  public var exitCode: Int32 {
    switch self {
    case .outputIsFile, .outputIsFolder, .fileNotOurs, .outputNotOurs, .cannotReplace, .cannotCreate: 73
    case .writeFailed, .readFailed, .cannotLock: 74
    case .modelMissing: 66
    case .notModel, .manifestDamaged, .fileDamaged, .newerFormat, .olderFormat: 65
    case .locked, .changed: 75
    }
  }
}

extension StoreError: CustomStringConvertible {
  /// What was found and what was expected, with its place.
  public var description: String {
    switch self {
    case .outputIsFile(let path):
      "\(path): a file stands there; expected a folder of results, an empty folder, or nothing"
    case .outputIsFolder(let path): "\(path): a folder stands there; expected a file, or nothing"
    case .fileNotOurs(let path, let expected):
      "\(path): a file stands there that is not \(expected); expected one, which is replaced, or nothing"
    case .outputNotOurs(let path, let found):
      "\(path): the folder holds '\(found)' and no manifest.json of riskengine; expected a folder of its results, "
        + "an empty folder, or nothing"
    case .cannotReplace(let path, let reason):
      "\(path): cannot be replaced as a whole: \(reason); expected a folder within it, or another place"
    case .cannotCreate(let path, let reason): "\(path): cannot be created: \(reason)"
    case .writeFailed(let path, let reason): "\(path): writing failed: \(reason)"
    case .readFailed(let path, let reason): "\(path): reading failed: \(reason)"
    case .modelMissing(let path): "\(path): there is no such folder; expected a model"
    case .notModel(let path, let found): "\(path): found \(found); expected a model, whose manifest.json says so"
    case .manifestDamaged(let path, let found, let expected), .fileDamaged(let path, let found, let expected):
      "\(path): is damaged: found \(found); expected \(expected)"
    case .newerFormat(let path, let found, let known):
      "\(path): the model has format \(found); expected at most \(known), which is all that this version knows"
    case .olderFormat(let path, let found, let known):
      "\(path): the model has format \(found); expected \(known), in which 'riskengine estimate' makes it anew"
    case .locked(let path): "\(path): another process is writing the model; expected to be the only one"
    case .cannotLock(let path):
      "\(path): its file system knows no locks; expected one that does, so that only one process writes the model"
    case .changed(let path): "\(path): another process replaced it while it was read; expected the model to stand"
    }
  }
}
