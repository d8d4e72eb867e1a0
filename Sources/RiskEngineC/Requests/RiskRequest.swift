internal import ModelStore
internal import RiskEngine
internal import RiskEngineConfiguration
internal import RiskEngineTables

/// `risk`: the risk of portfolios and where it comes from.
struct RiskRequest: Request {
  var model: String
  var portfolio: TableInput
  /// A table, or the path `universe`.
  var benchmark: TableInput?
  var date: String?
  var dates: String?
  var scenarios: String?
  var top: Int?
  var out: String?
  var format: String?
  var threads: Int?

  func run(_ context: RequestContext) throws -> [RiskSummary] {
    if let top, top < 0 { throw RequestError("top is \(top); expected 0 or more") }
    let rule = try RequestError.choice(dates, "dates", default: DateRule.exact)
    let format = try RequestError.choice(format, "format", default: TableFormat.parquet)
    let job = RiskJob(
      model: model, portfolio: .file(try context.path(portfolio)),
      benchmark: try context.path(benchmark).map { PortfolioBenchmark($0) },
      date: try RequestError.date(date, "date"), dateRule: rule,
      scenarios: (scenarios ?? "", try scenarios.map { try ScenarioFile(path: $0).scenarios } ?? []),
      threads: try RequestError.threads(threads))
    let output = try out.map { try OutputFolder(path: $0) }
    let tables = try output.map { try RiskTables(job, output: $0, format: format) }
    var summaries: [RiskSummary] = []
    try job.run { report in
      try tables?.append(report)
      summaries.append(RiskSummary(report, listing: top ?? 10))
      try context.report("risk", summaries.count)
    }
    var arguments = ["dates": rule.rawValue]
    if let path = try context.path(benchmark) { arguments["benchmark"] = path }
    if let date { arguments["date"] = date }
    try tables?.commit(summaries, options: arguments)
    return summaries
  }
}

/// `attribute`: where the returns of portfolios came from.
struct AttributeRequest: Request {
  var model: String
  var positions: TableInput
  /// A table, or the path `universe`.
  var benchmark: TableInput?
  var returns: TableInput?
  var linking: String?
  var weights: String?
  var dates: String?
  var from: String?
  var through: String?
  var out: String?
  var format: String?
  var threads: Int?

  func run(_ context: RequestContext) throws -> [AttributionSummary] {
    let rule = try RequestError.choice(dates, "dates", default: DateRule.exact)
    let weighting = try RequestError.choice(weights, "weights", default: WeightRule.drift)
    let format = try RequestError.choice(format, "format", default: TableFormat.parquet)
    let job = AttributionJob(
      model: model, positions: .file(try context.path(positions)),
      benchmark: try context.path(benchmark).map { PortfolioBenchmark($0) }, returns: try context.path(returns),
      linking: try linking.map { try RequestError.choice($0, "linking", default: LinkingMethod.compounding) },
      weights: weighting, dateRule: rule, from: try RequestError.date(from, "from"),
      through: try RequestError.date(through, "through"), threads: try RequestError.threads(threads))
    let output = try out.map { try OutputFolder(path: $0) }
    let tables = try output.map { try AttributionTables(job, output: $0, format: format) }
    var count = 0
    let reports = try job.run { period in
      try tables?.append(period)
      count += 1
      try context.report("attribute", count)
    }
    var arguments = ["linking": job.usedLinking.rawValue, "weights": weighting.rawValue, "dates": rule.rawValue]
    for (name, value) in [("benchmark", try context.path(benchmark)), ("from", from), ("through", through)] {
      if let value { arguments[name] = value }
    }
    try tables?.commit(reports, options: arguments)
    return reports.map { AttributionSummary($0, linking: job.usedLinking) }
  }
}
