internal import ModelStore
internal import RiskEngine
internal import RiskEngineConfiguration
internal import RiskEngineTables

/// `loadings`: style loadings of vendors' data.
struct LoadingsRequest: ConfiguredRequest {
  var configuration: String?
  var configurationText: String?
  var folder: String?
  var sources: [String: TableInput]?
  var out: String
  var format: String?
  var sortMemory: Int?
  var threads: Int?
  var temp: String?

  func run(_ context: RequestContext) throws -> LoadingJob.Summary {
    let read = try readConfiguration(context)
    let format = try RequestError.choice(format, "format", default: read.format)
    let output = try OutputFolder(path: out)
    return try LoadingJob(
      plan: read.marketPlan, format: format, threads: try RequestError.threads(threads),
      options: PanelFile.Options(threads: threads, memoryLimit: sortMemory ?? 512_000_000, temporaryFolder: temp),
      arguments: ["config": configuration ?? "given as text", "format": format.rawValue]
    ).run(output: output) { try context.report("loadings", $0, of: $1) }
  }
}
