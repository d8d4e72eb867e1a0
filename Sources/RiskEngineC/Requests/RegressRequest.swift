internal import ModelStore
internal import RiskEngine
internal import RiskEngineTables

/// `regress`: the cross-sectional regressions of a panel.
struct RegressRequest: Request {
  var panel: TableInput
  var out: String
  var date: String?
  var asset: String?
  var `return`: String?
  var cap: String?
  var groups: [String]?
  var styles: [String]?
  var memberships: [String: TableInput]?
  var market: Bool?
  var universe: String?
  var lag: Int?
  var weights: String?
  var idioMode: String?
  var initial: String?
  var halfLife: Double?
  var maxIterations: Int?
  var clipWeights: Double?
  var robust: String?
  var robustK: Double?
  var constraintWeights: String?
  var thinIndustries: Double?
  var minAssets: Int?
  var factorPortfolios: [String]?
  var storage: String?
  var sortMemory: Int?
  var threads: Int?
  var format: String?
  var temp: String?
  var span: SpanInput?

  private enum Loss: String, CaseIterable { case none, huber, bisquare }

  func run(_ context: RequestContext) throws -> RegressResult {
    let job = try job(context)
    let output = try OutputFolder(path: out)
    if let span { return try span.run(job, output: output, context) }
    return .regression(
      try job.run(output: output) { progress in
        if let passes = progress.passCount {
          try context.report("iterate", passes)
        } else {
          try context.report("regress", progress.periodCount)
        }
      })
  }

  private func job(_ context: RequestContext) throws -> RegressionJob {
    try validate()
    let paths = try (memberships ?? [:]).mapValues { try context.path($0) as String }
    let usual = cap == nil ? "equal" : "sqrt-cap"
    let weighting = try WeightName(weights ?? usual, option: "weights", cap: cap)
    let constraint = try constraintWeights.map { try WeightName($0, option: "constraint_weights", cap: cap) }
    if let constraint, constraint.scheme == .squareRootOfCap || constraint.isIdio {
      throw RequestError("constraint_weights is \(constraint.text); expected cap, equal or column:NAME")
    }
    if weighting.isIdio {
      if clipWeights != nil { throw RequestError("clip_weights goes with weights that are given") }
      if robust != nil, robust != "none" { throw RequestError("weights '\(weighting.text)' goes with robust 'none'") }
    }
    let columns = PanelColumns(
      date: date ?? "date", asset: asset ?? "asset", return: `return` ?? "ret", cap: cap, universe: universe,
      weight: weighting.column, constraintWeight: constraint?.column, groups: groups ?? [], styles: styles ?? [],
      memberships: paths)
    let precision = try RequestError.choice(storage, "storage", default: LoadingColumns.Precision.float64)
    let format = try RequestError.choice(format, "format", default: TableFormat.parquet)
    let idio = try IdioRequest(mode: idioMode, initial: initial, halfLife: halfLife, maxIterations: maxIterations)
      .weights(weighting)
    let dates = try (factorPortfolios ?? []).compactMap { try RequestError.date($0, "factor_portfolios") }
    return RegressionJob(
      panel: try context.path(panel), columns: columns,
      regression: CrossSectionalRegression(
        weights: weighting.scheme, constraintWeights: constraint?.constraintScheme, hasMarket: market ?? true,
        weightClipping: clipWeights, loss: try loss(), thinGroupMinimum: thinIndustries, minimumAssets: minAssets),
      idio: idio, span: try span.map { try $0.span(groups: groups ?? [], context) }, lag: lag ?? 1,
      precision: precision, threads: threads, format: format, factorPortfolioDates: dates,
      options: PanelFile.Options(threads: threads, memoryLimit: sortMemory ?? 512_000_000, temporaryFolder: temp),
      arguments: arguments(columns, weighting, constraint, precision, format, idio))
  }

  private func loss() throws -> RobustLoss {
    switch try RequestError.choice(robust, "robust", default: Loss.none) {
    case .none: .squares
    case .huber: robustK.map { .huber(k: $0) } ?? .huber()
    case .bisquare: robustK.map { .bisquare(k: $0) } ?? .bisquare()
    }
  }

  private func validate() throws(RequestError) {
    _ = try RequestError.threads(threads)
    let isRobust = robust != nil && robust != "none"
    if let lag, lag < 0 { throw RequestError("lag is \(lag); expected 0 or more") }
    if let minAssets, minAssets < 1 { throw RequestError("min_assets is \(minAssets); expected 1 or more") }
    if let sortMemory, sortMemory < 1_000_000 {
      throw RequestError("sort_memory is \(sortMemory); expected 1000000 bytes or more")
    }
    if let p = clipWeights, !(p > 0 && p < 0.5) {
      throw RequestError("clip_weights is \(p); expected more than 0 and less than 0.5")
    }
    if let n = thinIndustries {
      if !(n >= 1) { throw RequestError("thin_industries is \(n); expected 1 or more") }
      if market == false { throw RequestError("thin_industries pulls to the market, which market=False leaves out") }
      if isRobust { throw RequestError("thin_industries goes with robust 'none'") }
      if groups?.isEmpty ?? true { throw RequestError("thin_industries needs groups") }
    }
    if let robustK {
      if !isRobust { throw RequestError("robust_k goes with robust 'huber' or 'bisquare'") }
      if !(robustK > 0 && robustK.isFinite) { throw RequestError("robust_k is \(robustK); expected more than 0") }
    }
    if isRobust, !(factorPortfolios?.isEmpty ?? true) {
      throw RequestError("factor_portfolios goes with robust 'none': a robust fit is no fixed portfolio")
    }
    if market == false, groups?.isEmpty ?? true, styles?.isEmpty ?? true {
      throw RequestError("nothing to regress on: no market, no groups and no styles")
    }
    for group in (memberships ?? [:]).keys.sorted() where !(groups ?? []).contains(group) {
      throw RequestError("memberships names group '\(group)', which groups does not")
    }
    try validateNames()
  }

  /// Checks that the columns are named once each.
  private func validateNames() throws(RequestError) {
    var taken: [String: String] = [:]
    let named =
      [(date ?? "date", "date"), (asset ?? "asset", "asset"), (`return` ?? "ret", "return")]
      + (groups ?? []).map { ($0, "groups") } + (styles ?? []).map { ($0, "styles") }
    for (name, option) in named {
      if name.isEmpty { throw RequestError("\(option) has an empty name; expected that of a column") }
      if let other = taken.updateValue(option, forKey: name) {
        throw RequestError(
          other == option
            ? "column '\(name)' is named twice by \(option)"
            : "column '\(name)' is named by both \(other) and \(option)")
      }
    }
  }

  /// The options as they were resolved, for the manifest.
  private func arguments(
    _ columns: PanelColumns, _ weights: WeightName, _ constraint: WeightName?, _ precision: LoadingColumns.Precision,
    _ format: TableFormat, _ idio: IdioWeights?
  ) -> [String: String] {
    var arguments: [String: String] = [
      "date": columns.date, "asset": columns.asset, "return": columns.return, "lag": String(lag ?? 1),
      "market": market == false ? "no" : "yes", "weights": weights.text,
      "constraint-weights": constraint?.text ?? (cap == nil ? "equal" : "cap"),
      "clip-weights": clipWeights.map { String($0) } ?? "off", "robust": robust ?? "none",
      "thin-industries": thinIndustries.map { String($0) } ?? "off", "storage": precision.rawValue,
      "format": format.rawValue, "groups": columns.groups.joined(separator: ","),
      "styles": columns.styles.joined(separator: ","),
    ]
    if let idio {
      arguments["idio-mode"] = idio.iterated.mode.rawValue
      arguments["max-iterations"] = String(idio.iterated.maximumIterations)
      if idio.kind != .iterated {
        arguments["initial"] = initial ?? "half"
        arguments["half-life"] = String(idio.walkForward.halfLife)
      }
    }
    arguments["cap"] = cap
    arguments["universe"] = universe
    arguments["robust-k"] = robustK.map { String($0) }
    arguments["min-assets"] = minAssets.map { String($0) }
    if let factorPortfolios, !factorPortfolios.isEmpty {
      arguments["factor-portfolios"] = factorPortfolios.joined(separator: ",")
    }
    return arguments
  }
}
