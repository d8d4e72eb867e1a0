internal import LinAlg

/// Sums over arrays with four partial sums, which hide the latency of an addition; their order depends on the count
/// alone.
enum SampleSums {
  /// `Σ x`.
  static func sum(_ x: Span<Double>) -> Double {
    reduce(x.count, { x.four(at: $0) }, { x[$0] })
  }

  /// `Σ x y`.
  static func product(_ x: Span<Double>, _ y: Span<Double>) -> Double {
    precondition(x.count == y.count, "\(x.count) and \(y.count) entries")
    return reduce(x.count, { x.four(at: $0) * y.four(at: $0) }, { x[$0] * y[$0] })
  }

  /// `Σ x_{t+l} x_t` for a lag and the three after it, each to the bits of `product`.
  ///
  /// - Precondition: there are more numbers than the longest of them.
  static func laggedProducts(_ x: Span<Double>, lag: Int) -> SIMD4<Double> {
    precondition(lag >= 0 && lag + 3 < x.count, "lags from \(lag) on of \(x.count) entries")
    let common = x.count - lag - 3
    var (first, second) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
    var (third, fourth) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
    var index = 0
    while index &+ 4 <= common {
      let earlier = x.four(at: index)
      let later = index &+ lag
      first += x.four(at: later) * earlier
      second += x.four(at: later &+ 1) * earlier
      third += x.four(at: later &+ 2) * earlier
      fourth += x.four(at: later &+ 3) * earlier
      index &+= 4
    }
    return SIMD4(
      endedProduct(first, x, lag: lag, from: index), endedProduct(second, x, lag: lag + 1, from: index),
      endedProduct(third, x, lag: lag + 2, from: index), endedProduct(fourth, x, lag: lag + 3, from: index))
  }

  /// The sum of the products from a place on, four at a time as far as there are four, on top of others.
  private static func endedProduct(_ sums: SIMD4<Double>, _ x: Span<Double>, lag: Int, from start: Int) -> Double {
    var sums = sums
    var index = start
    let count = x.count - lag
    while index &+ 4 <= count {
      sums += x.four(at: index &+ lag) * x.four(at: index)
      index &+= 4
    }
    var result = sums.sum()
    while index < count {
      result += x[index &+ lag] * x[index]
      index &+= 1
    }
    return result
  }

  /// `Σ w x y`.
  static func product(_ w: Span<Double>, _ x: Span<Double>, _ y: Span<Double>) -> Double {
    precondition(x.count == y.count && w.count == x.count, "\(w.count), \(x.count) and \(y.count) entries")
    var sums = SIMD4<Double>.zero
    var index = 0
    while index &+ 4 <= x.count {
      sums += w.four(at: index) * x.four(at: index) * y.four(at: index)
      index &+= 4
    }
    var result = sums.sum()
    while index < x.count {
      result += w[index] * x[index] * y[index]
      index &+= 1
    }
    return result
  }

  /// `Σ (x − center)`.
  static func deviations(_ x: Span<Double>, from center: Double) -> Double {
    reduce(x.count, { x.four(at: $0) - center }, { x[$0] - center })
  }

  /// `Σ w (x − center)`.
  static func deviations(_ x: Span<Double>, from center: Double, weights w: Span<Double>) -> Double {
    precondition(x.count == w.count, "\(x.count) and \(w.count) entries")
    return reduce(
      x.count, { w.four(at: $0) * (x.four(at: $0) - center) }, { w[$0] * (x[$0] - center) })
  }

  /// `Σ (x − center)²`.
  static func squares(_ x: Span<Double>, from center: Double) -> Double {
    reduce(
      x.count,
      {
        let deviation = x.four(at: $0) - center
        return deviation * deviation
      },
      {
        let deviation = x[$0] - center
        return deviation * deviation
      })
  }

  /// `Σ w (x − center)²`.
  static func squares(_ x: Span<Double>, from center: Double, weights w: Span<Double>) -> Double {
    precondition(x.count == w.count, "\(x.count) and \(w.count) entries")
    return reduce(
      x.count,
      {
        let deviation = x.four(at: $0) - center
        return w.four(at: $0) * deviation * deviation
      },
      {
        let deviation = x[$0] - center
        return w[$0] * deviation * deviation
      })
  }

  /// `Σ x`, and `max |x|`, 0 of none.
  static func sumAndLargest(_ x: Span<Double>) -> (sum: Double, largest: Double) {
    var (sums, sizes) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
    var index = 0
    while index &+ 4 <= x.count {
      let values = x.four(at: index)
      sums += values
      sizes.replace(with: values, where: values .> sizes)
      sizes.replace(with: -values, where: -values .> sizes)
      index &+= 4
    }
    var result = (sum: sums.sum(), largest: sizes.max())
    while index < x.count {
      result.sum += x[index]
      result.largest = max(result.largest, abs(x[index]))
      index &+= 1
    }
    return result
  }

  /// `Σ (x − center)²` and `Σ w (x − center)`.
  static func squaresAndDeviations(
    _ x: Span<Double>, from center: Double, weights w: Span<Double>
  ) -> (squares: Double, deviations: Double) {
    precondition(x.count == w.count, "\(x.count) and \(w.count) entries")
    // Two sums at a time, of which neither waits for the other.
    var (squares, deviations) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
    var index = 0
    while index &+ 4 <= x.count {
      let deviation = x.four(at: index) - center
      squares += deviation * deviation
      deviations += w.four(at: index) * deviation
      index &+= 4
    }
    var result = (squares: squares.sum(), deviations: deviations.sum())
    while index < x.count {
      let deviation = x[index] - center
      result.squares += deviation * deviation
      result.deviations += w[index] * deviation
      index &+= 1
    }
    return result
  }

  /// Adds terms up: of four entries from a place on, and of the one at a place.
  @inline(__always)
  private static func reduce(
    _ count: Int, _ four: (Int) -> SIMD4<Double>, _ one: (Int) -> Double
  ) -> Double {
    var sums = SIMD4<Double>.zero
    var index = 0
    while index &+ 4 <= count {
      sums += four(index)
      index &+= 4
    }
    var result = sums.sum()
    while index < count {
      result += one(index)
      index &+= 1
    }
    return result
  }
}
