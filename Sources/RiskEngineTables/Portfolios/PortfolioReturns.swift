internal import RiskEngine

/// Realised returns of portfolios in a file: `date, return`, and `portfolio` where there are several.
struct PortfolioReturns {
  let path: String
  private var returns: [String: [CalendarDate: Double]] = [:]
  private let hasNames: Bool

  /// Reads a file.
  ///
  /// - Throws: `TableError`, or `PortfolioFileError` for a row without a value or a second return of a date.
  init(path: String) throws {
    self.path = path
    let reader = try TableReader(
      path: path,
      columns: [
        ColumnRequest("portfolio", .identifier, isRequired: false), ColumnRequest("date", .date),
        ColumnRequest("return", .number),
      ])
    hasNames = reader.has("portfolio")
    var names = IdentifierTable()
    var translation = IdentifierTranslation()
    var rows: [String: [CalendarDate: Int]] = [:]
    var row = 0
    while let batch = try reader.next() {
      let portfolios = hasNames ? batch.identifiers("portfolio", through: &translation, into: &names) : nil
      let dates = batch.dates("date")
      let values = batch.numbers("return")
      for index in dates.indices {
        row += 1
        if let portfolios, portfolios[index] < 0 {
          throw PortfolioFileError.missing(path: path, row: row, column: "portfolio", asset: nil)
        }
        guard dates[index] != TableBatch.missingDate else {
          throw PortfolioFileError.missing(path: path, row: row, column: "date", asset: nil)
        }
        guard values[index].isFinite else {
          throw values[index].isNaN
            ? PortfolioFileError.missing(path: path, row: row, column: "return", asset: nil)
            : PortfolioFileError.infinite(path: path, row: row, column: "return", asset: nil)
        }
        let name = portfolios.map { names[$0[index]] } ?? ""
        if let first = rows[name, default: [:]].updateValue(row, forKey: dates[index]) {
          throw PortfolioFileError.duplicateReturn(
            path: path, row: row, first: first, portfolio: name, date: dates[index])
        }
        returns[name, default: [:]][dates[index]] = values[index]
      }
    }
    guard !returns.isEmpty else { throw PortfolioFileError.empty(path: path) }
  }

  /// The return of a portfolio over the period that ends at a date.
  ///
  /// - Throws: `PortfolioFileError.noReturn`.
  func value(of portfolio: String, at date: CalendarDate) throws(PortfolioFileError) -> Double {
    guard let value = returns[hasNames ? portfolio : ""]?[date] else {
      throw .noReturn(path: path, portfolio: portfolio, date: date)
    }
    return value
  }

  /// The number of returns in the file.
  var count: Int { returns.values.reduce(0) { $0 + $1.count } }
}
