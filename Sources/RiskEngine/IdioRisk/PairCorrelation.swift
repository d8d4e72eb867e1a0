/// The correlation of two assets' standardized idio returns over the periods in which both are observed.
///
/// With the weights `ω` renormalized over those periods, no mean removed, and `ũ = u / √(Σ ω u²)`:
/// `r = Σ ω ũ_i ũ_j` and `θ = Σ ω (ũ_i ũ_j − r)²` (Cai and Liu, J. Am. Stat. Assoc. 106, 2011, 672–684).
struct PairCorrelation: Equatable, Sendable {
  /// The periods in which both are observed.
  var commonCount = 0
  /// `(Σ ω)² / Σ ω²` over those, 0 where there are none.
  var effectiveCount = 0.0
  /// `r`, from −1 to 1; NaN where an asset's returns over the common periods are all zero, or there are none.
  var correlation = Double.nan
  /// `θ`; NaN where `r` is.
  var productVariance = Double.nan

  /// Computes it, in two passes over the periods in their order.
  ///
  /// - Complexity: O(periods).
  init(_ x: Span<Float>, _ y: Span<Float>, weights: Span<Double>) {
    precondition(x.count == weights.count && y.count == weights.count, "\(x.count), \(y.count), \(weights.count)")
    var weight = 0.0
    var squaredWeight = 0.0
    var xx = 0.0
    var yy = 0.0
    var xy = 0.0
    for t in x.indices {
      let a = Double(x[t])
      let b = Double(y[t])
      guard a == a, b == b else { continue }
      let w = weights[t]
      weight += w
      squaredWeight += w * w
      xx += w * a * a
      yy += w * b * b
      xy += w * a * b
      commonCount += 1
    }
    guard commonCount > 0 else { return }
    effectiveCount = weight * weight / squaredWeight
    guard xx > 0, yy > 0 else { return }
    let scale = xx.squareRoot() * yy.squareRoot()
    // Rounding alone takes the magnitude beyond 1.
    let correlation = max(-1, min(1, xy / scale))
    let perProduct = weight / scale
    var deviations = 0.0
    for t in x.indices {
      let a = Double(x[t])
      let b = Double(y[t])
      guard a == a, b == b else { continue }
      let deviation = a * b * perProduct - correlation
      deviations += weights[t] * deviation * deviation
    }
    self.correlation = correlation
    productVariance = deviations / weight
  }
}
