internal import Foundation
internal import ModelStore
public import RiskEngine

/// The out-of-sample tests of a model's forecasts of risk.
public struct EvaluationJob: Sendable {
  /// The model.
  public var model: String
  /// The test portfolios and their tests.
  public var settings: EvaluationSettings
  /// The dates before the first forecast that is judged; `nil` for 504, but at most half of them.
  public var warmup: Int?
  /// Whether forecasts are judged, too, that were made while idio variances were those of the iterated span.
  public var includesInSample: Bool
  /// The first date of a judged return, and the last.
  public var dates: (first: CalendarDate?, last: CalendarDate?)
  /// The number of workers; `nil` for one a processor.
  public var threads: Int?

  /// Makes a job.
  public init(
    model: String, settings: EvaluationSettings = EvaluationSettings(), warmup: Int? = nil,
    includesInSample: Bool = false, from first: CalendarDate? = nil, through last: CalendarDate? = nil,
    threads: Int? = nil
  ) {
    self.model = model
    self.settings = settings
    self.warmup = warmup
    self.includesInSample = includesInSample
    dates = (first, last)
    self.threads = threads
  }

  private static let periodsPerBlock = 32
  private static let usualWarmup = 504

  /// What the tests came to.
  public struct Outcome: Sendable {
    /// The statistics.
    public var result: EvaluationResult
    /// The judged forecasts whose idio variances are those of the iterated span, so that they used the future.
    public var inSampleCount: Int
    /// The first date of a judged return.
    public var firstDate: CalendarDate?
    /// The last.
    public var lastDate: CalendarDate?
    /// The periods of a year.
    public var periodsPerYear: Int
    /// The periods of a forecast.
    public var horizon = 1
  }

  /// Runs the tests: each forecast against the returns of the date that follows it, or with a longer horizon against
  /// their sum over the window that begins there; the next forecast is that of the window's end.
  ///
  /// A window without all of its dates is not judged.
  ///
  /// - Parameter progress: called now and then with the number of dates done.
  /// - Throws: `StoreError`, `PanelFileError`, `TableError`, `RiskModelError`, `EvaluationError`, or `ModelError` where
  ///   there is no forecast with a return after it.
  public func run(progress: (Int) throws -> Void = { _ in }) throws -> Outcome {
    let history = try ModelHistory(path: model, threads: threads)
    var settings = settings
    settings.rollingWindow = settings.rollingWindow ?? max(2, history.periodsPerYear / max(1, settings.horizon))
    var accumulator = try EvaluationAccumulator(settings)
    let split = history.model.manifest.metadata["split_date"]?.text.flatMap { CalendarDate(text: $0.utf8) }
    var outcome = Outcome(result: accumulator.result, inSampleCount: 0, periodsPerYear: history.periodsPerYear)
    outcome.horizon = settings.horizon
    var block: [EvaluationPeriod] = []
    var before: ModelHistory.Entry?
    let warmup =
      warmup ?? min(Self.usualWarmup, Int(history.model.manifest.metadata["date_count"]?.number ?? 0) / 2)
    var dateCount = 0
    var window: (model: RiskModel, firstDate: CalendarDate, count: Int)?
    while let entry = try history.next() {
      if dateCount > 0, dateCount % Self.periodsPerBlock == 0 { try progress(dateCount) }
      defer {
        before = entry
        dateCount += 1
      }
      if let last = dates.last, entry.date > last { break }
      var period: EvaluationPeriod
      if let open = window {
        // Of the later dates of a window only the returns count.
        period = EvaluationPeriod(date: entry.date, model: open.model, returns: entry.returns)
        period.factorReturns = entry.factorReturns.sorted { $0.key < $1.key }.map { name, value in
          EvaluationPeriod.SeriesForecast(name: name, variance: .nan, return: value)
        }
      } else {
        guard let before, let forecast = before.forecast, dateCount >= warmup else { continue }
        if let first = dates.first, entry.date < first { continue }
        let isInSample = split.map { forecast.date < $0 } ?? false
        guard includesInSample || !isInSample else { continue }
        // Loadings without a lag are those of the period itself, known before it.
        let snapshot = history.lag == 0 ? entry.snapshot : before.snapshot
        let model = try history.model(snapshot, forecast).over(periods: 1)
        period = EvaluationPeriod(date: entry.date, model: model, returns: entry.returns)
        for (place, name) in forecast.factors.enumerated() {
          let volatility = forecast.seriesVolatilities[place]
          guard let value = entry.factorReturns[name], value.isFinite, volatility > 0 else { continue }
          period.factorReturns.append(
            EvaluationPeriod.SeriesForecast(name: name, variance: volatility * volatility, return: value))
        }
        if isInSample { outcome.inSampleCount += 1 }
        window = (model, entry.date, 0)
      }
      period.idioReturns = entry.idioReturns
      window?.count += 1
      if let done = window, done.count == settings.horizon {
        window = nil
        outcome.firstDate = outcome.firstDate ?? done.firstDate
        outcome.lastDate = entry.date
      }
      block.append(period)
      if block.count == Self.periodsPerBlock {
        accumulator.append(block, assets: history.assets, workers: threads)
        block = []
      }
    }
    accumulator.append(block, assets: history.assets, workers: threads)
    guard outcome.firstDate != nil else {
      throw ModelError.tooFewPeriods(
        found: dateCount,
        needed: window.map { dateCount + settings.horizon - $0.count }
          ?? max(dateCount + 1, warmup + 1 + settings.horizon),
        what: "a forecast, after the warm-up, with a return behind it")
    }
    outcome.result = accumulator.result
    return outcome
  }
}
