internal import Foundation
public import ModelStore
internal import RiskEngine

/// The tables of an evaluation, as a folder of results.
public struct EvaluationTables: Sendable {
  /// What the tests came to.
  public var outcome: EvaluationJob.Outcome
  /// The format of the tables.
  public var format: TableFormat

  /// Makes the tables of an outcome.
  public init(_ outcome: EvaluationJob.Outcome, format: TableFormat = .parquet) {
    self.outcome = outcome
    self.format = format
  }

  /// Writes `portfolios`, `families`, `periods` and `rolling`, `summary.json` and `manifest.json`.
  ///
  /// - Throws: `TableError` or `StoreError`; nothing is left at the output then.
  public func write(to output: OutputFolder, summary: some Encodable & Sendable, arguments: [String: String]) throws {
    do throws(TableError) {
      try writePortfolios(output)
      try writeFamilies(output)
      try writePeriods(output)
      try writeRolling(output)
    } catch {
      throw error.naming(output)
    }
    try output.write(try JSONText.encode(summary), to: "summary.json")
    let manifest = EvaluationManifest(
      options: arguments,
      tables: try MarketFiles.tables(["portfolios", "families", "periods", "rolling"], output, format))
    try output.write(try JSONText.encode(manifest), to: OutputFolder.manifestName)
    try output.commit()
  }

  private func table(_ output: OutputFolder, _ name: String, _ columns: [OutputColumn]) throws(TableError)
    -> TableWriter
  {
    try TableWriter(path: output.stagingPath(of: "\(name).\(format.fileExtension)"), columns: columns)
  }

  private static func texts(_ values: [String]) -> OutputValues {
    var table = IdentifierTable()
    let codes = values.map { table.code(for: $0) }
    return .identifiers(codes, of: table)
  }

  private func writePortfolios(_ output: OutputFolder) throws(TableError) {
    let rows = outcome.result.portfolios
    let columns: [(String, (PortfolioEvaluation) -> Double)] = [
      ("bias", { $0.bias.value }), ("bias_lower", { $0.bias.kurtosisAdjustedInterval?.lowerBound ?? .nan }),
      ("bias_upper", { $0.bias.kurtosisAdjustedInterval?.upperBound ?? .nan }),
      ("bias_lower_normal", { $0.bias.exactInterval?.lowerBound ?? .nan }),
      ("bias_upper_normal", { $0.bias.exactInterval?.upperBound ?? .nan }), ("kurtosis", { $0.bias.kurtosis }),
      ("qlike", { $0.losses.quasiLikelihood }), ("q_statistic", { $0.losses.qStatistic }),
      ("mean_squared_error", { $0.losses.meanSquaredError }), ("comparison_loss", { $0.losses.comparison }),
      ("regression_intercept", { $0.regression.intercept }), ("regression_slope", { $0.regression.slope }),
      ("regression_r2", { $0.regression.rSquared }), ("idio_share", { $0.idioShare }),
      ("idio_bias", { $0.idioBias.value }),
      ("idio_information_ratio", { $0.idioInformationRatio }),
    ]
    let writer = try table(
      output, "portfolios",
      [.text("family"), .text("portfolio"), OutputColumn("forecasts", .int64), .text("judgement")]
        + columns.map { OutputColumn($0.0, .number) })
    try writer.append(
      [
        Self.texts(rows.map(\.portfolio.family.rawValue)), Self.texts(rows.map(\.portfolio.name)),
        .int64(rows.map { Int64($0.count) }), Self.texts(rows.map(\.bias.judgement.rawValue)),
      ]
        + columns.map { column in
          .numbers(
            rows.map {
              let value = column.1($0)
              return value.isFinite ? value : .nan
            })
        })
    try writer.close()
  }

  private func writeFamilies(_ output: OutputFolder) throws(TableError) {
    let rows = outcome.result.families
    let writer = try table(
      output, "families",
      [.text("family"), .text("judgement")]
        + [
          "portfolios", "judged", "under_forecast", "over_forecast", "outside_normal_intervals", "allowed_outside",
        ].map { OutputColumn($0, .int64) }
        + [OutputColumn("mean_bias", .number), OutputColumn("mean_qlike", .number)])
    try writer.append([
      Self.texts(rows.map(\.family.rawValue)), Self.texts(rows.map(\.judgement.rawValue)),
      .int64(rows.map { Int64($0.portfolioCount) }), .int64(rows.map { Int64($0.judgedCount) }),
      .int64(rows.map { Int64($0.underForecastCount) }), .int64(rows.map { Int64($0.overForecastCount) }),
      .int64(rows.map { Int64($0.outsideNormalCount) }), .int64(rows.map { Int64($0.allowedOutsideCount) }),
      .numbers(rows.map(\.meanBias)), .numbers(rows.map(\.meanQuasiLikelihood)),
    ])
    try writer.close()
  }

  private func writePeriods(_ output: OutputFolder) throws(TableError) {
    let rows = outcome.result.periods
    let families = outcome.result.families.map(\.family)
    let writer = try table(
      output, "periods",
      [
        OutputColumn("date", .date), OutputColumn("assets", .int64), OutputColumn("squared_length", .number),
        OutputColumn("log_determinant", .number),
      ] + families.map { OutputColumn("loss \($0.rawValue)", .number) })
    try writer.append(
      [
        .dates(rows.map(\.date)), .int64(rows.map { Int64($0.assetCount) }), .numbers(rows.map(\.squaredLength)),
        .numbers(rows.map(\.logDeterminant)),
      ] + families.map { family in .numbers(rows.map { $0.losses[family] ?? .nan }) })
    try writer.close()
  }

  private func writeRolling(_ output: OutputFolder) throws(TableError) {
    let rows = outcome.result.rolling
    let writer = try table(
      output, "rolling",
      [OutputColumn("date", .date), .text("family"), OutputColumn("portfolios", .int64)]
        + ["mean", "lower_quantile", "upper_quantile", "mrad"].map { OutputColumn($0, .number) })
    try writer.append([
      .dates(rows.map(\.date)), Self.texts(rows.map(\.family.rawValue)), .int64(rows.map { Int64($0.count) }),
      .numbers(rows.map(\.mean)), .numbers(rows.map(\.lowerQuantile)), .numbers(rows.map(\.upperQuantile)),
      .numbers(rows.map(\.meanAbsoluteDeviation)),
    ])
    try writer.close()
  }
}

/// What a folder of an evaluation says of itself: `manifest.json`.
private struct EvaluationManifest: Codable {
  var producer = OutputFolder.producer
  var kind = "evaluation"
  var formatVersion = 1
  var options: [String: String]
  var tables: [RegressionManifest.File]
}
