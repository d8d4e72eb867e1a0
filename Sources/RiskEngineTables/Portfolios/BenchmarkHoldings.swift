internal import RiskEngine

/// A benchmark that is read.
struct BenchmarkHoldings {
  /// The file; `nil` for the universe.
  let file: PortfolioFile?

  /// Reads a benchmark.
  ///
  /// - Throws: as `PortfolioFile`, or `PortfolioFileError.severalBenchmarks`.
  init(_ benchmark: PortfolioBenchmark) throws {
    file = try benchmark.path.map { try PortfolioFile(path: $0) }
    if let file, let other = file.portfolios.first(where: { $0.name != file.portfolios[0].name }) {
      throw PortfolioFileError.severalBenchmarks(
        path: file.path, first: file.portfolios[0].name, second: other.name)
    }
  }

  /// The holdings of a date of the file; without dates they are those of every date.
  ///
  /// - Throws: `PortfolioFileError.noHoldings`.
  func portfolio(at date: CalendarDate) throws(PortfolioFileError) -> PortfolioFile.Portfolio? {
    guard let file else { return nil }
    guard file.hasDates else { return file.portfolios[0] }
    if let found = file.portfolios.first(where: { $0.date == date }) { return found }
    let dates = file.portfolios.compactMap(\.date)
    throw .noHoldings(
      path: file.path, date: date, first: dates.min { $0 < $1 } ?? date, last: dates.max { $0 < $1 } ?? date)
  }

  /// The estimation universe, by capitalization.
  static func universe(
    assets: [Int32], isInUniverse: [Bool], caps: [Double], names: IdentifierTable
  ) throws(PortfolioError) -> Holdings {
    let rows = assets.indices.filter { isInUniverse[$0] && (caps.isEmpty || caps[$0] > 0) }
    let sizes = rows.map { caps.isEmpty ? 1 : caps[$0] }
    let total = sizes.reduce(0, +)
    return try Holdings(assets: rows.map { assets[$0] }, weights: sizes.map { $0 / total }, names: names)
  }
}
