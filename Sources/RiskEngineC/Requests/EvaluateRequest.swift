internal import ModelStore
internal import RiskEngine
internal import RiskEngineConfiguration
internal import RiskEngineTables

/// `evaluate`: out-of-sample tests of a model's forecasts of risk.
struct EvaluateRequest: Request {
  var model: String
  var against: String?
  var from: String?
  var through: String?
  var warmup: Int?
  var horizon: Int?
  var inSample: Bool?
  var out: String?
  var format: String?
  var threads: Int?

  func run(_ context: RequestContext) throws -> EvaluationSummary {
    if let horizon, horizon < 1 { throw RequestError("horizon is \(horizon); expected 1 or more") }
    if let warmup, warmup < 0 { throw RequestError("warmup is \(warmup); expected 0 or more") }
    var plan = try Configuration(of: try StoredModel(path: model)).evaluation
    plan.settings.horizon = horizon ?? plan.settings.horizon
    let format = try RequestError.choice(format, "format", default: TableFormat.parquet)
    let output = try out.map { try OutputFolder(path: $0) }
    let outcome = try evaluate(model, plan, context)
    let other = try against.map { try evaluate($0, plan, context) }
    let summary = EvaluationSummary(outcome, against: other)
    if let output {
      try EvaluationTables(outcome, format: format).write(
        to: output, summary: summary, arguments: ["model": model, "against": against ?? ""])
    }
    return summary
  }

  private func evaluate(
    _ path: String, _ plan: EvaluationPlan, _ context: RequestContext
  ) throws -> EvaluationJob.Outcome {
    try EvaluationJob(
      model: path, settings: plan.settings, warmup: warmup ?? plan.warmup, includesInSample: inSample ?? false,
      from: try RequestError.date(from, "from"), through: try RequestError.date(through, "through"),
      threads: try RequestError.threads(threads)
    ).run { try context.report("evaluate", $0) }
  }
}

/// `performance`: the risk-adjusted performance of factor returns.
struct PerformanceRequest: Request {
  var model: String
  var from: String?
  var through: String?
  /// The file to write the table to.
  var out: String

  struct Result: Encodable {
    var periodCount: Int
    var firstDate: String
    var lastDate: String
  }

  func run(_ context: RequestContext) throws -> Result {
    let report = try PerformanceReport(
      path: model, from: try RequestError.date(from, "from"), through: try RequestError.date(through, "through"))
    try context.report("performance", report.periodCount, of: report.periodCount)
    try report.write(to: out)
    return Result(periodCount: report.periodCount, firstDate: report.firstDate, lastDate: report.lastDate)
  }
}
