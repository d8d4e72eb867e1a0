internal import ModelStore
internal import RiskEngine
internal import RiskEngineTables

/// `hedge`: trades that take risk out of portfolios.
struct HedgeRequest: Request {
  var model: String
  var portfolio: TableInput
  /// The factors to neutralize; all where neither these nor instruments are given.
  var factors: [String]?
  var instruments: TableInput?
  var date: String?
  var dates: String?
  var out: String?
  var format: String?
  var threads: Int?

  func run(_ context: RequestContext) throws -> [HedgeSummary] {
    if factors != nil, instruments != nil {
      throw RequestError("factors and instruments are both given; expected one of them")
    }
    let rule = try RequestError.choice(dates, "dates", default: DateRule.exact)
    let format = try RequestError.choice(format, "format", default: TableFormat.parquet)
    let instrumentsPath: String? = try context.path(instruments)
    let job = HedgeJob(
      model: model, portfolio: .file(try context.path(portfolio)),
      means: instrumentsPath.map { .instruments(.file($0)) } ?? .factors(factors),
      date: try RequestError.date(date, "date"), dateRule: rule, threads: try RequestError.threads(threads))
    let output = try out.map { try OutputFolder(path: $0) }
    let tables = try output.map { try HedgeTables(job, output: $0, format: format) }
    var summaries: [HedgeSummary] = []
    try job.run { report in
      try tables?.append(report)
      summaries.append(HedgeSummary(report))
      try context.report("hedge", summaries.count)
    }
    var arguments = ["dates": rule.rawValue]
    for (name, value) in [
      ("instruments", instrumentsPath), ("date", date), ("factors", factors?.joined(separator: ",")),
    ] {
      if let value { arguments[name] = value }
    }
    try tables?.commit(summaries, options: arguments)
    return summaries
  }
}
