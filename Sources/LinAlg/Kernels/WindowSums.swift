/// Weighted sums over a window of observations, missing ones left out.
///
/// Entries that are NaN count as missing and get no weight. Eight partial sums are kept, lane by lane, in the order of
/// the entries, so a result depends on the entries alone.
public enum WindowSums {
  /// `Σ w` and `Σ w x` over the entries that are there, and how many there are.
  ///
  /// - Precondition: both have the same count.
  /// - Complexity: O(count).
  public static func sums(_ w: Span<Double>, _ x: Span<Double>) -> (weight: Double, sum: Double, count: Int) {
    precondition(w.count == x.count, "\(w.count) weights for \(x.count) observations")
    let sums = accumulate(Sums(), w, x, x)
    return (sums.weight.sum(), sums.sum.sum(), Int(sums.count.wrappedSum()))
  }

  /// `Σ w (x − center)²` over the entries that are there.
  ///
  /// - Parameter isWhole: whether all are known to be, which is faster and gives the same bits.
  /// - Precondition: both have the same count.
  /// - Complexity: O(count).
  public static func squares(
    _ w: Span<Double>, _ x: Span<Double>, center: Double, isWhole: Bool = false
  ) -> Double {
    precondition(w.count == x.count, "\(w.count) weights for \(x.count) observations")
    let center = SIMD4(repeating: center)
    return isWhole
      ? accumulate(Squares<EveryEntry>(center: center), w, x, x).sum.sum()
      : accumulate(Squares<KnownEntries>(center: center), w, x, x).sum.sum()
  }

  /// `Σ w`, `Σ w x` and `Σ w y` over the entries where both are there, and how many those are.
  ///
  /// - Precondition: all have the same count.
  /// - Complexity: O(count).
  public static func pairSums(
    _ w: Span<Double>, _ x: Span<Double>, _ y: Span<Double>
  ) -> (weight: Double, x: Double, y: Double, count: Int) {
    precondition(w.count == x.count && x.count == y.count, "\(w.count) weights for \(x.count) and \(y.count)")
    let sums = accumulate(PairSums(), w, x, y)
    return (sums.weight.sum(), sums.x.sum(), sums.y.sum(), Int(sums.count.wrappedSum()))
  }

  /// `Σ w (x − x̄)(y − ȳ)` and `Σ w (y − ȳ)²` over the entries where both are there.
  ///
  /// - Parameter isWhole: whether all are known to be, which is faster and gives the same bits.
  /// - Precondition: all have the same count.
  /// - Complexity: O(count).
  public static func pairProducts(
    _ w: Span<Double>, _ x: Span<Double>, _ y: Span<Double>, centerX: Double, centerY: Double, isWhole: Bool = false
  ) -> (xy: Double, yy: Double) {
    precondition(w.count == x.count && x.count == y.count, "\(w.count) weights for \(x.count) and \(y.count)")
    let (centerX, centerY) = (SIMD4(repeating: centerX), SIMD4(repeating: centerY))
    guard isWhole else {
      let sums = accumulate(PairProducts<KnownEntries>(centerX: centerX, centerY: centerY), w, x, y)
      return (sums.xy.sum(), sums.yy.sum())
    }
    let sums = accumulate(PairProducts<EveryEntry>(centerX: centerX, centerY: centerY), w, x, y)
    return (sums.xy.sum(), sums.yy.sum())
  }

  /// `Σ w (x − intercept − slope y)²` over the entries where both are there.
  ///
  /// - Parameter isWhole: whether all are known to be, which is faster and gives the same bits.
  /// - Precondition: all have the same count.
  /// - Complexity: O(count).
  public static func residualSquares(
    _ w: Span<Double>, _ x: Span<Double>, _ y: Span<Double>, intercept: Double, slope: Double, isWhole: Bool = false
  ) -> Double {
    precondition(w.count == x.count && x.count == y.count, "\(w.count) weights for \(x.count) and \(y.count)")
    let (intercept, slope) = (SIMD4(repeating: intercept), SIMD4(repeating: slope))
    return isWhole
      ? accumulate(ResidualSquares<EveryEntry>(intercept: intercept, slope: slope), w, x, y).sum.sum()
      : accumulate(ResidualSquares<KnownEntries>(intercept: intercept, slope: slope), w, x, y).sum.sum()
  }

  /// `Σ w x`, where every entry is there: with the bits of `sums`.
  ///
  /// - Precondition: both have the same count.
  /// - Complexity: O(count).
  public static func wholeSum(_ w: Span<Double>, _ x: Span<Double>) -> Double {
    precondition(w.count == x.count, "\(w.count) weights for \(x.count) observations")
    return accumulate(WholeSum(), w, x, x).sum.sum()
  }

  /// `Σ w x` and `Σ w y`, where every entry is there: with the bits of `pairSums`.
  ///
  /// - Precondition: all have the same count.
  /// - Complexity: O(count).
  public static func wholePairSums(_ w: Span<Double>, _ x: Span<Double>, _ y: Span<Double>) -> (x: Double, y: Double) {
    precondition(w.count == x.count && x.count == y.count, "\(w.count) weights for \(x.count) and \(y.count)")
    let sums = accumulate(WholePairSums(), w, x, y)
    return (sums.x.sum(), sums.y.sum())
  }

  /// `Σ min(|x|, bound)²` over all entries, of which none may be missing.
  ///
  /// - Complexity: O(count).
  public static func clippedSquares(_ x: Span<Double>, bound: Double) -> Double {
    let most = SIMD4<Double>(repeating: bound * bound)
    return unsafe x.withUnsafeBufferPointer { buffer in
      guard let x = buffer.baseAddress else { return 0 }
      var first = SIMD4<Double>.zero
      var second = SIMD4<Double>.zero
      var i = 0
      while i &+ 8 <= buffer.count {
        let (one, other) = unsafe (SegmentSums.load(x + i), SegmentSums.load(x + i + 4))
        first += (one * one).replacing(with: most, where: one * one .> most)
        second += (other * other).replacing(with: most, where: other * other .> most)
        i &+= 8
      }
      var sum = (first + second).sum()
      while i < buffer.count {
        unsafe sum += min(x[i] * x[i], bound * bound)
        i &+= 1
      }
      return sum
    }
  }

  // MARK: Partial sums

  /// Partial sums, lane by lane.
  fileprivate protocol PartialSums {
    /// Adds four entries.
    mutating func add(_ w: SIMD4<Double>, _ x: SIMD4<Double>, _ y: SIMD4<Double>)
    /// Adds those of the other lanes.
    mutating func add(_ other: Self)
    /// What stands behind the end, where weights are 0, so that it adds nothing.
    static var filler: Double { get }
  }

  private struct Sums: PartialSums {
    var weight = SIMD4<Double>.zero
    var sum = SIMD4<Double>.zero
    var count = SIMD4<Int64>.zero

    @inline(__always)
    mutating func add(_ w: SIMD4<Double>, _ x: SIMD4<Double>, _: SIMD4<Double>) {
      let isMissing = x .!= x
      weight += w.replacing(with: 0, where: isMissing)
      sum += (w * x).replacing(with: 0, where: isMissing)
      count &+= SIMD4<Int64>(repeating: 1).replacing(with: 0, where: isMissing)
    }

    @inline(__always)
    mutating func add(_ other: Self) {
      weight += other.weight
      sum += other.sum
      count &+= other.count
    }
  }

  /// Which entries count.
  fileprivate protocol Counted {
    /// Terms, and 0 in place of those whose entries are missing.
    static func kept(_ terms: SIMD4<Double>, _ x: SIMD4<Double>, _ y: SIMD4<Double>) -> SIMD4<Double>
    /// What stands behind the end.
    static var filler: Double { get }
  }

  /// Those that are there.
  fileprivate enum KnownEntries: Counted {
    @inline(__always)
    static func kept(_ terms: SIMD4<Double>, _ x: SIMD4<Double>, _ y: SIMD4<Double>) -> SIMD4<Double> {
      terms.replacing(with: 0, where: (x .!= x) .| (y .!= y))
    }

    static let filler = Double.nan
  }

  /// All of them, of which none is missing.
  fileprivate enum EveryEntry: Counted {
    @inline(__always)
    static func kept(_ terms: SIMD4<Double>, _: SIMD4<Double>, _: SIMD4<Double>) -> SIMD4<Double> { terms }

    static let filler = 0.0
  }

  private struct Squares<Entries: Counted>: PartialSums {
    let center: SIMD4<Double>
    var sum = SIMD4<Double>.zero

    @inline(__always)
    mutating func add(_ w: SIMD4<Double>, _ x: SIMD4<Double>, _: SIMD4<Double>) {
      let d = x - center
      sum += Entries.kept(w * d * d, x, x)
    }

    @inline(__always)
    mutating func add(_ other: Self) { sum += other.sum }

    static var filler: Double { Entries.filler }
  }

  private struct PairSums: PartialSums {
    var weight = SIMD4<Double>.zero
    var x = SIMD4<Double>.zero
    var y = SIMD4<Double>.zero
    var count = SIMD4<Int64>.zero

    @inline(__always)
    mutating func add(_ w: SIMD4<Double>, _ x: SIMD4<Double>, _ y: SIMD4<Double>) {
      let isMissing = (x .!= x) .| (y .!= y)
      weight += w.replacing(with: 0, where: isMissing)
      self.x += (w * x).replacing(with: 0, where: isMissing)
      self.y += (w * y).replacing(with: 0, where: isMissing)
      count &+= SIMD4<Int64>(repeating: 1).replacing(with: 0, where: isMissing)
    }

    @inline(__always)
    mutating func add(_ other: Self) {
      weight += other.weight
      x += other.x
      y += other.y
      count &+= other.count
    }
  }

  private struct PairProducts<Entries: Counted>: PartialSums {
    let centerX: SIMD4<Double>
    let centerY: SIMD4<Double>
    var xy = SIMD4<Double>.zero
    var yy = SIMD4<Double>.zero

    @inline(__always)
    mutating func add(_ w: SIMD4<Double>, _ x: SIMD4<Double>, _ y: SIMD4<Double>) {
      let dy = y - centerY
      let weighted = w * dy
      xy += Entries.kept(weighted * (x - centerX), x, y)
      yy += Entries.kept(weighted * dy, x, y)
    }

    @inline(__always)
    mutating func add(_ other: Self) {
      xy += other.xy
      yy += other.yy
    }

    static var filler: Double { Entries.filler }
  }

  private struct ResidualSquares<Entries: Counted>: PartialSums {
    let intercept: SIMD4<Double>
    let slope: SIMD4<Double>
    var sum = SIMD4<Double>.zero

    @inline(__always)
    mutating func add(_ w: SIMD4<Double>, _ x: SIMD4<Double>, _ y: SIMD4<Double>) {
      let e = x - intercept - slope * y
      sum += Entries.kept(w * e * e, x, y)
    }

    @inline(__always)
    mutating func add(_ other: Self) { sum += other.sum }

    static var filler: Double { Entries.filler }
  }

  private struct WholeSum: PartialSums {
    var sum = SIMD4<Double>.zero

    @inline(__always)
    mutating func add(_ w: SIMD4<Double>, _ x: SIMD4<Double>, _: SIMD4<Double>) { sum += w * x }

    @inline(__always)
    mutating func add(_ other: Self) { sum += other.sum }

    static let filler = 0.0
  }

  private struct WholePairSums: PartialSums {
    var x = SIMD4<Double>.zero
    var y = SIMD4<Double>.zero

    @inline(__always)
    mutating func add(_ w: SIMD4<Double>, _ x: SIMD4<Double>, _ y: SIMD4<Double>) {
      self.x += w * x
      self.y += w * y
    }

    @inline(__always)
    mutating func add(_ other: Self) {
      x += other.x
      y += other.y
    }

    static let filler = 0.0
  }

  /// Adds all entries, eight at a time in two sets of lanes, so that no addition waits for the one before.
  ///
  /// Behind the end weights are 0 and the others the filler.
  @inline(__always)
  private static func accumulate<Partial: PartialSums>(
    _ empty: Partial, _ w: Span<Double>, _ x: Span<Double>, _ y: Span<Double>
  ) -> Partial {
    let count = w.count
    return unsafe w.withUnsafeBufferPointer { w in
      unsafe x.withUnsafeBufferPointer { x in
        unsafe y.withUnsafeBufferPointer { y in
          var first = empty
          var second = empty
          guard let w = w.baseAddress, let x = x.baseAddress, let y = y.baseAddress else { return first }
          var i = 0
          while i &+ 8 <= count {
            unsafe first.add(SegmentSums.load(w + i), SegmentSums.load(x + i), SegmentSums.load(y + i))
            unsafe second.add(SegmentSums.load(w + i + 4), SegmentSums.load(x + i + 4), SegmentSums.load(y + i + 4))
            i &+= 8
          }
          if i &+ 4 <= count {
            unsafe first.add(SegmentSums.load(w + i), SegmentSums.load(x + i), SegmentSums.load(y + i))
            i &+= 4
          }
          if i < count {
            let rest = count &- i
            unsafe second.add(
              loadFirst(rest, w + i, else: 0), loadFirst(rest, x + i, else: Partial.filler),
              loadFirst(rest, y + i, else: Partial.filler))
          }
          first.add(second)
          return first
        }
      }
    }
  }

  /// One to three entries, and something else in the lanes behind.
  @inline(__always)
  private static func loadFirst(
    _ count: Int, _ source: UnsafePointer<Double>, else filler: Double
  ) -> SIMD4<Double> {
    let second = unsafe count > 1 ? source[1] : filler
    let third = unsafe count > 2 ? source[2] : filler
    return unsafe SIMD4(source[0], second, third, filler)
  }
}

extension WindowSums.PartialSums {
  /// Missing.
  fileprivate static var filler: Double { .nan }
}
