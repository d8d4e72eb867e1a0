#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The normal distribution of mean 0 and variance 1.
public enum StandardNormal {
  /// The density `exp(−x²/2) / √(2π)`.
  public static func density(at x: Double) -> Double {
    // Half of x² is split at 2⁻²⁰ of x, so that its rounding does not grow in the exponential.
    let head = (x * 0x1p20).rounded(.toNearestOrEven) * 0x1p-20
    guard abs(x) < 40 else { return x.isNaN ? x : 0 }
    let tail = x - head
    return 0x1.9884533d43651p-2 * PortableMath.exp(-0.5 * head * head) * PortableMath.exp(-tail * (head + 0.5 * tail))
  }

  /// The probability of a value at most `x`.
  ///
  /// - Returns: relative error of a few units in the last place, in the far lower tail too.
  /// - Complexity: O(1).
  public static func cumulative(_ x: Double) -> Double {
    upperTail(-x)
  }

  /// The probability of a value above `x`: `½ erfc(x / √2)`.
  ///
  /// - Returns: relative error of a few units in the last place, in the far upper tail too.
  /// - Complexity: O(1).
  public static func upperTail(_ x: Double) -> Double {
    // The rounding of x / √2, about −y² ε relative in erfc(y), is carried as a first-order correction.
    let reciprocalRoot = 0x1.6a09e667f3bcdp-1
    let missingFromRoot = -0x1.bdd3413b26456p-55
    let y = x * reciprocalRoot
    let value = 0.5 * erfc(y)
    guard abs(x) < 38.5 else { return value }
    let rounding = (-y).addingProduct(x, reciprocalRoot) + x * missingFromRoot
    return value - rounding * 0x1.20dd750429b6dp-1 * PortableMath.exp(-y * y)
  }
}
