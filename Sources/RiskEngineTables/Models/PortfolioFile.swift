public import RiskEngine

/// The holdings of portfolios in a file: `asset, weight`, and `portfolio` and `date` where there are several.
public struct PortfolioFile: Sendable {
  /// A portfolio at a date.
  public struct Portfolio: Sendable {
    /// Its name; empty in a file without names.
    public var name: String
    /// Its date; `nil` in a file without dates.
    public var date: CalendarDate?
    /// The assets and their weights, in the order of the file, rows of one asset added up.
    public var holdings: [(asset: String, weight: Double)]
    /// Rows of an asset that another row of the portfolio has, too.
    public var duplicateCount: Int
  }

  /// The portfolios, in the order in which they come.
  public let portfolios: [Portfolio]

  /// Reads a file.
  ///
  /// - Throws: `TableError`, or `PortfolioFileError` for a row without asset or weight.
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
        guard weights[index].isFinite else {
          throw weights[index].isNaN
            ? PortfolioFileError.missing(path: path, row: row, column: "weight", asset: asset)
            : PortfolioFileError.infinite(path: path, row: row, asset: asset)
        }
        let key = Key(name: portfolios?[index] ?? -1, date: dates?[index])
        let place: Int
        if let known = places[key] {
          place = known
        } else {
          place = all.count
          places[key] = place
          all.append(
            Portfolio(name: key.name < 0 ? "" : names[key.name], date: key.date, holdings: [], duplicateCount: 0))
          rowsOfAssets.append([:])
        }
        if let known = rowsOfAssets[place][codes[index]] {
          all[place].holdings[known].weight += weights[index]
          all[place].duplicateCount += 1
        } else {
          rowsOfAssets[place][codes[index]] = all[place].holdings.count
          all[place].holdings.append((asset, weights[index]))
        }
      }
    }
    guard !all.isEmpty else { throw PortfolioFileError.empty(path: path) }
    portfolios = all
  }
}

/// What is wrong with a file of portfolios.
public enum PortfolioFileError: Error, Hashable, Sendable {
  /// A row lacks a value.
  case missing(path: String, row: Int, column: String, asset: String?)
  /// A weight is infinite.
  case infinite(path: String, row: Int, asset: String)
  /// The file has no rows.
  case empty(path: String)
  /// The model covers none of the assets.
  case notCovered(path: String, portfolio: String, first: String)
}

extension PortfolioFileError: CustomStringConvertible {
  /// What was found and what was expected.
  public var description: String {
    switch self {
    case .missing(let path, let row, let column, let asset):
      "\(path): row \(row)\(asset.map { ", asset '\($0)'" } ?? ""): \(column) is missing; expected one"
    case .infinite(let path, let row, let asset):
      "\(path): row \(row), asset '\(asset)': weight is infinite; expected a fraction of the portfolio's value"
    case .empty(let path): "\(path): has no rows; expected asset and weight of at least one holding"
    case .notCovered(let path, let portfolio, let first):
      "\(path): the model covers none of the assets\(portfolio.isEmpty ? "" : " of portfolio '\(portfolio)'"), such as "
        + "'\(first)'; expected ids as in the model"
    }
  }
}
