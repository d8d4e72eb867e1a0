public import LinAlg

/// Idio variances and the factor covariance by maximum likelihood with random factor returns, `f_t ~ N(0, F)` and
/// `r_t = B_t f_t + ε_t`, by expectation and maximization (Dempster, Laird and Rubin, *JRSS B* 39, 1977).
///
/// With `D = diag(v)`, `M_t = (F⁻¹ + B_tᵀD⁻¹B_t)⁻¹` and `f̂_t = M_t B_tᵀD⁻¹r_t`, an iteration sets
/// `F = mean_t (f̂_t f̂_tᵀ + M_t)` and `v_i = mean_t ((r_it − b_itᵀf̂_t)² + b_itᵀM_t b_it)`. The likelihood is bounded
/// and never falls. `f̂` is shrunk towards zero: use `v` and `F`, not `f̂`, in reports.
///
/// Factors are in coordinates without constraints: the labels of the first group carry the market. An asset outside
/// the estimation universe takes no part in the likelihood; its variance is `Σ e² / Σ (1 + bᵀM b / v)`. Assets with
/// too few observations take no part either, and get the median of their size group.
public struct RandomFactorEstimation: Sendable {
  /// What was estimated.
  public struct Estimate: Sendable {
    /// The idio variances.
    ///
    /// `log` holds the logarithm of the likelihood of each iteration's start.
    public var idio: IdioVarianceEstimate
    /// The factors, each without a market of its own where there are groups.
    public var factors: [FactorAxis.Kind]
    /// `F`, as fractions squared per period.
    public var factorCovariance: SymmetricMatrix
  }

  private let regression: CrossSectionalRegression
  private let settings: IteratedEstimation.Settings

  /// Makes an estimation from settings of which the mode, the weighting and the guard have no meaning here.
  public init(regression: CrossSectionalRegression, settings: IteratedEstimation.Settings) {
    self.regression = regression
    self.settings = settings
  }

  /// What is known before the first iteration.
  private struct Survey {
    var counts: [Int32] = []
    var lastPeriods: [Int32] = []
    var lastCaps: [Double] = []
    var labels: [IdentifierTable] = []
    /// For each group, for each code of its labels, whether a row has it.
    var hasMembers: [[Bool]] = []
    var periodCount = 0
    var meanSquare = 0.0

    /// Takes in tables that have grown.
    mutating func take(_ labels: [IdentifierTable]) {
      self.labels = labels
      while hasMembers.count < labels.count { hasMembers.append([]) }
      for (group, table) in labels.enumerated() {
        hasMembers[group] += Array(repeating: false, count: max(0, table.count - hasMembers[group].count))
      }
    }
  }

  /// Estimates the variances and the factor covariance of a source.
  ///
  /// - Parameters: as `IteratedEstimation.estimate`.
  /// - Throws: what keeps the source from being read.
  /// - Complexity: O(n K² + m³) a period and iteration.
  public func estimate(
    _ source: some CrossSectionSource, through last: CalendarDate? = nil, workers: Int? = nil
  ) throws -> Estimate {
    let workers = workers ?? CrossSectionalRegression.defaultWorkerCount
    BLASThreads.count = 1
    let survey = try survey(source, through: last)
    let axis = RandomFactorAxis(
      hasMarket: regression.hasMarket, schema: source.schema, labels: survey.labels, hasMembers: survey.hasMembers)
    let isRare = survey.counts.map { Int($0) < settings.minimumObservations }
    var covariance = SymmetricMatrix(order: axis.count) { $0 == $1 ? survey.meanSquare : 0 }
    var variances = survey.counts.indices.map { isRare[$0] ? .nan : survey.meanSquare }
    var log = [ConvergenceStep]()
    var changes = [Double](repeating: .nan, count: variances.count)
    var sums = RandomFactorSums(order: axis.count, assetCount: variances.count)
    var hasConverged = false
    for iteration in 1...settings.passes {
      guard let root = try? Cholesky(consuming: copy covariance) else { break }
      sums = try pass(
        source, through: last, survey: survey, axis: axis, isRare: isRare, variances: variances, root: root,
        workers: workers)
      guard sums.periodCount > 0 else { break }
      covariance = sums.factorCovariance
      let next = sums.variances(isRare: isRare)
      changes = next.indices.map {
        next[$0].isNaN ? .nan : abs(PortableMath.log(next[$0]) - PortableMath.log(variances[$0]))
      }
      variances = next
      let step = ConvergenceStep(iteration: iteration, changes: changes, logLikelihood: sums.logLikelihood)
      log.append(step)
      if step.largestChange < settings.tolerance {
        hasConverged = true
        break
      }
    }
    let verdicts: [IdioVarianceEstimate.Verdict] = variances.indices.map { asset in
      if survey.lastPeriods[asset] < 0 { return .absent }
      if isRare[asset] { return .tooFewObservations(count: Int(survey.counts[asset])) }
      return changes[asset] < settings.tolerance ? .converged : .notConverged(change: changes[asset])
    }
    let medians = SizeMedians(variances: variances, caps: survey.lastCaps)
    for asset in variances.indices where isRare[asset] && survey.lastPeriods[asset] >= 0 {
      variances[asset] = medians.median(ofCap: survey.lastCaps[asset]) ?? survey.meanSquare
    }
    var statistics = OrderStatistics()
    return Estimate(
      idio: IdioVarianceEstimate(
        variances: variances,
        weightVariances: settings.weighting.weightVariances(variances, isOrdered: false, statistics: &statistics),
        observationCounts: survey.counts, lastPeriods: survey.lastPeriods, verdicts: verdicts, log: log,
        hasConverged: hasConverged, periodCount: sums.periodCount, skippedPeriods: sums.skippedPeriods,
        guardedObservationCount: 0),
      factors: axis.kinds, factorCovariance: covariance)
  }

  /// Counts observations, and finds where to start: all variances the mean squared return.
  private func survey(_ source: some CrossSectionSource, through last: CalendarDate?) throws -> Survey {
    var survey = Survey()
    var squares = 0.0
    var count = 0
    try source.readBlocks { block, labels in
      survey.take(labels)
      for crossSection in block {
        if let last, crossSection.date > last { return false }
        if let most = crossSection.assets.max(), Int(most) >= survey.counts.count {
          let missing = Int(most) + 1 - survey.counts.count
          survey.counts += Array(repeating: 0, count: missing)
          survey.lastPeriods += Array(repeating: -1, count: missing)
          survey.lastCaps += Array(repeating: 0, count: missing)
        }
        for (row, asset) in crossSection.assets.enumerated() {
          survey.counts[Int(asset)] += 1
          survey.lastPeriods[Int(asset)] = Int32(survey.periodCount)
          survey.lastCaps[Int(asset)] = crossSection.caps.isEmpty ? 0 : crossSection.caps[row]
          squares += crossSection.returns[row] * crossSection.returns[row]
        }
        for (group, column) in crossSection.groups.enumerated() {
          for row in 0..<crossSection.rowCount {
            column.forEach(in: row) { label, _ in survey.hasMembers[group][Int(label)] = true }
          }
        }
        count += crossSection.rowCount
        survey.periodCount += 1
      }
      return true
    }
    survey.meanSquare = count > 0 && squares > 0 ? squares / Double(count) : 1
    return survey
  }

  private static let chunkLength = 64

  /// One iteration over all periods; sums are taken in date order.
  private func pass(
    _ source: some CrossSectionSource, through last: CalendarDate?, survey: Survey, axis: RandomFactorAxis,
    isRare: [Bool], variances: [Double], root: Cholesky, workers: Int
  ) throws -> RandomFactorSums {
    var sums = RandomFactorSums(order: axis.count, assetCount: variances.count)
    let factor = Matrix(rowCount: axis.count, columnCount: axis.count) { root[$0, $1] }
    let ranks = survey.labels.map { $0.ranks() }
    let schema = source.schema
    let regression = regression
    try source.readBlocks { block, _ in
      let end = last.map { last in block.firstIndex { $0.date > last } ?? block.count } ?? block.count
      var start = 0
      while start < end {
        let chunk = start..<min(end, start + Self.chunkLength)
        let periods = concurrentMap(
          count: chunk.count, workers: workers,
          workspace: {
            RandomFactorSolver(regression: regression, schema: schema, labelRanks: ranks, axis: axis, root: factor)
          }
        ) { index, solver in
          solver.expect(block[chunk.lowerBound + index], variances: variances, isRare: isRare)
        }
        for period in periods { sums.add(period) }
        start = chunk.upperBound
      }
      return end == block.count
    }
    return sums
  }
}
