internal import LinAlg

/// How far the time-series forecast of an asset can be relied on: `γ` between 0, not at all, and 1, wholly.
///
///     γ = min(1, max(0, (N − N₀) / (N₁ − N₀))) · min(1, e^(1 − Z)),   Z = |σ_eq − σ̃| / σ̃
///
/// with `N` the observations in the window, `σ̃` their interquartile range over 1.35, and `σ_eq` the root of their mean
/// square, each return brought back to `±10 σ̃`. `γ` is 0 where `σ̃` is. Menchero, Orr and Wang, *The Barra US Equity
/// Model (USE4)*, 2011, section 5.1, say of the coefficient that it is 1 of assets with few missing returns and no
/// excessive tails, and 0 where either is strongly violated; this form of it is our own choice.
public struct ReliabilityRule: Hashable, Sendable {
  /// How far a return may be from 0 in units of `σ̃`.
  static let clip = 10.0
  /// The interquartile range of a standard normal, to the digits that the formula has.
  static let quartileRange = 1.35

  /// The periods of the window.
  public var window: Int
  /// `N₀`: the most observations of which nothing can be relied on.
  public var noneCount: Int
  /// `N₁`: the fewest observations with which the count takes nothing away.
  public var fullCount: Int

  /// Makes a rule; the default is for days: more than 60, at best 180, of 252.
  public init(window: Int = 252, noneCount: Int = 60, fullCount: Int = 180) {
    self.window = window
    self.noneCount = noneCount
    self.fullCount = fullCount
  }

  /// `γ` of the first `count` of some observations, which ascend.
  ///
  /// - Complexity: O(`count`).
  func coefficient(ofSorted values: Span<Double>, from start: Int, count: Int) -> Double {
    guard count > noneCount, count > 1 else { return 0 }
    let sorted = values.extracting(start..<start + count)
    let scale = (Self.quartile(0.75, sorted) - Self.quartile(0.25, sorted)) / Self.quartileRange
    guard scale > 0 else { return 0 }
    let size = (WindowSums.clippedSquares(sorted, bound: Self.clip * scale) / Double(count)).squareRoot()
    let distance = abs(size - scale) / scale
    let ramp = count >= fullCount ? 1 : Double(count - noneCount) / Double(fullCount - noneCount)
    return distance > 1 ? ramp * PortableMath.exp(1 - distance) : ramp
  }

  /// The type-7 quantile.
  @inline(__always)
  private static func quartile(_ probability: Double, _ sorted: Span<Double>) -> Double {
    let position = Double(sorted.count - 1) * probability
    let below = Int(position)
    guard below + 1 < sorted.count else { return sorted[below] }
    return sorted[below] + (position - Double(below)) * (sorted[below + 1] - sorted[below])
  }
}
