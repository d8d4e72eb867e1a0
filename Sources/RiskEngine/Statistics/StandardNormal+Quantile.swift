// The quantile by rational approximation: the same bits on every platform, four at a time where the
// centre of the distribution is concerned.
//
// Source: M. J. Wichura, Algorithm AS 241: The Percentage Points of the Normal Distribution, Applied
// Statistics 37 (1988), 477-484, routine PPND16, relative accuracy about 1e-16.

extension StandardNormal {
  /// The largest |p − ½| for which the central approximation holds.
  static let centralHalfWidth = 0.425

  /// The value that a standard normal number stays below with probability `p`.
  ///
  /// - Returns: `−∞` at 0 and `∞` at 1.
  /// - Precondition: `p` is between 0 and 1.
  /// - Complexity: O(1).
  public static func quantile(_ p: Double) -> Double {
    precondition(p >= 0 && p <= 1, "a probability of \(p)")
    let centred = p - 0.5
    if abs(centred) <= centralHalfWidth { return centralQuantile(SIMD4(repeating: centred))[0] }
    return centred < 0 ? -tailQuantile(p) : tailQuantile(1 - p)
  }

  /// The value that a standard normal number exceeds with probability `p`, accurate for the smallest `p`.
  ///
  /// - Returns: `∞` at 0 and `−∞` at 1.
  /// - Precondition: `p` is between 0 and 1.
  /// - Complexity: O(1).
  public static func upperQuantile(_ p: Double) -> Double {
    -quantile(p)
  }

  /// The quantiles of four probabilities given as `p − ½`.
  ///
  /// `p − ½` of every uniform number drawn by `RandomStream` is exact, also where `p` itself would round to 1.
  ///
  /// - Parameter centred: four numbers between −½ and ½, neither end included.
  @inline(__always)
  static func quantiles(centred: SIMD4<Double>) -> SIMD4<Double> {
    let signBit = SIMD4<UInt64>(repeating: 1 << 63)
    let bits = PortableMath.bitPatterns(centred)
    let magnitude = PortableMath.doubles(bits & ~signBit)
    let central = PortableMath.bitPatterns(centralQuantile(centred))
    // All ones where the central approximation does not hold, by the sign of the distance to its bound.
    let outside =
      SIMD4<UInt64>.zero
      &- (PortableMath.bitPatterns(SIMD4(repeating: centralHalfWidth) - magnitude) &>> SIMD4(repeating: 63))
    guard (outside[0] | outside[1] | outside[2] | outside[3]) != 0 else { return PortableMath.doubles(central) }
    let tail = PortableMath.bitPatterns(tailQuantiles(SIMD4(repeating: 0.5) - magnitude)) | (bits & signBit)
    return PortableMath.doubles((central & ~outside) | (tail & outside))
  }

  /// The quantile where |p − ½| is at most 0.425: `q N(0.425² − q²) / D(0.425² − q²)`.
  @inline(__always)
  static func centralQuantile(_ q: SIMD4<Double>) -> SIMD4<Double> {
    let r = SIMD4(repeating: 0.180625) - q * q
    let numerator = polynomial(
      r, 2.5090809287301226727e+3, 3.3430575583588128105e+4, 6.7265770927008700853e+4, 4.5921953931549871457e+4,
      1.3731693765509461125e+4, 1.9715909503065514427e+3, 1.3314166789178437745e+2, 3.3871328727963666080e+0)
    let denominator = polynomial(
      r, 5.2264952788528545610e+3, 2.8729085735721942674e+4, 3.9307895800092710610e+4, 2.1213794301586595867e+4,
      5.3941960214247511077e+3, 6.8718700749205790830e+2, 4.2313330701600911252e+1, 1)
    return q * numerator / denominator
  }

  /// The positive quantile of upper-tail probability `p`, at most 0.075, through `√(−ln p)`.
  private static func tailQuantile(_ p: Double) -> Double {
    guard p > 0 else { return .infinity }
    let root = (-PortableMath.log(p)).squareRoot()
    return (root <= 5 ? nearTail(SIMD4(repeating: root - 1.6)) : farTail(SIMD4(repeating: root - 5)))[0]
  }

  /// The positive quantiles of four upper-tail probabilities, none of them subnormal.
  @inline(__always)
  private static func tailQuantiles(_ p: SIMD4<Double>) -> SIMD4<Double> {
    let root = (SIMD4.zero - PortableMath.log(normal: p)).squareRoot()
    var result = nearTail(root - SIMD4(repeating: 1.6))
    if root.max() > 5 {
      let far = farTail(root - SIMD4(repeating: 5))
      for lane in 0..<4 where root[lane] > 5 { result[lane] = far[lane] }
    }
    return result
  }

  /// The approximation for `√(−ln p)` between 1.6 and 5, given its excess over 1.6.
  @inline(__always)
  private static func nearTail(_ r: SIMD4<Double>) -> SIMD4<Double> {
    let numerator = polynomial(
      r, 7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258e+0,
      3.64784832476320460504e+0, 5.76949722146069140550e+0, 4.63033784615654529590e+0, 1.42343711074968357734e+0)
    let denominator = polynomial(
      r, 1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
      6.89767334985100004550e-1, 1.67638483018380384940e+0, 2.05319162663775882187e+0, 1)
    return numerator / denominator
  }

  /// The approximation for `√(−ln p)` above 5, given its excess over 5.
  @inline(never)
  private static func farTail(_ r: SIMD4<Double>) -> SIMD4<Double> {
    let numerator = polynomial(
      r, 2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
      2.96560571828504891230e-1, 1.78482653991729133580e+0, 5.46378491116411436990e+0, 6.65790464350110377720e+0)
    let denominator = polynomial(
      r, 2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
      1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1)
    return numerator / denominator
  }

  /// A polynomial of degree 7 by Horner's rule, its coefficients from the highest power down.
  @inline(__always)
  private static func polynomial(
    _ x: SIMD4<Double>, _ c7: Double, _ c6: Double, _ c5: Double, _ c4: Double, _ c3: Double, _ c2: Double,
    _ c1: Double, _ c0: Double
  ) -> SIMD4<Double> {
    var value = SIMD4(repeating: c7) * x + SIMD4(repeating: c6)
    value = value * x + SIMD4(repeating: c5)
    value = value * x + SIMD4(repeating: c4)
    value = value * x + SIMD4(repeating: c3)
    value = value * x + SIMD4(repeating: c2)
    value = value * x + SIMD4(repeating: c1)
    return value * x + SIMD4(repeating: c0)
  }
}
