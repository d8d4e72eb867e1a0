internal import ModelStore
internal import RiskEngine

/// A table of portfolios: rows that begin with `portfolio` and `date`, written as they come.
final class PortfolioTable {
  let name: String
  private let writer: TableWriter
  private var texts: [IdentifierTable]
  private var portfolios = IdentifierTable()

  /// Creates a table in a folder of results.
  ///
  /// - Parameters:
  ///   - texts: the names of columns of text, which follow `portfolio` and `date`.
  ///   - columns: the columns after those.
  init(
    _ name: String, output: OutputFolder, format: TableFormat, hasDate: Bool = true, texts: [String],
    columns: [OutputColumn]
  ) throws(TableError) {
    self.name = name
    self.texts = texts.map { _ in IdentifierTable() }
    self.hasDate = hasDate
    writer = try TableWriter(
      path: output.stagingPath(of: "\(name).\(format.fileExtension)"),
      columns: [.text("portfolio")] + (hasDate ? [OutputColumn("date", .date)] : []) + texts.map { .text($0) } + columns
    )
  }

  private let hasDate: Bool

  /// Adds rows of one portfolio.
  ///
  /// - Parameters:
  ///   - count: the number of rows.
  ///   - texts: the values of each column of text.
  ///   - values: those of the columns after them.
  func append(
    _ portfolio: String, _ date: CalendarDate? = nil, count: Int, texts: [[String]], _ values: [OutputValues]
  ) throws(TableError) {
    guard count > 0 else { return }
    precondition((date != nil) == hasDate, "\(name): a date in place of none, or none")
    let code = portfolios.code(for: portfolio)
    var all: [OutputValues] = [.identifiers(Array(repeating: code, count: count), of: portfolios)]
    if let date { all.append(.dates(Array(repeating: date, count: count))) }
    for (column, ofColumn) in texts.enumerated() {
      var codes = [Int32]()
      codes.reserveCapacity(count)
      for text in ofColumn { codes.append(self.texts[column].code(for: text)) }
      all.append(.identifiers(codes, of: self.texts[column]))
    }
    try writer.append(all + values)
  }

  func close() throws(TableError) { try writer.close() }
}

extension [OutputColumn] {
  /// Columns of numbers.
  static func numbers(_ names: [String]) -> [OutputColumn] { names.map { OutputColumn($0, .number) } }
}

extension OutputValues {
  /// A column of numbers of which those that are infinite are missing, too.
  static func finite(_ values: [Double]) -> OutputValues { .numbers(values.map { $0.isFinite ? $0 : .nan }) }
}
