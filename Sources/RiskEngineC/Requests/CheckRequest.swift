internal import ModelStore
internal import RiskEngine
internal import RiskEngineConfiguration
internal import RiskEngineTables

/// `check`: the quality of vendors' data.
struct CheckRequest: ConfiguredRequest {
  var configuration: String?
  var configurationText: String?
  var folder: String?
  var sources: [String: TableInput]?
  var out: String
  var format: String?
  var sortMemory: Int?
  var threads: Int?
  var temp: String?

  func run(_ context: RequestContext) throws -> CheckJob.Summary {
    let read = try readConfiguration(context)
    let format = try RequestError.choice(format, "format", default: read.format)
    let output = try OutputFolder(path: out)
    return try CheckJob(
      plan: read.marketPlan, format: format,
      options: PanelFile.Options(
        threads: try RequestError.threads(threads), memoryLimit: sortMemory ?? 512_000_000, temporaryFolder: temp),
      arguments: ["config": configuration ?? "given as text", "format": format.rawValue]
    ).run(output: output) { try context.report("check", $0, of: $1) }
  }
}
