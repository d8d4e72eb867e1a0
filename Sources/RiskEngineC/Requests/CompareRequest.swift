internal import RiskEngineTables

/// `compare`: why two models, or two dates of one, differ for portfolios.
struct CompareRequest: Request {
  var model: String
  /// Another model; the same one is usual.
  var other: String?
  var portfolio: TableInput
  var date: String?
  var otherDate: String?

  func run(_ context: RequestContext) throws -> [ModelComparison] {
    if other == nil, date == otherDate {
      throw RequestError("one model and one date to compare; expected another model or other_date")
    }
    let first = try DatedModel(path: model, date: try RequestError.date(date, "date"))
    try context.report("compare", 0)
    let second = try DatedModel(path: other ?? model, date: try RequestError.date(otherDate, "other_date"))
    let file = try PortfolioFile(path: try context.path(portfolio))
    var comparisons: [ModelComparison] = []
    for entry in file.portfolios {
      comparisons.append(try ModelComparison(first, second, portfolio: entry, path: file.path))
      try context.report("compare", comparisons.count, of: file.portfolios.count)
    }
    return comparisons
  }
}
