internal import ModelStore

/// What a folder of portfolio results says of itself: `manifest.json`.
struct PortfolioManifest<Summary: Encodable>: Encodable {
  var producer = OutputFolder.producer
  var kind: String
  var formatVersion = 1
  var model: String
  var modelGeneration: Int
  var inputs: [RegressionManifest.File]
  var options: [String: String]
  var environment: RegressionManifest.Environment
  var tables: [RegressionManifest.File]
  var summary: Summary
}

/// The files that results of portfolios come from.
enum PortfolioInputs {
  static func hashed(_ paths: [String?]) throws(TableError) -> [RegressionManifest.File] {
    var files: [RegressionManifest.File] = []
    for path in paths.compactMap({ $0 }) where !path.isEmpty {
      let contents = try FileHasher(path: path).finish()
      files.append(RegressionManifest.File(path: path, sha256: contents.sha256, bytes: contents.byteCount))
    }
    return files
  }
}
