internal import ModelStore
internal import RiskEngine
internal import RiskEngineTables

/// That a panel is a span of dates of a longer one, and what is to be done with it.
struct SpanInput: Decodable {
  /// What is done with a span.
  private enum Task: String, CaseIterable {
    /// Its regressions.
    case regress
    /// The sums of a pass of the iteration.
    case pass
    /// The end of the iteration, at its last date.
    case finish
    /// The variances after a walk through it.
    case walk
  }

  /// The labels of groups over the whole panel.
  var labels: [String: [String]]?
  var task: String?
  /// The idio variances that it is weighted by, or that a walk starts from.
  var variances: TableInput?
  /// Whether the variances weigh every period of the span.
  var inSample: Bool?
  /// The passes made.
  var passes: Int?

  /// The span.
  func span(groups: [String], _ context: RequestContext) throws -> PanelSpan {
    let table = try variances.map { try IdioVarianceTable.read(path: try context.path($0)).first }
    return PanelSpan(
      labels: groups.map { labels?[$0] ?? [] }, idioVariances: table ?? nil, isInSample: inSample ?? false)
  }

  /// Does what is to be done.
  func run(_ job: RegressionJob, output: OutputFolder, _ context: RequestContext) throws -> RegressResult {
    let task = try RequestError.choice(task, "span.task", default: Task.regress)
    if task != .regress, job.idio == nil {
      throw RequestError("span.task '\(task.rawValue)' goes with weights 'iterated' or 'walk-forward'")
    }
    let report: @Sendable (RegressionProgress) throws -> Void = { try context.report("regress", $0.periodCount) }
    switch task {
    case .regress: return .regression(try job.run(output: output, progress: report))
    case .pass: return .pass(try SpanJob(job).pass(output: output, progress: report))
    case .finish: return .end(try SpanJob(job).finish(output: output, after: passes ?? 1, progress: report))
    case .walk: return .walk(try SpanJob(job).walk(output: output, progress: report))
    }
  }
}

/// What `regress` comes to: of a whole panel always a regression.
enum RegressResult: Encodable {
  case regression(RegressionSummary)
  case pass(SpanJob.Sums)
  case end(IterationEnd)
  case walk(SpanJob.WalkedSpan)

  func encode(to encoder: any Encoder) throws {
    switch self {
    case .regression(let summary): try summary.encode(to: encoder)
    case .pass(let sums): try sums.encode(to: encoder)
    case .end(let end): try end.encode(to: encoder)
    case .walk(let span): try span.encode(to: encoder)
    }
  }
}
