internal import LinAlg

/// The walk forward by sweeps over windows of periods, each sweep regressing all periods of its window in parallel
/// (Picard iteration on the path of idio variances).
///
/// A sweep takes the path of variances of the sweep before, regresses each period with it, and then lets the squared
/// idio returns run through the recursion one after the other, from the same start and in the same arithmetic as the
/// sequential walk. After `k` sweeps the first `k` periods of a window are those of the sequential walk, bit for bit;
/// the rest agrees to the tolerance at which the sweeps stop, and is not bitwise the same. Contraction is observed, not
/// proved; after as many sweeps as the window has periods the result is exact in any case. Worth its cost where there
/// are more workers than sweeps.
public struct PicardWalkForward: Sendable {
  /// How the sweeps of one window went.
  public struct Window: Hashable, Sendable {
    /// The number of periods.
    public var periodCount: Int
    /// The largest `|ln v' − ln v|` along the path of each sweep.
    public var changes: [Double]
    /// Whether the last two sweeps agree bit for bit, or as many were made as there are periods.
    public var isExact: Bool
  }

  /// The regressions; their own weights are not used.
  public let regression: CrossSectionalRegression
  /// The numbers of the walk.
  public let settings: WalkForwardSettings
  /// The number of periods in a window; default 128.
  public let windowLength: Int
  /// The sweeps of a window stop when no logarithm of a variance moves by more; default 1e-9.
  ///
  /// `nil` sweeps on until two sweeps agree bit for bit, which takes tens of sweeps: a test, not a mode to run.
  public let tolerance: Double?
  /// The variances after the last period taken.
  public private(set) var state: IdioVarianceState
  private let step: WalkForwardStep

  /// Starts from variances.
  ///
  /// - Throws: `FeasibleSettingsError` for a number outside its range, and for a robust loss.
  public init(
    regression: CrossSectionalRegression, settings: WalkForwardSettings = WalkForwardSettings(),
    state: IdioVarianceState, windowLength: Int = 128, tolerance: Double? = 1e-9
  ) throws(FeasibleSettingsError) {
    self.regression = try settings.prepared(regression)
    guard windowLength >= 1 else {
      throw .outOfRange(key: "idio.window", found: Double(windowLength), expected: "a count of at least 1")
    }
    if let tolerance, !(tolerance > 0 && tolerance < 1) {
      throw .outOfRange(key: "idio.sweep_tolerance", found: tolerance, expected: "a number above 0 and below 1")
    }
    self.settings = settings
    self.state = state
    self.windowLength = windowLength
    self.tolerance = tolerance
    step = WalkForwardStep(settings: settings)
  }

  /// Takes the next periods.
  ///
  /// Windows start with the block: other blocks are other windows, whose results differ within the tolerance.
  ///
  /// - Parameters: as `WalkForwardEstimation.append`; `sweepLimit` stops windows earlier.
  /// - Returns: a result for each cross-section, and how each window went.
  /// - Complexity: O(n K²) a period and sweep; the variances of a window's periods are held.
  public mutating func append(
    _ block: [CrossSection], schema: PanelSchema, labels: [IdentifierTable], workers: Int? = nil,
    sweepLimit: Int? = nil, correlations: @Sendable (CrossSection) -> [IdioCorrelation] = { _ in [] }
  ) -> (periods: [WalkForwardPeriod], windows: [Window]) {
    BLASThreads.count = 1
    let workers = workers ?? CrossSectionalRegression.defaultWorkerCount
    let ranks = labels.map { $0.ranks() }
    var periods = [WalkForwardPeriod]()
    var windows = [Window]()
    var start = 0
    while start < block.count {
      let end = min(block.count, start + windowLength)
      let (found, window) = sweep(
        Array(block[start..<end]), schema: schema, ranks: ranks, workers: workers, limit: sweepLimit,
        correlations: correlations)
      periods += found
      windows.append(window)
      start = end
    }
    return (periods, windows)
  }

  /// Sweeps over one window.
  private mutating func sweep(
    _ block: [CrossSection], schema: PanelSchema, ranks: [[Int32]], workers: Int, limit: Int?,
    correlations: @Sendable (CrossSection) -> [IdioCorrelation]
  ) -> ([WalkForwardPeriod], Window) {
    let regression = regression
    let step = step
    var window = Window(periodCount: block.count, changes: [], isExact: false)
    // `path[t]` is the state before period t of the window; the last one that after it.
    var path = [IdioVarianceState](repeating: state, count: block.count + 1)
    var periods = [WalkForwardPeriod]()
    repeat {
      let old = path
      let regressed = concurrentMap(
        count: block.count, workers: workers,
        workspace: { SweepWorkspace(regression: regression, schema: schema, labelRanks: ranks) }
      ) { index, workspace in
        let rows = step.variances(old[index], block[index], statistics: &workspace.statistics)
        return (
          rows: rows,
          result: step.regress(
            block[index], rows, correlations: correlations(block[index]), solver: &workspace.solver)
        )
      }
      periods.removeAll(keepingCapacity: true)
      var statistics = OrderStatistics()
      for index in block.indices {
        var next = path[index]
        let rows = step.variances(next, block[index], statistics: &statistics)
        let guarded = step.update(&next, block[index], rows, regressed[index].result)
        path[index + 1] = next
        var period = WalkForwardEstimation.period(regressed[index].result, regressed[index].rows, isInSample: false)
        period.guardedObservationCount = guarded
        periods.append(period)
      }
      let change = Self.largestChange(from: old, to: path)
      window.changes.append(change)
      window.isExact = window.changes.count >= block.count || path == old
      if let tolerance, change < tolerance { break }
      if let limit, window.changes.count >= limit { break }
    } while !window.isExact
    state = path[block.count]
    return (periods, window)
  }

  /// The largest `|ln v' − ln v|`, infinite where one of the two is missing.
  private static func largestChange(from old: [IdioVarianceState], to new: [IdioVarianceState]) -> Double {
    var largest = 0.0
    for (before, after) in zip(old, new) {
      guard before.variances.count == after.variances.count else { return .infinity }
      for (v, w) in zip(before.variances, after.variances) where v != w {
        if v.isNaN && w.isNaN { continue }
        guard v > 0, w > 0 else { return .infinity }
        largest = max(largest, abs(PortableMath.log(w) - PortableMath.log(v)))
      }
    }
    return largest
  }

  /// Scratch of a worker.
  private struct SweepWorkspace: ~Copyable {
    var solver: PeriodSolver
    var statistics = OrderStatistics()

    init(regression: CrossSectionalRegression, schema: PanelSchema, labelRanks: [[Int32]]) {
      solver = PeriodSolver(regression: regression, schema: schema, labelRanks: labelRanks)
    }
  }
}
