internal import LinAlg

/// Feasible generalized least squares by iteration: regressions with weights `1 / v`, idio variances `v` from their
/// idio returns, and again, until `v` stays.
///
/// `v` is one number an asset over all periods; idio returns do not covary. Each pass regresses all periods in
/// parallel, and sums squared idio returns in date order, so that the result is the same for any number of workers and
/// any blocks. The start is `v = 1`, ordinary least squares.
///
/// Iterating plain mean squares climbs the likelihood of factor returns and variances together, which has no bound: the
/// variances of up to as many assets as there are factors go to zero. Dividing by `1 − h` instead
/// (`Mode.almostUnbiased`) keeps every fixed point at `E e² = v (1 − h)`. Convergence is not proved in general; where
/// it fails, the result says so asset by asset.
public struct IteratedEstimation: Sendable {
  /// How variances come out of idio returns.
  public enum Mode: String, Hashable, Sendable, CaseIterable {
    /// `v = Σ e² / Σ (1 − h)`.
    case almostUnbiased = "aue"
    /// `v = Σ e² / T`, low by the share of the factors in the assets, and apt to collapse.
    case naive
    /// Two passes of `almostUnbiased`: the second is weighted by the variances of the first.
    case twoStage = "two-stage"
    /// Expectation and maximization with factor returns taken as random, `f ~ N(0, F)`: the likelihood is bounded and
    /// grows with each iteration; see `RandomFactorEstimation`.
    case randomFactors = "em-random"
  }

  /// The numbers of the iteration.
  public struct Settings: Hashable, Sendable {
    /// How variances come out of idio returns; default `almostUnbiased`.
    public var mode: Mode
    /// Whether squared idio returns are divided by `Var(e) / v` under the variances themselves instead of those used
    /// as weights; default no.
    ///
    /// Shrunk weights make `1 − h` too small for assets whose variance is low and that have much leverage, by several
    /// percent of `v` in thin industries. The exact divisor costs about as much again as the rest, and lets a variance
    /// go to zero where the idio returns are smaller than the errors of the fit.
    public var usesExactDivisor: Bool
    /// How variances become weights.
    public var weighting: VarianceWeighting
    /// The most passes; default 200.
    public var maximumIterations: Int
    /// An asset's variance stays when its logarithm moves by less than this in a pass; default 1e-6.
    public var tolerance: Double
    /// The largest leverage of an observation that counts; default 0.9.
    ///
    /// 1 lets all count.
    /// The only member of an industry has leverage 1 and no idio return: its risk would be understated.
    public var leverageGuard: Double
    /// The fewest observations with which an asset gets a variance of its own; default 20.
    public var minimumObservations: Int

    /// Makes settings.
    public init(
      mode: Mode = .almostUnbiased, usesExactDivisor: Bool = false, weighting: VarianceWeighting = VarianceWeighting(),
      maximumIterations: Int = 200, tolerance: Double = 1e-6, leverageGuard: Double = 0.9,
      minimumObservations: Int = 20
    ) {
      self.mode = mode
      self.usesExactDivisor = usesExactDivisor
      self.weighting = weighting
      self.maximumIterations = maximumIterations
      self.tolerance = tolerance
      self.leverageGuard = leverageGuard
      self.minimumObservations = minimumObservations
    }

    /// What squared idio returns are divided by.
    var divisor: IdioDivisor { mode == .naive ? .none : usesExactDivisor ? .variance : .leverage }
    /// The number of passes to make.
    var passes: Int { mode == .twoStage ? min(2, maximumIterations) : maximumIterations }

    /// Throws where a number is outside its range.
    func validate() throws(FeasibleSettingsError) {
      try weighting.validate()
      guard maximumIterations >= 1 else {
        throw .outOfRange(
          key: "idio.maximum_iterations", found: Double(maximumIterations), expected: "a count of at least 1")
      }
      guard tolerance > 0, tolerance < 1 else {
        throw .outOfRange(key: "idio.tolerance", found: tolerance, expected: "a number above 0 and below 1")
      }
      guard leverageGuard > 0, leverageGuard <= 1 else {
        throw .outOfRange(key: "idio.leverage_guard", found: leverageGuard, expected: "a number above 0, at most 1")
      }
      guard minimumObservations >= 1 else {
        throw .outOfRange(
          key: "idio.minimum_observations", found: Double(minimumObservations), expected: "a count of at least 1")
      }
    }
  }

  /// The regressions; their own weights are not used.
  public let regression: CrossSectionalRegression
  /// The numbers of the iteration.
  public let settings: Settings

  /// Makes an estimation.
  ///
  /// - Throws: `FeasibleSettingsError` for a number outside its range, and for a robust loss, which has weights of its
  ///   own.
  public init(
    regression: CrossSectionalRegression, settings: Settings = Settings()
  ) throws(FeasibleSettingsError) {
    try settings.validate()
    try Self.requireSquares(regression)
    self.regression = Self.prepared(regression)
    self.settings = settings
  }

  /// Throws where a regression has a robust loss.
  static func requireSquares(_ regression: CrossSectionalRegression) throws(FeasibleSettingsError) {
    guard regression.loss == .squares else {
      throw .unsupportedRegression(
        key: "regression.robust", found: "\(regression.loss)", expected: "none, as idio variances are the weights")
    }
  }

  /// A regression with leverage, and without what no pass needs.
  private static func prepared(_ regression: CrossSectionalRegression) -> CrossSectionalRegression {
    var regression = regression
    regression.computesLeverage = true
    regression.computesVarianceInflation = false
    return regression
  }

  /// Estimates the idio variances of the assets of a source.
  ///
  /// - Parameters:
  ///   - source: the cross-sections.
  ///   - last: the date of the last cross-section that counts; `nil` takes all.
  ///   - start: a variance for each asset's code to start from, in place of 1; codes behind its end start at the
  ///     median.
  ///   - workers: the number of periods to work on at a time; `nil` takes one a processor. OpenBLAS is set to one
  ///     thread.
  /// - Throws: what keeps the source from being read.
  /// - Complexity: O(n K²) a period and pass.
  public func estimate(
    _ source: some CrossSectionSource, through last: CalendarDate? = nil, startingFrom start: [Double]? = nil,
    workers: Int? = nil
  ) throws -> IdioVarianceEstimate {
    let workers = workers ?? CrossSectionalRegression.defaultWorkerCount
    if settings.mode == .randomFactors {
      let estimation = RandomFactorEstimation(regression: regression, settings: settings)
      return try estimation.estimate(source, through: last, workers: workers).idio
    }
    var iteration = IdioIteration(settings: settings, startingFrom: start)
    var log = [ConvergenceStep]()
    var sums = IdioSums()
    var end: (crossSection: CrossSection, labels: [IdentifierTable])?
    repeat {
      sums = IdioSums()
      end = try pass(
        source, through: last, variances: iteration.variances, weightVariances: iteration.weightVariances,
        workers: workers
      ) { sums.add($0) }
      iteration.take(sums)
      if let step = iteration.lastStep { log.append(step) }
    } while iteration.needsPass
    if let end {
      iteration.fill(
        counts: sums.counts, crossSection: end.crossSection, regression: regression, schema: source.schema,
        labels: end.labels)
    }
    let verdicts = sums.counts.indices.map { asset in
      iteration.verdict(
        count: sums.counts[asset], lastPeriod: sums.lastPeriods[asset], change: iteration.changes[asset])
    }
    return IdioVarianceEstimate(
      variances: iteration.variances, weightVariances: iteration.weightVariances, observationCounts: sums.counts,
      lastPeriods: sums.lastPeriods, verdicts: verdicts, log: log, hasConverged: iteration.hasConverged,
      periodCount: sums.periodCount, skippedPeriods: sums.skippedPeriods,
      guardedObservationCount: sums.guardedCount)
  }

  /// Periods that are regressed before their sums are taken.
  private static let chunkLength = 64

  /// What a worker hands back of one period.
  private enum PassPeriod: Sendable {
    case skipped(IdioVarianceEstimate.SkippedPeriod)
    case estimated(assets: [Int32], caps: [Double], SquaredIdioReturns)
  }

  /// One pass: regresses every period of a source, and sums squared idio returns in date order.
  ///
  /// - Parameters:
  ///   - source: the cross-sections; of a longer panel a span whose first period has a number that `IdioSumsPart.length`
  ///     divides, and which ends where such a span begins, or with the last period.
  ///   - last: the date of the last cross-section that counts; `nil` takes all.
  ///   - variances: `v` of each asset's code; codes behind its end, and `nan`, weigh as the median does.
  ///   - weightVariances: the copy of them whose inverses are the weights.
  ///   - workers: as in `estimate(_:through:startingFrom:workers:)`.
  ///   - take: called with the sums of each part, in date order.
  /// - Returns: the last cross-section, with the label table of each group.
  /// - Throws: what keeps the source from being read.
  /// - Precondition: the mode is not `randomFactors`.
  /// - Complexity: O(n K²) a period.
  @discardableResult
  public func pass(
    _ source: some CrossSectionSource, through last: CalendarDate? = nil, variances: [Double],
    weightVariances: [Double], workers: Int? = nil, take: (IdioSumsPart) -> Void
  ) throws -> (crossSection: CrossSection, labels: [IdentifierTable])? {
    precondition(settings.mode != .randomFactors, "random factors have passes of their own")
    BLASThreads.count = 1
    let workers = workers ?? CrossSectionalRegression.defaultWorkerCount
    var part = IdioSumsPart()
    var lastSection: (crossSection: CrossSection, labels: [IdentifierTable])?
    // Where no variance is known, all assets weigh alike.
    let known = weightVariances.filter { !$0.isNaN }
    var statistics = OrderStatistics()
    let fallback = known.isEmpty ? 1 : statistics.median(of: known.span)
    let regression = regression
    let settings = settings
    let schema = source.schema
    try source.readBlocks { block, labels in
      let end = last.map { last in block.firstIndex { $0.date > last } ?? block.count } ?? block.count
      if end > 0 { lastSection = (block[end - 1], labels) }
      let ranks = labels.map { $0.ranks() }
      var start = 0
      while start < end {
        let chunk = start..<min(end, start + Self.chunkLength)
        let periods = concurrentMap(
          count: chunk.count, workers: workers,
          workspace: { PeriodSolver(regression: regression, schema: schema, labelRanks: ranks) }
        ) { index, solver in
          Self.period(
            block[chunk.lowerBound + index], solver: &solver, settings: settings, variances: variances,
            weightVariances: weightVariances, fallback: fallback)
        }
        for sums in Self.sums(of: periods, after: part, workers: workers) {
          part = sums
          if part.length == IdioSumsPart.length {
            take(part)
            part = IdioSumsPart()
          }
        }
        start = chunk.upperBound
      }
      return end == block.count
    }
    if part.length > 0 { take(part) }
    return lastSection
  }

  /// The parts that some periods belong to, the first of which may have begun before; parts at the same time.
  private static func sums(of periods: [PassPeriod], after begun: IdioSumsPart, workers: Int) -> [IdioSumsPart] {
    var ranges = [Range<Int>]()
    var first = 0
    while first < periods.count {
      let room = IdioSumsPart.length - (ranges.isEmpty ? begun.length : 0)
      ranges.append(first..<min(periods.count, first + room))
      first += room
    }
    return concurrentMap(count: ranges.count, workers: workers) { [ranges] index in
      var part = index == 0 ? begun : IdioSumsPart()
      for period in periods[ranges[index]] {
        switch period {
        case .skipped(let skipped): part.skippedPeriods.append(skipped)
        case .estimated(let assets, let caps, let idio): part.add(idio, assets: assets, caps: caps)
        }
      }
      return part
    }
  }

  /// Regresses one period with the variances of its assets.
  private static func period(
    _ crossSection: CrossSection, solver: inout PeriodSolver, settings: Settings, variances: [Double],
    weightVariances: [Double], fallback: Double
  ) -> PassPeriod {
    let used = gathered(weightVariances, of: crossSection.assets, fallback: fallback)
    let regression = solver.estimate(crossSection, idioCovariance: .diagonal(used))
    guard regression.outcome.hasEstimate else {
      return .skipped(.init(date: crossSection.date, reason: .failed(regression.outcome)))
    }
    let factors = regression.factorCount
    guard regression.assetCount >= 2 * factors else {
      return .skipped(
        .init(date: crossSection.date, reason: .tooFewAssets(found: regression.assetCount, needed: 2 * factors)))
    }
    let known = settings.divisor == .variance ? gathered(variances, of: crossSection.assets, fallback: fallback) : used
    let idio = SquaredIdioReturns(
      regression, crossSection: crossSection, solver: &solver, variances: known, used: used,
      divisor: settings.divisor, guardLevel: settings.leverageGuard)
    return .estimated(assets: crossSection.assets, caps: crossSection.caps, idio)
  }

  /// The variance of each of some assets.
  private static func gathered(_ variances: [Double], of assets: [Int32], fallback: Double) -> [Double] {
    var gathered = [Double](repeating: fallback, count: assets.count)
    var target = gathered.mutableSpan
    for row in assets.indices {
      let asset = Int(assets[row])
      if asset < variances.count, !variances[asset].isNaN { target[row] = variances[asset] }
    }
    return gathered
  }
}
