/// An iterated estimate of idio variances between two passes: what weighs the next pass, and how far the last one moved
/// it.
public struct IdioIteration: Sendable {
  /// The numbers of the iteration.
  public let settings: IteratedEstimation.Settings
  /// `v` of each asset's code, as a fraction squared per period; empty before the first pass of a start from 1.
  public private(set) var variances: [Double]
  /// The copy of them, floored and shrunk, whose inverses are the regression weights.
  public private(set) var weightVariances: [Double]
  /// `|ln v' − ln v|` of the last pass, for each asset with enough observations; `nan` for others.
  public private(set) var changes: [Double] = []
  /// The number of passes.
  public private(set) var passCount: Int
  /// The last pass; `nil` before the first.
  public private(set) var lastStep: ConvergenceStep?
  /// What the variance of an asset is taken to have been that had none.
  private let startingVariance: Double

  /// Begins.
  ///
  /// - Parameters:
  ///   - settings: the numbers of the iteration.
  ///   - start: a variance for each asset's code to start from, in place of 1.
  public init(settings: IteratedEstimation.Settings, startingFrom start: [Double]? = nil) {
    self.settings = settings
    variances = start ?? []
    weightVariances = variances
    passCount = 0
    startingVariance = start == nil ? 1 : .nan
  }

  /// Goes on after passes whose results were kept elsewhere.
  ///
  /// - Parameters:
  ///   - settings: the numbers of the iteration.
  ///   - passCount: the number of passes so far, at least 1.
  ///   - variances: `v` of each asset's code after them.
  ///   - weightVariances: the copy of them used as weights.
  public init(
    settings: IteratedEstimation.Settings, after passCount: Int, variances: [Double], weightVariances: [Double]
  ) {
    self.settings = settings
    self.variances = variances
    self.weightVariances = weightVariances
    self.passCount = passCount
    startingVariance = 1
  }

  /// Whether all variances stayed in the last pass.
  public var hasConverged: Bool { lastStep.map { $0.largestChange < settings.tolerance } ?? false }

  /// Whether another pass is to be made.
  public var needsPass: Bool { !hasConverged && passCount < settings.passes }

  /// Takes the sums of a pass.
  ///
  /// - Complexity: O(N log N) for N assets.
  public mutating func take(_ sums: IdioSums) {
    let next = sums.variances(minimumObservations: settings.minimumObservations)
    changes = sums.changes(
      from: variances, start: startingVariance, to: next, minimumObservations: settings.minimumObservations)
    variances = next
    weigh()
    passCount += 1
    lastStep = ConvergenceStep(iteration: passCount, changes: changes)
  }

  /// Puts structural variances in the place of those of assets with too few observations; see `StructuralVariances`.
  ///
  /// - Parameters:
  ///   - counts: the number of observations of each asset's code.
  ///   - crossSection: the last cross-section of the span.
  ///   - regression: the regressions.
  ///   - schema: the columns.
  ///   - labels: the label table of each group.
  /// - Complexity: one regression.
  public mutating func fill(
    counts: [Int32], crossSection: CrossSection, regression: CrossSectionalRegression, schema: PanelSchema,
    labels: [IdentifierTable]
  ) {
    guard counts.contains(where: { $0 < settings.minimumObservations }) else { return }
    StructuralVariances.fill(
      &variances, isOwn: counts.map { $0 >= settings.minimumObservations }, crossSection: crossSection,
      regression: regression, schema: schema, labels: labels)
    weigh()
  }

  private mutating func weigh() {
    var statistics = OrderStatistics()
    weightVariances = settings.weighting.weightVariances(variances, isOrdered: false, statistics: &statistics)
  }

  /// What became of an asset.
  ///
  /// - Parameters:
  ///   - count: the number of its observations.
  ///   - lastPeriod: the last period in which it had an idio return, or -1.
  ///   - change: `|ln v' − ln v|` of the last pass.
  public func verdict(count: Int32, lastPeriod: Int32, change: Double) -> IdioVarianceEstimate.Verdict {
    if lastPeriod < 0 { return .absent }
    if count < settings.minimumObservations { return .tooFewObservations(count: Int(count)) }
    return change < settings.tolerance ? .converged : .notConverged(change: change)
  }
}
