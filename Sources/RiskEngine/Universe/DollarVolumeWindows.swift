/// The traded value of each asset on each of the last trading days.
///
/// One window is a whole number of vectors, padded with missing values, so that a median is compared by counting:
/// several times faster than finding it, and exact.
struct DollarVolumeWindows: Sendable {
  /// The values that a vector holds.
  private static let lanes = 8

  /// The days of a window.
  let days: Int
  private let vectorsPerSlot: Int
  private var vectors: [SIMD8<Double>] = []
  private var known: [Double] = []
  private var ones: [Double]
  private var selection = MedianMagnitude()

  /// Makes no windows, each to be of some days.
  init(days: Int) {
    self.days = days
    vectorsPerSlot = (days + Self.lanes - 1) / Self.lanes
    ones = Array(repeating: 1, count: days)
  }

  /// Adds a window without values.
  mutating func append() {
    vectors.append(contentsOf: repeatElement(SIMD8(repeating: .nan), count: vectorsPerSlot))
  }

  /// Forgets a window's values.
  mutating func clear(_ slot: Int) {
    for index in slot * vectorsPerSlot..<(slot + 1) * vectorsPerSlot { vectors[index] = SIMD8(repeating: .nan) }
  }

  /// Copies a window over another.
  mutating func move(_ source: Int, to slot: Int) {
    for index in 0..<vectorsPerSlot {
      vectors[slot * vectorsPerSlot + index] = vectors[source * vectorsPerSlot + index]
    }
  }

  /// Takes the last window away.
  mutating func removeLast() { vectors.removeLast(vectorsPerSlot) }

  /// The value of a day, by its place in the window; NaN is missing.
  subscript(slot: Int, place: Int) -> Double {
    get { vectors[slot * vectorsPerSlot + place / Self.lanes][place % Self.lanes] }
    set { vectors[slot * vectorsPerSlot + place / Self.lanes][place % Self.lanes] = newValue }
  }

  /// The number of known values in a window, and of those that reach each of two thresholds.
  func counts(_ slot: Int, _ first: Double, _ second: Double) -> (known: Int, first: Int, second: Int) {
    var known = SIMD8<Int64>.zero
    var firsts = SIMD8<Int64>.zero
    var seconds = SIMD8<Int64>.zero
    for index in slot * vectorsPerSlot..<(slot + 1) * vectorsPerSlot {
      let vector = vectors[index]
      known &+= SIMD8<Int64>.zero.replacing(with: 1, where: vector .== vector)
      firsts &+= SIMD8<Int64>.zero.replacing(with: 1, where: vector .>= first)
      seconds &+= SIMD8<Int64>.zero.replacing(with: 1, where: vector .>= second)
    }
    return (Int(known.wrappedSum()), Int(firsts.wrappedSum()), Int(seconds.wrappedSum()))
  }

  /// Whether the median of the known values is at least a threshold; where the middle two lie on both sides of it,
  /// their mean is.
  ///
  /// - Parameters:
  ///   - slot: the window.
  ///   - threshold: the threshold.
  ///   - known: the number of known values, at least 1.
  ///   - reached: the number of those that are at least the threshold.
  func medianReaches(_ slot: Int, _ threshold: Double, known: Int, reached: Int) -> Bool {
    if 2 * reached != known { return 2 * reached > known }
    var below = -Double.infinity
    var above = Double.infinity
    for place in 0..<days {
      let value = self[slot, place]
      if value >= threshold { above = min(above, value) } else if value < threshold { below = max(below, value) }
    }
    return below + 0.5 * (above - below) >= threshold
  }

  /// The median of the known values; NaN without any.
  ///
  /// - Complexity: O(days) on average.
  mutating func median(_ slot: Int) -> Double {
    known.removeAll(keepingCapacity: true)
    for place in 0..<days {
      let value = self[slot, place]
      if value == value { known.append(value) }
    }
    // Traded values are not negative, so that they are their own magnitudes.
    return known.isEmpty ? .nan : selection.median(known, ones, count: known.count)
  }
}
