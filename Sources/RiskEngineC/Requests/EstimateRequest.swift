internal import ModelStore
internal import RiskEngineConfiguration
internal import RiskEngineTables

/// `estimate`: a risk model.
struct EstimateRequest: Request {
  /// The file of the configuration, or its text.
  var configuration: String?
  var configurationText: String?
  /// What relative paths of the text start from.
  var folder: String?
  var out: String
  /// A table in place of the configuration's panel.
  var panel: TableInput?
  /// Tables in place of the configuration's sources, by their names.
  var sources: [String: TableInput]?
  var sortMemory: Int?
  var threads: Int?
  var temp: String?

  func run(_ context: RequestContext) throws -> ModelSummary {
    let configuration = try read(context)
    let output = try OutputFolder(path: out)
    return try EstimationJob(
      plan: configuration.estimationPlan, threads: try RequestError.threads(threads),
      options: PanelFile.Options(threads: threads, memoryLimit: sortMemory ?? 512_000_000, temporaryFolder: temp)
    ).run(output: output) { try context.report($0.stage.rawValue, $0.done, of: $0.total) }
  }

  private func read(_ context: RequestContext) throws -> Configuration {
    var read: Configuration
    switch (configuration, configurationText) {
    case (let path?, nil): read = try Configuration(path: path)
    case (nil, let text?): read = try Configuration(path: "configuration", text: text, folder: folder ?? ".")
    default: throw RequestError("expected one of configuration, a file, and configuration_text")
    }
    if let panel {
      guard read.panel != nil else {
        throw RequestError("a panel is given, and the configuration has no data.panel that says what its columns are")
      }
      read.panel?.path = try context.path(panel)
    }
    for (name, input) in (sources ?? [:]).sorted(by: { $0.key < $1.key }) {
      guard let place = read.sources.firstIndex(where: { $0.name == name }) else {
        throw RequestError(
          "there is no source '\(name)' in the configuration; it has "
            + read.sources.map { "'\($0.name)'" }.joined(separator: ", "))
      }
      read.sources[place].paths = [try context.path(input)]
    }
    return read
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
