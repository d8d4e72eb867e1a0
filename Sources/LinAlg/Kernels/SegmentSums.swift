#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Loads, stores and sums of four doubles at a time.
///
/// Four partial sums are kept, lane by lane, and added at the end; a remainder of fewer than four is
/// read together with what follows it, which is then set to zero.
enum SegmentSums {
  /// Four consecutive numbers.
  @inline(__always)
  static func load(_ source: UnsafePointer<Double>) -> SIMD4<Double> {
    unsafe UnsafeRawPointer(source).loadUnaligned(as: SIMD4<Double>.self)
  }

  /// Writes four consecutive numbers.
  @inline(__always)
  static func store(_ value: SIMD4<Double>, to target: UnsafeMutablePointer<Double>) {
    unsafe UnsafeMutableRawPointer(target).storeBytes(of: value, as: SIMD4<Double>.self)
  }

  /// The first `count` lanes from memory, and zeros in the others: nothing is read behind them.
  @inline(__always)
  static func loadFirst(_ count: Int, from source: UnsafePointer<Double>) -> SIMD4<Double> {
    var value = SIMD4<Double>.zero
    for lane in 0..<count { unsafe value[lane] = source[lane] }
    return value
  }

  /// Writes the first `count` lanes.
  @inline(__always)
  static func storeFirst(_ count: Int, of value: SIMD4<Double>, to target: UnsafeMutablePointer<Double>) {
    for lane in 0..<count { unsafe target[lane] = value[lane] }
  }

  /// The first `count` lanes, and zeros in the others.
  @inline(__always)
  static func keepingFirst(_ count: Int, of value: SIMD4<Double>) -> SIMD4<Double> {
    let lanes = SIMD4<Int64>(0, 1, 2, 3)
    return value.replacing(with: 0, where: lanes .>= SIMD4(repeating: Int64(count)))
  }

  /// The square root of each lane, by the scalar instruction: the vector form calls the C library.
  @inline(__always)
  static func squareRoot(_ value: SIMD4<Double>) -> SIMD4<Double> {
    SIMD4(value.x.squareRoot(), value.y.squareRoot(), value.z.squareRoot(), value.w.squareRoot())
  }

  /// `Σ a_i`; reads up to three entries past the end.
  @inline(__always)
  static func sum(_ a: UnsafePointer<Double>, count: Int) -> Double {
    var first = SIMD4<Double>.zero
    var second = SIMD4<Double>.zero
    var i = 0
    while i + 8 <= count {
      unsafe first += load(a + i)
      unsafe second += load(a + i + 4)
      i += 8
    }
    if i + 4 <= count {
      unsafe first += load(a + i)
      i += 4
    }
    if i < count { unsafe second += keepingFirst(count - i, of: load(a + i)) }
    return (first + second).sum()
  }

  /// `Σ a_i b_i`; reads up to three entries past both ends.
  @inline(__always)
  static func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, count: Int) -> Double {
    var first = SIMD4<Double>.zero
    var second = SIMD4<Double>.zero
    var i = 0
    while i + 8 <= count {
      unsafe first += load(a + i) * load(b + i)
      unsafe second += load(a + i + 4) * load(b + i + 4)
      i += 8
    }
    if i + 4 <= count {
      unsafe first += load(a + i) * load(b + i)
      i += 4
    }
    if i < count { unsafe second += keepingFirst(count - i, of: load(a + i) * load(b + i)) }
    return (first + second).sum()
  }
}
