internal import Foundation
internal import LinAlg
internal import ModelStore
internal import RiskEngine

/// What a folder of market tables says of itself: `manifest.json`.
struct MarketManifest<Summary: Codable>: Codable {
  var producer = OutputFolder.producer
  var kind: String
  var formatVersion = 1
  var inputs: [RegressionManifest.File]
  var options: [String: String]
  var environment: RegressionManifest.Environment
  var tables: [RegressionManifest.File]
  var summary: Summary

  /// The manifest as JSON, keys sorted.
  func encoded() throws -> Data { try JSONText.encode(self) }
}

extension RegressionManifest.Environment {
  /// What computes here.
  static func current(threads: Int?) -> Self {
    Self(
      version: Version.current, blas: OpenBLASInfo.current.configuration, blasCore: OpenBLASInfo.current.coreName,
      arrow: arrowVersion, threads: threads ?? CrossSectionalRegression.defaultWorkerCount)
  }
}
