// Goals, in this order: the same bits wherever doubles are IEEE 754 (only additions, multiplications,
// divisions and moves of bits, in a fixed order, never a fused multiply-add); an error below one unit in
// the last place; speed.
//
// Sources: the logarithm and the exponential of FreeBSD's msun (e_log.c, e_exp.c), originally fdlibm,
// Copyright (C) 1993 by Sun Microsystems, Inc.: "Permission to use, copy, modify, and distribute this
// software is freely granted, provided that this notice is preserved."

/// Elementary functions that give the same bits on every platform, which those of a C library do not.
///
/// Random numbers go through these, so that a seed names one market everywhere.
public enum PortableMath {
  /// The high part of ln 2: its low 32 bits are zero, so that a whole multiple of it is exact.
  private static let naturalLogOf2High = 0x1.62e42feep-1
  /// What is missing from the high part of ln 2.
  private static let naturalLogOf2Low = 0x1.a39ef35793c76p-33

  /// The natural logarithm.
  ///
  /// - Returns: `-∞` at 0 and `NaN` below; otherwise within one unit in the last place.
  /// - Complexity: O(1), about 25 operations.
  public static func log(_ x: Double) -> Double {
    guard x > 0, x < .infinity else { return x == 0 ? -.infinity : (x < 0 ? .nan : x) }
    let isSubnormal = x < .leastNormalMagnitude
    return log(normal: SIMD4(repeating: isSubnormal ? x * 0x1p54 : x), times2To: isSubnormal ? -54 : 0)[0]
  }

  /// The natural logarithms of four positive normal numbers, each times a power of 2.
  ///
  /// Not inlined: beside a square root, which is taken lane by lane, it would be torn into lanes too.
  @inline(never)
  static func log(normal x: SIMD4<Double>, times2To power: Double = 0) -> SIMD4<Double> {
    // x = 2^exponent (1 + f) with 1 + f from √½ to √2.
    let rootOfHalf = SIMD4<UInt64>(repeating: 0x3FE6_A09E_0000_0000)
    let shifted = bitPatterns(x) &+ (SIMD4(repeating: 1.0.bitPattern) &- rootOfHalf)
    let biased = (shifted &>> SIMD4(repeating: 52)) | SIMD4(repeating: 0x1p52.bitPattern)
    let exponent = (doubles(biased) - (0x1p52 + 1023)) + power
    let f = doubles((shifted & SIMD4(repeating: 0x000F_FFFF_FFFF_FFFF)) &+ rootOfHalf) - 1

    let s = f / (f + 2)
    let z = s * s
    let w = z * z
    let even = w * (w * (w * 0x1.39a09d078c69fp-3 + 0x1.c71c51d8e78afp-3) + 0x1.999999997fa04p-2)
    let oddTail = w * (w * 0x1.2f112df3e5244p-3 + 0x1.7466496cb03dep-3) + 0x1.2492494229359p-2
    let odd = z * (w * oddTail + 0x1.5555555555593p-1)
    let halfSquare = f * 0.5 * f
    let fraction = s * (halfSquare + (odd + even)) + exponent * naturalLogOf2Low - halfSquare + f
    return fraction + exponent * naturalLogOf2High
  }

  /// The doubles that four bit patterns stand for.
  @inline(__always)
  static func doubles(_ patterns: SIMD4<UInt64>) -> SIMD4<Double> {
    SIMD4(
      Double(bitPattern: patterns[0]), Double(bitPattern: patterns[1]),
      Double(bitPattern: patterns[2]), Double(bitPattern: patterns[3]))
  }

  /// The bit patterns of four doubles.
  @inline(__always)
  static func bitPatterns(_ x: SIMD4<Double>) -> SIMD4<UInt64> {
    SIMD4(x[0].bitPattern, x[1].bitPattern, x[2].bitPattern, x[3].bitPattern)
  }

  /// The exponential.
  ///
  /// - Returns: a value within one unit in the last place; 0 below and `∞` above the range of doubles.
  /// - Complexity: O(1), about 20 operations.
  public static func exp(_ x: Double) -> Double {
    guard x == x else { return x }
    if x > 709.782712893384 { return .infinity }
    if x < -745.1332191019412 { return 0 }
    // x = k ln 2 + r with |r| at most ½ ln 2, and r = high − low.
    let k = (x * 0x1.71547652b82fep0).rounded(.toNearestOrEven)
    let high = x - k * naturalLogOf2High
    let low = k * naturalLogOf2Low
    let r = high - low
    let square = r * r
    let c =
      r - square
      * (0x1.555555555553ep-3
        + square
        * (-0x1.6c16c16bebd93p-9
          + square * (0x1.1566aaf25de2cp-14 + square * (-0x1.bbd41c5d26bf1p-20 + square * 0x1.6376972bea4d0p-25))))
    let y = 1 + (r * c / (2 - c) - low + high)
    // In two steps, since 2^1024 is none and below the normal numbers one rounding must suffice.
    let exponent = Int(k)
    if exponent > 1023 { return y * 2 * 0x1p1023 }
    if exponent < -1021 { return y * power(of2: exponent + 1000) * 0x1p-1000 }
    return y * power(of2: exponent)
  }

  /// The hyperbolic tangent, by the exponential of twice the magnitude.
  static func tanh(_ x: Double) -> Double {
    let size = abs(x)
    // Below, the difference of nearly equal numbers would cancel.
    guard size > 0x1p-6 else {
      let square = x * x
      return x * (1 - square / 3 * (1 - 0.4 * square))
    }
    guard size < 20 else { return x < 0 ? -1 : 1 }
    let e = exp(2 * size)
    let value = (e - 1) / (e + 1)
    return x < 0 ? -value : value
  }

  /// 2 to a power between −1022 and 1023.
  private static func power(of2 exponent: Int) -> Double {
    Double(bitPattern: UInt64(1023 + exponent) << 52)
  }
}
