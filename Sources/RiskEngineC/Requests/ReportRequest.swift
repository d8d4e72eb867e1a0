internal import ModelStore
internal import RiskEngineConfiguration
internal import RiskEngineTables

/// `report`: one page that shows a model.
struct ReportRequest: Request {
  var model: String
  var out: String
  /// A folder that `evaluate` wrote of the model; where there is none, forecasts are evaluated for the page.
  var evaluation: String?
  var isEvaluated: Bool?
  var portfolio: TableInput?
  /// A table, or the path `universe`.
  var benchmark: TableInput?
  var threads: Int?

  func run(_ context: RequestContext) throws -> ReportJob.Summary {
    if evaluation != nil, isEvaluated == false {
      throw RequestError("evaluation is a folder and off at once; expected one of them")
    }
    if benchmark != nil, portfolio == nil { throw RequestError("benchmark is given without portfolio; expected both") }
    let threads = try RequestError.threads(threads)
    let stored = try StoredModel(path: model)
    let output = try ReportJob.output(path: out)
    let job = ReportJob(
      model: model, evaluation: try evaluation(of: stored, threads: threads), portfolio: try context.path(portfolio),
      benchmark: try context.path(benchmark).map { PortfolioBenchmark($0) }, threads: threads)
    return try job.run(output: output) { try context.report($0, $1) }
  }

  private func evaluation(of stored: StoredModel, threads: Int?) throws -> ReportJob.Evaluation {
    if isEvaluated == false { return .none }
    if let evaluation { return .folder(evaluation) }
    let plan = try Configuration(of: stored).evaluation
    return .made(EvaluationJob(model: model, settings: plan.settings, warmup: plan.warmup, threads: threads))
  }
}
