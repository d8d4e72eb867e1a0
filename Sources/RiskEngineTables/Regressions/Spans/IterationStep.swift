public import ModelStore
internal import RiskEngine

/// Puts the sums of all spans of a pass together, and makes the variances for the next pass of them.
public struct IterationStep: Sendable {
  /// The numbers of the iteration.
  public var weights: IdioWeights
  /// The number of passes before this one.
  public var passCount: Int
  /// The file of the variances that this pass was weighted by; `nil` before the first.
  public var variances: String?
  /// The file of the sums of all spans, `part` numbered through over them.
  public var sums: String
  /// The numbers of the periods of each part.
  public var parts: [IdioSumsCounts]

  /// Makes a step.
  public init(weights: IdioWeights, passCount: Int, variances: String?, sums: String, parts: [IdioSumsCounts]) {
    self.weights = weights
    self.passCount = passCount
    self.variances = variances
    self.sums = sums
    self.parts = parts
  }

  /// How far a pass moved the variances.
  public struct Result: Sendable, Encodable {
    /// The largest `|ln v' − ln v|`; null where it has no bound.
    @NullWhenNaN public var largestChange: Double
    /// The asset that moved most.
    public var asset: String?
    /// Whether all variances stayed.
    public var hasConverged: Bool
    /// Whether another pass is to be made.
    public var needsPass: Bool
    /// The numbers of the periods of the pass.
    public var counts: IdioSumsCounts
  }

  /// Runs the step: writes `variances.feather`.
  ///
  /// - Throws: `TableError`, `SpanTableError`, `StoreError`.
  public func run(output: OutputFolder) throws -> Result {
    let before = try variances.map { try IdioVarianceTable.read(path: $0) }?.first
    var assets = before?.assets ?? IdentifierTable()
    let sums = try IdioSumsTable.sum(path: self.sums, assets: &assets, counts: parts)
    var iteration =
      if let before {
        IdioIteration(
          settings: weights.iterated, after: passCount, variances: before.variances,
          weightVariances: before.weightVariances)
      } else {
        IdioIteration(settings: weights.iterated)
      }
    iteration.take(sums)
    var after = IdioVarianceTable(assets: assets)
    after.variances = iteration.variances
    after.weightVariances = iteration.weightVariances
    after.changes = iteration.changes
    after.observationCounts = sums.counts
    after.lastPeriods = sums.lastPeriods
    after.periodCount = sums.periodCount
    try IdioVarianceTable.write([after], to: output.stagingPath(of: SpanJob.variancesTable))
    try output.commit()
    let step = iteration.lastStep
    return Result(
      largestChange: step.map { $0.largestChange.isFinite ? $0.largestChange : .nan } ?? .nan,
      asset: step?.asset.map { assets[$0] }, hasConverged: iteration.hasConverged, needsPass: iteration.needsPass,
      counts: IdioSumsCounts(
        periods: sums.periodCount, skipped: parts.reduce(0) { $0 + $1.skipped }, guarded: sums.guardedCount))
  }
}
