/// Eight numbers side by side, one of each of eight series, which go through the same operations.
///
/// Each lane has the bits that a number alone would have.
typealias Lanes = SIMD8<Double>

/// Which of eight series.
typealias LaneMask = SIMDMask<SIMD8<Int64>>

extension SIMD8 where Scalar == Double {
  /// Which are neither infinite nor NaN.
  @inline(__always)
  var isFinite: LaneMask { (self .< .infinity) .& (self .> -.infinity) }

  /// NaN where a mask does not hold.
  @inline(__always)
  func keeping(where mask: LaneMask) -> Lanes { Lanes(repeating: .nan).replacing(with: self, where: mask) }

  /// The magnitudes.
  @inline(__always)
  var magnitudes: Lanes { replacing(with: Lanes.zero - self, where: self .<= 0) }

  /// The square roots, each by the instruction: the vector's own calls the C library.
  @inline(__always)
  var squareRoots: Lanes {
    Lanes(
      self[0].squareRoot(), self[1].squareRoot(), self[2].squareRoot(), self[3].squareRoot(),
      self[4].squareRoot(), self[5].squareRoot(), self[6].squareRoot(), self[7].squareRoot())
  }
}

extension PortableMath {
  /// The natural logarithm of each lane, with the bits of `log(_:)`.
  @inline(__always)
  static func log(_ x: Lanes) -> Lanes {
    let isNormal = (x .>= Double.leastNormalMagnitude) .& (x .< .infinity)
    let normal = Lanes(repeating: 1).replacing(with: x, where: isNormal)
    var result = Lanes(lowHalf: log(normal: normal.lowHalf), highHalf: log(normal: normal.highHalf))
    result.replace(with: .nan, where: .!isNormal)
    // What is no number stays none; zeros, infinities and the tiniest numbers are rare.
    let isSpecial = .!isNormal .& (x .== x)
    if any(isSpecial) { for lane in 0..<8 where isSpecial[lane] { result[lane] = log(x[lane]) } }
    return result
  }
}
