/// Weighted sums over a window of observations, missing ones left out.
///
/// Entries that are NaN count as missing and get no weight. Four partial sums are kept, lane by lane, in the order of
/// the entries, so a result depends on the entries alone.
public enum WindowSums {
  /// `Σ w` and `Σ w x` over the entries that are there, and how many there are.
  ///
  /// - Precondition: both have the same count.
  public static func sums(_ w: Span<Double>, _ x: Span<Double>) -> (weight: Double, sum: Double, count: Int) {
    precondition(w.count == x.count, "\(w.count) weights for \(x.count) observations")
    var weight = SIMD4<Double>.zero
    var sum = SIMD4<Double>.zero
    var count = SIMD4<Int64>.zero
    forEachGroup(w, x, x) { w, x, _ in
      let isMissing = x .!= x
      weight += w.replacing(with: 0, where: isMissing)
      sum += (w * x).replacing(with: 0, where: isMissing)
      count &+= SIMD4<Int64>(repeating: 1).replacing(with: 0, where: isMissing)
    }
    return (weight.sum(), sum.sum(), Int(count.wrappedSum()))
  }

  /// `Σ w (x − center)²` over the entries that are there.
  public static func squares(_ w: Span<Double>, _ x: Span<Double>, center: Double) -> Double {
    precondition(w.count == x.count, "\(w.count) weights for \(x.count) observations")
    var sum = SIMD4<Double>.zero
    forEachGroup(w, x, x) { w, x, _ in
      let d = x - SIMD4(repeating: center)
      sum += (w * d * d).replacing(with: 0, where: x .!= x)
    }
    return sum.sum()
  }

  /// `Σ w`, `Σ w x` and `Σ w y` over the entries where both are there, and how many those are.
  public static func pairSums(
    _ w: Span<Double>, _ x: Span<Double>, _ y: Span<Double>
  ) -> (weight: Double, x: Double, y: Double, count: Int) {
    precondition(w.count == x.count && x.count == y.count, "\(w.count) weights for \(x.count) and \(y.count)")
    var weight = SIMD4<Double>.zero
    var sumX = SIMD4<Double>.zero
    var sumY = SIMD4<Double>.zero
    var count = SIMD4<Int64>.zero
    forEachGroup(w, x, y) { w, x, y in
      let isMissing = (x .!= x) .| (y .!= y)
      weight += w.replacing(with: 0, where: isMissing)
      sumX += (w * x).replacing(with: 0, where: isMissing)
      sumY += (w * y).replacing(with: 0, where: isMissing)
      count &+= SIMD4<Int64>(repeating: 1).replacing(with: 0, where: isMissing)
    }
    return (weight.sum(), sumX.sum(), sumY.sum(), Int(count.wrappedSum()))
  }

  /// `Σ w (x − x̄)(y − ȳ)` and `Σ w (y − ȳ)²` over the entries where both are there.
  public static func pairProducts(
    _ w: Span<Double>, _ x: Span<Double>, _ y: Span<Double>, centerX: Double, centerY: Double
  ) -> (xy: Double, yy: Double) {
    precondition(w.count == x.count && x.count == y.count, "\(w.count) weights for \(x.count) and \(y.count)")
    var sumXY = SIMD4<Double>.zero
    var sumYY = SIMD4<Double>.zero
    forEachGroup(w, x, y) { w, x, y in
      let isMissing = (x .!= x) .| (y .!= y)
      let dy = y - SIMD4(repeating: centerY)
      let weighted = w * dy
      sumXY += (weighted * (x - SIMD4(repeating: centerX))).replacing(with: 0, where: isMissing)
      sumYY += (weighted * dy).replacing(with: 0, where: isMissing)
    }
    return (sumXY.sum(), sumYY.sum())
  }

  /// `Σ w (x − intercept − slope y)²` over the entries where both are there.
  public static func residualSquares(
    _ w: Span<Double>, _ x: Span<Double>, _ y: Span<Double>, intercept: Double, slope: Double
  ) -> Double {
    precondition(w.count == x.count && x.count == y.count, "\(w.count) weights for \(x.count) and \(y.count)")
    var sum = SIMD4<Double>.zero
    forEachGroup(w, x, y) { w, x, y in
      let e = x - SIMD4(repeating: intercept) - SIMD4(repeating: slope) * y
      sum += (w * e * e).replacing(with: 0, where: (x .!= x) .| (y .!= y))
    }
    return sum.sum()
  }

  /// Calls `body` with four entries at a time; behind the end weights are 0 and the others NaN.
  @inline(__always)
  private static func forEachGroup(
    _ w: Span<Double>, _ x: Span<Double>, _ y: Span<Double>,
    _ body: (SIMD4<Double>, SIMD4<Double>, SIMD4<Double>) -> Void
  ) {
    let count = w.count
    unsafe w.withUnsafeBufferPointer { w in
      unsafe x.withUnsafeBufferPointer { x in
        unsafe y.withUnsafeBufferPointer { y in
          guard let w = w.baseAddress, let x = x.baseAddress, let y = y.baseAddress else { return }
          var i = 0
          while i &+ 4 <= count {
            unsafe body(SegmentSums.load(w + i), SegmentSums.load(x + i), SegmentSums.load(y + i))
            i &+= 4
          }
          guard i < count else { return }
          let rest = count &- i
          let missing = SIMD4<Double>(repeating: .nan)
          let lanes = SIMD4<Int64>(0, 1, 2, 3) .>= SIMD4(repeating: Int64(rest))
          unsafe body(
            SegmentSums.loadFirst(rest, from: w + i),
            SegmentSums.loadFirst(rest, from: x + i).replacing(with: missing, where: lanes),
            SegmentSums.loadFirst(rest, from: y + i).replacing(with: missing, where: lanes))
        }
      }
    }
  }
}
