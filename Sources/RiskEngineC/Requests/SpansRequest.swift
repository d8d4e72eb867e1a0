internal import ModelStore
internal import RiskEngine
internal import RiskEngineTables

/// `iterate_step`: the sums of all spans of a pass put together.
struct IterateStepRequest: Request {
  var out: String
  var idioMode: String?
  var maxIterations: Int?
  /// The passes made before this one.
  var passes: Int
  var variances: TableInput?
  var sums: TableInput
  var parts: [IdioSumsCounts]

  func run(_ context: RequestContext) throws -> IterationStep.Result {
    let idio = IdioRequest(mode: idioMode, maxIterations: maxIterations)
    guard let weights = try idio.weights(WeightName("iterated", option: "weights", cap: nil)) else {
      preconditionFailure("iterated weights that are none")
    }
    return try IterationStep(
      weights: weights, passCount: passes, variances: try context.path(variances), sums: try context.path(sums),
      parts: parts
    ).run(output: try OutputFolder(path: out))
  }
}

/// `walk_join`: the starts of the spans of a walk forward for the first or the next sweep.
struct WalkJoinRequest: Request {
  var out: String
  /// What is known before the first span, with the lengths of the spans: for the first sweep.
  var variances: TableInput?
  var lengths: [Int]?
  /// The starts of this sweep, and where the spans ended: for the next one.
  var starts: TableInput?
  var ends: TableInput?

  func run(_ context: RequestContext) throws -> WalkForwardJoin.Result {
    let sweep: WalkForwardJoin.Sweep
    if let starts, let ends {
      sweep = .next(starts: try context.path(starts), ends: try context.path(ends))
    } else if let variances, let lengths {
      sweep = .first(variances: try context.path(variances), lengths: lengths)
    } else {
      throw RequestError("walk_join has neither starts and ends nor variances and lengths; expected one pair")
    }
    return try WalkForwardJoin(sweep).run(output: try OutputFolder(path: out))
  }
}
