internal import ModelStore
internal import RiskEngineConfiguration
internal import RiskEngineTables

/// `estimate`: a risk model.
struct EstimateRequest: ConfiguredRequest {
  var configuration: String?
  var configurationText: String?
  var folder: String?
  var out: String
  var panel: TableInput?
  var sources: [String: TableInput]?
  var sortMemory: Int?
  var threads: Int?
  var temp: String?

  func run(_ context: RequestContext) throws -> ModelSummary {
    let configuration = try readConfiguration(context)
    let output = try OutputFolder(path: out)
    return try EstimationJob(
      plan: configuration.estimationPlan, threads: try RequestError.threads(threads),
      options: PanelFile.Options(threads: threads, memoryLimit: sortMemory ?? 512_000_000, temporaryFolder: temp)
    ).run(output: output) { try context.report($0.stage.rawValue, $0.done, of: $0.total) }
  }
}

/// `update`: new periods of a model.
struct UpdateRequest: Request {
  var model: String
  var data: TableInput?
  var restate: Bool?
  var sortMemory: Int?
  var threads: Int?
  var temp: String?

  func run(_ context: RequestContext) throws -> ModelSummary {
    let configuration = try Configuration(of: try StoredModel(path: model))
    return try UpdateJob(
      model: model, plan: configuration.estimationPlan, data: try context.path(data), isRestating: restate ?? false,
      threads: try RequestError.threads(threads),
      options: PanelFile.Options(threads: threads, memoryLimit: sortMemory ?? 512_000_000, temporaryFolder: temp)
    ).run { try context.report($0.stage.rawValue, $0.done, of: $0.total) }
  }
}
