internal import LinAlg

/// Regressions that walk forward through time: the weights of a period come from the idio variances known before it,
/// and its idio returns move those variances.
///
/// For periods up to the first span's last date the weights are those that iteration over the span gave
/// (`IteratedEstimation`); they are in sample. After it, `f_t` is regressed with `w = 1 / v_{t−1}` and
/// `v_t = λ v_{t−1} + (1 − λ) e² / (1 − h)`, with `v` of assets without an idio return, or with leverage above the
/// guard, left alone. A new asset, and one absent for more than `longestAbsence` periods, starts from the median of its
/// size group. Where nothing is known of any asset, all weigh alike, and variances start from the mean of that period's
/// squared idio returns.
///
/// A fold over periods: blocks of any length give the same bits, and so does a walk that is saved and taken up again.
/// No result depends on a later period.
public struct WalkForwardEstimation: Sendable {
  /// The regressions; their own weights are not used.
  public let regression: CrossSectionalRegression
  /// The numbers of the walk.
  public let settings: WalkForwardSettings
  /// The variances after the last period taken.
  public private(set) var state: IdioVarianceState
  /// The last date of the first span, or `nil` where there is none.
  public let splitDate: CalendarDate?
  /// For each asset's code the variance whose inverse is its weight in the first span.
  private let weightVariances: [Double]
  private let variances: [Double]
  private let step: WalkForwardStep

  /// Starts a walk after a first span.
  ///
  /// - Parameters:
  ///   - regression: the regressions.
  ///   - settings: the numbers of the walk.
  ///   - firstSpan: the variances of the first span and its last date; `nil` starts knowing nothing.
  /// - Throws: `FeasibleSettingsError` for a number outside its range, and for a robust loss.
  public init(
    regression: CrossSectionalRegression, settings: WalkForwardSettings = WalkForwardSettings(),
    firstSpan: (estimate: IdioVarianceEstimate, lastDate: CalendarDate)? = nil
  ) throws(FeasibleSettingsError) {
    try self.init(
      regression: regression, settings: settings, state: firstSpan.map { IdioVarianceState($0.estimate) } ?? .init(),
      splitDate: firstSpan?.lastDate, weightVariances: firstSpan?.estimate.weightVariances ?? [],
      variances: firstSpan?.estimate.variances ?? [])
  }

  /// Takes up a walk whose state was saved, after its first span.
  ///
  /// - Throws: as the other initializer.
  public init(
    regression: CrossSectionalRegression, settings: WalkForwardSettings = WalkForwardSettings(),
    resuming state: IdioVarianceState
  ) throws(FeasibleSettingsError) {
    try self.init(
      regression: regression, settings: settings, state: state, splitDate: nil, weightVariances: [], variances: [])
  }

  /// Starts a walk with variances that were estimated elsewhere.
  ///
  /// - Parameters:
  ///   - regression: the regressions.
  ///   - settings: the numbers of the walk.
  ///   - state: what is known before the first period after the first span.
  ///   - splitDate: the last date of the first span; `nil` where all of it was taken already.
  ///   - weightVariances: for each asset's code the variance whose inverse is its weight in the first span.
  ///   - variances: for each asset's code its idio variance in the first span.
  /// - Throws: as the other initializers.
  public init(
    regression: CrossSectionalRegression, settings: WalkForwardSettings, state: IdioVarianceState,
    splitDate: CalendarDate?, weightVariances: [Double], variances: [Double]
  ) throws(FeasibleSettingsError) {
    self.regression = try settings.prepared(regression)
    self.settings = settings
    self.state = state
    self.splitDate = splitDate
    self.weightVariances = weightVariances
    self.variances = variances
    step = WalkForwardStep(settings: settings)
  }

  /// Takes the next periods.
  ///
  /// - Parameters:
  ///   - block: cross-sections, in date order, after those taken before.
  ///   - schema: the panel's columns.
  ///   - labels: the label table of each group.
  ///   - workers: the number of periods of the first span to work on at a time; `nil` takes one a processor. Later
  ///     periods follow one another. OpenBLAS is set to one thread.
  ///   - correlations: the idio correlations of a cross-section's rows, known before it; none by default.
  /// - Returns: a result for each cross-section.
  /// - Complexity: O(n K²) a period.
  public mutating func append(
    _ block: [CrossSection], schema: PanelSchema, labels: [IdentifierTable], workers: Int? = nil,
    correlations: @Sendable (CrossSection) -> [IdioCorrelation] = { _ in [] }
  ) -> [WalkForwardPeriod] {
    BLASThreads.count = 1
    let ranks = labels.map { $0.ranks() }
    let regression = regression
    let step = step
    let end = splitDate.map { split in block.firstIndex { $0.date > split } ?? block.count } ?? 0
    let (variances, weightVariances) = (variances, weightVariances)
    var periods = concurrentMap(
      count: end, workers: workers ?? CrossSectionalRegression.defaultWorkerCount,
      workspace: { PeriodSolver(regression: regression, schema: schema, labelRanks: ranks) }
    ) { index, solver in
      let crossSection = block[index]
      let rows = Self.rows(of: crossSection, variances: variances, weightVariances: weightVariances)
      let regressed = step.regress(
        crossSection, rows, correlations: correlations(crossSection), solver: &solver)
      return Self.period(regressed, rows, isInSample: true)
    }
    guard end < block.count else { return periods }
    var solver = PeriodSolver(regression: regression, schema: schema, labelRanks: ranks)
    var statistics = OrderStatistics()
    for crossSection in block[end...] {
      let rows = step.variances(state, crossSection, statistics: &statistics)
      let regressed = step.regress(
        crossSection, rows, correlations: correlations(crossSection), solver: &solver)
      let guarded = step.update(&state, crossSection, rows, regressed)
      var period = Self.period(regressed, rows, isInSample: false)
      period.guardedObservationCount = guarded
      periods.append(period)
    }
    return periods
  }

  /// The variances of the rows of a period of the first span.
  private static func rows(
    of crossSection: CrossSection, variances: [Double], weightVariances: [Double]
  ) -> WalkForwardStep.RowVariances {
    func gathered(_ values: [Double]) -> [Double] {
      crossSection.assets.map { Int($0) < values.count ? values[Int($0)] : .nan }
    }
    var rows = WalkForwardStep.RowVariances(
      variances: gathered(variances), weightVariances: gathered(weightVariances))
    if rows.weightVariances.contains(where: \.isNaN) {
      // Nothing was ever estimated of these: they weigh as the others do on the whole.
      let known = rows.weightVariances.filter { !$0.isNaN }
      var statistics = OrderStatistics()
      let fallback = known.isEmpty ? 1 : statistics.median(of: known.span)
      for row in rows.weightVariances.indices where rows.weightVariances[row].isNaN {
        rows.weightVariances[row] = fallback
      }
      rows.isKnown = !known.isEmpty
    }
    return rows
  }

  /// Puts together what a period gives.
  static func period(
    _ regressed: WalkForwardStep.Regressed, _ rows: WalkForwardStep.RowVariances, isInSample: Bool
  ) -> WalkForwardPeriod {
    WalkForwardPeriod(
      regression: regressed.regression, isInSample: isInSample, variances: rows.variances,
      weightVariances: rows.weightVariances, newAssetCount: rows.newAssetCount,
      returningAssetCount: rows.returningAssetCount, errors: regressed.errors)
  }
}
