/// One step of a walk forward, in the three parts that a sweep over periods takes apart: the variances of a period's
/// rows, the regression with them, and the variances after it.
struct WalkForwardStep: Sendable {
  let settings: WalkForwardSettings
  let decay: Double

  /// Makes a step.
  init(settings: WalkForwardSettings) {
    self.settings = settings
    decay = settings.decay
  }

  /// The variances of a period's rows before its regression.
  struct RowVariances: Sendable {
    /// `v`; `nan` in all rows where nothing is known of any.
    var variances: [Double]
    /// The copy used as weights.
    var weightVariances: [Double]
    var newAssetCount = 0
    var returningAssetCount = 0
    /// Whether some variance is known.
    var isKnown = true
  }

  /// What a regression tells.
  struct Regressed: Sendable {
    var regression: PeriodRegression
    var idio: SquaredIdioReturns?
    var errors: FactorReturnErrors?
  }

  /// Whether an asset that is seen in the next period is new, or was absent too long, so that its variance is set
  /// anew.
  func setsAnew(_ state: IdioVarianceState, asset: Int) -> Bool {
    guard asset < state.variances.count, !state.variances[asset].isNaN else { return true }
    return Int(state.lastPeriods[asset]) < state.periodCount - settings.longestAbsence - 1
  }

  /// The variances of the rows of a period, from what is known before it.
  ///
  /// - Complexity: O(n) on average, O(n log n) where an asset is new.
  func variances(
    _ state: IdioVarianceState, _ crossSection: CrossSection, statistics: inout OrderStatistics
  ) -> RowVariances {
    let count = crossSection.rowCount
    var rows = RowVariances(variances: Array(repeating: .nan, count: count), weightVariances: [])
    let oldest = state.periodCount - settings.longestAbsence - 1
    for (row, code) in crossSection.assets.enumerated() {
      let asset = Int(code)
      guard asset < state.variances.count, !state.variances[asset].isNaN else {
        rows.newAssetCount += 1
        continue
      }
      guard Int(state.lastPeriods[asset]) >= oldest else {
        rows.returningAssetCount += 1
        continue
      }
      rows.variances[row] = state.variances[asset]
    }
    let missing = rows.newAssetCount + rows.returningAssetCount
    if missing == count {
      rows.isKnown = false
      rows.weightVariances = Array(repeating: 1, count: count)
      return rows
    }
    if missing > 0 {
      let medians = SizeMedians(variances: rows.variances, caps: crossSection.caps)
      for row in 0..<count where rows.variances[row].isNaN {
        rows.variances[row] = medians.median(ofCap: crossSection.caps.isEmpty ? nil : crossSection.caps[row]) ?? .nan
      }
    }
    rows.weightVariances = settings.weighting.weightVariances(
      rows.variances, isOrdered: true, statistics: &statistics)
    return rows
  }

  /// Regresses a period.
  func regress(
    _ crossSection: CrossSection, _ rows: RowVariances, correlations: [IdioCorrelation], solver: inout PeriodSolver
  ) -> Regressed {
    let covariance: IdioCovariance =
      correlations.isEmpty
      ? .diagonal(rows.weightVariances)
      : .blocks(variances: rows.weightVariances, linked: correlations.map { $0.block(rows.weightVariances) })
    let regression = solver.estimate(crossSection, idioCovariance: covariance)
    guard regression.outcome.hasEstimate else { return Regressed(regression: regression) }
    let known = rows.isKnown ? rows.variances : rows.weightVariances
    let idio = SquaredIdioReturns(
      regression, crossSection: crossSection, solver: &solver, variances: known, used: rows.weightVariances,
      divisor: settings.divisor, guardLevel: settings.leverageGuard)
    return Regressed(
      regression: regression, idio: idio,
      errors: settings.computesErrors && rows.isKnown
        ? solver.errors(crossSection, idioVariances: rows.variances) : nil)
  }

  /// Takes a period's idio returns into the variances: `v ← λ v + (1 − λ) e² / d`.
  ///
  /// An asset without an idio return keeps its variance, and its age.
  /// - Returns: the number of idio returns left out for their leverage.
  @discardableResult
  func update(
    _ state: inout IdioVarianceState, _ crossSection: CrossSection, _ rows: RowVariances, _ regressed: Regressed
  ) -> Int {
    guard let idio = regressed.idio else { return 0 }
    if let most = crossSection.assets.max() { state.grow(to: Int(most) + 1) }
    let start = rows.isKnown ? 0 : firstVariance(idio, regressed.regression)
    var guarded = 0
    for row in crossSection.assets.indices where !idio.squares[row].isNaN {
      let asset = Int(crossSection.assets[row])
      var variance = rows.isKnown ? rows.variances[row] : start
      if idio.divisors[row] > 0 {
        variance = decay * variance + (1 - decay) * (idio.squares[row] / idio.divisors[row])
        state.observationCounts[asset] += 1
      } else {
        guarded += 1
      }
      state.variances[asset] = variance
      state.lastPeriods[asset] = Int32(state.periodCount)
    }
    state.periodCount += 1
    return guarded
  }

  /// Where all variances start when nothing is known: the mean of `e² / d` over the assets regressed.
  private func firstVariance(_ idio: SquaredIdioReturns, _ regression: PeriodRegression) -> Double {
    var sum = 0.0
    var count = 0
    for row in idio.squares.indices where regression.isRegressed[row] && idio.divisors[row] > 0 {
      guard !idio.squares[row].isNaN else { continue }
      sum += idio.squares[row] / idio.divisors[row]
      count += 1
    }
    return count > 0 ? sum / Double(count) : .nan
  }
}
