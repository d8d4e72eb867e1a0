/// A move of correlations towards one, variances unchanged.
///
/// The correlations `C` of a block become `(1 − α) C + α ddᵀ` with signs `d`, and those of the block with all other
/// factors are multiplied with `√(1 − α)`, which keeps the covariance positive semidefinite. Never of all factors at
/// once: the sign of a style is a convention, and returns of labels depend on how their zero sums are weighted.
public struct CorrelationStress: Hashable, Sendable {
  /// What is to move together.
  public enum Block: Hashable, Sendable {
    /// What the labels of a group return as a whole, `f_market + f_label`; the default, for group 0.
    ///
    /// Without a market only the first group has totals, the label returns themselves.
    case labelTotals(group: Int)
    /// Some factors, with the sign (1 or −1) by which each goes with the others.
    case factors([SignedFactor])
  }

  /// A factor with a sign.
  public struct SignedFactor: Hashable, Sendable {
    /// The factor's position in the model.
    public var factor: Int
    /// 1 or −1.
    public var sign: Double

    /// Makes a signed factor.
    public init(factor: Int, sign: Double = 1) {
      self.factor = factor
      self.sign = sign
    }
  }

  /// What is to move together.
  public var block: Block
  /// `α`: from 0, nothing changes, to 1, correlations of ±1.
  public var strength: Double

  /// Makes a stress.
  public init(block: Block = .labelTotals(group: 0), strength: Double) {
    self.block = block
    self.strength = strength
  }
}
