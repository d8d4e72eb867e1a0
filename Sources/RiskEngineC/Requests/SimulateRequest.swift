internal import ModelStore
internal import RiskEngine
internal import RiskEngineTables

/// `simulate`: a synthetic market in files.
struct SimulateRequest: Request {
  var out: String
  var assets: Int?
  var periods: Int?
  var industries: Int?
  var countries: Int?
  var styles: Int?
  var seed: UInt64?
  var mode: String?
  var raw: Bool?
  var errorRate: Double?
  var threads: Int?
  var format: String?

  func run(_ context: RequestContext) throws -> SimulationJob.Summary {
    let mode = try RequestError.choice(mode, "mode", default: SyntheticMode.full)
    var configuration = SyntheticConfiguration(mode: mode)
    configuration.assetCount = assets ?? 3000
    configuration.periodCount = periods ?? 2520
    configuration.industryCount = industries ?? 60
    configuration.countryCount = countries ?? 0
    configuration.styleCount = styles ?? 12
    configuration.seed = seed ?? 1
    configuration.vendors.errorRates = SyntheticConfiguration.Vendors.errorRates(errorRate ?? 20)
    _ = try configuration.validated()
    let job = SimulationJob(
      configuration: configuration, mode: mode, threads: try RequestError.threads(threads),
      format: try RequestError.choice(format, "format", default: TableFormat.parquet), includesRaw: raw)
    let total = configuration.periodCount
    let output = try OutputFolder(path: out)
    return try job.run(output: output) { try context.report("simulate", $0, of: total) }
  }
}
