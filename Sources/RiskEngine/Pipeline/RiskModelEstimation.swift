/// The whole way from a panel in memory to risk models.
///
/// ```swift
/// let panel = try Panel(..., keepsSnapshots: true)
/// let run = try RiskModelEstimation(settings).run(panel)
/// if let model = try run.latest { print(model.variance(weights)) }
/// ```
public struct RiskModelEstimation: Sendable {
  /// How the model is estimated; its `lag` is the panel's.
  public var settings: RiskModelSettings

  /// Makes an estimation.
  public init(_ settings: RiskModelSettings = RiskModelSettings()) {
    self.settings = settings
  }

  /// What came of it.
  public struct Run: Sendable {
    /// The dates, each with its regression, idio risk and factor covariance.
    public let days: [RiskModelDay]
    /// The stages after the last date, which go on from there.
    public let pipeline: RiskModelPipeline
    /// How the iterated estimate of idio variances ended; `nil` where there was none.
    public let firstSpan: IdioVarianceEstimate?
    /// The last date of its span.
    public let splitDate: CalendarDate?
    /// The label table of each group.
    public let labels: [IdentifierTable]

    /// The model of the last date with a factor covariance; `nil` where no date has one.
    public var latest: RiskModel? {
      get throws(RiskModelError) {
        guard let day = days.last(where: { $0.covariance != nil }) else { return nil }
        return try day.model(of: pipeline, labels: labels)
      }
    }

    /// The model of a date; `nil` where it has none.
    public func model(at date: CalendarDate) throws(RiskModelError) -> RiskModel? {
      guard let day = days.first(where: { $0.date == date }) else { return nil }
      return try day.model(of: pipeline, labels: labels)
    }
  }

  /// Runs the estimation.
  ///
  /// - Parameters:
  ///   - panel: a panel with snapshots.
  ///   - workers: the number of workers; `nil` takes one a processor. The results do not depend on it.
  /// - Throws: the first setting that cannot be used, or `RiskModelSplitError`.
  /// - Precondition: the panel has snapshots.
  public func run(_ panel: Panel, workers: Int? = nil) throws -> Run {
    precondition(
      panel.snapshots.count == panel.crossSections.count + panel.lag, "a panel without snapshots: keepsSnapshots")
    var settings = settings
    settings.lag = panel.lag
    let split = try settings.splitDate(of: panel.crossSections.map(\.date))
    var firstSpan: IdioVarianceEstimate?
    if let split {
      firstSpan = try IteratedEstimation(regression: settings.preparedRegression, settings: settings.iterated)
        .estimate(panel, through: split, workers: workers)
    }
    var pipeline = try RiskModelPipeline(
      settings: settings, schema: panel.schema,
      firstSpan: split.flatMap { split in firstSpan.map { ($0, split) } })
    let inputs = panel.snapshots.enumerated().map { index, snapshot in
      RiskModelInput(section: index < panel.lag ? nil : panel.crossSections[index - panel.lag], snapshot: snapshot)
    }
    let days = pipeline.advance(inputs, assets: panel.assets, labels: panel.labels, workers: workers)
    return Run(days: days, pipeline: pipeline, firstSpan: firstSpan, splitDate: split, labels: panel.labels)
  }
}

/// Why a sample cannot be split.
public enum RiskModelSplitError: Error, Hashable, Sendable {
  /// There are too few periods.
  case tooFewPeriods(found: Int)
  /// The date is before the first period, or leaves nothing behind it.
  case outside(date: CalendarDate, first: CalendarDate, last: CalendarDate)
}

extension RiskModelSplitError: CustomStringConvertible {
  /// What was found and what was expected.
  public var description: String { description(ofSetting: "initial") }

  /// What was found and what was expected, with the date of the split called as its user knows it.
  public func description(ofSetting name: String) -> String {
    switch self {
    case .tooFewPeriods(let found):
      "the data have \(found) periods; expected at least 2 for an estimate of idio variances"
    case .outside(let date, let first, let last):
      "\(name) is \(date); expected a date from \(first) on and before \(last), the first and the last period"
    }
  }
}

extension RiskModelSettings {
  /// The last date of the iterated span of some periods; `nil` where idio variances are not estimated.
  ///
  /// - Parameter periods: the dates of the periods, ascending.
  public func splitDate(of periods: [CalendarDate]) throws(RiskModelSplitError) -> CalendarDate? {
    guard estimation != .off else { return nil }
    guard let first = periods.first, let last = periods.last, periods.count >= 2 else {
      throw .tooFewPeriods(found: periods.count)
    }
    guard estimation == .walkForward else { return last }
    switch initial {
    case .half: return periods[periods.count / 2 - 1]
    case .date(let date):
      guard date >= first, date < last, let split = periods.last(where: { $0 <= date }) else {
        throw .outside(date: date, first: first, last: last)
      }
      return split
    }
  }
}
