internal import Dispatch
internal import LinAlg
internal import ModelStore
internal import RiskEngine
internal import Synchronization

/// The tables of a regression beside its idio returns.
struct ResultTables {
  let output: OutputFolder
  let format: TableFormat
  let regression: CrossSectionalRegression
  let columns: PanelColumns
  let labels: [IdentifierTable]
  let assets: IdentifierTable
  let assetStorage: IdentifierStorage

  /// The most rows handed to a writer at a time.
  private static let rowsAtATime = 65_536

  /// Writes the tables, all at a time.
  ///
  /// - Parameters:
  ///   - periods: the regressions.
  ///   - inSample: whether each helped to make its own weights; empty for no such column.
  ///   - portfolios: the factor portfolios.
  /// - Returns: the factors, and what each table holds.
  func write(
    periods: [PeriodRegression], inSample: [Bool], portfolios: [FactorPortfolios]
  ) throws(PanelFileError) -> (factors: FactorAxis, tables: [(name: String, contents: FileHasher.Contents)]) {
    let factors = FactorAxis(hasMarket: regression.hasMarket, schema: columns.schema, labels: labels)
    let names = ["factor_returns", "factor_statistics", "periods"] + (portfolios.isEmpty ? [] : ["factor_portfolios"])
    let results = Mutex<[Int: Result<FileHasher.Contents, TableError>]>([:])
    DispatchQueue.concurrentPerform(iterations: names.count) { table in
      let result = Result { () throws(TableError) in
        switch table {
        case 0: try writeFactorReturns(periods, factors)
        case 1: try writeFactorStatistics(periods, factors)
        case 2: try writePeriods(periods, inSample)
        default: try writePortfolios(portfolios, factors)
        }
        return try FileHasher.contents(ofFileAt: path(of: names[table]))
      }
      results.withLock { $0[table] = result }
    }
    var tables = [(name: String, contents: FileHasher.Contents)]()
    do throws(TableError) {
      for (table, result) in results.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
        tables.append((names[table], try result.get()))
      }
    } catch {
      throw .table(error)
    }
    return (factors, tables)
  }

  /// Where a table is written.
  private func path(of name: String) -> String { output.stagingPath(of: "\(name).\(format.fileExtension)") }

  /// Opens a table.
  private func table(_ name: String, _ columns: [OutputColumn]) throws(TableError) -> TableWriter {
    try TableWriter(path: path(of: name), columns: columns)
  }

  /// One row a period, one column a factor; a factor without a return is null.
  private func writeFactorReturns(_ periods: [PeriodRegression], _ factors: FactorAxis) throws(TableError) {
    let writer = try table(
      "factor_returns", [OutputColumn("date", .date)] + factors.names.map { OutputColumn($0, .number) })
    let rows = periods.map { factors.aligned($0.factorReturns, of: $0) }
    try writer.append(
      [.dates(periods.map(\.date))] + (0..<factors.count).map { factor in .numbers(rows.map { $0[factor] }) })
    try writer.close()
  }

  /// One row a period and factor.
  private func writeFactorStatistics(_ periods: [PeriodRegression], _ factors: FactorAxis) throws(TableError) {
    let writer = try table(
      "factor_statistics",
      [
        OutputColumn("date", .date), .text("factor"), OutputColumn("factor_return", .number),
        OutputColumn("standard_error", .number), OutputColumn("t_statistic", .number), OutputColumn("vif", .number),
      ])
    let names = IdentifierTable(texts: factors.names)
    let order = names.codesSortedByBytes()
    let step = max(1, Self.rowsAtATime / max(1, factors.count))
    for first in stride(from: 0, to: periods.count, by: step) {
      let part = periods[first..<min(first + step, periods.count)]
      func column(_ values: (PeriodRegression) -> [Double]) -> OutputValues {
        .numbers(
          part.flatMap { period in
            let aligned = factors.aligned(values(period), of: period)
            return order.map { aligned[Int($0)] }
          })
      }
      try writer.append([
        .dates(part.flatMap { Array(repeating: $0.date, count: order.count) }),
        .identifiers(part.flatMap { _ in order }, of: names), column(\.factorReturns), column(\.standardErrors),
        column(\.tStatistics), column(\.varianceInflation),
      ])
    }
    try writer.close()
  }

  /// One row a period.
  private func writePeriods(_ periods: [PeriodRegression], _ inSample: [Bool]) throws(TableError) {
    let exclusionNames = ExclusionCounts().byName.map(\.name)
    let writer = try table(
      "periods",
      [
        OutputColumn("date", .date), .text("outcome"), OutputColumn("asset_count", .int64),
        OutputColumn("factor_count", .int64), OutputColumn("r2", .number), OutputColumn("r2_centered", .number),
        OutputColumn("idio_std", .number), OutputColumn("condition", .number), .text("solver"),
      ] + exclusionNames.map { OutputColumn($0, .int64) }
        + (inSample.isEmpty ? [] : [OutputColumn("in_sample", .boolean)]))
    var outcomes = IdentifierTable()
    let outcomeCodes = periods.map { outcomes.code(for: $0.outcome.description) }
    let solvers = IdentifierTable(texts: PeriodRegression.Solver.allCases.map(\.rawValue))
    let solverCodes = periods.map { period in
      period.solver.flatMap { solvers.existingCode(of: $0.rawValue) } ?? TableBatch.missingIdentifier
    }
    try writer.append(
      [
        .dates(periods.map(\.date)), .identifiers(outcomeCodes, of: outcomes),
        .int64(periods.map { Int64($0.assetCount) }), .int64(periods.map { Int64($0.factorCount) }),
        .numbers(periods.map(\.rSquared)), .numbers(periods.map(\.centeredRSquared)),
        .numbers(periods.map(\.idioVolatility)), .numbers(periods.map(\.condition)),
        .identifiers(solverCodes, of: solvers),
      ]
        + exclusionNames.indices.map { index in
          .int64(periods.map { Int64($0.exclusions.byName[index].count) })
        } + (inSample.isEmpty ? [] : [.booleans(inSample)]))
    try writer.close()
  }

  /// One row a date, factor and asset: the holding of the asset in the factor's portfolio.
  private func writePortfolios(_ portfolios: [FactorPortfolios], _ factors: FactorAxis) throws(TableError) {
    let writer = try table(
      "factor_portfolios",
      [
        OutputColumn("date", .date), .text("factor"), OutputColumn("asset", .identifier(assetStorage)),
        OutputColumn("weight", .number),
      ])
    let names = IdentifierTable(texts: factors.names)
    let ranks = names.ranks()
    var order = OutputOrder(storage: assetStorage)
    order.update(assets)
    for portfolio in portfolios {
      let rows = order.rows(ofAssets: portfolio.assets)
      let positions = factors.positions(of: portfolio.layout)
      let sorted = positions.indices.sorted { ranks[positions[$0]] < ranks[positions[$1]] }
      for factor in sorted {
        let held = rows.filter { portfolio.holdings[Int($0), factor] != 0 }
        try writer.append([
          .dates(Array(repeating: portfolio.date, count: held.count)),
          .identifiers(Array(repeating: Int32(positions[factor]), count: held.count), of: names),
          .identifiers(held.map { portfolio.assets[Int($0)] }, of: assets),
          .numbers(held.map { portfolio.holdings[Int($0), factor] }),
        ])
      }
    }
    try writer.close()
  }
}
