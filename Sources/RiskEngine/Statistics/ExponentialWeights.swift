internal import LinAlg

/// Weights that halve with age.
public enum ExponentialWeights {
  /// The factor by which a weight shrinks in one period, `2^(−1/half-life)`; 1 for an infinite half-life.
  ///
  /// - Precondition: `halfLife` is positive.
  public static func decay(halfLife: Double) -> Double {
    precondition(halfLife > 0, "a half-life of \(halfLife)")
    return halfLife == .infinity ? 1 : PortableMath.exp(-0.693_147_180_559_945_3 / halfLife)
  }

  /// The weights of a window, the oldest first; the latest is 1.
  ///
  /// - Complexity: O(`count`).
  public static func window(count: Int, halfLife: Double) -> [Double] {
    guard halfLife.isFinite else { return Array(repeating: 1, count: count) }
    let rate = 0.693_147_180_559_945_3 / halfLife
    return (0..<count).map { PortableMath.exp(-rate * Double(count - 1 - $0)) }
  }
}
