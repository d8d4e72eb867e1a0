internal import ModelStore
internal import RiskEngine
internal import RiskEngineConfiguration
internal import RiskEngineTables

/// `check`: the quality of vendors' data.
struct CheckRequest: Request {
  /// The file of the configuration.
  var configuration: String
  var out: String
  var format: String?
  var sortMemory: Int?
  var threads: Int?
  var temp: String?

  func run(_ context: RequestContext) throws -> CheckJob.Summary {
    let read = try Configuration(path: configuration)
    let format = try RequestError.choice(format, "format", default: read.format)
    let output = try OutputFolder(path: out)
    return try CheckJob(
      plan: read.marketPlan, format: format,
      options: PanelFile.Options(
        threads: try RequestError.threads(threads), memoryLimit: sortMemory ?? 512_000_000, temporaryFolder: temp),
      arguments: ["config": configuration, "format": format.rawValue]
    ).run(output: output) { try context.report("check", $0, of: $1) }
  }
}
