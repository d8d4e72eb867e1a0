/// Medians and quantiles of samples that keep their order, by selection, with buffers that are used again.
///
/// A rank of a long sample is first bracketed between two order statistics of a few evenly spaced entries; one pass
/// without branches keeps what lies between. Where the bracket misses, plain selection takes over, so that the result is
/// always that of sorting, bit for bit.
struct OrderStatistics {
  /// The number of entries that a bracket is taken from.
  private static let probeCount = 64
  /// How far from the rank's share of the probes a bracket reaches, in standard deviations of a place among them.
  private static let reach = 2.5
  /// Shorter samples are selected from as they are.
  private static let shortCount = 256

  private var room: [Double] = []
  private var probes = [Double](repeating: 0, count: Self.probeCount)
  private var finerProbes = [Double](repeating: 0, count: Self.probeCount)
  private var deviations: [Double] = []

  /// Makes empty buffers.
  init() {}

  /// The median: the mean of the middle two of an even number.
  ///
  /// - Precondition: there is a number, and none is NaN.
  /// - Complexity: O(n) on average.
  mutating func median(of sample: Span<Double>) -> Double {
    if sample.count > Self.shortCount { Self.probe(sample, &probes) }
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
    quantiles([probability], of: sample)[0]
  }

  /// The type-7 quantiles of some probabilities, whose brackets are of the same probes.
  ///
  /// - Precondition: there is a number, and none is NaN.
  /// - Complexity: O(n) on average for each.
  mutating func quantiles(_ probabilities: [Double], of sample: Span<Double>) -> [Double] {
    if sample.count > Self.shortCount { Self.probe(sample, &probes) }
    return probabilities.map { probability in
      precondition((0...1).contains(probability), "a quantile of probability \(probability)")
      let position = Double(sample.count - 1) * probability
      let below = Int(position)
      let (lower, upper) = neighbours(at: below, of: sample)
      guard position > Double(below) else { return lower }
      return lower + (position - Double(below)) * (upper - lower)
    }
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
  ///
  /// The probes are those of the sample, where it is long.
  private mutating func neighbours(at rank: Int, of sample: Span<Double>) -> (lower: Double, upper: Double) {
    precondition(rank >= 0 && rank < sample.count, "rank \(rank) of \(sample.count)")
    if room.count < sample.count { room = Array(repeating: 0, count: sample.count) }
    guard sample.count > Self.shortCount else { return selected(rank, from: sample) }
    let last = min(rank + 1, sample.count - 1)
    let bracket = Self.bracket(rank, ofCount: sample.count, probes)
    let (inside, below) = Self.keep(sample, from: bracket, in: &room)
    guard below <= rank, last < below + inside else { return selected(rank, from: sample) }
    if bracket.low == bracket.high { return (bracket.low, bracket.low) }
    return narrowed(rank, skipped: below, kept: inside, from: sample)
  }

  /// Selects among the first entries of the room, of which long ones are bracketed again.
  ///
  /// - Parameters:
  ///   - skipped: the entries of the sample below those.
  ///   - kept: their number, the selected one and the next one among them.
  private mutating func narrowed(
    _ rank: Int, skipped: Int, kept: Int, from sample: Span<Double>
  ) -> (lower: Double, upper: Double) {
    var (skipped, kept) = (skipped, kept)
    var probes: [Double] = []
    swap(&probes, &finerProbes)
    defer { swap(&probes, &finerProbes) }
    while kept > 2 * Self.shortCount {
      Self.probe(room.span.extracting(first: kept), &probes)
      let bracket = Self.bracket(rank - skipped, ofCount: kept, probes)
      let (inside, below) = Self.keep(first: kept, from: bracket, in: &room)
      guard skipped + below <= rank, min(rank + 1, sample.count - 1) < skipped + below + inside else {
        return selected(rank, from: sample)
      }
      if bracket.low == bracket.high { return (bracket.low, bracket.low) }
      skipped += below
      // Many ties: a bracket no longer narrows.
      let hasNarrowed = inside < kept - kept / 4
      kept = inside
      if !hasNarrowed { break }
    }
    return selected(rank - skipped, count: kept)
  }

  /// Keeps what lies in a bracket; tells how many do, and how many are below.
  private static func keep(
    _ sample: Span<Double>, from bracket: (low: Double, high: Double), in room: inout [Double]
  ) -> (inside: Int, below: Int) {
    var target = room.mutableSpan
    var counts = (inside: 0, below: 0)
    for index in sample.indices { keep(sample[index], from: bracket, in: &target, &counts) }
    return counts
  }

  /// Keeps what lies in a bracket of the first entries of the room, where they were already read.
  private static func keep(
    first count: Int, from bracket: (low: Double, high: Double), in room: inout [Double]
  ) -> (inside: Int, below: Int) {
    var target = room.mutableSpan
    var counts = (inside: 0, below: 0)
    for index in 0..<count { keep(target[index], from: bracket, in: &target, &counts) }
    return counts
  }

  /// Writes a value behind those that are kept, where the next one overwrites it unless it lies in the bracket.
  @inline(__always)
  private static func keep(
    _ value: Double, from bracket: (low: Double, high: Double), in target: inout MutableSpan<Double>,
    _ counts: inout (inside: Int, below: Int)
  ) {
    target[counts.inside] = value
    let isBelow = signBit(value - bracket.low)
    counts.inside &+= 1 &- isBelow &- signBit(bracket.high - value)
    counts.below &+= isBelow
  }

  /// 1 of a negative number, else 0; a comparison would become a branch that is guessed wrong one time in three.
  @inline(__always)
  private static func signBit(_ value: Double) -> Int { Int(truncatingIfNeeded: value.bitPattern &>> 63) }

  /// Sorts evenly spaced entries of a sample.
  private static func probe(_ sample: Span<Double>, _ probes: inout [Double]) {
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
  }

  /// Two numbers between which an order statistic is likely to lie with the next one.
  private static func bracket(_ rank: Int, ofCount count: Int, _ probes: [Double]) -> (low: Double, high: Double) {
    let share = Double(rank) / Double(count)
    let center = rank * probeCount / count
    let reach = 2 + Int(reach * (Double(probeCount) * share * (1 - share)).squareRoot())
    return (
      center - reach < 0 ? -.infinity : probes[center - reach],
      center + reach >= probeCount ? .infinity : probes[center + reach]
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
