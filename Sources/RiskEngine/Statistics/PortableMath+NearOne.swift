extension PortableMath {
  /// `ln(1 + x)`, within a few units in the last place also for small `x`.
  ///
  /// `x ln(u) / (u − 1)` with `u = 1 + x` rounded: both factors err alike (Higham, *Accuracy and Stability of Numerical
  /// Algorithms*, 2nd edition, 2002, section 1.14.1).
  ///
  /// - Returns: `-∞` at −1 and `NaN` below.
  public static func logOnePlus(_ x: Double) -> Double {
    let u = 1 + x
    guard u != 1, u > 0, u < .infinity else { return u == 1 ? x : log(u) }
    return log(u) * (x / (u - 1))
  }

  /// `exp(x) − 1`, within a few units in the last place also for small `x`.
  ///
  /// `x (u − 1) / ln(u)` with `u = exp(x)` rounded: both factors err alike (Higham, 2002, section 1.14.1).
  public static func expMinusOne(_ x: Double) -> Double {
    let u = exp(x)
    guard u != 1 else { return x }
    let difference = u - 1
    guard difference > -1, u < .infinity else { return difference }
    return difference * (x / log(u))
  }
}
