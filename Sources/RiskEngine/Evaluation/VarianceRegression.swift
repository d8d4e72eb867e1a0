/// The regression of squared returns on variance forecasts, `R² = a + b σ̂²`: ideal are `a = 0` and `b = 1`.
///
/// Source: J. Mincer and V. Zarnowitz, The Evaluation of Economic Forecasts, NBER, 1969.
public struct VarianceRegression: Hashable, Sendable {
  /// The number of periods.
  public let count: Int
  /// `a`; `nan` where the forecast never changes.
  public let intercept: Double
  /// `b`; `nan` where the forecast never changes.
  public let slope: Double
  /// The share of the variance of squared returns that the forecasts explain.
  ///
  /// Low even for a perfect forecast, which has `Var(σ²) / Var(R²)`.
  public let rSquared: Double
  /// `Var(σ̂²) / Var(R²)`, what `rSquared` would be if the forecasts were the true variances.
  public let attainableRSquared: Double

  /// Makes the regression from moments of forecasts and squared returns.
  init(_ moments: RunningCovariance) {
    count = moments.count
    slope = moments.slope
    intercept = moments.intercept
    let correlation = moments.correlation
    rSquared = correlation * correlation
    attainableRSquared = moments.squaresY > 0 ? moments.squaresX / moments.squaresY : .nan
  }
}
