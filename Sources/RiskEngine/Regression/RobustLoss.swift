/// The loss that a cross-sectional regression minimizes over scaled idio returns `u = e √w / ŝ`.
public enum RobustLoss: Hashable, Sendable {
  /// Squares: least squares.
  case squares
  /// Huber (1964): quadratic within `k`, linear beyond. `k = 1.345` has 95 % efficiency for normal data.
  case huber(k: Double = 1.345)
  /// Tukey's bisquare, started from Huber's solution: nothing beyond `k` counts. `k = 4.685` has 95 %
  /// efficiency for normal data.
  case bisquare(k: Double = 4.685)

  /// `ψ(u) / u`, the factor by which a weight is multiplied; 1 at 0, never negative.
  func weightFactor(_ u: Double) -> Double {
    switch self {
    case .squares: return 1
    case .huber(let k): return abs(u) <= k ? 1 : k / abs(u)
    case .bisquare(let k):
      guard abs(u) < k else { return 0 }
      let rest = 1 - (u / k) * (u / k)
      return rest * rest
    }
  }

  /// `ψ′(u)`.
  func derivative(_ u: Double) -> Double {
    switch self {
    case .squares: return 1
    case .huber(let k): return abs(u) <= k ? 1 : 0
    case .bisquare(let k):
      guard abs(u) < k else { return 0 }
      let square = (u / k) * (u / k)
      return (1 - square) * (1 - 5 * square)
    }
  }
}
