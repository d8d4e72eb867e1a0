/// Medians and quantiles of samples that keep their order, by selection, with buffers that are used again.
///
/// A rank of a long sample is first bracketed between two order statistics of a few evenly spaced entries; one pass
/// without branches keeps what lies between. Where the bracket misses, plain selection takes over, so that the result is
/// always that of sorting, bit for bit.
struct OrderStatistics {
  /// The number of entries that a bracket is taken from.
  private static let probeCount = 64
  /// How far from the rank's share of the probes a bracket reaches: 2.5 standard deviations of a median's place.
  private static let reach = 10
  /// Shorter samples are selected from as they are.
  private static let shortCount = 256

  private var room: [Double] = []
  private var probes = [Double](repeating: 0, count: Self.probeCount)
  private var deviations: [Double] = []

  /// Makes empty buffers.
  init() {}

  /// The median: the mean of the middle two of an even number.
  ///
  /// - Precondition: there is a number, and none is NaN.
  /// - Complexity: O(n) on average.
  mutating func median(of sample: Span<Double>) -> Double {
    let middle = sample.count / 2
    if sample.count % 2 == 1 { return neighbours(at: middle, of: sample).lower }
    let (lower, upper) = neighbours(at: middle - 1, of: sample)
    return lower + 0.5 * (upper - lower)
  }

  /// The type-7 quantile, as `Quantile.interpolated(_:ofSorted:)`.
  ///
  /// - Precondition: there is a number, and none is NaN.
  /// - Complexity: O(n) on average.
  mutating func quantile(_ probability: Double, of sample: Span<Double>) -> Double {
    precondition((0...1).contains(probability), "a quantile of probability \(probability)")
    let position = Double(sample.count - 1) * probability
    let below = Int(position)
    let (lower, upper) = neighbours(at: below, of: sample)
    guard position > Double(below) else { return lower }
    return lower + (position - Double(below)) * (upper - lower)
  }

  /// The median, and a robust standard deviation: 1.4826 times the median absolute deviation, or the interquartile
  /// range over 1.349 where that is 0.
  ///
  /// - Returns: `nil` of no numbers, and where both measures of scale are 0 or too large for a number.
  /// - Complexity: O(n) on average.
  mutating func robustScale(of sample: Span<Double>) -> (median: Double, deviation: Double)? {
    guard sample.count > 0 else { return nil }
    let median = median(of: sample)
    var sizes: [Double] = []
    swap(&sizes, &deviations)
    if sizes.count < sample.count { sizes = Array(repeating: 0, count: sample.count) }
    Self.writeDeviations(of: sample, from: median, to: &sizes)
    let deviation = RobustScale.medianDeviationFactor * self.median(of: sizes.span.extracting(first: sample.count))
    swap(&sizes, &deviations)
    if deviation > 0 { return deviation < .infinity ? (median, deviation) : nil }
    let range = (quantile(0.75, of: sample) - quantile(0.25, of: sample)) / RobustScale.normalQuartileRange
    return range > 0 && range < .infinity ? (median, range) : nil
  }

  private static func writeDeviations(of sample: Span<Double>, from center: Double, to target: inout [Double]) {
    var target = target.mutableSpan
    for index in sample.indices { target[index] = abs(sample[index] - center) }
  }

  /// The order statistic of a rank and the next one, the same where there is none.
  private mutating func neighbours(at rank: Int, of sample: Span<Double>) -> (lower: Double, upper: Double) {
    precondition(rank >= 0 && rank < sample.count, "rank \(rank) of \(sample.count)")
    if room.count < sample.count { room = Array(repeating: 0, count: sample.count) }
    let last = min(rank + 1, sample.count - 1)
    var kept = sample.count
    var skipped = 0
    var isInRoom = false
    while kept > Self.shortCount {
      let bracket =
        isInRoom
        ? Self.bracket(rank - skipped, of: room, count: kept, &probes)
        : Self.bracket(rank, of: sample, &probes)
      var target = room.mutableSpan
      var (inside, below) = (0, 0)
      if isInRoom {
        // What is kept is written where it was already read.
        for index in 0..<kept {
          let value = target[index]
          target[inside] = value
          let isBelow = Self.signBit(value - bracket.low)
          inside &+= 1 &- isBelow &- Self.signBit(bracket.high - value)
          below &+= isBelow
        }
      } else {
        for index in 0..<kept {
          let value = sample[index]
          target[inside] = value
          let isBelow = Self.signBit(value - bracket.low)
          inside &+= 1 &- isBelow &- Self.signBit(bracket.high - value)
          below &+= isBelow
        }
      }
      guard skipped + below <= rank, last < skipped + below + inside else {
        return selected(rank, from: sample)
      }
      isInRoom = true
      skipped += below
      if bracket.low == bracket.high { return (bracket.low, bracket.low) }
      // Many ties: a bracket no longer narrows.
      let hasNarrowed = inside < kept - kept / 4
      kept = inside
      if !hasNarrowed { break }
    }
    guard isInRoom else { return selected(rank, from: sample) }
    return selected(rank - skipped, count: kept)
  }

  /// 1 of a negative number, else 0; a comparison would become a branch that is guessed wrong one time in three.
  @inline(__always)
  private static func signBit(_ value: Double) -> Int { Int(truncatingIfNeeded: value.bitPattern &>> 63) }

  private static func bracket(
    _ rank: Int, of room: [Double], count: Int, _ probes: inout [Double]
  ) -> (low: Double, high: Double) {
    bracket(rank, of: room.span.extracting(first: count), &probes)
  }

  /// Two numbers between which an order statistic is likely to lie with the next one.
  private static func bracket(
    _ rank: Int, of sample: Span<Double>, _ probes: inout [Double]
  ) -> (low: Double, high: Double) {
    let stride = sample.count / probeCount
    var sorted = probes.mutableSpan
    for probe in 0..<probeCount {
      let value = sample[stride / 2 + probe * stride]
      var place = probe
      while place > 0, sorted[place &- 1] > value {
        sorted[place] = sorted[place &- 1]
        place &-= 1
      }
      sorted[place] = value
    }
    let center = rank * probeCount / sample.count
    return (
      center - reach < 0 ? -.infinity : sorted[center - reach],
      center + reach >= probeCount ? .infinity : sorted[center + reach]
    )
  }

  private mutating func selected(_ rank: Int, from sample: Span<Double>) -> (lower: Double, upper: Double) {
    Self.copy(sample, to: &room)
    return selected(rank, count: sample.count)
  }

  private static func copy(_ sample: Span<Double>, to target: inout [Double]) {
    var target = target.mutableSpan
    for index in sample.indices { target[index] = sample[index] }
  }

  /// Selects among the first entries of the room.
  private mutating func selected(_ rank: Int, count: Int) -> (lower: Double, upper: Double) {
    var all = room.mutableSpan
    var values = all._mutatingExtracting(first: count)
    Selection.select(rank, &values)
    let lower = values[rank]
    guard rank + 1 < count else { return (lower, lower) }
    // What stands behind the selected one is no smaller.
    var upper = values[rank + 1]
    for index in rank + 1..<count where values[index] < upper { upper = values[index] }
    return (lower, upper)
  }
}
