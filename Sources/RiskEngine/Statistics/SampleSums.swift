/// Sums over arrays with four partial sums, which hide the latency of an addition; their order depends on the count
/// alone.
enum SampleSums {
  /// `Σ x`.
  static func sum(_ x: Span<Double>) -> Double {
    reduce(x.count) { x[$0] }
  }

  /// `Σ x y`.
  static func product(_ x: Span<Double>, _ y: Span<Double>) -> Double {
    precondition(x.count == y.count, "\(x.count) and \(y.count) entries")
    return reduce(x.count) { x[$0] * y[$0] }
  }

  /// `Σ w x y`.
  static func product(_ w: Span<Double>, _ x: Span<Double>, _ y: Span<Double>) -> Double {
    precondition(x.count == y.count && w.count == x.count, "\(w.count), \(x.count) and \(y.count) entries")
    return reduce(x.count) { w[$0] * x[$0] * y[$0] }
  }

  /// `Σ (x − center)`.
  static func deviations(_ x: Span<Double>, from center: Double) -> Double {
    reduce(x.count) { x[$0] - center }
  }

  /// `Σ w (x − center)`.
  static func deviations(_ x: Span<Double>, from center: Double, weights w: Span<Double>) -> Double {
    precondition(x.count == w.count, "\(x.count) and \(w.count) entries")
    return reduce(x.count) { w[$0] * (x[$0] - center) }
  }

  /// `Σ (x − center)²`.
  static func squares(_ x: Span<Double>, from center: Double) -> Double {
    reduce(x.count) {
      let deviation = x[$0] - center
      return deviation * deviation
    }
  }

  /// `Σ w (x − center)²`.
  static func squares(_ x: Span<Double>, from center: Double, weights w: Span<Double>) -> Double {
    precondition(x.count == w.count, "\(x.count) and \(w.count) entries")
    return reduce(x.count) {
      let deviation = x[$0] - center
      return w[$0] * deviation * deviation
    }
  }

  /// `max |x|`, 0 of none.
  static func largest(_ x: Span<Double>) -> Double {
    var sizes = SIMD4<Double>.zero
    var index = 0
    while index &+ 4 <= x.count {
      let size = SIMD4(abs(x[index]), abs(x[index &+ 1]), abs(x[index &+ 2]), abs(x[index &+ 3]))
      sizes.replace(with: size, where: size .> sizes)
      index &+= 4
    }
    var result = sizes.max()
    while index < x.count {
      result = max(result, abs(x[index]))
      index &+= 1
    }
    return result
  }

  @inline(__always)
  private static func reduce(_ count: Int, _ term: (Int) -> Double) -> Double {
    var sums = SIMD4<Double>.zero
    var index = 0
    while index &+ 4 <= count {
      sums += SIMD4(term(index), term(index &+ 1), term(index &+ 2), term(index &+ 3))
      index &+= 4
    }
    var result = sums.sum()
    while index < count {
      result += term(index)
      index &+= 1
    }
    return result
  }
}
