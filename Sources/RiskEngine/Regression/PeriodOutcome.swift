/// What became of one period's regression.
///
/// What the data did is a result, not an error.
public enum PeriodOutcome: Hashable, Sendable {
  /// Every factor present was estimated.
  case estimated
  /// Some of it was estimated, and what was is right.
  case degraded(Degradation)
  /// Nothing was estimated.
  case failed(Failure)

  /// Why a period was estimated only in part.
  public enum Degradation: Hashable, Sendable {
    /// The table of two groups falls into this many blocks that share no label: the level of one block
    /// cannot be told from its labels' factors.
    case confoundedGroups(components: Int)
    /// This many combinations of factors explain nothing; the factors in them are missing.
    case rank(deficiency: Int)
    /// Reweighting had not settled after this many iterations, the most there are or those before a factor
    /// lost all of its assets; the last fit is given.
    case noConvergence(iterations: Int)
  }

  /// Why a period was not estimated.
  public enum Failure: Hashable, Sendable {
    /// Fewer assets can be regressed than are needed.
    case tooFewAssets(found: Int, needed: Int)
    /// All constraint weights of a group are zero.
    case noConstraintWeight(group: String)
    /// Too much of the estimation universe, by cap, has no return.
    case missingReturns(share: Double)
    /// There is no factor: no market, no style, and no label with a member.
    case noFactor
    /// A block of the idio covariance, with these rows of the cross-section, is not positive definite.
    case indefiniteIdioCovariance(rows: [Int])
  }

  /// Whether there are factor returns.
  public var hasEstimate: Bool {
    if case .failed = self { false } else { true }
  }
}

extension PeriodOutcome: CustomStringConvertible {
  /// `estimated`, `degraded: <why>` or `failed: <why>`.
  public var description: String {
    switch self {
    case .estimated: "estimated"
    case .degraded(.confoundedGroups): "degraded: confounded groups"
    case .degraded(.rank): "degraded: rank"
    case .degraded(.noConvergence): "degraded: no convergence"
    case .failed(.tooFewAssets): "failed: too few assets"
    case .failed(.noConstraintWeight): "failed: no constraint weight"
    case .failed(.missingReturns): "failed: missing returns"
    case .failed(.noFactor): "failed: no factor"
    case .failed(.indefiniteIdioCovariance): "failed: idio covariance not positive definite"
    }
  }
}
