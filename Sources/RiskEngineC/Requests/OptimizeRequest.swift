internal import ModelStore
internal import RiskEngine
internal import RiskEngineTables

/// `optimize`: the best portfolio under linear equalities.
struct OptimizeRequest: Request {
  /// The assets that may be held.
  private enum Assets: String, CaseIterable {
    case universe, covered
  }

  /// A factor and the loading that the portfolio is to have on it.
  struct Loading: Decodable {
    var factor: String
    var value: Double
  }

  var model: String
  var objective: String?
  var expectedReturns: TableInput?
  /// The sum of the weights; 1 is usual.
  var netWeight: Double?
  /// Whether the sum of the weights is left free.
  var isNetWeightFree: Bool?
  var loadings: [Loading]?
  var assets: String?
  var date: String?
  var out: String?
  var format: String?

  func run(_ context: RequestContext) throws -> OptimizationReport.Summary {
    let objective = try RequestError.choice(
      objective, "objective", default: OptimizationJob.Objective.minimumVariance)
    let assets = try RequestError.choice(assets, "assets", default: Assets.universe)
    let format = try RequestError.choice(format, "format", default: TableFormat.parquet)
    if objective == .maximumSharpe, expectedReturns == nil {
      throw RequestError("objective maximum-sharpe needs expected_returns")
    }
    if let netWeight, !netWeight.isFinite { throw RequestError("net_weight is \(netWeight); expected a finite number") }
    let loadings = loadings ?? []
    for (place, entry) in loadings.enumerated() {
      if loadings[..<place].contains(where: { $0.factor == entry.factor }) {
        throw RequestError("loadings names '\(entry.factor)' twice; expected one value a factor")
      }
    }
    let net = isNetWeightFree == true ? nil : netWeight ?? 1
    let job = OptimizationJob(
      try DatedModel(path: model, date: try RequestError.date(date, "date")), objective: objective,
      assets: assets == .covered ? .covered : .universe, netWeight: net,
      loadings: loadings.map { ($0.factor, $0.value) }, expectedReturns: try context.path(expectedReturns))
    let output = try out.map { try OutputFolder(path: $0) }
    try context.report("optimize", 0)
    let report = try job.run()
    try context.cancellation.check()
    if let output {
      var arguments = [
        "objective": objective.rawValue, "assets": assets.rawValue, "net_weight": net.map { "\($0)" } ?? "off",
      ]
      for entry in loadings { arguments["loading.\(entry.factor)"] = "\(entry.value)" }
      try report.write(to: output, format: format, job: job, options: arguments)
    }
    return report.summary
  }
}
