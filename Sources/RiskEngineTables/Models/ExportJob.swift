internal import Foundation
internal import LinAlg
public import ModelStore
internal import RiskEngine

/// One date of a model as flat files, for an optimizer.
public struct ExportJob: Sendable {
  /// The model of the date.
  public var model: DatedModel
  /// The format of the files.
  public var format: TableFormat

  /// Makes a job.
  public init(_ model: DatedModel, format: TableFormat = .csv) {
    self.model = model
    self.format = format
  }

  /// What was written.
  public struct Summary: Sendable, Codable {
    /// The date.
    public var date: String
    /// The assets.
    public var assetCount: Int
    /// The factors.
    public var factorCount: Int
    /// The assets of the date that the model does not cover.
    public var unmodelled: [String]
    /// The periods that covariances are for.
    public var horizon: Double
  }

  /// Writes `loadings` (asset, in the estimation universe, cap, one column a factor), `factor_covariance` (a square, one
  /// row a factor), `idio_risk` (asset, variance) and `idio_covariance` (pairs of assets that covary), and
  /// `manifest.json`; covariances are squared fractions over the horizon.
  ///
  /// - Throws: `TableError` or `StoreError`; nothing is left at the output then.
  @discardableResult
  public func run(output: OutputFolder) throws -> Summary {
    do throws(TableError) {
      try writeLoadings(output)
      try writeCovariance(output)
      try writeIdioRisk(output)
    } catch {
      throw error.naming(output)
    }
    let summary = Summary(
      date: model.model.date.description, assetCount: model.model.assetCount,
      factorCount: model.model.factorNames.count, unmodelled: model.model.unmodelled.map { model.assets[$0] },
      horizon: model.model.horizon)
    let manifest = ExportManifest(
      model: model.path, summary: summary,
      tables: try MarketFiles.tables(["loadings", "factor_covariance", "idio_risk", "idio_covariance"], output, format))
    try output.write(try JSONText.encode(manifest), to: OutputFolder.manifestName)
    try output.commit()
    return summary
  }

  /// The rows of the model in the order of tables.
  private var rows: [Int32] {
    var order = OutputOrder(storage: model.assetStorage)
    order.update(model.assets)
    return order.rows(ofAssets: model.model.assets)
  }

  private func table(_ output: OutputFolder, _ name: String, _ columns: [OutputColumn]) throws(TableError)
    -> TableWriter
  {
    try TableWriter(path: output.stagingPath(of: "\(name).\(format.fileExtension)"), columns: columns)
  }

  private func writeLoadings(_ output: OutputFolder) throws(TableError) {
    let risk = model.model
    let rows = rows
    let names = risk.factorNames
    let writer = try table(
      output, "loadings",
      [OutputColumn("asset", .identifier(model.assetStorage)), OutputColumn("in_estimation_universe", .boolean)]
        + (risk.caps.isEmpty ? [] : [OutputColumn("market_cap", .number)])
        + names.map { OutputColumn($0, .number) })
    var values: [OutputValues] = [
      .identifiers(rows.map { risk.assets[Int($0)] }, of: model.assets),
      .booleans(rows.map { risk.isInUniverse[Int($0)] }),
    ]
    if !risk.caps.isEmpty { values.append(.numbers(rows.map { risk.caps[Int($0)] > 0 ? risk.caps[Int($0)] : .nan })) }
    for factor in names.indices { values.append(.numbers(rows.map { risk.loadings[Int($0), factor] })) }
    try writer.append(values)
    try writer.close()
  }

  private func writeCovariance(_ output: OutputFolder) throws(TableError) {
    let risk = model.model
    let names = IdentifierTable(texts: risk.factorNames)
    let writer = try table(
      output, "factor_covariance", [.text("factor")] + risk.factorNames.map { OutputColumn($0, .number) })
    let order = risk.factorNames.indices
    try writer.append(
      [.identifiers(order.map { Int32($0) }, of: names)]
        + order.map { column in .numbers(order.map { risk.factorCovariance[$0, column] }) })
    try writer.close()
  }

  private func writeIdioRisk(_ output: OutputFolder) throws(TableError) {
    let risk = model.model
    let rows = rows
    let asset = OutputColumn("asset", .identifier(model.assetStorage))
    let variances = try table(output, "idio_risk", [asset, OutputColumn("variance", .number)])
    try variances.append([
      .identifiers(rows.map { risk.assets[Int($0)] }, of: model.assets),
      .numbers(rows.map { risk.idioVariances[Int($0)] }),
    ])
    try variances.close()
    let pairs = try table(
      output, "idio_covariance",
      [
        OutputColumn("asset_1", .identifier(model.assetStorage)),
        OutputColumn("asset_2", .identifier(model.assetStorage)),
        OutputColumn("covariance", .number),
      ])
    if case .blocks(_, let linked) = risk.idioCovariance {
      for block in linked {
        for (place, row) in block.rows.enumerated() {
          for (other, otherRow) in block.rows.enumerated().dropFirst(place + 1)
          where block.covariance[place, other] != 0 {
            try pairs.append([
              .identifiers([risk.assets[row]], of: model.assets),
              .identifiers([risk.assets[otherRow]], of: model.assets),
              .numbers([block.covariance[place, other]]),
            ])
          }
        }
      }
    }
    try pairs.close()
  }
}

/// What a folder of an export says of itself: `manifest.json`.
private struct ExportManifest: Codable {
  var producer = OutputFolder.producer
  var kind = "export"
  var formatVersion = 1
  var model: String
  var summary: ExportJob.Summary
  var tables: [RegressionManifest.File]
}
