/// What iteratively reweighted least squares came to.
struct RobustFit {
  /// Changes of every factor return below this many standard errors end the iteration.
  static let tolerance = 1e-10
  /// The most iterations, over all stages.
  static let maximumIterations = 200
  /// `1 / Φ⁻¹(3/4)`: the median of |u| of a standard normal u is 0.67448975019608174.
  static let medianToDeviation = 1 / 0.674_489_750_196_081_743

  /// The factor returns.
  var factorReturns: [Double]
  /// The variance `σ²` that goes with the original normal equations.
  var variance: Double
  /// The number of iterations.
  var iterations: Int
  /// Whether the last stage converged.
  var hasConverged: Bool

  /// The losses to minimize one after the other: the bisquare's is not convex and starts from Huber's.
  static func stages(of loss: RobustLoss) -> [RobustLoss] {
    if case .bisquare = loss { return [.huber(), loss] }
    return [loss]
  }

  /// `ŝ² κ² [Σψ² / (n − m)] / [Σψ′ / n]²` with `κ = 1 + (m / n) var ψ′ / (mean ψ′)²` (Huber, *Robust
  /// Statistics*, 1981, section 7.6).
  static func variance(
    loss: RobustLoss, residuals: [Double], weights: [Double], scale: Double, rowCount: Int,
    regressedCount: Int, parameterCount: Int
  ) -> Double {
    let count = Double(regressedCount)
    let parameters = Double(parameterCount)
    var influence = 0.0
    var derivative = 0.0
    var derivativeSquares = 0.0
    for row in 0..<rowCount where weights[row] > 0 {
      let u = residuals[row] * weights[row].squareRoot() / scale
      let psi = u * loss.weightFactor(u)
      let slope = loss.derivative(u)
      influence += psi * psi
      derivative += slope
      derivativeSquares += slope * slope
    }
    let mean = derivative / count
    let spread = derivativeSquares / count - mean * mean
    let correction = 1 + parameters / count * spread / (mean * mean)
    return scale * scale * correction * correction * (influence / (count - parameters)) / (mean * mean)
  }
}
