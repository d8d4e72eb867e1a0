public import RiskEngine

/// What is wrong with a file of portfolios, or of their returns.
public enum PortfolioFileError: Error, Hashable, Sendable {
  /// A row lacks a value.
  case missing(path: String, row: Int, column: String, asset: String?)
  /// A number is infinite.
  case infinite(path: String, row: Int, column: String, asset: String?)
  /// An asset has two rows in one portfolio at one date.
  case duplicate(path: String, row: Int, first: Int, asset: String, portfolio: String, date: CalendarDate?)
  /// All weights of a portfolio are 0.
  case noWeight(path: String, portfolio: String, date: CalendarDate?, count: Int)
  /// The file has no rows.
  case empty(path: String)
  /// The model covers none of the assets.
  case notCovered(path: String, portfolio: String, first: String)
  /// The file has no holdings of a date that was asked for.
  case noHoldings(path: String, date: CalendarDate, first: CalendarDate, last: CalendarDate)
  /// A benchmark has several names where one was expected.
  case severalBenchmarks(path: String, first: String, second: String)
  /// The model has nothing of a portfolio's date.
  case dateOutsideModel(
    path: String, portfolio: String, date: CalendarDate, model: String, nearest: CalendarDate?, first: CalendarDate,
    last: CalendarDate)
  /// Two dates of a portfolio are taken to one of the model.
  case datesCollide(path: String, portfolio: String, first: CalendarDate, second: CalendarDate, date: CalendarDate)
  /// Holdings without dates do not say when they begin.
  case noStart(path: String)
  /// There is no period of returns after the dates of the holdings.
  case noPeriods(path: String, model: String, first: CalendarDate, last: CalendarDate)
  /// A portfolio has two returns of a date.
  case duplicateReturn(path: String, row: Int, first: Int, portfolio: String, date: CalendarDate)
  /// A portfolio has no return of a period.
  case noReturn(path: String, portfolio: String, date: CalendarDate)
  /// Assets that may be held have no expected return.
  case noExpectedReturn(path: String, asset: String, count: Int)
  /// Effects cannot be linked.
  case linking(path: String, portfolio: String, date: CalendarDate?, error: LinkingError)
  /// A name is none of the model's factors or groups.
  case unknownName(path: String, what: String, found: String, nearest: String?, expected: String)
  /// A portfolio cannot be stressed, hedged or optimized as asked.
  case portfolio(path: String, name: String, error: PortfolioError)

  /// The status that a program stopped by this error exits with, after the convention of `sysexits.h`.
  public var exitCode: Int32 { if case .noStart = self { 64 } else { 65 } }
}

extension PortfolioFileError: CustomStringConvertible {
  /// What was found and what was expected.
  public var description: String {
    func of(_ portfolio: String, _ date: CalendarDate? = nil) -> String {
      (portfolio.isEmpty ? "" : " of portfolio '\(portfolio)'") + (date.map { " at \($0)" } ?? "")
    }
    switch self {
    case .missing(let path, let row, let column, let asset):
      return "\(path): row \(row)\(asset.map { ", asset '\($0)'" } ?? ""): \(column) is missing; expected one"
    case .infinite(let path, let row, let column, let asset):
      return
        "\(path): row \(row)\(asset.map { ", asset '\($0)'" } ?? ""): \(column) is infinite; expected a fraction of "
        + "the portfolio's value"
    case .duplicate(let path, let row, let first, let asset, let portfolio, let date):
      return
        "\(path): row \(row), asset '\(asset)'\(of(portfolio, date)): row \(first) has it already; expected one row "
        + "an asset"
    case .noWeight(let path, let portfolio, let date, let count):
      return "\(path): the weights\(of(portfolio, date)) are 0 in all of \(count) rows; expected weights that are not"
    case .empty(let path): return "\(path): has no rows; expected at least one"
    case .notCovered(let path, let portfolio, let first):
      return
        "\(path): the model covers none of the assets\(of(portfolio)), such as '\(first)'; expected ids as in the model"
    case .noHoldings(let path, let date, let first, let last):
      return "\(path): has no holdings of \(date); expected one of its dates, from \(first) to \(last)"
    case .severalBenchmarks(let path, let first, let second):
      return "\(path): has portfolios '\(first)' and '\(second)'; expected one benchmark"
    case .dateOutsideModel(let path, let portfolio, let date, let model, let nearest, let first, let last):
      return "\(path): the date \(date)\(of(portfolio)) is none of model \(model)'s, from \(first) to \(last)"
        + (nearest.map { "; the nearest is \($0)" } ?? "") + "; expected one, or --dates earlier"
    case .datesCollide(let path, let portfolio, let first, let second, let date):
      return
        "\(path): the dates \(first) and \(second)\(of(portfolio)) are both taken to the model's \(date); expected one "
        + "date of holdings for each of the model"
    case .noStart(let path):
      return "\(path): has no dates; expected a column date, or --from for the date at which the holdings begin"
    case .noPeriods(let path, let model, let first, let last):
      return
        "\(path): no period to attribute: the holdings begin at \(first), and the last date of model \(model) that "
        + "counts is \(last); expected holdings before it"
    case .duplicateReturn(let path, let row, let first, let portfolio, let date):
      return "\(path): row \(row): a return\(of(portfolio)) of \(date) is in row \(first) already; expected one a date"
    case .noReturn(let path, let portfolio, let date):
      return "\(path): has no return\(of(portfolio)) of \(date); expected one for each period attributed"
    case .noExpectedReturn(let path, let asset, let count):
      return "\(path): has no expected return of asset '\(asset)'"
        + (count > 1 ? ", nor of \(count - 1) others" : "") + "; expected one for each asset that may be held"
    case .linking(let path, let portfolio, let date, let error):
      return "\(path): the periods\(of(portfolio)) cannot be linked\(date.map { " at \($0)" } ?? ""): \(error)"
    case .unknownName(let path, let what, let found, let nearest, let expected):
      return
        "\(path): \(what) '\(found)' is not in the model\(nearest.map { " (did you mean '\($0)'?)" } ?? ""); expected "
        + expected
    case .portfolio(let path, let name, let error):
      return "\(path)\(name.isEmpty ? "" : ", '\(name)'"): \(error)"
    }
  }
}
