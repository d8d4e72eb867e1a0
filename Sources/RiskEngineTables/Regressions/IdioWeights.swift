public import RiskEngine

/// Regression weights out of the regressions' own idio returns: inverse idio variances.
public struct IdioWeights: Sendable {
  /// How the idio variances come about.
  public enum Kind: Hashable, Sendable {
    /// Iterated over all periods: every period's weights know the whole sample.
    case iterated
    /// Iterated up to a date; after it each period's weights are known before it.
    case walkForward(initial: RiskModelSettings.Initial)
  }

  /// How the idio variances come about.
  public var kind: Kind
  /// The numbers of the iteration.
  public var iterated: IteratedEstimation.Settings
  /// The numbers of the walk.
  public var walkForward: WalkForwardSettings

  /// Makes weights.
  ///
  /// - Parameters:
  ///   - kind: how the idio variances come about.
  ///   - iterated: the numbers of the iteration.
  ///   - halfLife: that of the variances of the walk, in observations; default 84.
  public init(kind: Kind, iterated: IteratedEstimation.Settings = IteratedEstimation.Settings(), halfLife: Double = 84)
  {
    self.kind = kind
    self.iterated = iterated
    walkForward = WalkForwardSettings(
      halfLife: halfLife, weighting: iterated.weighting, leverageGuard: iterated.leverageGuard)
  }

  /// The last date of the iterated span of some periods.
  ///
  /// - Parameter periods: their dates, ascending.
  /// - Throws: `RiskModelSplitError`.
  func splitDate(of periods: [CalendarDate]) throws -> CalendarDate? {
    var settings = RiskModelSettings()
    switch kind {
    case .iterated: settings.estimation = .iterated
    case .walkForward(let initial):
      settings.estimation = .walkForward
      settings.initial = initial
    }
    return try settings.splitDate(of: periods)
  }
}
