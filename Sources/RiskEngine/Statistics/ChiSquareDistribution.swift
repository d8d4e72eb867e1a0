#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The chi-square distribution: of the sum of squares of independent standard normal numbers.
public struct ChiSquareDistribution: Hashable, Sendable {
  /// The number of squares; any positive number.
  public let degreesOfFreedom: Double

  /// Makes the distribution.
  ///
  /// - Precondition: `degreesOfFreedom` is positive and finite.
  public init(degreesOfFreedom: Double) {
    precondition(degreesOfFreedom > 0 && degreesOfFreedom < .infinity, "\(degreesOfFreedom) degrees of freedom")
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// The density at `x`.
  public func density(at x: Double) -> Double {
    x < 0 ? 0 : 0.5 * GammaFunction.density(shape: 0.5 * degreesOfFreedom, at: 0.5 * x)
  }

  /// The probability of a value at most `x`.
  ///
  /// - Complexity: O(1) in the tails, O(√degreesOfFreedom) near the mean.
  public func cumulative(_ x: Double) -> Double {
    x <= 0 ? 0 : GammaFunction.regularizedLower(shape: 0.5 * degreesOfFreedom, at: 0.5 * x)
  }

  /// The probability of a value above `x`.
  ///
  /// - Complexity: O(1) in the tails, O(√degreesOfFreedom) near the mean.
  public func upperTail(_ x: Double) -> Double {
    x <= 0 ? 1 : GammaFunction.regularizedUpper(shape: 0.5 * degreesOfFreedom, at: 0.5 * x)
  }

  /// The value that is not exceeded with probability `p`.
  ///
  /// - Returns: 0 at 0 and `∞` at 1.
  /// - Precondition: `p` is between 0 and 1.
  /// - Complexity: a few evaluations of the distribution.
  public func quantile(_ p: Double) -> Double {
    precondition(p >= 0 && p <= 1, "a probability of \(p)")
    if p == 0 { return 0 }
    if p == 1 { return .infinity }
    return p <= 0.5 ? solve(lowerTail: p) : solve(upperTail: 1 - p)
  }

  /// The value that is exceeded with probability `p`, accurate for the smallest `p`.
  ///
  /// - Returns: `∞` at 0 and 0 at 1.
  /// - Precondition: `p` is between 0 and 1.
  /// - Complexity: a few evaluations of the distribution.
  public func upperQuantile(_ p: Double) -> Double {
    precondition(p >= 0 && p <= 1, "a probability of \(p)")
    if p == 0 { return .infinity }
    if p == 1 { return 0 }
    return p <= 0.5 ? solve(upperTail: p) : solve(lowerTail: 1 - p)
  }

  /// Where the lower tail is `p`.
  private func solve(lowerTail p: Double) -> Double {
    // Where x is small, P ≈ (x/2)^a / Γ(a + 1): the start there, and an upper bound of P everywhere.
    let a = 0.5 * degreesOfFreedom
    let smallest = 2 * exp((log(p) + GammaFunction.logarithm(a + 1)) / a)
    let start = wilsonHilferty(StandardNormal.quantile(p))
    return solve(from: max(start, smallest), target: p, direction: 1, tail: cumulative)
  }

  /// Where the upper tail is `p`.
  private func solve(upperTail p: Double) -> Double {
    let start = wilsonHilferty(StandardNormal.upperQuantile(p))
    return solve(from: max(start, 0x1p-60), target: p, direction: -1, tail: upperTail)
  }

  /// Wilson and Hilferty's approximation (1931): the cube root is nearly normal.
  private func wilsonHilferty(_ z: Double) -> Double {
    let spread = 2 / (9 * degreesOfFreedom)
    let root = 1 - spread + z * spread.squareRoot()
    return root <= 0 ? 0 : degreesOfFreedom * root * root * root
  }

  /// Newton's method for the logarithm of a tail in the logarithm of `x`, kept inside a shrinking bracket.
  ///
  /// Both tails are log-concave in `ln x`: after at most one step to the side where the tail is small the
  /// iteration converges from there. A step so long that the tail is 0 is halved, in logarithms.
  private func solve(
    from start: Double, target: Double, direction: Double, tail: (Double) -> Double
  ) -> Double {
    var (low, high) = (0.0, Double.infinity)
    var x = start
    for _ in 0..<200 {
      let value = tail(x)
      let excess = direction * (value - target)
      if excess == 0 { return x }
      if excess > 0 { high = x } else { low = x }
      let slope = density(at: x) * x
      let next = x * exp(-direction * value * log(value / target) / slope)
      // The step is quadratic: the one after such a small one would be below a rounding.
      if abs(next - x) <= 0x1p-40 * x { return next }
      if next > low && next < high {
        x = next
      } else if high == .infinity {
        x *= 16
      } else {
        x = low > 0 ? low.squareRoot() * high.squareRoot() : high / 16
      }
    }
    return x
  }
}
