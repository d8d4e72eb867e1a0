/// How a second moment of factor returns is averaged over time.
public struct FactorMoment: Hashable, Sendable {
  /// The age in periods at which a weight has halved; `.infinity` for equal weights.
  public var halfLife: Double
  /// `L`: the number of lags of the Newey-West terms; 0 for none.
  public var lags: Int

  /// Makes a moment.
  public init(halfLife: Double, lags: Int) {
    self.halfLife = halfLife
    self.lags = lags
  }

  /// The effective number of `count` periods, `(1 + λ)/(1 − λ) · (1 − λᵀ)/(1 + λᵀ)`.
  ///
  /// - Complexity: O(1).
  func effectiveCount(of count: Int) -> Double {
    guard halfLife.isFinite else { return Double(count) }
    let rate = 0.693_147_180_559_945_3 / halfLife
    // Both ratios are hyperbolic tangents, which lose nothing where λ is near 1.
    return PortableMath.tanh(0.5 * rate * Double(count)) / PortableMath.tanh(0.5 * rate)
  }
}
