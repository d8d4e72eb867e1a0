public import RiskEngine

/// The holdings of portfolios in a file: `asset, weight`, and `portfolio` and `date` where there are several.
public struct PortfolioFile: Sendable {
  /// A portfolio at a date.
  public struct Portfolio: Sendable {
    /// Its name; empty in a file without names.
    public var name: String
    /// Its date; `nil` in a file without dates.
    public var date: CalendarDate?
    /// The assets and their weights, in the order of the file; no asset twice.
    public var holdings: [(asset: String, weight: Double)]

    /// `Σ |x|`.
    public var grossWeight: Double { holdings.reduce(0) { $0 + abs($1.weight) } }
  }

  /// The file.
  public let path: String
  /// The portfolios, in the order in which they come.
  public let portfolios: [Portfolio]
  /// Whether the file has dates.
  public let hasDates: Bool

  /// Reads a file.
  ///
  /// - Throws: `TableError`, or `PortfolioFileError` for a row without a value, a second row of an asset, or a portfolio
  ///   that holds nothing.
  /// - Complexity: O(rows), and memory for all of them.
  public init(path: String) throws {
    let requests = [
      ColumnRequest("portfolio", .identifier, isRequired: false), ColumnRequest("date", .date, isRequired: false),
      ColumnRequest("asset", .identifier), ColumnRequest("weight", .number),
    ]
    let reader = try TableReader(path: path, columns: requests)
    var names = IdentifierTable()
    var assets = IdentifierTable()
    var (nameCodes, assetCodes) = (IdentifierTranslation(), IdentifierTranslation())
    struct Key: Hashable {
      var name: Int32
      var date: CalendarDate?
    }
    var places: [Key: Int] = [:]
    var all: [Portfolio] = []
    var rowsOfAssets: [[Int32: Int]] = []
    var row = 0
    while let batch = try reader.next() {
      let portfolios =
        reader.has("portfolio") ? batch.identifiers("portfolio", through: &nameCodes, into: &names) : nil
      let dates = reader.has("date") ? batch.dates("date") : nil
      let codes = batch.identifiers("asset", through: &assetCodes, into: &assets)
      let weights = batch.numbers("weight")
      for index in codes.indices {
        row += 1
        guard codes[index] >= 0 else {
          throw PortfolioFileError.missing(path: path, row: row, column: "asset", asset: nil)
        }
        let asset = assets[codes[index]]
        if let portfolios, portfolios[index] < 0 {
          throw PortfolioFileError.missing(path: path, row: row, column: "portfolio", asset: asset)
        }
        if let dates, dates[index] == TableBatch.missingDate {
          throw PortfolioFileError.missing(path: path, row: row, column: "date", asset: asset)
        }
        guard weights[index].isFinite else {
          throw weights[index].isNaN
            ? PortfolioFileError.missing(path: path, row: row, column: "weight", asset: asset)
            : PortfolioFileError.infinite(path: path, row: row, column: "weight", asset: asset)
        }
        let key = Key(name: portfolios?[index] ?? -1, date: dates?[index])
        let place: Int
        if let known = places[key] {
          place = known
        } else {
          place = all.count
          places[key] = place
          all.append(Portfolio(name: key.name < 0 ? "" : names[key.name], date: key.date, holdings: []))
          rowsOfAssets.append([:])
        }
        if let first = rowsOfAssets[place].updateValue(row, forKey: codes[index]) {
          throw PortfolioFileError.duplicate(
            path: path, row: row, first: first, asset: asset, portfolio: all[place].name, date: key.date)
        }
        all[place].holdings.append((asset, weights[index]))
      }
    }
    guard !all.isEmpty else { throw PortfolioFileError.empty(path: path) }
    for portfolio in all where portfolio.grossWeight == 0 {
      throw PortfolioFileError.noWeight(
        path: path, portfolio: portfolio.name, date: portfolio.date, count: portfolio.holdings.count)
    }
    self.path = path
    portfolios = all
    hasDates = reader.has("date")
  }

  /// What a portfolio is called in results: its name, or that of the file.
  public func title(of portfolio: Portfolio) -> String {
    guard portfolio.name.isEmpty else { return portfolio.name }
    let file = path.split(separator: "/").last.map(String.init) ?? path
    guard let dot = file.firstIndex(of: "."), dot > file.startIndex else { return file }
    return String(file[..<dot])
  }

  /// The ids of all assets, in the order in which they come.
  func register(in assets: inout IdentifierTable) {
    for portfolio in portfolios {
      for holding in portfolio.holdings { _ = assets.code(for: holding.asset) }
    }
  }
}

extension PortfolioFile.Portfolio {
  /// The holdings by the codes of a table, which has all of the assets.
  func holdings(codes: IdentifierTable) throws(PortfolioError) -> Holdings {
    try Holdings(
      assets: holdings.map { codes.existingCode(of: $0.asset) ?? -1 }, weights: holdings.map(\.weight), names: codes)
  }
}
