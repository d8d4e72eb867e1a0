internal import Foundation
internal import LinAlg
internal import ModelStore
internal import RiskEngine

/// What a folder of regressions says of itself: `manifest.json`.
struct RegressionManifest: Codable {
  /// A file and what is in it.
  struct File: Codable {
    var path: String
    var sha256: String
    var bytes: Int
  }

  /// What computed the results.
  struct Environment: Codable {
    var version: String
    var blas: String
    var blasCore: String
    var arrow: String
    var threads: Int
  }

  var producer = OutputFolder.producer
  var kind = "regression"
  var formatVersion = 1
  var inputs: [File]
  var options: [String: String]
  var environment: Environment
  var tables: [File]
  var summary: RegressionSummary

  /// Describes a job whose tables are written.
  init(
    job: RegressionJob, summary: RegressionSummary, inputs: [FileHasher.Contents],
    tables: [(name: String, contents: FileHasher.Contents)]
  ) {
    let paths = [job.panel] + job.columns.memberships.values.sorted()
    self.inputs = zip(paths, inputs).map { File(path: $0, sha256: $1.sha256, bytes: $1.byteCount) }
    options = job.arguments
    environment = Environment(
      version: Version.current, blas: OpenBLASInfo.current.configuration, blasCore: OpenBLASInfo.current.coreName,
      arrow: arrowVersion, threads: job.threads ?? CrossSectionalRegression.defaultWorkerCount)
    self.tables = tables.map { table in
      File(
        path: "\(table.name).\(job.format.fileExtension)", sha256: table.contents.sha256,
        bytes: table.contents.byteCount)
    }
    self.summary = summary
  }

  /// The manifest as JSON, keys sorted.
  func encoded() throws -> Data { try JSONText.encode(self) }
}
