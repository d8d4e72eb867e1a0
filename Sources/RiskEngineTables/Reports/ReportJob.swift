internal import Foundation
public import ModelStore
internal import RiskEngine

/// One page that shows a model: for people who would rather look than read.
public struct ReportJob: Sendable {
  /// What the calibration part is made of.
  public enum Evaluation: Sendable {
    /// An evaluation that is made now.
    case made(EvaluationJob)
    /// The folder of one that `riskengine evaluate` wrote.
    case folder(String)
    /// None.
    case none
  }

  /// The model.
  public var model: String
  /// What the calibration part is made of.
  public var evaluation: Evaluation
  /// A file of holdings whose risk and returns are shown; `nil` for none.
  public var portfolio: String?
  /// What they are measured against; `nil` for nothing.
  public var benchmark: PortfolioBenchmark?
  /// The number of workers; `nil` for one a processor.
  public var threads: Int?

  /// Makes a job.
  public init(
    model: String, evaluation: Evaluation, portfolio: String? = nil, benchmark: PortfolioBenchmark? = nil,
    threads: Int? = nil
  ) {
    self.model = model
    self.evaluation = evaluation
    self.portfolio = portfolio
    self.benchmark = benchmark
    self.threads = threads
  }

  /// What a report came to.
  public struct Summary: Sendable, Codable {
    /// The page.
    public var path: String
    /// Its bytes.
    public var bytes: Int
    /// The first date of the model.
    public var firstDate: String
    /// The last.
    public var lastDate: String
    /// The parts.
    public var sections: [String]
    /// The charts.
    public var charts: [String]
    /// What needs attention, and what is well.
    public var findings: [ReportFinding]
  }

  /// Prepares the place of a report: a file of another kind there is refused.
  ///
  /// - Throws: `StoreError`.
  public static func output(path: String) throws(StoreError) -> OutputFile {
    try OutputFile(path: path, beginning: Array(ReportPage.beginning.utf8), kind: "a report of riskengine")
  }

  /// Reads the model and writes the page.
  ///
  /// The page has the same bytes for the same model, whatever the number of threads.
  ///
  /// - Parameter progress: called with what is being done, and the number of dates done.; what it throws ends the job.
  /// - Throws: `StoreError`, `TableError`, `PanelFileError`, `RiskModelError`, `EvaluationError`, `ModelError`,
  ///   `PortfolioFileError` or `ReportError`; what stood at the output then stands there still.
  /// - Complexity: O(dates × (assets + factors²)) time, of which an evaluation is most; memory for dates × factors.
  public func run(output: OutputFile, progress: (String, Int) throws -> Void = { _, _ in }) throws -> Summary {
    // Before anything that takes long.
    _ = try ReportAssets.charts()
    try progress("read", 0)
    let source = try ReportSource(path: model)
    let evaluation = try evaluated(source, progress)
    let portfolios = try portfolio.map { path in
      PortfolioSection(
        portfolios: try ReportPortfolios(
          source, path: path, benchmark: benchmark, threads: threads, listing: PortfolioSection.listed))
    }
    try progress("idio risk", 0)
    let idio = IdioRiskSection(source: source, history: try IdioRiskHistory(source.model))
    let universe = UniverseSection(source: source)
    let regressions = RegressionSection(source: source)
    let overview = ReportOverview(source: source, evaluation: evaluation, medianIdioVolatility: idio.lastMedian)
    var sections: [ReportSection] = []
    if let portfolios { sections.append(portfolios.section) }
    if let evaluation { sections.append(CalibrationSection(source: source, evaluation: evaluation).section) }
    sections.append(universe.section)
    sections.append(FactorSection(source: source).section)
    if source.estimatedCount > 0 {
      sections.append(PerformanceSection(source: source, report: try PerformanceReport(path: model)).section)
    }
    sections.append(regressions.section)
    if let section = idio.section { sections.append(section) }
    sections.append(overview.about)
    let findings = ReportFindings(
      source: source, universe: universe, regressions: regressions, evaluation: evaluation, isEvaluated: isEvaluated
    ).findings(with: portfolios?.findings ?? [])
    let page = ReportPage(name: name, overview: overview, findings: findings, sections: sections)
    let bytes = Array(try page.html().utf8)
    try output.write(bytes)
    return Summary(
      path: output.path, bytes: bytes.count, firstDate: source.firstDate, lastDate: source.lastDate,
      sections: sections.map(\.title), charts: sections.flatMap(\.charts).map(\.title), findings: findings)
  }

  private var isEvaluated: Bool { if case .none = evaluation { false } else { true } }

  /// The last part of the model's path.
  private var name: String { URL(filePath: model).standardizedFileURL.lastPathComponent }

  private func evaluated(_ source: ReportSource, _ progress: (String, Int) throws -> Void) throws -> ReportEvaluation? {
    switch evaluation {
    case .none: return nil
    case .folder(let path):
      let evaluation = try ReportEvaluation(path: path)
      try evaluation.check(against: source, path: path)
      return evaluation
    case .made(let job):
      do {
        return ReportEvaluation(try job.run { try progress("evaluate", $0) })
      } catch ModelError.tooFewPeriods {
        // A young model has a report, which says so.
        return nil
      }
    }
  }
}
