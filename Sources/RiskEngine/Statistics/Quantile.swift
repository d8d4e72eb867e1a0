/// Sample quantiles.
public enum Quantile {
  /// The type-7 quantile: linear interpolation between order statistics at `(n − 1) p` (Hyndman and Fan,
  /// *The American Statistician* 50, 1996).
  ///
  /// - Parameters:
  ///   - probability: between 0 and 1.
  ///   - sorted: at least one number, ascending.
  public static func interpolated(_ probability: Double, ofSorted sorted: [Double]) -> Double {
    precondition((0...1).contains(probability), "a quantile of probability \(probability)")
    let position = Double(sorted.count - 1) * probability
    let below = Int(position)
    guard below + 1 < sorted.count else { return sorted[sorted.count - 1] }
    return sorted[below] + (position - Double(below)) * (sorted[below + 1] - sorted[below])
  }
}
